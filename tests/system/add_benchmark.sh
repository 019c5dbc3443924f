#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# add_benchmark.sh SOURCE: a benchmark is one catalog line and one body.
#
# Adds the README's worked example to a copy of the tree, in two places, and
# beside it a payload that faults and one that never ends.  Builds the copy
# and runs all three in ring 3 here, and in ring 0 of a guest of a Debian
# kernel under QEMU.
set -euo pipefail

source=$(realpath "$1")
here=$source/tests/system
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
copy=$work/tree

fail() {
    printf 'add_benchmark: %s\n' "$*" >&2
    exit 1
}

expect() { # FILE PATTERN...
    local file=$1 pattern
    shift
    for pattern; do
        grep -qE -- "$pattern" "$file" ||
            fail "no line like \"$pattern\" in:"$'\n'"$(<"$file")"
    done
}

# Three modes of five launches, all measured.
expect_measured() { # FILE BACKEND
    local rows
    rows=$(grep -cE ",$2,[a-z]+,fence,lock_add,.*,ok,$" "$1") || true
    [ "$rows" -eq 15 ] || fail "$rows of 15 rows of lock_add in $2"
}

mkdir "$copy"
tar -C "$source" --exclude=./build --exclude=./.git --exclude=./results -cf - . |
    tar -C "$copy" -xf -

# The example, word for word as a reader would take it.
grep '^XB_BENCH(lock_add' "$source/README.md" \
    >>"$copy/include/xbench/catalog.h" || fail "README: no catalog line"
grep '^xb_payload lock_add' "$source/README.md" \
    >>"$copy/bench/payload/fence.S" || fail "README: no body"

cat >>"$copy/include/xbench/catalog.h" <<'END'
XB_BENCH(test_fault, base, 4, XB_ON_ALL, 0, "an undefined instruction")
XB_BENCH(test_spin, base, 4, XB_ON_ALL, 0, "a loop without end")
END
cat >>"$copy/bench/payload/base.S" <<'END'
xb_payload test_fault, body="ud2"
xb_payload test_spin, body="1: jmp 1b"
END

if ! { cmake -S "$copy" -B "$work/build" -DCMAKE_BUILD_TYPE=Release &&
    cmake --build "$work/build" --target xbench --parallel 2; } \
    >"$work/log" 2>&1; then
    fail "the copy does not build: $(<"$work/log")"
fi
xbench=$work/build/xbench

# The exact machine's test knows its path without being told.
mapfile -t exceptions < <(sed -n 's/^| kvm | \([a-z0-9_]*\) |.*/\1/p' \
    "$source/docs/exact.md")
"$copy/tests/system/paths.py" "$work/build/guest.elf" kvm \
    "${exceptions[@]}" test_fault test_spin >"$work/paths"
expect "$work/paths" '^lock_add +throughput +1\.0000$'

"$xbench" run lock_add --backend user --output "$work/user.csv" >"$work/report"
expect_measured "$work/user.csv" user
expect "$work/report" 'lock_add +throughput'

code=0
"$xbench" run test_fault --backend user --output - \
    >"$work/fault" 2>"$work/err" || code=$?
[ $code -eq 4 ] || fail "a fault in ring 3 exits with $code"
expect "$work/fault" ',fault,"?exception 6, error code 0x0'
expect "$work/err" 'xbench: user: test_fault/throughput: fault: exception 6'

code=0
"$xbench" run test_spin --backend user --mode throughput --launches 1 \
    --output - >"$work/spin" 2>"$work/err" || code=$?
[ $code -eq 4 ] || fail "an endless loop in ring 3 exits with $code"
expect "$work/err" 'test_spin/throughput: error: .*did not return within'

cat >"$work/script" <<'END'
/xbench run lock_add --backend kvm --output kvm.csv >/dev/null || exit 1
/xbench run test_fault --backend kvm --output fault.csv >/dev/null 2>fault.err
echo $? >fault.code
/xbench run test_spin add_chain --backend kvm --mode throughput --seed 1 \
    --launches 1 --output spin.csv >/dev/null 2>spin.err
echo $? >spin.code
END
"$here/linux_guest.sh" --module kvm-amd --add "$xbench:/xbench" \
    --qemu -cpu --qemu max,+svm --out "$work/out" "$work/script"
expect_measured "$work/out/kvm.csv" kvm
expect "$work/out/fault.code" '^4$'
expect "$work/out/fault.err" 'kvm: test_fault/throughput: fault: exception 6'
expect "$work/out/spin.code" '^4$'
expect "$work/out/spin.err" \
    'test_spin/throughput: error: .*in time: RIP 0x[0-9a-f]+ CS 0x10 .*RAX'
# The world is made anew for whoever comes after.
expect "$work/out/spin.csv" ',add_chain,throughput,.*,ok,$'
echo "lock_add measured by two additions; fault and endless loop reported"
