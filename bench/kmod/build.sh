#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
# build.sh: lay the module's source out for Kbuild, and build it there.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    cat >&2 <<'END'
usage: build.sh DIR [KERNEL_BUILD]

Lays the source of xbench.ko out in DIR, with Kbuild and dkms.conf at its root,
as DKMS wants it: a new or empty directory, or one from a former time.  Then, for
the kernel whose build directory (headers) is KERNEL_BUILD, for instance
/lib/modules/6.1.0-56-amd64/build, makes DIR/xbench.ko.  What DIR has already of
that for the same kernel is kept, where its source is no newer.
END
    exit 2
fi

dir=$1
bench=$(cd "$(dirname "$0")/.." && pwd)
kernel=
if [ $# -eq 2 ]; then
    if [ ! -e "$2/Makefile" ]; then
        echo "build.sh: no kernel build directory at $2; on Debian, linux-headers-$(uname -r) brings that of the running kernel" >&2
        exit 1
    fi
    kernel=$(cd "$2" && pwd -P && cksum include/config/auto.conf Module.symvers)
fi
if [ -n "$(ls -A "$dir" 2>/dev/null)" ] && [ ! -e "$dir/bench/payload.mk" ]; then
    echo "build.sh: $dir holds other things, which would be lost: name an empty or a new directory" >&2
    exit 1
fi
if [ "${kernel:-none}" != "$(cat "$dir/.kernel" 2>/dev/null)" ]; then
    rm -rf "$dir"
fi
mkdir -p "$dir/bench" "$dir/include"
dir=$(cd "$dir" && pwd)
# All source anew: none stays that is gone.
find "$dir/bench" "$dir/include" -type f ! -name '*.o' ! -name '.*.cmd' \
    -exec rm {} +
cp -Rp "$bench/../include/xbench" "$dir/include"
cp -Rp "$bench/run.c" "$bench/payload.mk" "$bench/payload" "$bench/vm" \
    "$bench/kmod" "$dir/bench"
mv "$dir/bench/kmod/Kbuild" "$dir"
rm "$dir/bench/kmod/build.sh" "$dir/bench/kmod/dkms.conf"
cp -p "$bench/../LICENSE" "$dir"
version=$(sed -n 's/^project(xbench VERSION \([0-9.]*\).*/\1/p' \
    "$bench/../CMakeLists.txt")
sed "s/@XBENCH_VERSION@/${version:?not found}/" "$bench/kmod/dkms.conf" \
    >"$dir/dkms.conf"
[ $# -eq 2 ] || exit 0

# Debian's headers have a vmlinux, for which BTF would be made by pahole.
make -C "$2" M="$dir" CONFIG_DEBUG_INFO_BTF_MODULES= modules
printf '%s\n' "$kernel" >"$dir/.kernel"
