#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# offline.sh XBENCH: a CPU that goes off line under a run, in a guest of QEMU:
# on the machine itself it would take other people's affinities with it.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<'END'
online=/sys/devices/system/cpu/cpu1/online
[ "$(cat $online)" = 1 ] || exit 1
/xbench run add_chain --backend user --cpu 1 --quick --launches 40 \
    --output out.csv >/dev/null 2>err &
pid=$!
# The second launch is under way: its parent has had two children.
first=
until [ -n "$first" ]; do
    first=$(cat /proc/$pid/task/$pid/children)
done
child=$first
while [ -z "$child" ] || [ "$child" = "$first" ]; do
    child=$(cat /proc/$pid/task/$pid/children)
done
echo 0 >$online
wait $pid
echo $? >code
/xbench run add_chain --backend user --cpu 1 --quick --output absent.csv \
    2>refused
echo $? >>code
[ ! -e absent.csv ]
END
"$here/linux_guest.sh" --qemu -smp --qemu 2 --add "$1:/xbench" \
    --out "$work/out" "$work/script"
cd "$work/out"
cat code err refused

[ "$(tr '\n' ' ' <code)" = "4 3 " ]
grep -q "series failed" err
grep -q "CPU 1 cannot be used: did it go off line" err out.csv
grep -q -- "--cpu 1: .* off line" refused
# Launches before it were measured; none after it is taken for measured.
"$1" report --format json out.csv >report.json || [ $? -eq 4 ]
grep -v '^#' out.csv | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert len(rows) == 3 * 40, len(rows)
gone = [r["status"] == "error" and "CPU 1" in r["reason"] for r in rows]
first = next(i for i, g in enumerate(gone) if g)
launch = int(rows[first]["launch"])
assert launch >= 2 and rows[0]["status"] != "error"
assert all(g for r, g in zip(rows, gone) if int(r["launch"]) > launch)'
