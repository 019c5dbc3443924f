#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# costs.sh XBENCH FIRST_SAMPLE: what xbench itself takes, in time and memory.
#
# A benchmark, not a test: it uses the real clock, by hyperfine and
# /usr/bin/time, and holds what it finds against the limits of the project.
# Exit code 1 if one is missed, 77 without its tools.
set -euo pipefail

xbench=$(realpath "$1")
first_sample=$(realpath "$2")
for tool in hyperfine jq /usr/bin/time; do
    command -v "$tool" >/dev/null || {
        echo "skipped: no $tool" >&2
        exit 77
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cpu=$(taskset -cp $$ | grep -o '[0-9]*$')
status=0

# seconds COMMAND...: the median of ten runs; exit codes do not matter.
seconds() {
    hyperfine -N -i -w 1 -r 10 --export-json time.json "$*" >/dev/null 2>&1
    jq '.results[0].median' time.json
}

# peak COMMAND...: MiB of the largest of its processes.
peak() {
    { /usr/bin/time -f %M -o peak.txt "$@" || [ $? -eq 4 ]; } \
        >/dev/null 2>&1
    awk 'END { print $1 / 1024 }' peak.txt
}

# tell WHAT VALUE LIMIT UNIT
tell() {
    local word=ok
    awk -v v="$2" -v l="$3" 'BEGIN { exit !(v <= l) }' || {
        word=MISSED
        status=1
    }
    printf '%-60s %8.2f %s (at most %s)  %s\n' "$1" "$2" "$4" "$3" "$word"
}

all=("$xbench" all --backend user --cpu "$cpu" --output out.csv)
"${all[@]}" >/dev/null 2>&1 || [ $? -eq 4 ]
series=$(grep -vc '^#\|^schema,\|,skip,' out.csv)
tell "a benchmark, mode and launch in ring 3" \
    "$(jq -n "$(seconds "${all[@]}") * 1e3 / $series")" 5 ms
tell "peak memory of \`all\` in ring 3" "$(peak "${all[@]}")" 64 MiB

if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
    # Ended by first_sample.c; a run that gets to its own end tells nothing.
    first=("$xbench" run --backend kvm add_chain)
    code=0
    { LD_PRELOAD=$first_sample "${first[@]}" >/dev/null || code=$?; } 2>/dev/null
    [ "$code" -eq 137 ] || {
        echo "the kvm backend takes no sample here" >&2
        exit 1
    }
    tell "from the start of \`run --backend kvm\` to its first sample" \
        "$(jq -n "$(LD_PRELOAD=$first_sample seconds "${first[@]}") * 1e3")" \
        50 ms
    tell "peak memory of the kvm backend" "$(peak "$xbench" run add_chain \
        --backend kvm --quick --output out.csv)" 64 MiB
else
    echo "no /dev/kvm here: the kvm backend was not looked at"
fi

python3 - out.csv >rows.csv <<'END'
import sys
lines = [x for x in open(sys.argv[1], encoding="utf-8") if x[0] != "#"]
cells = next(x for x in lines if x.startswith("1,") and ",kvm," in x or
             x.startswith("1,") and ",user," in x).rstrip("\n").split(",")
print(lines[0], end="")
for i in range(100000):
    cells[5], cells[6] = str(i // 5 + 1), str(i + 1)
    cells[13] = f"{20 + i % 97 / 100:.2f}"
    print(",".join(cells))
END
[ "$(wc -l <rows.csv)" -eq 100001 ]
report=("$xbench" report --format csv rows.csv)
"${report[@]}" >report.csv || [ $? -eq 4 ]
tell "reading 100,000 rows" "$(seconds "${report[@]}")" 0.5 s
tell "peak memory of that" "$(peak "${report[@]}")" 200 MiB
exit $status
