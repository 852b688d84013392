// An allocator in place of the system's, for the simulator's release build alone: it is compiled only with GRIDLINE_QUICK_MEMORY, which
// Package.swift defines there and nowhere else. Nothing has to be called; `malloc` and its kin are the ones of quick_memory.c.
//
// What it leaves out is what a simulator does without: memory never goes back to the system, freed memory is not checked, and what one
// thread frees serves that thread alone.
#ifndef GRIDLINE_QUICK_MEMORY_H
#define GRIDLINE_QUICK_MEMORY_H

/// Whether it was compiled in.
int quick_memory_is_on(void);
#endif
