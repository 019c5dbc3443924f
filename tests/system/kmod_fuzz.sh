#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kmod_fuzz.sh KMOD_FUZZ MODULES [SEED]: the module takes any request.
#
# Guests with two CPUs, kmod_fuzz.c in each, in rounds: the module is loaded
# and unloaded between them.  120,000 calls and more to each kernel.
set -euo pipefail

if [[ $# -lt 2 || $# -gt 3 ]]; then
    echo "usage: kmod_fuzz.sh KMOD_FUZZ MODULES [SEED]" >&2
    echo "MODULES: what kmod_build.sh made" >&2
    exit 2
fi
fuzz=$1
modules=$2
seed=${3:-1}
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<END
for round in 0 1 2 3; do
    insmod /xbench.ko || exit 1
    /kmod_fuzz \$(($seed + 1000 * round)) 30000 >>log || {
        cat log
        exit 1
    }
    rmmod xbench || exit 1
done
END

run() { # VERSION COMMAND-LINE
    echo "Linux $1, $2, from seed $seed:"
    "$here/linux_guest.sh" --package "$(<"$modules/$1/package")" \
        --qemu -smp --qemu 2 --append "$2" --timeout 300 \
        --add "$modules/$1/xbench.ko" --add "$fuzz:/kmod_fuzz" \
        --out "$work/$1" "$work/script"
    cat "$work/$1/log"
}

# Where the kernel can be preempted in the midst; and as it is by default.
run 6.1 'pti=on preempt=full'
run 6.12 'pti=off'
