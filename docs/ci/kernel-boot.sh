#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kernel-boot.sh KERNEL XBENCH [argument of `xbench run`]...: one launch in
# one boot.
#
# Boots the kernel image (bzImage, with a serial console and devtmpfs built
# in) in QEMU, by KVM if this machine has it, and runs there
# `xbench run ... --launches 1`; the result file comes back on standard
# output.  Needs qemu-system-x86, busybox-static, gzip.
set -euo pipefail

if [ $# -lt 3 ]; then
    echo "usage: kernel-boot.sh KERNEL XBENCH GLOB... [option]..." >&2
    exit 2
fi
kernel=$1 xbench=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

root=$work/root
mkdir -p "$root/bin"
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$xbench" "$root/xbench"
for library in $(ldd "$xbench" | grep -o '/[^ ]*'); do
    install -D "$library" "$root$library"
done
printf '%s\0' "$@" >"$root/arguments"
cat >"$root/init" <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /usr/bin /usr/sbin /sbin
/bin/busybox --install
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
xargs -0 /xbench run --launches 1 --output /result.csv </arguments
echo "exit $?" >>/result.csv
stty -F /dev/ttyS1 raw && cat /result.csv >/dev/ttyS1
poweroff -f
END
chmod 755 "$root/init"
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) |
    gzip -1 >"$work/initrd"

status=0
accel=(-accel tcg -cpu max)
[ ! -w /dev/kvm ] || [ -n "${XBENCH_NO_KVM:-}" ] ||
    accel=(-accel kvm -cpu host)
timeout --kill-after=10 "${XBENCH_TIMEOUT:-120}" qemu-system-x86_64 \
    "${accel[@]}" -smp 1 -m 512 -nodefaults -display none -no-reboot \
    -serial "file:$work/console" -serial "file:$work/serial" \
    -kernel "$kernel" -initrd "$work/initrd" \
    -append "console=ttyS0 panic=-1" || status=$?
if [ "$status" -ne 0 ]; then
    tail -n 20 "$work/console" >&2 || true
    echo "kernel-boot: QEMU ended with $status; XBENCH_NO_KVM=1 does without KVM" >&2
    exit 3
fi
status=$(sed -n '$s/^exit //p' "$work/serial")
if [ -z "$status" ]; then
    tail -n 20 "$work/console" >&2
    echo "kernel-boot: no whole result came back" >&2
    exit 3
fi
sed '$d' "$work/serial"
exit "$status"
