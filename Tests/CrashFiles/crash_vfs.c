// The calls of SQLite: https://www.sqlite.org/vfs.html and the comments on sqlite3_io_methods in sqlite3.h. Every call takes the
// disk's lock, asks whether the connection's process is still alive, and does its work on the file in memory.
#include "crash_internal.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// What SQLite holds for an open file. Files of other folders are the system's own, which overwrites this memory.
typedef struct {
    sqlite3_file base;
    cf_disk *disk;
    cf_file *file;
    uint32_t life;
    int level;
    cf_shm *shm;
    unsigned shared_mask, exclusive_mask;
} connection;

static sqlite3_vfs *system_vfs;

static int is_dead(connection *c) { return c->life != c->file->group->life; }

static void enter(connection *c) { cf_lock(&c->disk->lock); }
static int leave(connection *c, int code) {
    cf_unlock(&c->disk->lock);
    return code;
}

static int vfs_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    connection *c = (connection *)base;
    enter(c);
    if (is_dead(c)) return leave(c, SQLITE_IOERR_READ);
    cf_buffer *now = &c->file->now;
    int64_t there = offset < now->count ? now->count - offset : 0;
    if (there >= count) {
        memcpy(bytes, now->bytes + offset, (size_t)count);
        return leave(c, SQLITE_OK);
    }
    if (there > 0) memcpy(bytes, now->bytes + offset, (size_t)there);
    memset((char *)bytes + there, 0, (size_t)(count - there));
    return leave(c, SQLITE_IOERR_SHORT_READ);
}

/// The error of a call that met an accident; 0 = none.
static int accident(connection *c, int call, int code) {
    if (is_dead(c)) return code;
    return cf_meet(c->disk, c->file->group, call) == 0 ? 0 : code;
}

static int vfs_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    connection *c = (connection *)base;
    enter(c);
    int failed = accident(c, CF_WRITE, SQLITE_IOERR_WRITE);
    if (failed) return leave(c, failed);
    cf_group *group = c->file->group;
    int64_t grown = offset + count - c->file->now.count;
    if (group->quota >= 0 && grown > 0) {
        if (grown > group->quota) {
            group->error_count++;
            return leave(c, SQLITE_FULL);
        }
        group->quota -= grown;
    }
    return leave(c, cf_file_write(c->disk, c->file, bytes, count, offset) ? SQLITE_OK : SQLITE_IOERR_NOMEM);
}

static int vfs_truncate(sqlite3_file *base, sqlite3_int64 count) {
    connection *c = (connection *)base;
    enter(c);
    int failed = accident(c, CF_TRUNCATE, SQLITE_IOERR_TRUNCATE);
    if (failed) return leave(c, failed);
    return leave(c, cf_file_truncate(c->disk, c->file, count) ? SQLITE_OK : SQLITE_IOERR_NOMEM);
}

static int vfs_sync(sqlite3_file *base, int flags) {
    (void)flags;
    connection *c = (connection *)base;
    enter(c);
    if (is_dead(c)) return leave(c, SQLITE_IOERR_FSYNC);
    if (cf_meet(c->disk, c->file->group, CF_SYNC)) return leave(c, SQLITE_IOERR_FSYNC);
    if (!c->file->group->lying) cf_file_sync(c->file);
    return leave(c, SQLITE_OK);
}

static int vfs_size(sqlite3_file *base, sqlite3_int64 *count) {
    connection *c = (connection *)base;
    enter(c);
    *count = c->file->now.count;
    return leave(c, is_dead(c) ? SQLITE_IOERR_FSTAT : SQLITE_OK);
}

// Locks of the main file. In WAL mode SQLite holds SHARED all the time and takes EXCLUSIVE when it closes as the last one.

static int vfs_lock(sqlite3_file *base, int level) {
    connection *c = (connection *)base;
    enter(c);
    cf_file *f = c->file;
    if (is_dead(c)) return leave(c, SQLITE_IOERR_LOCK);
    if (level <= c->level) return leave(c, SQLITE_OK);
    if (level == SQLITE_LOCK_SHARED) {
        if (f->pending || f->exclusive) return leave(c, SQLITE_BUSY);
        f->shared++;
    } else if (level == SQLITE_LOCK_RESERVED) {
        if (f->reserved || f->pending || f->exclusive) return leave(c, SQLITE_BUSY);
        f->reserved = 1;
    } else {
        if (c->level < SQLITE_LOCK_RESERVED && (f->reserved || f->pending || f->exclusive)) return leave(c, SQLITE_BUSY);
        f->pending = 1;
        if (f->shared > 1) {
            if (c->level < SQLITE_LOCK_PENDING) c->level = SQLITE_LOCK_PENDING;
            return leave(c, SQLITE_BUSY);
        }
        f->exclusive = 1;
    }
    c->level = level;
    return leave(c, SQLITE_OK);
}

static void let_go(connection *c, int level) {
    cf_file *f = c->file;
    if (c->level >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED) f->reserved = f->pending = f->exclusive = 0;
    if (c->level >= SQLITE_LOCK_SHARED && level < SQLITE_LOCK_SHARED && f->shared > 0) f->shared--;
    c->level = level;
}

static int vfs_unlock(sqlite3_file *base, int level) {
    connection *c = (connection *)base;
    enter(c);
    if (!is_dead(c) && c->level > level) let_go(c, level);
    return leave(c, SQLITE_OK);
}

static int vfs_is_reserved(sqlite3_file *base, int *result) {
    connection *c = (connection *)base;
    enter(c);
    *result = c->file->reserved || c->file->pending || c->file->exclusive;
    return leave(c, SQLITE_OK);
}

static int vfs_control(sqlite3_file *base, int code, void *argument) {
    (void)base, (void)code, (void)argument;
    return SQLITE_NOTFOUND;
}

static int vfs_sector_size(sqlite3_file *base) {
    (void)base;
    return 4096;
}

// As SQLite assumes of disks: a power cut during a write leaves the bytes beside it alone.
static int vfs_characteristics(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// The index of the write-ahead log.

static int shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **pointer) {
    connection *c = (connection *)base;
    enter(c);
    *pointer = NULL;
    if (is_dead(c)) return leave(c, SQLITE_IOERR_SHMMAP);
    if (!c->shm) {
        cf_group *group = c->file->group;
        if (!group->shm) {
            group->shm = calloc(1, sizeof *group->shm);
            if (!group->shm) return leave(c, SQLITE_IOERR_NOMEM);
            group->shm->holders = 1;  // the group's own
        }
        c->shm = group->shm;
        c->shm->holders++;
    }
    cf_shm *shm = c->shm;
    if (region >= shm->region_count) {
        if (!extend) return leave(c, SQLITE_OK);
        void **regions = realloc(shm->regions, sizeof(void *) * (size_t)(region + 1));
        if (!regions) return leave(c, SQLITE_IOERR_NOMEM);
        shm->regions = regions;
        while (shm->region_count <= region) {
            void *memory = calloc(1, (size_t)size);
            if (!memory) return leave(c, SQLITE_IOERR_NOMEM);
            shm->regions[shm->region_count++] = memory;
        }
    }
    *pointer = shm->regions[region];
    return leave(c, SQLITE_OK);
}

static int shm_lock(sqlite3_file *base, int first, int count, int flags) {
    connection *c = (connection *)base;
    enter(c);
    if (is_dead(c) || !c->shm) return leave(c, SQLITE_IOERR_SHMLOCK);
    cf_shm *shm = c->shm;
    unsigned mask = ((1u << count) - 1) << first;
    if (flags & SQLITE_SHM_UNLOCK) {
        for (int i = first; i < first + count; i++) {
            if (c->shared_mask & (1u << i)) shm->shared[i]--;
            if (c->exclusive_mask & (1u << i)) shm->exclusive[i] = 0;
        }
        c->shared_mask &= ~mask;
        c->exclusive_mask &= ~mask;
        return leave(c, SQLITE_OK);
    }
    for (int i = first; i < first + count; i++) {
        if (shm->exclusive[i] && !(c->exclusive_mask & (1u << i))) return leave(c, SQLITE_BUSY);
        int others = shm->shared[i] - ((c->shared_mask >> i) & 1);
        if ((flags & SQLITE_SHM_EXCLUSIVE) && others > 0) return leave(c, SQLITE_BUSY);
    }
    for (int i = first; i < first + count; i++) {
        if (flags & SQLITE_SHM_EXCLUSIVE) {
            shm->exclusive[i] = 1;
        } else if (!(c->shared_mask & (1u << i))) {
            shm->shared[i]++;
        }
    }
    if (flags & SQLITE_SHM_EXCLUSIVE) c->exclusive_mask |= mask; else c->shared_mask |= mask;
    return leave(c, SQLITE_OK);
}

static void shm_barrier(sqlite3_file *base) {
    (void)base;
    __sync_synchronize();
}

static void let_index_go(connection *c) {
    cf_shm *shm = c->shm;
    if (!shm) return;
    for (int i = 0; i < SQLITE_SHM_NLOCK; i++) {
        if (c->shared_mask & (1u << i)) shm->shared[i]--;
        if (c->exclusive_mask & (1u << i)) shm->exclusive[i] = 0;
    }
    c->shared_mask = c->exclusive_mask = 0;
    c->shm = NULL;
    cf_group *group = c->file->group;
    // The group's own hold goes with the last connection: the next one builds the index anew, as from a file that was left over.
    if (group->shm == shm && shm->holders == 2) {
        group->shm = NULL;
        shm->holders--;
    }
    cf_release_shm(shm);
}

static int shm_unmap(sqlite3_file *base, int delete) {
    (void)delete;
    connection *c = (connection *)base;
    enter(c);
    let_index_go(c);
    return leave(c, SQLITE_OK);
}

static int vfs_close(sqlite3_file *base) {
    connection *c = (connection *)base;
    enter(c);
    let_index_go(c);
    if (!is_dead(c)) let_go(c, SQLITE_LOCK_NONE);
    c->file->holders--;
    cf_release_file(c->disk, c->file);
    return leave(c, SQLITE_OK);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = vfs_close,
    .xRead = vfs_read,
    .xWrite = vfs_write,
    .xTruncate = vfs_truncate,
    .xSync = vfs_sync,
    .xFileSize = vfs_size,
    .xLock = vfs_lock,
    .xUnlock = vfs_unlock,
    .xCheckReservedLock = vfs_is_reserved,
    .xFileControl = vfs_control,
    .xSectorSize = vfs_sector_size,
    .xDeviceCharacteristics = vfs_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

// The file system.

static void make_real_file(const char *path, const char *content, size_t count) {
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (write(file, content, count) != (ssize_t)count) abort();
    close(file);
}

void cf_make_stand_in(const char *path) {
    char header[100] = "SQLite format 3";
    make_real_file(path, header, sizeof header);
    // GRDB looks whether there is a log, and writes a table in vain if it finds none.
    char log[512];
    if (snprintf(log, sizeof log, "%s-wal", path) < (int)sizeof log) make_real_file(log, header, sizeof header);
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *given) {
    (void)vfs;
    const char *name = NULL;
    cf_disk *disk = cf_disk_of(path, &name);
    if (!disk) return system_vfs->xOpen(system_vfs, path, base, flags, given);
    connection *c = (connection *)base;
    memset(c, 0, sizeof *c);
    cf_lock(&disk->lock);
    cf_file *file = cf_find(disk, name);
    if (!file) {
        if (!(flags & SQLITE_OPEN_CREATE)) {
            cf_unlock(&disk->lock);
            return SQLITE_CANTOPEN;
        }
        file = cf_make(disk, name);
        if (flags & SQLITE_OPEN_MAIN_DB) cf_make_stand_in(path);
    }
    c->disk = disk;
    c->file = file;
    c->life = file->group->life;
    c->base.pMethods = &methods;
    file->holders++;
    if (given) *given = flags;
    cf_unlock(&disk->lock);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync) {
    (void)vfs;
    const char *name = NULL;
    cf_disk *disk = cf_disk_of(path, &name);
    if (!disk) return system_vfs->xDelete(system_vfs, path, sync);
    cf_lock(&disk->lock);
    cf_file *file = cf_find(disk, name);
    int code = SQLITE_IOERR_DELETE_NOENT;
    if (file) {
        code = cf_meet(disk, file->group, CF_DELETE) ? SQLITE_IOERR_DELETE : SQLITE_OK;
        if (code == SQLITE_OK) cf_drop(disk, file);
    }
    cf_unlock(&disk->lock);
    return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs;
    const char *name = NULL;
    cf_disk *disk = cf_disk_of(path, &name);
    if (!disk) return system_vfs->xAccess(system_vfs, path, flags, result);
    cf_lock(&disk->lock);
    cf_file *file = cf_find(disk, name);
    // SQLite means "has content": an empty journal is none.
    *result = file && (flags != SQLITE_ACCESS_EXISTS || file->now.count > 0);
    cf_unlock(&disk->lock);
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int capacity, char *result) {
    (void)vfs;
    if (!cf_disk_of(path, NULL)) return system_vfs->xFullPathname(system_vfs, path, capacity, result);
    if ((int)strlen(path) >= capacity) return SQLITE_CANTOPEN;
    strcpy(result, path);
    return SQLITE_OK;
}

/// The same bytes each time SQLite begins its generator anew: salts of logs do not tell two runs apart.
static int vfs_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    (void)vfs;
    memset(bytes, 0x5a, (size_t)count);
    return count;
}

static sqlite3_vfs crash_vfs;

static void install(void) {
    // Statistics of memory take a lock at each allocation. Refused, and without harm, where SQLite runs already.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    system_vfs = sqlite3_vfs_find(NULL);
    crash_vfs = *system_vfs;
    crash_vfs.zName = "gridline-crash-files";
    if (crash_vfs.szOsFile < (int)sizeof(connection)) crash_vfs.szOsFile = sizeof(connection);
    crash_vfs.pNext = NULL;
    crash_vfs.xOpen = vfs_open;
    crash_vfs.xDelete = vfs_delete;
    crash_vfs.xAccess = vfs_access;
    crash_vfs.xFullPathname = vfs_full_path;
    crash_vfs.xRandomness = vfs_randomness;
    sqlite3_vfs_register(&crash_vfs, 1);
    cf_install_look(system_vfs);
}

int cf_is_alone;

void cf_be_alone(void) {
    cf_is_alone = sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK;
}

void cf_install(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
