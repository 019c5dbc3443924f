#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kmod_kasan.sh: the module under a kernel that looks for mistakes.
#
# Debian's source of Linux 6.1 with KASAN, UBSAN, PROVE_LOCKING and the rest of
# kasan.config, preemptible, page table isolation on.  By hand only: the kernel
# is built first, in five minutes on two cores, a gigabyte of files.
#
# Needs, beside what linux_guest.sh needs: make, gcc, flex, bison, bc,
# libelf-dev, xz-utils.
set -euo pipefail

if [[ $# -ne 4 ]]; then
    cat >&2 <<'END'
usage: kmod_kasan.sh XBENCH KMOD_FUZZ KMOD_ERRORS DIR

DIR keeps the kernel: a second run only builds the module and boots.
END
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
xbench=$(realpath "$1")
fuzz=$(realpath "$2")
errors=$(realpath "$3")
mkdir -p "$4"
dir=$(cd "$4" && pwd)
source=linux-source-6.1
export ARCH=x86

fetch_source()
{
    (
        cd "$dir"
        apt-get -q -o APT::Sandbox::User=root download "$source"
        dpkg-deb --fsys-tarfile "$source"_*.deb |
            tar -xO "./usr/src/$source.tar.xz" | tar -xJ
        rm "$source"_*.deb
    )
}

configure()
{
    local wanted missing=no

    mkdir -p "$dir/build"
    "$dir/$source/scripts/kconfig/merge_config.sh" -n -O "$dir/build" \
        "$here/kasan.config"
    while IFS= read -r wanted; do
        grep -qxF "$wanted" "$dir/build/.config" || {
            echo "kmod_kasan: not in .config: $wanted" >&2
            missing=yes
        }
    done < <(grep '^CONFIG' "$here/kasan.config")
    [[ $missing == no ]]
}

[[ -d $dir/$source ]] || fetch_source
cd "$dir/$source"
configure >"$dir/build.log"
nice make O="$dir/build" -j "$(nproc)" bzImage modules >>"$dir/build.log"
"$here/../../bench/kmod/build.sh" "$dir/module" "$dir/build" >>"$dir/build.log"

cat >"$dir/script" <<'END'
for round in 1 2 3 4; do
    insmod /xbench.ko || exit 1
    /kmod_fuzz $round 30000 || exit 1
    rmmod xbench || exit 1
done
insmod /xbench.ko || exit 1
/kmod_errors || exit 1
/xbench all --backend kmod --quick --output out.csv >report 2>err
tail -n 3 err
rmmod xbench
dmesg | grep -o 'page tables isolation: .*'
cat /proc/lockdep_stats >lockdep_stats
grep debug_locks lockdep_stats
END
rm -rf "$dir/out"
"$here/linux_guest.sh" --kernel "$dir/build/arch/x86/boot/bzImage" \
    --qemu -smp --qemu 2 --qemu -m --qemu 1024 --append 'pti=on' \
    --timeout 900 --add "$dir/module/xbench.ko" --add "$fuzz:/kmod_fuzz" \
    --add "$errors:/kmod_errors" --add "$xbench:/xbench" \
    --out "$dir/out" "$dir/script"
sed '1,/Run .init/d' "$dir/out/console.log"
rows=$(grep -c ',kmod,.*,ok,' "$dir/out/out.csv")
echo "$rows rows"
[[ $rows -gt 150 ]]
