// Memory for one busy thread. A schedule makes and frees some hundred thousand small blocks and some thousand pages of SQLite; the
// system's allocator keeps only the smallest close at hand, and joins and splits the others each time.
//
//     span of 64 KiB, aligned:  head │ block │ block │ …      blocks of one class; a freed one goes to its class's list
//                               head │ one large block         a freed one goes to the list of its size
//
// A block's span, and with it its class, is found by clearing the lower sixteen bits of its address.
#include "quick_memory.h"

#ifdef GRIDLINE_QUICK_MEMORY
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
    SPAN_BYTES = 1 << 16,
    HEAD_BYTES = 64,
    SMALL_MAX = 8192,
    /// Up to 1 KiB one for each 16 bytes, then eight for each doubling.
    SMALL_COUNT = 64 + 3 * 8,
    /// Two for each doubling.
    LARGE_COUNT = 96,
    /// What is taken from the system at once.
    REGION_BYTES = 32 << 20,
    HUGE_BYTES = 2 << 20,
};

typedef struct block {
    struct block *next;
} block;

typedef struct span {
    /// From SMALL_COUNT on: one large block.
    uint32_t class;
    /// Of each block.
    size_t bytes;
    struct span *next;
} span;

// Each thread has all of it for itself.
static __thread struct {
    block *idle[SMALL_COUNT];
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

static span *take_span(size_t bytes) {
    if (bytes > SIZE_MAX / 2) return NULL;
    bytes = (bytes + SPAN_BYTES - 1) & ~(size_t)(SPAN_BYTES - 1);
    if ((size_t)(mine.region_end - mine.region) < bytes) {
        size_t taken = (bytes > REGION_BYTES ? bytes : REGION_BYTES) + HUGE_BYTES;
        char *start = mmap(NULL, taken, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (start == MAP_FAILED) return NULL;
        mine.region = (char *)(((uintptr_t)start + HUGE_BYTES - 1) & ~(uintptr_t)(HUGE_BYTES - 1));
        mine.region_end = start + taken;
        // A schedule goes through a hundred megabytes in small pieces: with small pages each of them has its address looked up anew.
        madvise(mine.region, (size_t)(mine.region_end - mine.region), MADV_HUGEPAGE);
    }
    span *taken = (span *)mine.region;
    mine.region += bytes;
    return taken;
}

static __attribute__((noinline)) void *take_small(unsigned class) {
    size_t bytes = bytes_of(class);
    if ((size_t)(mine.end[class] - mine.next[class]) < bytes) {
        span *fresh = take_span(SPAN_BYTES);
        if (!fresh) {
            errno = ENOMEM;
            return NULL;
        }
        fresh->class = class;
        fresh->bytes = bytes;
        mine.next[class] = (char *)fresh + HEAD_BYTES;
        mine.end[class] = (char *)fresh + SPAN_BYTES;
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
    if (taken) mine.large[class] = taken->next; else taken = take_span(whole);
    if (!taken) {
        errno = ENOMEM;
        return NULL;
    }
    taken->class = SMALL_COUNT + class;
    taken->bytes = whole - head;
    return (char *)taken + head;
}

void *malloc(size_t bytes) {
    if (bytes > SMALL_MAX) return take_large(bytes, HEAD_BYTES);
    unsigned class = class_of(bytes);
    block *taken = mine.idle[class];
    if (!taken) return take_small(class);
    mine.idle[class] = taken->next;
    return taken;
}

void free(void *pointer) {
    if (!pointer) return;
    span *home = span_of(pointer);
    if (home->class < SMALL_COUNT) {
        block *freed = pointer;
        freed->next = mine.idle[home->class];
        mine.idle[home->class] = freed;
    } else {
        home->next = mine.large[home->class - SMALL_COUNT];
        mine.large[home->class - SMALL_COUNT] = home;
    }
}

size_t malloc_usable_size(void *pointer) { return pointer ? span_of(pointer)->bytes : 0; }

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
