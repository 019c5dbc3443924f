#!/bin/bash
# SPDX-License-Identifier: MIT
# exact_bare.sh: the bare image in a machine where every cost is known.
#
# No kernel, no firmware: QEMU loads the image, with one tick an instruction.
# What it reports must be the length of each payload's path, to the
# instruction, and all that it sent must arrive.  The CPU calls itself an Intel
# one, for those have SYSENTER in 64-bit mode; exact_kvm.sh has an AMD one.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: exact_bare.sh XBENCH BARE_ELF" >&2
    exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/bare_guest.sh" --log "$work/log" --kernel "$2" \
    --append 'launches=2 seed=1' --exact \
    --qemu -cpu --qemu max,vendor=GenuineIntel
"$1" import "$work/log" --output "$work/out.csv"
"$here/check_exact.py" "$2" bare "$work/out.csv"
"$1" report "$work/out.csv" >"$work/report"
grep -q '^bare .*emulated' "$work/report"
