#!/usr/bin/env bash
# Prints what a linker needs to put libcurl's archive into a program, if that works with the packages of this machine; else
# nothing, and the client opens the shared library when it needs it. See decision 0049.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
flags=(-l:libcurl.a -l:libssl.a -l:libcrypto.a -l:libz.a -lzstd)
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
echo '#include "ccurl.h"
int main(void) { return ccurl_load() != NULL || ccurl_new() == NULL; }' > "$scratch/probe.c"
if clang -DCCURL_LINKED -I"$here/Sources/CCurl/include" "$scratch/probe.c" "$here"/Sources/CCurl/*.c -o "$scratch/probe" \
    "${flags[@]/#/-Wl,}" -lpthread -ldl >"$scratch/log" 2>&1 && "$scratch/probe"; then
    echo "${flags[*]}"
elif [ -n "${VERBOSE:-}" ]; then
    cat "$scratch/log" >&2
fi
