#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# doctor.sh XBENCH: in an interpreter LFENCE waits for nothing, and `doctor`
# says so; in a guest of QEMU.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<'END'
/xbench doctor >doctor 2>err
echo $? >code
END
"$here/linux_guest.sh" --add "$1:/xbench" --out "$work/out" "$work/script"
cd "$work/out"
cat doctor err

[ "$(cat code)" = 3 ]
[ ! -s err ]
grep -q '^  bad  *LFENCE costs: ' doctor
grep -q '^  bad  *hypervisor: TCGTCGTCGTCG' doctor
grep -q '^  caution  */dev/kvm: not usable' doctor
grep -q '^This machine cannot be measured on: [0-9]* of its answers' doctor
