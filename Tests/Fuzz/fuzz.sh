#!/usr/bin/env bash
# make fuzz TIME=60: libFuzzer over every target of Tests/Fuzz/Entry, TIME seconds in all, shared evenly, one target after the other.
# It begins with the corpus of the repository and with what earlier runs found on this machine (.build/fuzz/corpus). Prints executions
# and coverage of each; ends with 1 at the first input that our code fails on, with its file and the command that replays it.
set -uo pipefail
cd "$(dirname "$0")/../.."
seconds="${1:-60}"
program=.build/fuzz/release/gridline-fuzz
targets=(${GRIDLINE_FUZZ:-$(ls Tests/Fuzz/Corpus)})
each=$((seconds / ${#targets[@]}))
[ "$each" -ge 1 ] || each=1
# Hashing that differs from run to run would look like new paths; a backtrace takes longer than a thousand inputs.
export SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no
mkdir -p .build/fuzz/found
printf '%-10s %12s %10s %8s %8s %8s\n' target executions per-second edges features inputs
for target in "${targets[@]}"; do
    own=".build/fuzz/corpus/$target"
    log=".build/fuzz/$target.log"
    mkdir -p "$own"
    words=()
    [ -f "Tests/Fuzz/$target.dict" ] && words=("-dict=Tests/Fuzz/$target.dict")
    length=8192
    [ "$target" = body ] && length=2048
    # An input of 8 KiB may take 256 MiB in one piece never, a second and a half never; the process as a whole stays below 2 GiB.
    GRIDLINE_FUZZ="$target" "$program" -max_total_time="$each" -max_len="$length" -timeout=5 -malloc_limit_mb=256 \
        -rss_limit_mb=2048 -use_value_profile=1 -print_final_stats=1 -artifact_prefix=".build/fuzz/found/$target-" \
        "${words[@]}" "$own" "Tests/Fuzz/Corpus/$target" >"$log" 2>&1
    status=$?
    last="$(grep -E '^#[0-9]+.*cov:' "$log" | tail -1)"
    pick() { sed -n "s/.*$1: \([0-9]*\).*/\1/p" <<<"$last"; }
    count="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    rate="$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")"
    printf '%-10s %12s %10s %8s %8s %8s\n' "$target" "${count:-?}" "${rate:-?}" "$(pick cov)" "$(pick ft)" "$(ls "$own" | wc -l)"
    if [ "$status" -ne 0 ]; then
        file="$(sed -n 's/.*Test unit written to \(.*\)/\1/p' "$log" | tail -1)"
        grep -E 'Fatal error|^==[0-9]+== ERROR|SUMMARY' "$log" | head -4 >&2
        echo "fuzz: $target failed on ${file:-an input that was not kept; see $log}" >&2
        echo "fuzz: once more:  GRIDLINE_FUZZ=$target $program ${file:-Tests/Fuzz/Corpus/$target/*}" >&2
        exit 1
    fi
done
