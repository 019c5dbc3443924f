#!/bin/bash
# SPDX-License-Identifier: MIT
# bare_iso.sh: the ISO boots by BIOS and by UEFI, and its log arrives whole.
#
# In both cases GRUB's menu and the firmware's messages are on the same serial
# line.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: bare_iso.sh XBENCH BARE_ELF" >&2
    exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$1" image --iso "$work/iso" --append 'end=debug-exit launches=2 seed=1'
"$here/bare_guest.sh" --log "$work/bios.log" --iso "$work/iso"
"$here/bare_guest.sh" --uefi --log "$work/uefi.log" --iso "$work/iso"

for firmware in bios uefi; do
    "$1" import "$work/$firmware.log" --output "$work/$firmware.csv"
    "$1" report "$work/$firmware.csv" >"$work/report"
    grep -qE '^bare +syscall_sysret .*emulated' "$work/report"
    if grep -q ',native,' "$work/$firmware.csv"; then
        echo "bare_iso: $firmware: a native row under TCG" >&2
        exit 1
    fi
    rows=$(grep -c ',bare,' "$work/$firmware.csv")
    noise=$(grep -aEc 'GRUB|BdsDxe' "$work/$firmware.log") || true
    echo "$firmware: $rows rows; $noise lines of firmware and GRUB in the log"
    [[ $rows -gt 100 && $noise -gt 0 ]]
done

# Told to hide, TCG passes for a CPU but for an LFENCE that waits for nothing.
for cpu in max,-hypervisor max,-hypervisor,tcg-cpuid=off; do
    "$here/bare_guest.sh" --log "$work/hidden.log" --kernel "$2" \
        --append 'select=*chain,lfence launches=1' --qemu -cpu --qemu "$cpu"
    "$1" import "$work/hidden.log" --output "$work/hidden.csv"
    if grep -q ',native,' "$work/hidden.csv"; then
        echo "bare_iso: -cpu $cpu: a native row under TCG" >&2
        exit 1
    fi
done
