#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_module.sh SOURCE: `./run.sh --module` as a whole, in a guest that sees
# this machine's files, read-only under a file system in memory: it builds
# xbench.ko for the guest's kernel, loads it, measures, unloads it, and hears
# what the kernel says meanwhile.  Where it cannot, it says so and leaves
# nothing behind.
set -euo pipefail

source=$(realpath "$1")
# shellcheck source=tests/system/linux_guest.sh
. "$source/tests/system/linux_guest.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'run_module: %s\n' "$*" >&2
    exit 1
}

package=$(resolve_package linux-image-amd64)
kernel=${package#linux-image-}
[ -e "/lib/modules/$kernel/build/Makefile" ] || {
    echo "skipped: no linux-headers-$kernel" >&2
    exit 77
}

# The guest interprets every instruction: what can be built is, beforehand, and
# a build there finds that nothing is left to do.
mkdir "$work/tree"
tar -C "$source" --exclude=./build --exclude=./.git --exclude=./results -cf - . |
    tar -C "$work/tree" -xf -
(
    cd "$work/tree"
    cmake --preset release -DXBENCH_KDIR="/lib/modules/$kernel/build" &&
        cmake --build --preset release --parallel 2 --target xbench docs kmod
) >"$work/log" 2>&1 || fail "the copy does not build: $(<"$work/log")"
cp -R "$source/tests/system/complain" "$work"
make -C "/lib/modules/$kernel/build" M="$work/complain" \
    CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$work/log" 2>&1 ||
    fail "$(<"$work/log")"

cat >"$work/script" <<END
mkdir /host /memory /all
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose \
    host /host || exit 1
mount -t tmpfs memory /memory
mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work \
    all /all || exit 1
mount -t securityfs none /sys/kernel/security
for name in proc sys dev; do
    mount -o rbind /\$name /all/\$name
done
here() { # NAME COMMAND...
    name=\$1
    shift
    chroot /all /bin/sh -c 'cd "$work/tree" && exec "\$@"' sh "\$@" \
        >"\$name.out" 2>"\$name.err"
    echo \$? >"\$name.code"
    ls /sys/module | grep -x xbench >"\$name.left"
}
here good ./run.sh --module --quick --launches 1 --backend kmod --mode fenced \
    --output good.csv
cp /all/$work/tree/good.csv .

# More than a pipe holds, so that xbench still runs when the module complains.
chroot /all mkfifo $work/fifo
(
    insmod /complain.ko
    cat
) </all/$work/fifo >complaint.csv &
here complaint ./run.sh --module --quick --launches 4 --backend kmod \
    --output $work/fifo
wait

here uncapable /usr/bin/setpriv --bounding-set -sys_module ./run.sh --module
echo integrity >/sys/kernel/security/lockdown
here locked ./run.sh --module
echo 1 >/proc/sys/kernel/modules_disabled
here disabled ./run.sh --module
true
END
"$source/tests/system/linux_guest.sh" --package linux-image-amd64 \
    --module 9pnet_virtio --module virtio_pci --module 9p --module overlay \
    --add "$work/complain/complain.ko" --timeout 500 --qemu -m --qemu 1024 \
    --qemu -virtfs --qemu \
    local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    --out "$work/out" "$work/script"
cd "$work/out"

# said STEP CODE WORDS...: it exited so, says that, and left no module loaded.
said() {
    local step=$1 code=$2 text
    shift 2
    text=$(<"$step.err")
    [ "$(<"$step.code")" = "$code" ] ||
        fail "$step: exit code $(<"$step.code"), not $code: $text"
    [ ! -s "$step.left" ] || fail "$step: the module is still loaded: $text"
    for words; do
        [[ $text == *"$words"* ]] || fail "$step: no \"$words\" in: $text"
    done
}
# What xbench itself exits with: interpreted code may be interrupted.
code=0
if grep ',kmod,' good.csv | grep -vE ',(ok|skip),' >/dev/null; then
    code=4
fi
said good $code 'xbench.ko is loaded' 'xbench.ko is unloaded'
[[ $(<good.err) != *COMPLAINED* ]] || fail "good: $(<good.err)"
[ "$(grep -c ',kmod,.*,ok,$' good.csv)" -gt 20 ] || fail "good: $(<good.csv)"

[ "$(stat -c %s complaint.csv)" -gt 65536 ] || fail "too few rows for a pipe"
said complaint 4 'the kernel complained meanwhile (1 time): WARNING: this is' \
    'THE KERNEL COMPLAINED' 'WARNING: this is a test' 'xbench.ko is unloaded'

said uncapable 3 'CAP_SYS_MODULE'
said locked 3 'the kernel is locked down (integrity)' 'Secure Boot'
said disabled 3 'kernel.modules_disabled is 1'
for step in uncapable locked disabled; do
    [[ $(<$step.err) != *building* ]] || fail "$step: $(<$step.err)"
done
echo "./run.sh --module measured, heard and refused in $kernel"
