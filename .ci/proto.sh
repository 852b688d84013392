#!/bin/sh
# Generates Sources/SyncProtocol/Generated/sync.pb.swift from Schema/Wire/sync.proto. Needs protoc (Debian: protobuf-compiler); the
# Swift plugin is built from the package's own swift-protobuf, so that generator and runtime are of one version.
#   --check  compares instead of writing: exits 1 and shows the difference if the checked-in code is stale.
set -eu
cd "$(dirname "$0")/.."

command -v protoc >/dev/null || {
    echo "make proto needs protoc: apt-get install protobuf-compiler" >&2
    exit 2
}
: "${SWIFT:=swift}"
export GRIDLINE_ONLY="${GRIDLINE_ONLY:-SyncProtocolTests}"
$SWIFT build --product protoc-gen-swift >&2
plugin="$($SWIFT build --show-bin-path)/protoc-gen-swift"

output=Sources/SyncProtocol/Generated
if [ "${1:-}" = "--check" ]; then
    output="$(mktemp -d)"
    trap 'rm -rf "$output"' EXIT
fi
protoc --plugin=protoc-gen-swift="$plugin" --proto_path=Schema/Wire \
    --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true --swift_out="$output" sync.proto
# The generated file says which schema it was made from; a test compares, so that nobody needs protoc to notice drift.
printf '// Generated from sync.proto with SHA-256 %s\n' "$(sha256sum Schema/Wire/sync.proto | cut -d' ' -f1)" >>"$output/sync.pb.swift"
if [ "${1:-}" = "--check" ]; then
    diff -u Sources/SyncProtocol/Generated/sync.pb.swift "$output/sync.pb.swift" || {
        echo "Sources/SyncProtocol/Generated/sync.pb.swift is not what sync.proto says: run make proto" >&2
        exit 1
    }
fi
