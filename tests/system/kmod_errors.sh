#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kmod_errors.sh XBENCH KMOD_ERRORS MODULES: who may not use the module, and
# how, is told so: by an errno (kmod_errors.c), and by xbench in words.
set -euo pipefail

if [[ $# -ne 3 ]]; then
    echo "usage: kmod_errors.sh XBENCH KMOD_ERRORS MODULES" >&2
    echo "MODULES: what kmod_build.sh made" >&2
    exit 2
fi
here=$(dirname "${BASH_SOURCE[0]}")
package=$(<"$3/6.1/package")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A module of the next ABI.
build=$here/../../bench/kmod/build.sh
"$build" "$work/next"
sed -i 's/^\(#define XB_ABI_VERSION\) .*/\1 99/' "$work/next/include/xbench/abi.h"
make -C "/lib/modules/${package#linux-image-}/build" M="$work/next" modules \
    >"$work/log" || {
    cat "$work/log" >&2
    exit 1
}

cat >"$work/script" <<'END'
measure='/xbench run cli --backend kmod --cpu 1'

# CODE TEXT COMMAND...: it ends with CODE, and its last line has TEXT.
expect() {
    local code=$1 text=$2 status=0
    shift 2
    "$@" --output out.csv >out 2>err || status=$?
    rm -f out.csv
    if [ $status != "$code" ] || ! tail -n 1 err | grep -qF "$text"; then
        echo "FAILED: $*: exit status $status"
        cat err
        exit 1
    fi
    echo "$*:"
    tail -n 1 err
}

# The module's use count becomes $1.
await_users() {
    local i=0
    until grep -q "^xbench [0-9]* $1 " /proc/modules; do
        i=$((i + 1))
        [ $i -lt 1000 ] || exit 1
        usleep 10000
    done
}

(
    mount -t securityfs securityfs /sys/kernel/security
    expect 3 'the module is not loaded' $measure --quick
    insmod /next.ko || exit 1
    expect 3 'the module loaded is of another version' $measure --quick
    rmmod xbench || exit 1

    insmod /xbench.ko || exit 1
    /kmod_errors || exit 1
    chmod 1777 . # where anyone may write
    for user in unprivileged without-rawio; do
        expect 3 'it takes root with CAP_SYS_RAWIO' \
            /kmod_errors $user $measure --quick
    done
    expect 3 'another program measures' /kmod_errors holding $measure --quick

    # It dies in the midst: the device and the module are free.
    $measure --launches 100 --output out.csv >out 2>err &
    await_users 1
    kill -KILL $!
    await_users 0
    rmmod xbench || exit 1
    insmod /xbench.ko || exit 1

    # Its CPU goes in the midst.
    $measure --launches 100 --output out.csv >out 2>err &
    await_users 1
    echo 0 >/sys/devices/system/cpu/cpu1/online
    wait $!
    status=$?
    echo "CPU 1 off line: exit status $status"
    tail -n 1 err
    [ $status = 4 ] && grep -q 'CPU 1 cannot be used: did it go' err || exit 1
    echo 1 >/sys/devices/system/cpu/cpu1/online

    expect 3 'a kernel that is not locked down' \
        /kmod_errors locked-down $measure --quick
    rmmod xbench
) >log 2>&1
status=$?
cat log
exit $status
END

"$here/linux_guest.sh" --package "$package" --qemu -smp --qemu 2 \
    --add "$3/6.1/xbench.ko" --add "$work/next/xbench.ko:/next.ko" \
    --add "$1:/xbench" --add "$2:/kmod_errors" \
    --out "$work/out" "$work/script"
cat "$work/out/log"
