#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kmod_build.sh DIR: xbench.ko for each kernel that the tests boot.
#
# Leaves DIR/6.1 and DIR/6.12, each with xbench.ko and, in `package`, the name
# of the kernel package that it is for.  No compiler and no objtool may warn.
set -euo pipefail

if [[ $# -ne 1 ]]; then
    echo "usage: kmod_build.sh DIR" >&2
    exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/system/linux_guest.sh
. "$here/linux_guest.sh"

build() { # VERSION METAPACKAGE
    local package release

    package=$(resolve_package "$2")
    release=${package#linux-image-}
    [[ -e /lib/modules/$release/build ]] ||
        die "no headers of $release: install or upgrade ${2/image/headers}"
    "$here/../../bench/kmod/build.sh" "$1" "/lib/modules/$release/build" \
        >"$1.log" 2>&1 || {
        cat "$1.log" >&2
        die "xbench.ko does not build for $release"
    }
    ! grep -i 'warning' "$1.log" >&2 || die "warnings for $release"
    printf '%s\n' "$package" >"$1/package"
    echo "$release: xbench.ko, no warning"
}

mkdir -p "$1"
build "$1/6.1" linux-image-cloud-amd64
build "$1/6.12" linux-image-6.12-cloud-amd64
