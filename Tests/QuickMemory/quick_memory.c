// Memory for one busy thread. A schedule makes and frees some hundred thousand small blocks and some thousand pages of SQLite; the
// system's allocator keeps only the smallest close at hand, and joins and splits the others each time.
//
//     span of 64 KiB, aligned:  block │ block │ block │ …     blocks of one class; a freed one goes to its class's stack
//                               head │ one large block         a freed one goes to the list of its size
//
// All spans lie in one range of addresses, and a table with a byte for each says of which class it is. In the spans themselves the
// classes would stand at the same place of each: the processor's caches keep no more than a dozen lines of which that is true.
#include "quick_memory.h"

#ifdef GRIDLINE_QUICK_MEMORY
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    SPAN_BYTES = 1 << 16,
    /// Of a large block.
    HEAD_BYTES = 64,
    SMALL_MAX = 8192,
    /// Up to 1 KiB one for each 16 bytes, then eight for each doubling.
    SMALL_COUNT = 64 + 3 * 8,
    /// Two for each doubling.
    LARGE_COUNT = 96,
    /// How many blocks before its turn one is fetched.
    AHEAD = 3,
    /// What is taken from the system at once.
    REGION_BYTES = 32 << 20,
    HUGE_BYTES = 2 << 20,
    /// More than any machine that plays schedules has: addresses cost nothing.
    SPAN_COUNT = 1 << 21,
};

/// Freed blocks of one class, the last one on top. A list through the blocks would read each of them when it is handed out, and most have
/// been idle for so long that they are far away; whoever gets one mostly writes, and need not wait for it.
typedef struct {
    void **blocks;
    size_t count, room;
} stack;

typedef struct span {
    /// Of the large block.
    size_t bytes;
    struct span *next;
} span;

static struct {
    /// From SMALL_COUNT on: one large block.
    uint8_t class[SPAN_COUNT];
    /// The range of addresses; taken at the first call.
    char *start;
    /// How many bytes of it are some thread's.
    _Atomic size_t taken;
    pthread_once_t once;
} all = {.once = PTHREAD_ONCE_INIT};

// Each thread has all of it for itself.
static __thread struct {
    stack idle[SMALL_COUNT];
    char *next[SMALL_COUNT], *end[SMALL_COUNT];
    span *large[LARGE_COUNT];
    char *region, *region_end;
} mine;

static inline unsigned class_of(size_t bytes) {
    if (bytes <= 1024) return bytes == 0 ? 0 : (unsigned)((bytes - 1) >> 4);
    unsigned log = 63 - (unsigned)__builtin_clzll(bytes - 1);
    return 64 + (log - 10) * 8 + (unsigned)((bytes - 1) >> (log - 3) & 7);
}

static inline size_t bytes_of(unsigned class) {
    if (class < 64) return (size_t)(class + 1) << 4;
    unsigned log = 10 + (class - 64) / 8;
    return ((size_t)1 << log) + ((size_t)((class - 64) % 8 + 1) << (log - 3));
}

static inline span *span_of(void *pointer) { return (span *)((uintptr_t)pointer & ~(uintptr_t)(SPAN_BYTES - 1)); }

static inline uint8_t *class_at(void *pointer) { return &all.class[(size_t)((char *)pointer - all.start) / SPAN_BYTES]; }

static void take_addresses(void) {
    size_t bytes = (size_t)SPAN_COUNT * SPAN_BYTES;
    char *start = mmap(NULL, bytes + HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) abort();
    all.start = (char *)(((uintptr_t)start + HUGE_BYTES - 1) & ~(uintptr_t)(HUGE_BYTES - 1));
}

/// Memory of the system for this thread alone.
static int take_region(size_t bytes) {
    pthread_once(&all.once, take_addresses);
    if (bytes < REGION_BYTES) bytes = REGION_BYTES;
    bytes = (bytes + HUGE_BYTES - 1) & ~(size_t)(HUGE_BYTES - 1);
    size_t offset = atomic_fetch_add(&all.taken, bytes), limit = (size_t)SPAN_COUNT * SPAN_BYTES;
    if (offset > limit || bytes > limit - offset) return 0;
    if (mprotect(all.start + offset, bytes, PROT_READ | PROT_WRITE) != 0) return 0;
    mine.region = all.start + offset;
    mine.region_end = mine.region + bytes;
    // A schedule goes through a hundred megabytes in small pieces: with small pages each of them has its address looked up anew.
    madvise(mine.region, bytes, MADV_HUGEPAGE);
    return 1;
}

static void *take_span(size_t bytes, unsigned class) {
    if (bytes > SIZE_MAX / 2) return NULL;
    bytes = (bytes + SPAN_BYTES - 1) & ~(size_t)(SPAN_BYTES - 1);
    if ((size_t)(mine.region_end - mine.region) < bytes && !take_region(bytes)) return NULL;
    void *taken = mine.region;
    mine.region += bytes;
    *class_at(taken) = (uint8_t)class;
    return taken;
}

static __attribute__((noinline)) void *take_small(unsigned class) {
    size_t bytes = bytes_of(class);
    if ((size_t)(mine.end[class] - mine.next[class]) < bytes) {
        char *fresh = take_span(SPAN_BYTES, class);
        if (!fresh) {
            errno = ENOMEM;
            return NULL;
        }
        mine.next[class] = fresh;
        mine.end[class] = fresh + SPAN_BYTES;
    }
    void *taken = mine.next[class];
    mine.next[class] += bytes;
    return taken;
}

/// - head: where in its span the block begins; for one that has to stand at a multiple of it.
static __attribute__((noinline)) void *take_large(size_t wanted, size_t head) {
    size_t whole = wanted + head;
    if (whole < wanted || whole > SIZE_MAX / 4 || head >= SPAN_BYTES) {
        errno = ENOMEM;
        return NULL;
    }
    if (whole < SMALL_MAX) whole = SMALL_MAX;
    unsigned log = 63 - (unsigned)__builtin_clzll(whole - 1), half = (unsigned)((whole - 1) >> (log - 1) & 1);
    whole = ((size_t)1 << log) + ((size_t)(half + 1) << (log - 1));
    unsigned class = (log - 12) * 2 + half;
    span *taken = mine.large[class];
    if (taken) mine.large[class] = taken->next; else taken = take_span(whole, SMALL_COUNT + class);
    if (!taken) {
        errno = ENOMEM;
        return NULL;
    }
    taken->bytes = whole - head;
    return (char *)taken + head;
}

void *malloc(size_t bytes) {
    if (bytes > SMALL_MAX) return take_large(bytes, HEAD_BYTES);
    unsigned class = class_of(bytes);
    stack *idle = &mine.idle[class];
    size_t count = idle->count;
    if (count == 0) return take_small(class);
    idle->count = --count;
    if (count >= AHEAD) __builtin_prefetch(idle->blocks[count - AHEAD], 1);
    return idle->blocks[count];
}

/// Room for as many blocks again.
static __attribute__((noinline)) void grow(stack *idle) {
    size_t room = idle->room > 0 ? 2 * idle->room : SMALL_MAX / sizeof *idle->blocks;
    void **blocks = take_large(room * sizeof *blocks, HEAD_BYTES), **before = idle->blocks;
    if (!blocks) abort();
    if (before) memcpy(blocks, before, idle->count * sizeof *blocks);
    idle->blocks = blocks;
    idle->room = room;
    free(before);
}

void free(void *pointer) {
    if (!pointer) return;
    unsigned class = *class_at(pointer);
    if (class < SMALL_COUNT) {
        stack *idle = &mine.idle[class];
        if (idle->count == idle->room) grow(idle);
        idle->blocks[idle->count++] = pointer;
    } else {
        span *home = span_of(pointer);
        home->next = mine.large[class - SMALL_COUNT];
        mine.large[class - SMALL_COUNT] = home;
    }
}

size_t malloc_usable_size(void *pointer) {
    if (!pointer) return 0;
    unsigned class = *class_at(pointer);
    return class < SMALL_COUNT ? bytes_of(class) : span_of(pointer)->bytes;
}

void *calloc(size_t count, size_t bytes) {
    size_t whole;
    if (__builtin_mul_overflow(count, bytes, &whole)) {
        errno = ENOMEM;
        return NULL;
    }
    void *taken = malloc(whole);
    return taken ? memset(taken, 0, whole) : NULL;
}

void *realloc(void *pointer, size_t bytes) {
    size_t before = malloc_usable_size(pointer);
    if (bytes <= before && bytes >= before / 2) return pointer;
    void *taken = malloc(bytes);
    if (!taken) return NULL;
    if (pointer) memcpy(taken, pointer, bytes < before ? bytes : before);
    free(pointer);
    return taken;
}

void *memalign(size_t alignment, size_t bytes) {
    return alignment <= 16 ? malloc(bytes) : take_large(bytes, alignment < HEAD_BYTES ? HEAD_BYTES : alignment);
}

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **pointer, size_t alignment, size_t bytes) {
    *pointer = memalign(alignment, bytes);
    return *pointer ? 0 : ENOMEM;
}

int quick_memory_is_on(void) { return 1; }
#else
int quick_memory_is_on(void) { return 0; }
#endif
