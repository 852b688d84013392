#!/usr/bin/env bash
# One stage of the tests, with the arguments of `swift test`. Everything is printed as it comes; where something failed, what failed
# is printed once more at the end, because tens of thousands of lines may stand between it and the last one.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test --skip-build "$@" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
if [ "$code" != 0 ]; then
    echo
    echo "What failed (exit $code of: swift test --skip-build $*):"
    # An issue is a line with its place; what was expected may go on over lines of its own, and the first of them says most.
    grep -aE -A 2 '^✘|recorded an issue|Fatal error|: error: |signal code' "$log" | grep -avE '^(--|◇|✔)' | cut -c 1-400 | tail -n 30
fi
exit "$code"
