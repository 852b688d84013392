// libsqlite3 with its session extension. The two macros must stand before the header: Debian's library has the functions,
// its header hides them without.
#ifndef GRIDLINE_CSQLITE_H
#define GRIDLINE_CSQLITE_H
#ifndef SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_SESSION 1
#endif
#ifndef SQLITE_ENABLE_PREUPDATE_HOOK
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#endif
#include <sqlite3.h>

// SQLite counts every byte that it takes and gives back, under a lock of the whole process. Nobody here asks for the count.
// To be called before anything else of SQLite; later it does nothing. Variadic functions cannot be called from Swift.
void gridline_sqlite_without_statistics(void);

// glibc gives memory back to the system, and asks for it again, in steps of 128 KiB: for a server that is a system call and dozens
// of page faults in every request. This lets each of at most four arenas take a megabyte at a time and keep up to four.
void gridline_keep_freed_memory(void);

// Gives what is free in every arena back to the system: some milliseconds, for the end of something that took much.
void gridline_give_memory_back(void);

// SQLite writes its log page by page, in two calls of the system for each. From now on every log that is opened is written in pieces
// of up to 124 KiB, none of which goes beyond a commit. To be called before the first database is opened, and by one thread. As the
// file system "gridline-gathered-log"; `isDefault` makes it the one of every connection that names none. Returns SQLite's result.
int gridline_gather_log_writes(int isDefault);
#endif
