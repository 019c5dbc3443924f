#!/bin/bash
# SPDX-License-Identifier: MIT
# bare_options.sh: what the bare image's boot command line does.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: bare_options.sh XBENCH BARE_ELF" >&2
    exit 2
fi
xbench=$1
image=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
    printf 'bare_options: %s\n' "$*" >&2
    cat "$work/com1" "$work/com2" >&2
    exit 1
}

# The exit code of QEMU, with two serial ports; $1 is the command line.
boot()
{
    local code=0

    rm -f "$work"/com?
    timeout --kill-after=10 60 qemu-system-x86_64 -accel tcg -cpu max -smp 1 \
        -m 256 -nodefaults -display none -no-reboot \
        -icount shift=0,sleep=off \
        -serial "file:$work/com1" -serial "file:$work/com2" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 \
        -kernel "$image" -append "$1" || code=$?
    echo $code
}

# Rows of COLUMN... of the log of port $1.
rows()
{
    "$xbench" import "$work/$1" --output "$work/csv" >/dev/null
    shift
    python3 - "$work/csv" "$@" <<'END'
import csv, sys
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = csv.DictReader(line for line in file if not line.startswith("#"))
    for row in rows:
        print(" ".join(row[name] for name in sys.argv[2:]))
END
}

# Selection, mode, host, another port, another speed.
code=$(boot 'select=swapgs,*chain mode=fenced serial=com2,9600 launches=2 host=box seed=1 end=debug-exit')
[[ $code == 177 && ! -s $work/com1 ]] || fail "QEMU ended with $code"
[[ $(rows com2 benchmark mode host | sort | uniq -c | tr -s ' ') == \
    ' 2 add_chain fenced box
 2 imul_chain fenced box
 2 rol_chain fenced box
 2 swapgs fenced box' ]] || fail "other rows"
first=$(rows com2 launch benchmark)
[[ $(grep '^1' <<<"$first" | cut -c3-) != "$(grep '^2' <<<"$first" | cut -c3-)" ]] ||
    fail "two launches in the same order"

# The same seed gives the same order; a port as a number; a reset as the end.
code=$(boot 'select=swapgs,*chain mode=fenced serial=0x3f8 launches=2 seed=1 end=reboot')
[[ $code == 0 && ! -s $work/com2 ]] || fail "QEMU ended with $code"
[[ $(rows com1 launch benchmark) == "$first" ]] || fail "another order"
code=$(boot 'select=swapgs,*chain mode=fenced launches=2 seed=9 end=debug-exit')
[[ $code == 177 ]] || fail "QEMU ended with $code"
[[ $(rows com1 launch benchmark) != "$first" ]] || fail "seed does nothing"

# What is not understood is said, nothing is measured, and it is no success.
for word in selct=swapgs select=nosuch select= mode=slow launches=0 \
    launches=1001 seed=-1 seed=18446744073709551616 serial=com5 \
    serial=com1,1000 pairs=65 end=later tsc_khz=fast word; do
    code=$(boot "end=debug-exit $word")
    [[ $code == 179 ]] || fail "$word: QEMU ended with $code"
    grep -q "! boot command line: \"$word\" is not understood" "$work/com1" ||
        fail "$word: not told"
    grep -q 'end 1 failed' "$work/com1" || fail "$word: another end"
done
code=$(boot 'end=debug-exit select=rdmsr* mode=throughput tsc_khz=500000 launches=1')
[[ $code == 177 ]] || fail "QEMU ended with $code"
grep -q '# tsc_khz: 500000' "$work/com1" || fail "tsc_khz does nothing"

# A CPU that it cannot run on: the image says so and halts.
qemu-system-x86_64 -accel tcg -cpu qemu64,-nx -m 256 -nodefaults \
    -display none -serial "file:$work/unfit" -kernel "$image" 2>/dev/null &
qemu=$!
for ((tries = 0; tries < 600; tries++)); do
    ! grep -qs 'NX is switched off' "$work/unfit" || break
    sleep 0.1
done
kill "$qemu"
wait "$qemu" || true
grep -q 'NX is switched off' "$work/unfit" || fail "a CPU without NX: no word"

# `run` boots it, once a launch, and takes the rows.
"$xbench" run swapgs syscall_sysret rdgsbase --backend bare --launches 2 \
    --seed 1 --quick --output "$work/run.csv" >"$work/report" || [[ $? == 4 ]] ||
    fail "run --backend bare: $(<"$work/report")"
[[ $(grep -cE ',bare,emulated,.*,(ok|contaminated),' "$work/run.csv") == 14 ]] ||
    fail "run --backend bare: $(<"$work/run.csv")"
echo "options of the boot command line do what they say"
