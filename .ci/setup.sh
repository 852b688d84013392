#!/usr/bin/env bash
# Installs the Debian packages that Gridline needs and this machine lacks; where it may not, names them and fails.
set -euo pipefail
needed=(libsqlite3-dev libcurl4 libcurl4-openssl-dev libzstd-dev pkg-config openssl faketime)
missing=()
for package in "${needed[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ! command -v swift >/dev/null; then
    echo "setup: swift 6.1 or newer is not on the PATH; install it from swift.org first" >&2
    exit 1
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
