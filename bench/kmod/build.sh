#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
# build.sh: lay the module's source out for Kbuild, and build it there.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    cat >&2 <<'END'
usage: build.sh DIR [KERNEL_BUILD]

Makes DIR anew, with the source of xbench.ko, and Kbuild and dkms.conf at its
root, as DKMS wants it.  Then, for the kernel whose build directory (headers) is
KERNEL_BUILD, e.g. /lib/modules/6.1.0-56-amd64/build, DIR/xbench.ko.
END
    exit 2
fi

dir=$1
bench=$(cd "$(dirname "$0")/.." && pwd)
rm -rf "$dir"
mkdir -p "$dir/bench" "$dir/include"
dir=$(cd "$dir" && pwd)
cp -R "$bench/../include/xbench" "$dir/include"
cp -R "$bench/run.c" "$bench/payload.mk" "$bench/payload" "$bench/vm" \
    "$bench/kmod" "$dir/bench"
mv "$dir/bench/kmod/Kbuild" "$dir"
rm "$dir/bench/kmod/build.sh" "$dir/bench/kmod/dkms.conf"
cp "$bench/../LICENSE" "$dir"
version=$(sed -n 's/^project(xbench VERSION \([0-9.]*\).*/\1/p' \
    "$bench/../CMakeLists.txt")
sed "s/@XBENCH_VERSION@/${version:?not found}/" "$bench/kmod/dkms.conf" \
    >"$dir/dkms.conf"
[ $# -eq 2 ] || exit 0

if [ ! -e "$2/Makefile" ]; then
    echo "build.sh: no kernel build directory at $2; on Debian, linux-headers-$(uname -r) brings that of the running kernel" >&2
    exit 1
fi
# Debian's headers have a vmlinux, for which BTF would be made by pahole.
make -C "$2" M="$dir" CONFIG_DEBUG_INFO_BTF_MODULES= modules
