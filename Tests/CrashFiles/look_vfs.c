// A second way into the files of a disk, for whoever only looks: what is committed there, as one plain database without a log.
//
//     main file ─┐
//                ├─▶ image ──▶ a connection that is never closed, takes no lock, and needs no index of the log
//     log ───────┘   (pages of commits that are whole)
//
// A connection of SQLite's own kind would hold the log in place and had to be made anew, with every statement, whenever the process
// it looks at ends: that was a seventh of what a schedule costs. The image is brought up to date when a transaction begins. Its first page
// says that there is no log, and counts its changes, so that SQLite knows when its cache is old.
//
// Format of the log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
#include "crash_internal.h"
#include <stdlib.h>
#include <string.h>

enum { LOG_HEAD = 32, FRAME_HEAD = 24 };

/// What can be seen of one database, shared by everybody who looks at it.
struct cf_view {
    struct cf_view *next;
    char name[96];
    cf_buffer image;
    uint32_t change_count;
    /// What the image was made of.
    uint64_t main_id, main_changes, log_id;
    uint32_t salts[2];
    /// How far the log is in the image: the end of a commit.
    int64_t log_at;
    /// Of its frames up to there, as SQLite chains them; kept only where no process says what is committed.
    uint32_t sums[2];
    int is_live;
};

typedef struct {
    sqlite3_file base;
    cf_disk *disk;
    cf_view *view;
} look;

static sqlite3_vfs look_vfs;

static uint32_t number(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_number(unsigned char *bytes, uint32_t value) {
    for (int i = 0; i < 4; i++) bytes[i] = (unsigned char)(value >> (24 - 8 * i));
}

/// SQLite's checksum of a log: words in this machine's order.
static void sum(uint32_t *sums, const unsigned char *bytes, int64_t count) {
    uint32_t one = sums[0], two = sums[1];
    for (int64_t i = 0; i < count; i += 8) {
        uint32_t words[2];
        memcpy(words, bytes + i, 8);
        one += words[0] + two;
        two += words[1] + one;
    }
    sums[0] = one;
    sums[1] = two;
}

/// Whether a log begins with a header that is whole; its salts and, in `sums`, its checksum.
static int read_log_head(const cf_file *log, uint32_t *salts, uint32_t *sums) {
    const unsigned char *bytes = log->now.bytes;
    // A log of the other byte order is none of this machine.
    if (log->now.count < LOG_HEAD || number(bytes) != 0x377f0682) return 0;
    sums[0] = sums[1] = 0;
    sum(sums, bytes, 24);
    salts[0] = number(bytes + 16);
    salts[1] = number(bytes + 20);
    return number(bytes + 24) == sums[0] && number(bytes + 28) == sums[1];
}

static void put_pages(cf_view *view, const cf_file *log, int64_t end, int64_t page_size) {
    for (int64_t at = view->log_at; at < end; at += FRAME_HEAD + page_size) {
        const unsigned char *frame = log->now.bytes + at;
        int64_t offset = ((int64_t)number(frame) - 1) * page_size;
        if (offset + page_size > view->image.count && !cf_resize(&view->image, offset + page_size)) abort();
        memcpy(view->image.bytes + offset, frame + FRAME_HEAD, (size_t)page_size);
        uint32_t page_count = number(frame + 4);
        if (page_count > 0 && !cf_resize(&view->image, (int64_t)page_count * page_size)) abort();
    }
    view->log_at = end;
}

/// The process that has the database open says in the index how much of the log is committed: a commit of which it was told that it failed
/// is not, though it may stand there whole. -1 if there is no such process: then it is what the next one would find.
static int64_t committed_count(const cf_group *group) {
    if (!group->shm || group->shm->region_count == 0) return -1;
    // https://www.sqlite.org/walformat.html#the_wal_index_file_format
    const unsigned char *head = group->shm->regions[0];
    if (head[12] == 0) return -1;
    uint32_t frame_count;
    memcpy(&frame_count, head + 16, sizeof frame_count);
    return frame_count;
}

/// Takes over the commits that the image has not yet, up to `end`. Whether there were any.
static int read_log(cf_view *view, const cf_file *log, int64_t end) {
    int64_t page_size = number(log->now.bytes + 8), at = view->log_at;
    if (end > log->now.count) end = log->now.count;
    uint32_t sums[2] = {view->sums[0], view->sums[1]};
    int is_news = 0;
    while (at + FRAME_HEAD + page_size <= end) {
        const unsigned char *frame = log->now.bytes + at;
        if (number(frame + 8) != view->salts[0] || number(frame + 12) != view->salts[1] || number(frame) == 0) break;
        if (!view->is_live) {
            sum(sums, frame, 8);
            sum(sums, frame + FRAME_HEAD, page_size);
            if (number(frame + 16) != sums[0] || number(frame + 20) != sums[1]) break;
        }
        at += FRAME_HEAD + page_size;
        if (number(frame + 4) == 0) continue;
        put_pages(view, log, at, page_size);
        view->sums[0] = sums[0];
        view->sums[1] = sums[1];
        is_news = 1;
    }
    return is_news;
}

/// Brings the image up to date; the disk is locked.
static void refresh(cf_disk *disk, cf_view *view) {
    char log_name[sizeof view->name + 4];
    strcat(strcpy(log_name, view->name), "-wal");
    cf_file *file = cf_find(disk, view->name), *log = cf_find(disk, log_name);
    if (!file) {
        view->image.count = 0;
        view->main_id = 0;
        view->change_count++;
        return;
    }
    int64_t frame_count = committed_count(file->group), end = INT64_MAX;
    uint32_t salts[2] = {0, 0}, sums[2] = {0, 0};
    if (frame_count == 0 || (log && !read_log_head(log, salts, sums))) log = NULL;
    if (log && frame_count > 0) end = LOG_HEAD + frame_count * (FRAME_HEAD + (int64_t)number(log->now.bytes + 8));
    uint64_t log_id = log ? log->id : 0;
    int is_live = frame_count >= 0;
    int is_same = view->main_id == file->id && view->main_changes == file->changes && view->is_live == is_live
        && view->log_id == log_id && memcmp(view->salts, salts, sizeof salts) == 0;
    if (is_same && (!log || (log->touched >= view->log_at && end >= view->log_at))) {
        if (!log || !read_log(view, log, end)) return;
    } else {
        if (!cf_resize(&view->image, file->now.count)) abort();
        if (file->now.count > 0) memcpy(view->image.bytes, file->now.bytes, (size_t)file->now.count);
        view->main_id = file->id;
        view->main_changes = file->changes;
        view->log_id = log_id;
        view->log_at = LOG_HEAD;
        view->is_live = is_live;
        memcpy(view->salts, salts, sizeof salts);
        memcpy(view->sums, sums, sizeof sums);
        if (log) read_log(view, log, end);
    }
    if (log) log->touched = INT64_MAX;
    if (view->image.count < 100) return;
    view->change_count++;
    // No log; and the counter twice, which says that the count of pages beside it is right.
    unsigned char *head = view->image.bytes;
    uint32_t page_size = (uint32_t)head[16] << 8 | (uint32_t)head[17] << 16;
    head[18] = head[19] = 1;
    put_number(head + 24, view->change_count);
    put_number(head + 28, (uint32_t)(view->image.count / (page_size > 0 ? page_size : 4096)));
    put_number(head + 92, view->change_count);
}

static int look_close(sqlite3_file *base) {
    (void)base;
    return SQLITE_OK;
}

static int look_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    cf_buffer *image = &((look *)base)->view->image;
    int64_t there = offset < image->count ? image->count - offset : 0;
    if (there > count) there = count;
    if (there > 0) memcpy(bytes, image->bytes + offset, (size_t)there);
    if (there == count) return SQLITE_OK;
    memset((char *)bytes + there, 0, (size_t)(count - there));
    return SQLITE_IOERR_SHORT_READ;
}

static int look_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    (void)base, (void)bytes, (void)count, (void)offset;
    return SQLITE_READONLY;
}

static int look_truncate(sqlite3_file *base, sqlite3_int64 count) {
    (void)base, (void)count;
    return SQLITE_READONLY;
}

static int look_number(sqlite3_file *base, int number) {
    (void)base, (void)number;
    return SQLITE_OK;
}

static int look_size(sqlite3_file *base, sqlite3_int64 *count) {
    *count = ((look *)base)->view->image.count;
    return SQLITE_OK;
}

static int look_lock(sqlite3_file *base, int level) {
    look *l = (look *)base;
    if (level != SQLITE_LOCK_SHARED) return SQLITE_READONLY;
    cf_lock(&l->disk->lock);
    refresh(l->disk, l->view);
    cf_unlock(&l->disk->lock);
    return SQLITE_OK;
}

static int look_is_reserved(sqlite3_file *base, int *result) {
    (void)base;
    *result = 0;
    return SQLITE_OK;
}

static int look_control(sqlite3_file *base, int code, void *argument) {
    (void)base, (void)code, (void)argument;
    return SQLITE_NOTFOUND;
}

static int look_none(sqlite3_file *base) {
    (void)base;
    return 0;
}

/// A page where it stands: the image does not move while somebody reads.
static int look_fetch(sqlite3_file *base, sqlite3_int64 offset, int count, void **pointer) {
    cf_buffer *image = &((look *)base)->view->image;
    *pointer = offset + count <= image->count ? image->bytes + offset : NULL;
    return SQLITE_OK;
}

static int look_unfetch(sqlite3_file *base, sqlite3_int64 offset, void *pointer) {
    (void)base, (void)offset, (void)pointer;
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = look_close,
    .xRead = look_read,
    .xWrite = look_write,
    .xTruncate = look_truncate,
    .xSync = look_number,
    .xFileSize = look_size,
    .xLock = look_lock,
    .xUnlock = look_number,
    .xCheckReservedLock = look_is_reserved,
    .xFileControl = look_control,
    .xSectorSize = look_none,
    .xDeviceCharacteristics = look_none,
    .xFetch = look_fetch,
    .xUnfetch = look_unfetch,
};

static int look_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *given) {
    (void)vfs;
    const char *name = NULL;
    cf_disk *disk = cf_disk_of(path, &name);
    if (!disk || !(flags & SQLITE_OPEN_MAIN_DB) || strlen(name) >= sizeof ((cf_view *)0)->name) return SQLITE_CANTOPEN;
    cf_lock(&disk->lock);
    cf_view *view = disk->views;
    while (view && strcmp(view->name, name) != 0) view = view->next;
    if (!view) {
        view = calloc(1, sizeof *view);
        if (!view) abort();
        strcpy(view->name, name);
        view->next = disk->views;
        disk->views = view;
    }
    cf_unlock(&disk->lock);
    look *l = (look *)base;
    *l = (look){.base.pMethods = &methods, .disk = disk, .view = view};
    if (given) *given = flags;
    return SQLITE_OK;
}

/// There is no journal and no log.
static int look_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs, (void)path, (void)flags;
    *result = 0;
    return SQLITE_OK;
}

static int look_delete(sqlite3_vfs *vfs, const char *path, int sync) {
    (void)vfs, (void)path, (void)sync;
    return SQLITE_IOERR_DELETE_NOENT;
}

void cf_install_look(const sqlite3_vfs *system) {
    look_vfs = *system;
    look_vfs.zName = CF_LOOK;
    if (look_vfs.szOsFile < (int)sizeof(look)) look_vfs.szOsFile = sizeof(look);
    look_vfs.pNext = NULL;
    look_vfs.xOpen = look_open;
    look_vfs.xDelete = look_delete;
    look_vfs.xAccess = look_access;
    sqlite3_vfs_register(&look_vfs, 0);
}

void cf_free_views(cf_disk *disk) {
    while (disk->views) {
        cf_view *view = disk->views;
        disk->views = view->next;
        free(view->image.bytes);
        free(view);
    }
}

// What a file was made of.

/// Equal bytes, equal number; the upper bit tells it from a count of files.
uint64_t cf_origin_of(const unsigned char *bytes, size_t count) {
    uint64_t hash = count;
    for (size_t i = 0; i + 8 <= count; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 32;
    }
    return hash | 1ULL << 63;
}

uint64_t cf_origin(cf_disk *disk, const char *name) {
    cf_lock(&disk->lock);
    cf_file *file = cf_find(disk, name);
    uint64_t origin = file ? file->origin : 0;
    cf_unlock(&disk->lock);
    return origin;
}
