#!/usr/bin/env bash
# Prints what a linker needs to put libcurl's archive into a program, and a folder with archives of the other libraries that the client
# has, if that works with the packages of this machine; else nothing, and the client opens the shared libraries. See decisions 0049, 0051.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
folder="$("$here/.ci/archives.sh")"
# For the compiler that links, and for the linker itself.
driver=("-L$folder" -static-libgcc)
flags=(-l:libcurl.a -l:libssl.a -l:libcrypto.a -l:libz.a -lzstd --wrap=OPENSSL_init_ssl)
echo '#include "ccurl.h"
int main(void) { return ccurl_load() != NULL || ccurl_new() == NULL; }' > "$scratch/probe.c"
if clang -DCCURL_LINKED -I"$here/Sources/CCurl/include" "$scratch/probe.c" "$here"/Sources/CCurl/*.c -o "$scratch/probe" \
    "${driver[@]}" "${flags[@]/#/-Wl,}" -lpthread -ldl >"$scratch/log" 2>&1 && "$scratch/probe"; then
    echo "${driver[*]} ${flags[*]}"
elif [ -n "${VERBOSE:-}" ]; then
    cat "$scratch/log" >&2
fi
