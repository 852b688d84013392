// Disks, groups and files, and what a crash leaves of them. The calls of SQLite are in crash_vfs.c.
#include "crash_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What the hardware writes as one: half of it is never seen.
enum { SECTOR = 512 };

static cf_disk *disks;
static pthread_mutex_t disks_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t next_random(uint64_t *state) {
    uint64_t value = (*state += 0x9e3779b97f4a7c15ULL);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

// Buffers. Growing is generous, because a log grows by a page at a time.

// What a schedule no longer needs serves the next one: to grow from nothing copied each log five times.
enum { IDLE_MAX = 32 };
static cf_buffer idle[IDLE_MAX];
static int idle_count;
static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;

static void give_back(cf_buffer *buffer) {
    if (!buffer->bytes) return;
    cf_lock(&idle_lock);
    int is_kept = buffer->capacity >= 65536 && buffer->capacity <= 8 << 20 && idle_count < IDLE_MAX;
    if (is_kept) idle[idle_count++] = *buffer;
    cf_unlock(&idle_lock);
    if (!is_kept) free(buffer->bytes);
    buffer->bytes = NULL;
    buffer->count = buffer->capacity = 0;
}

/// An idle one of at least this capacity.
static int take_idle(cf_buffer *buffer, int64_t count) {
    int found = -1;
    cf_lock(&idle_lock);
    for (int i = 0; i < idle_count; i++)
        if (idle[i].capacity >= count && (found < 0 || idle[i].capacity > idle[found].capacity)) found = i;
    if (found >= 0) {
        buffer->bytes = idle[found].bytes;
        buffer->capacity = idle[found].capacity;
        idle[found] = idle[--idle_count];
    }
    cf_unlock(&idle_lock);
    return found >= 0;
}

static int reserve(cf_buffer *buffer, int64_t count) {
    if (count <= buffer->capacity) return 1;
    if (buffer->capacity == 0 && take_idle(buffer, count)) return 1;
    int64_t capacity = buffer->capacity < 65536 ? 65536 : buffer->capacity;
    while (capacity < count) capacity *= 2;
    unsigned char *bytes = realloc(buffer->bytes, (size_t)capacity);
    if (!bytes) return 0;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 1;
}

int cf_resize(cf_buffer *buffer, int64_t count) {
    if (!reserve(buffer, count)) return 0;
    if (count > buffer->count) memset(buffer->bytes + buffer->count, 0, (size_t)(count - buffer->count));
    buffer->count = count;
    return 1;
}

static int put_bytes(cf_buffer *buffer, const void *bytes, int64_t count, int64_t offset) {
    if (!reserve(buffer, offset + count)) return 0;
    // What lies between the end and the new bytes reads as zeros.
    if (offset > buffer->count) memset(buffer->bytes + buffer->count, 0, (size_t)(offset - buffer->count));
    if (offset + count > buffer->count) buffer->count = offset + count;
    memcpy(buffer->bytes + offset, bytes, (size_t)count);
    return 1;
}

static int copy_buffer(cf_buffer *to, const cf_buffer *from) {
    to->count = 0;
    return from->count == 0 || put_bytes(to, from->bytes, from->count, 0);
}

// Files.

cf_file *cf_find(cf_disk *disk, const char *name) {
    for (cf_file *file = disk->files; file; file = file->next)
        if (!file->deleted && strcmp(file->name, name) == 0) return file;
    return NULL;
}

cf_group *cf_group_of(cf_disk *disk, const char *name) {
    size_t length = strlen(name);
    const char *suffixes[] = {"-wal", "-journal", "-shm"};
    for (int i = 0; i < 3; i++) {
        size_t suffix = strlen(suffixes[i]);
        if (length > suffix && strcmp(name + length - suffix, suffixes[i]) == 0) {
            length -= suffix;
            break;
        }
    }
    for (cf_group *group = disk->groups; group; group = group->next)
        if (strlen(group->name) == length && strncmp(group->name, name, length) == 0) return group;
    cf_group *group = calloc(1, sizeof *group);
    if (!group || length >= sizeof group->name) abort();
    memcpy(group->name, name, length);
    group->quota = -1;
    group->next = disk->groups;
    return disk->groups = group;
}

cf_file *cf_make(cf_disk *disk, const char *name) {
    cf_file *file = calloc(1, sizeof *file);
    if (!file || strlen(name) >= sizeof file->name) abort();
    strcpy(file->name, name);
    static uint64_t made_count;
    file->id = file->origin = __sync_add_and_fetch(&made_count, 1);
    file->touched = INT64_MAX;
    file->group = cf_group_of(disk, name);
    file->next = disk->files;
    return disk->files = file;
}

void cf_file_forget(cf_file *file) {
    while (file->first) {
        cf_pending *pending = file->first;
        file->first = pending->next;
        free(pending);
    }
    file->last = NULL;
}

/// Takes a file from the disk once nobody holds it.
void cf_release_file(cf_disk *disk, cf_file *file) {
    if (!file->deleted || file->holders > 0) return;
    for (cf_file **link = &disk->files; *link; link = &(*link)->next) {
        if (*link != file) continue;
        *link = file->next;
        cf_file_forget(file);
        give_back(&file->now);
        give_back(&file->durable);
        free(file);
        return;
    }
}

void cf_drop(cf_disk *disk, cf_file *file) {
    file->deleted = 1;
    cf_release_file(disk, file);
}

static int remember(cf_file *file, const void *bytes, int64_t count, int64_t offset) {
    cf_pending *pending = malloc(sizeof *pending + (size_t)(count > 0 ? count : 0));
    if (!pending) return 0;
    pending->next = NULL;
    pending->offset = offset;
    pending->count = count;
    if (count > 0) memcpy(pending->bytes, bytes, (size_t)count);
    if (file->last) file->last->next = pending; else file->first = pending;
    file->last = pending;
    return 1;
}

/// Whoever looks has to know.
static void changed(cf_file *file, int64_t offset) {
    file->changes++;
    if (offset < file->touched) file->touched = offset;
}

int cf_file_write(cf_disk *disk, cf_file *file, const void *bytes, int64_t count, int64_t offset) {
    changed(file, offset);
    if (!put_bytes(&file->now, bytes, count, offset)) return 0;
    return !disk->tracks || remember(file, bytes, count, offset);
}

int cf_file_truncate(cf_disk *disk, cf_file *file, int64_t count) {
    changed(file, count);
    if (count < file->now.count) file->now.count = count;
    return !disk->tracks || remember(file, NULL, -1, count);
}

void cf_file_sync(cf_file *file) {
    for (cf_pending *pending = file->first; pending; pending = pending->next) {
        if (pending->count >= 0) {
            if (!put_bytes(&file->durable, pending->bytes, pending->count, pending->offset)) abort();
        } else if (pending->offset < file->durable.count) {
            file->durable.count = pending->offset;
        }
    }
    cf_file_forget(file);
}

// Lives.

void cf_release_shm(cf_shm *shm) {
    if (--shm->holders > 0) return;
    for (int i = 0; i < shm->region_count; i++) free(shm->regions[i]);
    free(shm->regions);
    free(shm);
}

/// Every open connection of the group is dead from here on; whoever holds the old index keeps it until it is closed.
void cf_end_life(cf_group *group) {
    group->life++;
    if (group->shm) cf_release_shm(group->shm);
    group->shm = NULL;
    group->armed_calls = 0;
    group->quota = -1;
}

/// What is left of a file when the power goes. How likely a sector survives is drawn once per file, so that "all but one" and
/// "nothing but one" both happen.
static void cut_power(cf_disk *disk, cf_file *file, uint64_t *random) {
    if (!disk->tracks) return;
    static const unsigned likely[] = {0, 64, 512, 960, 1023};
    unsigned keep = likely[next_random(random) % 5];
    int whole = next_random(random) % 3 == 0;
    for (cf_pending *pending = file->first; pending; pending = pending->next) {
        if (pending->count < 0) {
            if (next_random(random) % 1024 >= keep) continue;
            if (pending->offset < file->durable.count) file->durable.count = pending->offset;
            continue;
        }
        int kept = next_random(random) % 1024 < keep;
        int64_t at = 0;
        while (at < pending->count) {
            int64_t place = pending->offset + at;
            int64_t length = SECTOR - place % SECTOR;
            if (length > pending->count - at) length = pending->count - at;
            if (whole ? kept : next_random(random) % 1024 < keep) {
                if (!put_bytes(&file->durable, pending->bytes + at, length, place)) abort();
            } else {
                file->group->lost_bytes += (uint64_t)length;
            }
            at += length;
        }
    }
    cf_file_forget(file);
    changed(file, 0);
    if (!copy_buffer(&file->now, &file->durable)) abort();
}

static void crash(cf_disk *disk, cf_group *group, int accident, uint64_t seed) {
    for (cf_file *file = disk->files; file; file = file->next) {
        if (file->group != group || file->deleted) continue;
        file->shared = file->reserved = file->pending = file->exclusive = 0;
        if (accident == CF_POWER) {
            // Of its own per file, so that the order of files does not matter.
            uint64_t random = seed;
            for (const char *letter = file->name; *letter; letter++) random = random * 31 + (unsigned char)*letter;
            cut_power(disk, file, &random);
        }
    }
    cf_end_life(group);
    group->crash_count++;
}

int cf_meet(cf_disk *disk, cf_group *group, int call) {
    group->call_count++;
    if (!(group->armed_calls & call) || --group->armed_nth > 0) return 0;
    int accident = group->armed_accident;
    group->armed_calls = 0;
    if (accident == CF_ERROR) {
        group->error_count++;
        return 2;
    }
    crash(disk, group, accident, group->armed_seed);
    return 1;
}

// What the simulator calls.

cf_disk *cf_disk_of(const char *path, const char **name) {
    if (!path) return NULL;
    cf_lock(&disks_lock);
    cf_disk *found = disks;
    while (found && !(strncmp(path, found->folder, found->folder_length) == 0 && path[found->folder_length] == '/'))
        found = found->next;
    cf_unlock(&disks_lock);
    if (found && name) *name = path + found->folder_length + 1;
    return found;
}

cf_disk *cf_disk_make(const char *folder) {
    cf_disk *disk = calloc(1, sizeof *disk);
    if (!disk || strlen(folder) >= sizeof disk->folder) return NULL;
    strcpy(disk->folder, folder);
    disk->folder_length = strlen(folder);
    pthread_mutex_init(&disk->lock, NULL);
    cf_lock(&disks_lock);
    disk->next = disks;
    disks = disk;
    cf_unlock(&disks_lock);
    return disk;
}

void cf_disk_clear(cf_disk *disk, int tracks) {
    cf_lock(&disk->lock);
    for (cf_file *file = disk->files, *next; file; file = next) {
        next = file->next;
        if (!file->deleted) cf_drop(disk, file);
    }
    for (cf_group *group = disk->groups; group; group = group->next) {
        cf_end_life(group);
        group->lying = 0;
        group->crash_count = group->error_count = 0;
        group->lost_bytes = group->call_count = 0;
    }
    disk->tracks = tracks;
    cf_unlock(&disk->lock);
}

void cf_disk_free(cf_disk *disk) {
    cf_disk_clear(disk, 0);
    cf_free_views(disk);
    cf_lock(&disks_lock);
    for (cf_disk **link = &disks; *link; link = &(*link)->next) {
        if (*link == disk) {
            *link = disk->next;
            break;
        }
    }
    cf_unlock(&disks_lock);
    while (disk->groups) {
        cf_group *group = disk->groups;
        disk->groups = group->next;
        free(group);
    }
    pthread_mutex_destroy(&disk->lock);
    free(disk);
}

void cf_put(cf_disk *disk, const char *name, const void *bytes, size_t count) {
    cf_lock(&disk->lock);
    cf_file *file = cf_find(disk, name);
    if (file) cf_drop(disk, file);
    file = cf_make(disk, name);
    if (!put_bytes(&file->now, bytes, (int64_t)count, 0)) abort();
    if (disk->tracks && !copy_buffer(&file->durable, &file->now)) abort();
    file->origin = cf_origin_of(bytes, count);
    cf_unlock(&disk->lock);
}

int64_t cf_get(cf_disk *disk, const char *name, void *bytes, size_t capacity) {
    cf_lock(&disk->lock);
    cf_file *file = cf_find(disk, name);
    int64_t count = file ? file->now.count : -1;
    if (file && capacity > 0) memcpy(bytes, file->now.bytes, (size_t)count < capacity ? (size_t)count : capacity);
    cf_unlock(&disk->lock);
    return count;
}

static void delete_group(cf_disk *disk, cf_group *group) {
    for (cf_file *file = disk->files, *next; file; file = next) {
        next = file->next;
        if (file->group == group && !file->deleted) cf_drop(disk, file);
    }
    cf_end_life(group);
}

void cf_delete_group(cf_disk *disk, const char *name) {
    cf_lock(&disk->lock);
    delete_group(disk, cf_group_of(disk, name));
    cf_unlock(&disk->lock);
}

void cf_copy_group(cf_disk *disk, const char *from, const char *to) {
    cf_lock(&disk->lock);
    cf_group *source = cf_group_of(disk, from);
    delete_group(disk, cf_group_of(disk, to));
    size_t stem = strlen(from);
    for (cf_file *file = disk->files, *next; file; file = next) {
        next = file->next;
        if (file->group != source || file->deleted) continue;
        char name[sizeof file->name];
        if (snprintf(name, sizeof name, "%s%s", to, file->name + stem) >= (int)sizeof name) abort();
        cf_file *copy = cf_make(disk, name);
        copy->origin = file->origin;
        if (!copy_buffer(&copy->now, &file->now)) abort();
        if (disk->tracks && !copy_buffer(&copy->durable, &file->now)) abort();
    }
    cf_unlock(&disk->lock);
}

void cf_crash(cf_disk *disk, const char *group, int accident, uint64_t seed) {
    cf_lock(&disk->lock);
    crash(disk, cf_group_of(disk, group), accident, seed);
    cf_unlock(&disk->lock);
}

void cf_arm(cf_disk *disk, const char *name, int calls, uint32_t nth, int accident, uint64_t seed) {
    cf_lock(&disk->lock);
    cf_group *group = cf_group_of(disk, name);
    group->armed_calls = nth > 0 ? calls : 0;
    group->armed_nth = nth;
    group->armed_accident = accident;
    group->armed_seed = seed;
    cf_unlock(&disk->lock);
}

void cf_disarm(cf_disk *disk, const char *group) { cf_arm(disk, group, 0, 0, 0, 0); }

void cf_quota(cf_disk *disk, const char *group, int64_t bytes) {
    cf_lock(&disk->lock);
    cf_group_of(disk, group)->quota = bytes;
    cf_unlock(&disk->lock);
}

void cf_lie(cf_disk *disk, const char *group, int lying) {
    cf_lock(&disk->lock);
    cf_group_of(disk, group)->lying = lying;
    cf_unlock(&disk->lock);
}

uint32_t cf_crash_count(cf_disk *disk, const char *group) {
    cf_lock(&disk->lock);
    uint32_t count = cf_group_of(disk, group)->crash_count;
    cf_unlock(&disk->lock);
    return count;
}

uint32_t cf_error_count(cf_disk *disk, const char *group) {
    cf_lock(&disk->lock);
    uint32_t count = cf_group_of(disk, group)->error_count;
    cf_unlock(&disk->lock);
    return count;
}

uint64_t cf_lost_bytes(cf_disk *disk, const char *group) {
    cf_lock(&disk->lock);
    uint64_t count = cf_group_of(disk, group)->lost_bytes;
    cf_unlock(&disk->lock);
    return count;
}

uint64_t cf_call_count(cf_disk *disk, const char *group) {
    cf_lock(&disk->lock);
    uint64_t count = cf_group_of(disk, group)->call_count;
    cf_unlock(&disk->lock);
    return count;
}
