// SQLite's file system with one difference: what is written to a log goes to the system in few large pieces.
//
//     SQLite   24 | 4096 | 24 | 4096 | …  | 24 | 4096 (commit)           130 writes for a push of 20 edits
//     here     └──────────── one piece ─────────────────┘                  2
//
// A piece ends with the commit's last page, and before anything else is done with the file through this connection. What is written
// over, as headers are whose checksums a commit makes anew, is not gathered. So whatever SQLite tells other connections of is in the
// file, a sync covers it, and an error is reported in the commit that it belongs to. Pages that are written early, because the cache is
// full, may wait until then; nobody but this connection looks at them.
#define _GNU_SOURCE
#include "csqlite.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// SQLite's own file system looks at the lowest 17 bits of a length alone: what is 128 KiB or more takes it two calls, and of exactly that
// it writes nothing and says that the disk is full.
enum { pieceBytesMax = 124 << 10, frameHeaderBytes = 24 };

// So much of a large transaction is written before the disk is set to work at it: the commit, which waits for all of it, then waits less.
enum { aheadBytes = 1 << 20 };

typedef struct {
  sqlite3_file base;
  unsigned char *piece;
  // Where the piece begins in the file, and how long it is.
  sqlite3_int64 start;
  int count;
  // How far the log was written since it began anew; what lies before is written over. A piece ends here.
  sqlite3_int64 end;
  // The header of a commit's last page was written, and its page has not come yet.
  int endsCommit;
  // Where the disk has not been set to work yet, and how much that is.
  sqlite3_int64 idleStart, idleCount;
  // The file once more, for that alone; -1 before it is needed.
  int descriptor;
  const char *name;
} LogFile;

static sqlite3_vfs *system_files;

static sqlite3_file *beneath(sqlite3_file *file) { return (sqlite3_file *)((LogFile *)file + 1); }

// The disk may begin with what was handed over. Nobody is told anything by it: the sync of the commit confirms all of it as ever, and an
// error of the disk is kept for that sync, which goes through SQLite's own descriptor.
static void begin_writing(LogFile *log, int count) {
  if (log->idleCount == 0 || log->start != log->idleStart + log->idleCount) {
    log->idleStart = log->start;
    log->idleCount = 0;
  }
  log->idleCount += count;
  if (log->idleCount < aheadBytes) return;
  if (log->descriptor < 0 && log->name != NULL) log->descriptor = open(log->name, O_RDONLY | O_CLOEXEC);
  if (log->descriptor >= 0) (void)sync_file_range(log->descriptor, log->idleStart, log->idleCount, SYNC_FILE_RANGE_WRITE);
  log->idleCount = 0;
}

static int hand_over(sqlite3_file *file) {
  LogFile *log = (LogFile *)file;
  if (log->count == 0) return SQLITE_OK;
  int count = log->count;
  // Written or not, once: after an error SQLite takes the transaction back.
  log->count = 0;
  int result = beneath(file)->pMethods->xWrite(beneath(file), log->piece, count, log->start);
  if (result == SQLITE_OK) begin_writing(log, count);
  return result;
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  LogFile *log = (LogFile *)file;
  if (log->count > 0 && (offset != log->start + log->count || count > pieceBytesMax - log->count)) {
    int result = hand_over(file);
    if (result != SQLITE_OK) return result;
  }
  // The log's own header is written as it begins anew.
  int isOver = offset > 0 && offset < log->end;
  if (!isOver) log->end = offset + count;
  if (log->piece == NULL) log->piece = malloc(pieceBytesMax);
  if (isOver || log->piece == NULL || count > pieceBytesMax) {
    // Nothing waits: none of these follows a piece or fits behind it.
    return beneath(file)->pMethods->xWrite(beneath(file), bytes, count, offset);
  }
  if (log->count == 0) log->start = offset;
  memcpy(log->piece + log->count, bytes, count);
  log->count += count;
  int isLast = log->endsCommit;
  // The second number of a frame's header: the size of the database after a commit, 0 in all other frames.
  static const unsigned char none[4];
  log->endsCommit = count == frameHeaderBytes && memcmp((const unsigned char *)bytes + 4, none, sizeof none) != 0;
  return isLast ? hand_over(file) : SQLITE_OK;
}

static int log_close(sqlite3_file *file) {
  // Of a transaction that was not committed, if anything: its pages are worth nothing.
  (void)hand_over(file);
  free(((LogFile *)file)->piece);
  if (((LogFile *)file)->descriptor >= 0) close(((LogFile *)file)->descriptor);
  return beneath(file)->pMethods->xClose(beneath(file));
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  int result = hand_over(file);
  return result != SQLITE_OK ? result : beneath(file)->pMethods->xRead(beneath(file), bytes, count, offset);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int result = hand_over(file);
  return result != SQLITE_OK ? result : beneath(file)->pMethods->xTruncate(beneath(file), size);
}

static int log_sync(sqlite3_file *file, int flags) {
  int result = hand_over(file);
  // The disk writes all of it now: many small commits never come to a megabyte.
  ((LogFile *)file)->idleCount = 0;
  return result != SQLITE_OK ? result : beneath(file)->pMethods->xSync(beneath(file), flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
  int result = hand_over(file);
  return result != SQLITE_OK ? result : beneath(file)->pMethods->xFileSize(beneath(file), size);
}

static int log_lock(sqlite3_file *file, int level) { return beneath(file)->pMethods->xLock(beneath(file), level); }
static int log_unlock(sqlite3_file *file, int level) { return beneath(file)->pMethods->xUnlock(beneath(file), level); }

static int log_reserved(sqlite3_file *file, int *isReserved) {
  return beneath(file)->pMethods->xCheckReservedLock(beneath(file), isReserved);
}

static int log_control(sqlite3_file *file, int operation, void *argument) {
  return beneath(file)->pMethods->xFileControl(beneath(file), operation, argument);
}

static int log_sector(sqlite3_file *file) { return beneath(file)->pMethods->xSectorSize(beneath(file)); }
static int log_device(sqlite3_file *file) { return beneath(file)->pMethods->xDeviceCharacteristics(beneath(file)); }

// Version 1: nobody maps a log into memory, and what connections share of it belongs to the database's own file.
static const sqlite3_io_methods log_methods = {
    1,          log_close,  log_read,     log_write,   log_truncate, log_sync,  log_size,
    log_lock,   log_unlock, log_reserved, log_control, log_sector,   log_device,
};

static int open_file(sqlite3_vfs *files, const char *name, sqlite3_file *file, int flags, int *given) {
  (void)files;
  if ((flags & SQLITE_OPEN_WAL) == 0) return system_files->xOpen(system_files, name, file, flags, given);
  memset(file, 0, sizeof(LogFile));
  ((LogFile *)file)->descriptor = -1;
  ((LogFile *)file)->name = name;
  int result = system_files->xOpen(system_files, name, beneath(file), flags, given);
  if (result == SQLITE_OK) file->pMethods = &log_methods;
  return result;
}

int gridline_gather_log_writes(int isDefault) {
  static sqlite3_vfs gathering;
  if (system_files == NULL) {
    system_files = sqlite3_vfs_find(NULL);
    if (system_files == NULL) return SQLITE_ERROR;
    gathering = *system_files;
    gathering.pNext = NULL;
    gathering.zName = "gridline-gathered-log";
    gathering.szOsFile = (int)sizeof(LogFile) + system_files->szOsFile;
    gathering.xOpen = open_file;
  }
  return sqlite3_vfs_register(&gathering, isDefault);
}
