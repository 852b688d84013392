#!/usr/bin/env bash
# Makes a folder that is searched before the system's and has no shared libraries in it: whoever asks a linker for one of these gets the
# archive, where this machine has it. Prints the folder.
set -euo pipefail
folder="$(cd "$(dirname "$0")/.." && pwd)/.build/archives"
mkdir -p "$folder"
for name in sqlite3 zstd stdc++; do
    archive="$(clang -print-file-name="lib$name.a")"
    [ ! -e "$archive" ] || ln -sf "$archive" "$folder/lib$name.a"
done
echo "$folder"
