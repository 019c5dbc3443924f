#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# state_kvm.sh STATE_CHECK: payloads restore what they touched, in the guest
# of a Debian kernel's kvm-amd under QEMU.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<'END'
/state_check >log
code=$?
[ $code -eq 0 ] || cat log
exit $code
END
"$here/linux_guest.sh" --module kvm-amd --add "$1:/state_check" \
    --qemu -cpu --qemu max,+svm --out "$work/out" "$work/script"
cat "$work/out/log"
