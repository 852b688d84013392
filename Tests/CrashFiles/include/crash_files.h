// Files of SQLite databases in memory, with the accidents that files have.
//
//     SQLite ──▶ this file system ──▶ a disk's files in memory        for paths inside a disk's folder
//                        └─────────▶ the system's own file system    for every other path
//
// A file has what was written and, on a disk that tracks, what has reached the platter: writes wait until the file is synced. A
// crash by a kill keeps what was written; a power cut keeps what was synced and any part of the rest, sector by sector. After a
// crash every connection that was open fails at each call, as if its process were gone; connections opened later see what is left.
//
// The main file, its "-wal" and its "-journal" are one group, named by the main file. Accidents are armed for a group.
// A database that is made here also gets a small real file of the same name, so that code which looks for a file finds one.
#ifndef GRIDLINE_CRASH_FILES_H
#define GRIDLINE_CRASH_FILES_H
#include <stddef.h>
#include <stdint.h>

/// One disk: a folder whose databases live in memory.
typedef struct cf_disk cf_disk;

/// Which calls count towards an accident.
enum { CF_WRITE = 1, CF_SYNC = 2, CF_TRUNCATE = 4, CF_DELETE = 8, CF_ANY = 15 };

/// What happens at an accident.
enum {
    /// The process dies before the call; what was written stays.
    CF_KILL = 1,
    /// The machine loses power before the call; of what was not synced any part may be lost.
    CF_POWER = 2,
    /// The call fails once with an input/output error; what a failed sync should have kept waits for the next one.
    CF_ERROR = 3,
};

/// For a program in which one thread alone uses databases, before the first call of SQLite: neither it nor these files take a lock from now
/// on. Where SQLite runs already nothing changes.
void cf_be_alone(void);

/// A small real file where a database is in memory, and one where its log is, for code that looks whether they are there. Files that
/// are there stay.
void cf_make_stand_in(const char *path);

/// The name of a second file system, for connections that only look at databases on a disk: they see what is committed, take no lock,
/// and may stay open whatever becomes of the files. While a transaction of one is open nobody may write.
#define CF_LOOK "gridline-look"

/// Makes this the default file system of SQLite in this process, and `CF_LOOK` another one. May be called again.
void cf_install(void);

/// A disk for a folder that exists. `folder` has no trailing slash. NULL if there is no memory.
cf_disk *cf_disk_make(const char *folder);
/// Forgets a disk; no connection may be open.
void cf_disk_free(cf_disk *disk);
/// Takes every file away, and every armed accident; all open connections are dead. `tracks`: whether unsynced writes are told apart.
void cf_disk_clear(cf_disk *disk, int tracks);

/// Puts a whole, synced file in place of what was there. Names have no folder.
void cf_put(cf_disk *disk, const char *name, const void *bytes, size_t count);
/// Bytes of a file, -1 if there is none; copies at most `capacity` of them.
int64_t cf_get(cf_disk *disk, const char *name, void *bytes, size_t capacity);
/// What a file was made of: equal for files that were put there with the same bytes and for copies of them, whatever was written since;
/// a number of its own for every other file. 0 if there is none.
uint64_t cf_origin(cf_disk *disk, const char *name);
/// Copies a whole group under another name, as somebody who copies files; what was there is gone, its connections are dead.
void cf_copy_group(cf_disk *disk, const char *from, const char *to);
/// Deletes a whole group; its connections are dead.
void cf_delete_group(cf_disk *disk, const char *group);

/// The process that has the group dies now (`CF_KILL`), or its machine loses power (`CF_POWER`).
void cf_crash(cf_disk *disk, const char *group, int accident, uint64_t seed);
/// At the `nth` call from now (1 = the next) of these kinds the accident happens, once.
void cf_arm(cf_disk *disk, const char *group, int calls, uint32_t nth, int accident, uint64_t seed);
/// Nothing is armed any more.
void cf_disarm(cf_disk *disk, const char *group);
/// How many bytes the group may still grow; -1 = as it likes. Beyond it a write fails with SQLITE_FULL.
void cf_quota(cf_disk *disk, const char *group, int64_t bytes);
/// Syncs of the group say that they are done and do nothing, until this is taken back.
void cf_lie(cf_disk *disk, const char *group, int lying);

/// How many accidents have happened to the group since the disk was cleared: crashes, and errors and refusals told to SQLite.
uint32_t cf_crash_count(cf_disk *disk, const char *group);
uint32_t cf_error_count(cf_disk *disk, const char *group);
/// Bytes that power cuts took away.
uint64_t cf_lost_bytes(cf_disk *disk, const char *group);
/// Calls of all four kinds since the disk was cleared.
uint64_t cf_call_count(cf_disk *disk, const char *group);
#endif
