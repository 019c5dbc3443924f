#!/bin/bash
# SPDX-License-Identifier: MIT
# exact_kvm.sh: the kvm backend in a machine where every cost is known.
#
# A Debian guest whose kvm-amd runs our guest, in QEMU with one tick an
# instruction: what xbench reports must be the length of each payload's path.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: exact_kvm.sh XBENCH GUEST_ELF" >&2
    exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<'END'
/xbench all --backend kvm --launches 2 --output out.csv
status=$?
echo $status >status
[ -e out.csv ] || exit $status
END
"$here/linux_guest.sh" --exact --module kvm-amd --add "$1:/xbench" \
    --timeout 300 --out "$work/out" "$work/script"
"$here/check_exact.py" "$2" kvm "$work/out/out.csv"

status=$(<"$work/out/status")
if [[ $status != 0 ]]; then
    echo "exact_kvm: xbench exited $status although no row is wrong" >&2
    exit 1
fi
