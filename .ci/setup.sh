#!/usr/bin/env bash
# Installs the Debian packages that Gridline needs and this machine lacks; where it may not, names them and fails.
set -euo pipefail
needed=(libsqlite3-dev libcurl4 libcurl4-openssl-dev libssl-dev libzstd-dev pkg-config openssl faketime strace tmux groff-base)
missing=()
for package in "${needed[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ! command -v swift >/dev/null; then
    echo "setup: swift 6.1 or newer is not on the PATH; install it from swift.org first" >&2
    exit 1
fi
# promtool judges the metrics in a test; it alone is taken out of Debian's package, nothing is installed and no service starts.
# Without it that test says that it was skipped.
tools="$(cd "$(dirname "$0")/.." && pwd)/.build/tools"
if [ ! -x "$tools/promtool" ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    scratch="$(mktemp -d)"
    (cd "$scratch" && timeout 60 apt-get download -qq prometheus >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb extracted \
        && mkdir -p "$tools" && cp extracted/usr/bin/promtool "$tools/promtool.new" && mv "$tools/promtool.new" "$tools/promtool") \
        || echo "setup: promtool could not be fetched; the test of the metrics' form will be skipped" >&2
    rm -rf "$scratch"
fi
[ ${#missing[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        echo "setup: these Debian packages are missing: ${missing[*]}" >&2
        echo "setup: install them as root:  apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi
echo "setup: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null 2>&1 || {
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null
}
