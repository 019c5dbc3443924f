#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kmod_selftests.sh XBENCH MODULES: the kernel's own tests of this ground say
# after the module's whole menu what they said before.
#
# fsgsbase, sysret_rip, syscall_nt and sigreturn of
# tools/testing/selftests/x86, from Debian's package of the kernel's source,
# built here.  Each prints what it saw, values included: byte for byte the same.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: kmod_selftests.sh XBENCH MODULES" >&2
    echo "MODULES: what kmod_build.sh made" >&2
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/system/linux_guest.sh
. "$here/linux_guest.sh"
tests=(fsgsbase sysret_rip syscall_nt sigreturn)
cache=${XBENCH_CACHE:-$here/../../build/cache}
source=linux-source-6.1
selftests=$cache/$source/tools/testing/selftests/x86
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only what is needed is kept: the package has 139 MB.
fetch_selftests()
{
    (
        cd "$work"
        apt-get -q -o APT::Sandbox::User=root download "$source" >&2
        dpkg-deb --fsys-tarfile "$source"_*.deb |
            tar -xO "./usr/src/$source.tar.xz" |
            tar -xJ "$source/tools/testing/selftests/x86" \
                "$source/arch/x86/include/asm"
    ) || die "cannot download $source; is 'apt-get update' needed?"
    mkdir -p "$cache"
    mv "$work/$source" "$cache"
}

[[ -d $selftests ]] || fetch_selftests
files=()
for name in "${tests[@]}"; do
    gcc -O2 -std=gnu99 -static -pthread -w -o "$work/$name" \
        "$selftests/$name.c" "$selftests/thunks.S"
    files+=(--add "$work/$name")
done

cat >"$work/script" <<END
look() {
    for name in ${tests[*]}; do
        echo "\$name:"
        /\$name || echo "exit status \$?"
    done >\$1 2>&1
}

look before
insmod /xbench.ko || exit 1
# In TCG's time a series may fail; the rows are counted.
/xbench all --backend kmod --quick --output out.csv >report 2>err
[ -e out.csv ] || {
    cat err
    exit 1
}
look after
rmmod xbench
END

# One CPU: that of the tests is that of the module.
for options in 'max pti=off' 'max,vendor=GenuineIntel pti=on'; do
    out=$work/${options##* }
    "$here/linux_guest.sh" --package "$(<"$2/6.1/package")" \
        --qemu -cpu --qemu "${options% *}" --append "${options##* }" \
        --add "$2/6.1/xbench.ko" --add "$1:/xbench" "${files[@]}" \
        --out "$out" "$work/script"
    diff "$out/before" "$out/after" || die "not as before, ${options##* }"
    good=$(grep -c '^\[OK\]' "$out/before")
    ! grep -E '^\[FAIL\]|^exit status' "$out/before" ||
        die "a test failed without the module, ${options##* }"
    rows=$(grep -c ',kmod,.*,ok,' "$out/out.csv")
    echo "${options##* }: $good times [OK] before and after $rows rows"
    [[ $good -gt 150 && $rows -gt 150 ]]
done
