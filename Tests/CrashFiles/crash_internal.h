// The parts of the file system that its source files share: disks, groups, files. See crash_files.h.
#ifndef GRIDLINE_CRASH_INTERNAL_H
#define GRIDLINE_CRASH_INTERNAL_H
#include <pthread.h>
#include <sqlite3.h>
#include "include/crash_files.h"

/// A write or a truncation that has not reached the platter.
typedef struct cf_pending {
    struct cf_pending *next;
    int64_t offset;
    /// -1: the file was cut at `offset`.
    int64_t count;
    unsigned char bytes[];
} cf_pending;

typedef struct {
    unsigned char *bytes;
    int64_t count, capacity;
} cf_buffer;

/// The index of a write-ahead log: shared by the connections of one life of a group.
typedef struct {
    int holders;
    void **regions;
    int region_count;
    int shared[SQLITE_SHM_NLOCK];
    int exclusive[SQLITE_SHM_NLOCK];
} cf_shm;

typedef struct cf_group {
    struct cf_group *next;
    char name[96];
    /// Counts the lives: a connection of an earlier one is dead.
    uint32_t life;
    cf_shm *shm;
    int armed_calls, armed_accident;
    uint32_t armed_nth;
    uint64_t armed_seed;
    int64_t quota;
    int lying;
    uint32_t crash_count, error_count;
    uint64_t lost_bytes, call_count;
} cf_group;

typedef struct cf_file {
    struct cf_file *next;
    char name[96];
    cf_group *group;
    /// No other file of the process has it.
    uint64_t id;
    /// What it was made of, if it was put there whole or is a copy of such a one: the same for the same bytes. Else its `id`.
    uint64_t origin;
    /// How often its content changed, and the lowest place since somebody looked.
    uint64_t changes;
    int64_t touched;
    cf_buffer now, durable;
    cf_pending *first, *last;
    /// Open connections; a deleted file goes with the last one.
    int holders, deleted;
    // Locks of the main file.
    int shared;
    int reserved, pending, exclusive;
} cf_file;

struct cf_disk {
    struct cf_disk *next;
    char folder[256];
    size_t folder_length;
    int tracks;
    pthread_mutex_t lock;
    cf_group *groups;
    cf_file *files;
    struct cf_view *views;
};

typedef struct cf_view cf_view;

/// Whether one thread alone plays in this process: then nobody waits for anybody.
extern int cf_is_alone;

static inline void cf_lock(pthread_mutex_t *lock) {
    if (!cf_is_alone) pthread_mutex_lock(lock);
}

static inline void cf_unlock(pthread_mutex_t *lock) {
    if (!cf_is_alone) pthread_mutex_unlock(lock);
}

cf_group *cf_group_of(cf_disk *disk, const char *name);
cf_file *cf_find(cf_disk *disk, const char *name);
cf_file *cf_make(cf_disk *disk, const char *name);
void cf_drop(cf_disk *disk, cf_file *file);
void cf_release_file(cf_disk *disk, cf_file *file);
void cf_release_shm(cf_shm *shm);
void cf_end_life(cf_group *group);

int cf_resize(cf_buffer *buffer, int64_t count);
int cf_file_write(cf_disk *disk, cf_file *file, const void *bytes, int64_t count, int64_t offset);
int cf_file_truncate(cf_disk *disk, cf_file *file, int64_t count);
void cf_file_sync(cf_file *file);
void cf_file_forget(cf_file *file);

/// The file system `CF_LOOK`, beside the system's own.
void cf_install_look(const sqlite3_vfs *system);
void cf_free_views(cf_disk *disk);
/// The number of a file with these bytes.
uint64_t cf_origin_of(const unsigned char *bytes, size_t count);

/// Counts a call and lets the armed accident happen. 0 = go on; 1 = the connection is dead now; 2 = this call fails.
int cf_meet(cf_disk *disk, cf_group *group, int call);
/// The disk of a path, and the name behind its folder; NULL if the path is none of ours.
cf_disk *cf_disk_of(const char *path, const char **name);
#endif
