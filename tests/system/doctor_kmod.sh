#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# doctor_kmod.sh XBENCH MODULES: the helper module by `doctor` and `run`, in a
# Debian guest: loaded, refused, in use, of another kernel or version, without
# privilege, locked down; and what the kernel log says after a run.
set -euo pipefail

xbench=$(realpath "$1")
modules=$(realpath "$2") # what kmod_build.sh made
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'doctor_kmod: %s\n' "$*" >&2
    exit 1
}

package=$(<"$modules/6.1/package")
kernel=${package#linux-image-}
other=$(<"$modules/6.12/package")
other=${other#linux-image-}

build() { # DIR: for the guest's kernel
    make -C "/lib/modules/$kernel/build" M="$work/$1" \
        CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$work/log" 2>&1 ||
        fail "$(<"$work/log")"
}
# Another ABI.
"$here/../../bench/kmod/build.sh" "$work/old"
sed -i 's/^#define XB_ABI_VERSION .*/#define XB_ABI_VERSION 999/' \
    "$work/old/include/xbench/abi.h"
build old
cp -R "$here/complain" "$work"
build complain

cat >"$work/script" <<'END'
step() { # NAME COMMAND...
    name=$1
    shift
    "$@" >"$name.out" 2>"$name.err"
    echo $? >"$name.code"
}
nobody() {
    /setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
measure() { # FILE
    /xbench run add_chain swapgs --backend kmod --quick --launches 1 \
        --output "$1"
}
mount -t securityfs none /sys/kernel/security
step absent /xbench doctor
step absent_run measure absent.csv
step nobody_load nobody /xbench doctor --load /xbench.ko
step no_file /xbench doctor --load /none.ko
step no_module /xbench doctor --load /xbench
step other_kernel /xbench doctor --load /other.ko
step absent_unload /xbench doctor --unload

step old_load /xbench doctor --load /old.ko
step old /xbench doctor
step old_unload /xbench doctor --unload

step load /xbench doctor --load /xbench.ko
step load_twice /xbench doctor --load /xbench.ko
step loaded /xbench doctor
step nobody nobody /xbench doctor
step nobody_unload nobody /xbench doctor --unload
step run measure run.csv
exec 3<>/dev/xbench
step busy_unload /xbench doctor --unload
step busy_run measure busy.csv
exec 3>&-

# xbench writes more than a pipe holds, so that it still runs when the module
# complains, and searches the log afterwards.
mkfifo rows
{
    insmod /complain.ko
    cat
} <rows >complaint.csv &
step complaint /xbench run add_chain imul_chain rol_chain --backend kmod \
    --quick --launches 60 --output rows
wait

echo integrity >/sys/kernel/security/lockdown
step locked /xbench doctor
step locked_run measure locked.csv
step unload /xbench doctor --unload
step locked_load /xbench doctor --load /xbench.ko
step locked_absent /xbench doctor
echo 1 >/proc/sys/kernel/modules_disabled
step disabled_load /xbench doctor --load /xbench.ko
step disabled /xbench doctor
END
"$here/linux_guest.sh" --package "$package" --exact --timeout 300 --add "$xbench:/xbench" \
    --add "$(command -v setpriv):/setpriv" \
    --add "$modules/6.1/xbench.ko" --add "$modules/6.12/xbench.ko:/other.ko" \
    --add "$work/old/xbench.ko:/old.ko" --add "$work/complain/complain.ko" \
    --out "$work/out" "$work/script"

cat >"$work/script" <<'END'
/xbench doctor --load /xbench.ko 2>unsigned.err
echo $? >unsigned.code
END
"$here/linux_guest.sh" --package "$package" --append module.sig_enforce=1 \
    --add "$xbench:/xbench" --add "$modules/6.1/xbench.ko" \
    --out "$work/signed" "$work/script"
cp "$work/signed"/unsigned.* "$work/out"

cd "$work/out"

# said STEP CODE WORDS...: it exited so, and its error says all of that.
said() {
    local step=$1 code=$2 text
    shift 2
    [ "$(<"$step.code")" = "$code" ] ||
        fail "$step: exit code $(<"$step.code"), not $code: $(<"$step.err")"
    text=$(<"$step.err")
    for words; do
        [[ $text == *"$words"* ]] || fail "$step: no \"$words\" in: $text"
    done
    [ $# -gt 0 ] || [ -z "$text" ] || fail "$step: it says: $text"
}

# found STEP VERDICT WORDS: doctor's report has this finding.
found() {
    tr -s ' \n' ' ' <"$1.out" | grep -qF -- " $2 $3" ||
        fail "$1: no \"$2 $3\" in: $(<"$1.out")"
}

found absent note 'module: not loaded'
found absent ok 'lockdown: none'
found absent note 'Secure Boot: none'
said absent_run 3 '/dev/xbench: No such file or directory' './run.sh --module'
said nobody_load 3 'Operation not permitted' 'CAP_SYS_MODULE'
said no_file 3 '/none.ko: No such file or directory'
said no_module 3 'Exec format error' 'it is no kernel module'
said other_kernel 3 'Exec format error' "built for kernel \"$other " \
    "this is $kernel"
said absent_unload 3 'it is not loaded'

said old_load 0
found old caution 'module: loaded, not usable'
found old mend: '/dev/xbench: ioctl: Protocol error: the module loaded is of another version'
said old_unload 0

said load 0
grep -qx 'xbench.ko is loaded: /dev/xbench is there' load.out ||
    fail "load: $(<load.out)"
said load_twice 3 'File exists' 'it is loaded already'
found loaded ok 'module: loaded, of this version'
found loaded ok 'self-tests passed: FAULT, MSR, SWAPGS, IF, IRET_SELF, IRET, SYSRET, SYSCALL'
[ "$(grep -c 'self-tests failed' loaded.out)" = 0 ] ||
    fail "loaded: $(<loaded.out)"
found nobody caution 'module: loaded, not usable'
found nobody mend: '/dev/xbench: Permission denied: it takes root'
said nobody_unload 3 'Operation not permitted' 'CAP_SYS_MODULE'
said run 0
[ "$(grep -c ',kmod,.*,ok,$' run.csv)" = 6 ] || fail "run: $(<run.csv)"
said busy_unload 3 'it is in use'
said busy_run 3 'Device or resource busy' 'another program measures'

[ "$(stat -c %s complaint.csv)" -gt 65536 ] || fail "too few rows for a pipe"
[ "$(grep -c ',ok,$' complaint.csv)" = 540 ] || fail "complaint: $(grep -v ",ok,$" complaint.csv | tail -n 3)"
said complaint 4 \
    'the kernel complained meanwhile (1 time): WARNING: this is a test;'

found locked caution 'lockdown: integrity'
found locked caution 'module: loaded, not usable'
said locked_run 3 'Operation not permitted' 'locked down'
said unload 0
grep -qx 'xbench.ko is unloaded' unload.out || fail "unload: $(<unload.out)"
said locked_load 3 'Operation not permitted' 'locked down (integrity)' \
    'Secure Boot'
found locked_absent note 'module: not loaded'
found locked_absent caution 'lockdown: integrity'
said disabled_load 3 'kernel.modules_disabled is 1'
found disabled note 'module: not loaded, and kernel.modules_disabled is 1'
said unsigned 3 'Key was rejected' 'mokutil --import'
echo "loaded, refused and heard in $kernel"
