#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# exact_kmod.sh: the kmod backend in a machine where every cost is known.
#
# Debian guests with xbench.ko in QEMU with one tick an instruction: two
# kernels, with page table isolation and without.  What xbench reports must be
# the length of each payload's path, the same in all.
set -euo pipefail

if [[ $# -ne 3 ]]; then
    echo "usage: exact_kmod.sh XBENCH GUEST_ELF MODULES" >&2
    echo "MODULES: what kmod_build.sh made" >&2
    exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<'END'
cat /sys/devices/system/cpu/vulnerabilities/meltdown >meltdown
insmod /xbench.ko || exit 1
/xbench all --backend kmod --launches 2 --output out.csv
echo $? >status
[ -e out.csv ] || exit 1
rmmod xbench
END

run() { # VERSION PTI CPU MELTDOWN
    local out=$work/$1-pti-$2 status

    "$here/linux_guest.sh" --exact --package "$(<"$modules/$1/package")" \
        --qemu -cpu --qemu "$3" --append "pti=$2" \
        --add "$modules/$1/xbench.ko" --add "$xbench:/xbench" \
        --timeout 300 --out "$out" "$work/script"
    if [[ $(<"$out/meltdown") != "$4" ]]; then
        echo "exact_kmod: $1, pti=$2: $(<"$out/meltdown")" >&2
        exit 1
    fi
    echo "Linux $1, pti=$2:"
    "$here/check_exact.py" "$guest" kmod "$out/out.csv"
    status=$(<"$out/status")
    if [[ $status != 0 ]]; then
        echo "exact_kmod: xbench exited $status although no row is wrong" >&2
        exit 1
    fi
}

xbench=$1
guest=$2
modules=$3
for version in 6.1 6.12; do
    run $version off max 'Not affected'
    run $version on max,vendor=GenuineIntel 'Mitigation: PTI'
done
