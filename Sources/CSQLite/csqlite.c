#include "csqlite.h"
#include <malloc.h>

void gridline_sqlite_without_statistics(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

void gridline_keep_freed_memory(void) {
  mallopt(M_ARENA_MAX, 4);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

void gridline_give_memory_back(void) { malloc_trim(0); }
