#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# report.bats: result files as people get them: good, broken and hostile.
load helpers

HEADER=schema,machine,subject,cpu,host,batch,launch,started,backend,fidelity
HEADER+=,family,benchmark,mode,tsc,ns,cycles,cycles_source,cycles_per_tick,ops
HEADER+=,samples,dropped,tsc_min,tsc_p25,tsc_p50,tsc_p75,tsc_p99,quantum,flags
HEADER+=,status,reason

# row LAUNCH BENCHMARK TSC STATUS REASON
row()
{
    printf '1,m,s,c,h,1,%s,t,kvm,native,gs,%s,fenced,%s,2,3,calibrated,1,64,' \
        "$1" "$2" "$3"
    printf '31,0,1,2,3,4,5,.5,,%s,%s\n' "$4" "$5"
}

# file CPU BENCHMARK: three launches of one.
file()
{
    printf '# cpu: %s\n%s\n' "$1" "$HEADER"
    row 1 "$2" 10 ok
    row 2 "$2" 9 ok
    row 3 "$2" 11 ok
}

@test "a figure for each benchmark, and the machine" {
    file "Some CPU" swapgs >a.csv
    run --separate-stderr "$XBENCH" report a.csv
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    contains "$output" a.csv
    contains "$output" "cpu: Some CPU"
    contains "$output" native
    # Cycles, then ticks: the lower quartile of 9, 10 and 11.
    [[ "$output" =~ swapgs\ +fenced\ +3\.00\ +9\.50\  ]]
}

@test "several files, side by side" {
    file "First CPU" swapgs >a.csv
    file "Second CPU" swapgs | sed 's/,9,2,3,/,9,2,4,/' >b.csv
    row 1 rdgsbase 7 ok >>b.csv
    run --separate-stderr "$XBENCH" report a.csv b.csv
    [ "$status" -eq 0 ]
    contains "$output" "A = a.csv"
    contains "$output" "B = b.csv"
    contains "$output" "cpu: First CPU"
    contains "$output" "cpu: Second CPU"
    # One row of both, one of the second only.
    [[ "$output" =~ swapgs\ +fenced\ +3\.00\ +3\.00\.\.3\.00\ native\ +3\.00\ +3\.00\.\.4\.00 ]]
    [[ "$output" =~ rdgsbase\ +fenced\ +3\.00\ +3\.00\.\.3\.00\ native ]]
    [ "$(grep -c 'swapgs ' <<<"$output")" -eq 1 ]
    # Ticks are not compared: without cycles it is time.
    file "Third CPU" swapgs | sed 's/,3,calibrated,1,/,,,,/' >c.csv
    run --separate-stderr "$XBENCH" report a.csv c.csv
    contains "$output" "A ns"
    contains "$output" "B ns"
    lacks "$output" "TSC ticks"
    lacks "$output" "A cycles"
}

@test "formats: the same figures" {
    file "Some | CPU" swapgs >a.csv
    row 1 lfence "" skip "no such CPU" >>a.csv
    run --separate-stderr "$XBENCH" report --format csv a.csv
    [ "$status" -eq 0 ]
    python3 - "$output" <<'END'
import csv, io, sys
rows = {r["benchmark"]: r for r in csv.DictReader(io.StringIO(sys.argv[1]))}
assert len(rows) == 2
row = rows["swapgs"]
assert [row[x] for x in ("tsc", "tsc_min", "tsc_max", "ns", "cycles",
    "launches", "fidelity", "status")] == ["9.5", "9", "11", "2", "3", "3",
    "native", "ok"], row
assert rows["lfence"]["tsc"] == "" and rows["lfence"]["status"] == "skip"
END
    run --separate-stderr "$XBENCH" report --format json a.csv a.csv
    [ "$status" -eq 0 ]
    jq -e 'length == 2 and .[1].name == "a.csv" and
        .[0].preamble.cpu == "Some | CPU" and
        (.[0].figures | map(select(.benchmark == "swapgs")) |
            .[0].tsc == 9.5 and .[0].launches == 3) and
        (.[0].figures | map(select(.benchmark == "lfence")) |
            .[0].tsc == null and .[0].reason == "no such CPU")' <<<"$output"
    run --separate-stderr "$XBENCH" report --format markdown a.csv
    [ "$status" -eq 0 ]
    contains "$output" "## a.csv"
    contains "$output" 'Some \| CPU'
    contains "$output" "| swapgs | fenced | 3.00 | 9.50 | 2.00 |"
    contains "$output" "  - kvm: lfence"
    run --separate-stderr "$XBENCH" report --format yaml a.csv
    refused 2
    contains "$stderr" '"yaml"; there are text, markdown, csv, json'
}

# mode LAUNCH BENCHMARK MODE: a skipped row.
mode()
{
    row "$1" "$2" "" skip "no such CPU" | sed "s/,fenced,/,$3,/"
}

@test "skips name a benchmark once, and its modes only if some ran" {
    file "Some CPU" swapgs >a.csv
    for mode in throughput fenced overlap; do
        mode 1 lfence "$mode"
        mode 1 rdtscp "$mode"
    done >>a.csv
    mode 1 swapgs throughput >>a.csv
    row 4 swapgs "" skip "no such CPU" >>a.csv
    run --separate-stderr "$XBENCH" report a.csv
    [ "$status" -eq 0 ]
    [[ "$output" =~ kvm:\ ([^$'\n']*$'\n'?[^$'\n']*) ]]
    names=$(tr -s ' \n' ' ' <<<"${BASH_REMATCH[1]}")
    contains "$names" "rdtscp, "
    lacks "$names" "lfence/"
    lacks "$names" "rdtscp/"
    contains "$names" "swapgs/throughput"
    contains "$names" "swapgs/fenced (1 of 4 launches)"
}

@test "standard input" {
    file "Some CPU" swapgs >a.csv
    run --separate-stderr "$XBENCH" report - <a.csv
    [ "$status" -eq 0 ]
    contains "$output" "cpu: Some CPU"
}

# A file, what it holds, and what is said of it.
@test "files that are none are refused with the place" {
    file "Some CPU" swapgs >good.csv
    : >empty.csv
    printf '# cpu: x\n' >preamble.csv
    printf 'hello\n' >prose.csv
    head -c -1 good.csv >torn.csv
    head -c -20 good.csv >cut.csv
    sed 's/^schema/Schema/' good.csv >column.csv
    sed 's/^1,m/2,m/' good.csv >schema.csv
    { cat good.csv && row 1 swapgs 5 ok; } >key.csv
    { cat good.csv && row 4 swapgs five ok; } >number.csv
    { cat good.csv && row 4 swapgs nan ok; } >nan.csv
    { cat good.csv && echo 1,m,s; } >few.csv
    { cat good.csv && row 4 swapgs 5 ok '"left open'; } >quote.csv
    { cat good.csv && row 4 swapgs 5 ok $'\xff'; } >bytes.csv
    head -c 4096 /dev/urandom >noise.csv
    while read -r name words; do
        run --separate-stderr "$XBENCH" report "$name.csv"
        refused 2
        contains "$stderr" "xbench report: $name.csv:"
        contains "$stderr" "$words"
        [ "${#stderr_lines[@]}" -eq 1 ]
    done <<'END'
empty header
preamble header
prose :1:
torn :5:
cut :5:
column schema
schema :3:1:
key the key of line 3 again
number :6:45:
nan :6:45:
few :6:
quote :6:
bytes UTF-8
noise :
END
}

@test "files that cannot be read are named, and the others shown" {
    file "Some CPU" swapgs >good.csv
    mkdir directory
    for name in absent directory; do
        run --separate-stderr "$XBENCH" report "$name"
        refused 2
        contains "$stderr" "$name"
        for order in "$name good.csv" "good.csv $name"; do
            run --separate-stderr "$XBENCH" report $order
            [ "$status" -eq 2 ]
            contains "$stderr" "$name"
            contains "$output" "cpu: Some CPU"
        done
    done
}

@test "a file of somebody else" {
    needs_root
    open_up
    file "Some CPU" swapgs >a.csv
    chmod 600 a.csv
    run --separate-stderr as_nobody ./xbench report a.csv
    refused 2
    contains "$stderr" "a.csv"
    contains "$stderr" "Permission denied"
}

@test "nothing measured is nothing to report" {
    echo "$HEADER" >a.csv
    run --separate-stderr "$XBENCH" report a.csv
    refused 4
    contains "$stderr" "no rows"
    row 1 swapgs "" skip "no such CPU" >>a.csv
    run --separate-stderr "$XBENCH" report a.csv
    [ "$status" -eq 4 ]
    contains "$stderr" "none of its rows was measured"
    contains "$output" "no such CPU"
    file "Some CPU" swapgs >b.csv
    run --separate-stderr "$XBENCH" report a.csv b.csv
    [ "$status" -eq 4 ]
    contains "$output" "cpu: Some CPU"
}

@test "a standard output that takes nothing" {
    file "Some CPU" swapgs >a.csv
    run --separate-stderr bash -c '"$0" report a.csv >/dev/full' "$XBENCH"
    refused 3
    contains "$stderr" "No space left on device"
    run --separate-stderr bash -c '"$0" report a.csv >&-' "$XBENCH"
    refused 3
    contains "$stderr" "Bad file descriptor"
    for command in --help --version list "list --help" "report --help" \
        "run --help" "all --help"; do
        run --separate-stderr bash -c '"$0" $1 >/dev/full' "$XBENCH" "$command"
        refused 3
        contains "$stderr" "No space left on device"
    done
}

@test "what a file contains does not steer the terminal" {
    file $'\e[31mred' $'\e]0;title' >a.csv
    row 1 lfence "" skip $'\e[2J' >>a.csv
    run --separate-stderr "$XBENCH" report a.csv
    [ "$status" -eq 0 ]
    contains "$output" red
    lacks "$output" $'\e'
    # Neither in what is said of a broken one.
    row 1 $'\e[31m' five ok >>a.csv
    row 3 $'\e[31m' 5 ok >>a.csv
    row 3 $'\e[31m' 5 ok >>a.csv
    run --separate-stderr "$XBENCH" report a.csv
    refused 2
    lacks "$stderr" $'\e'
    sed -i /five/d a.csv
    run --separate-stderr "$XBENCH" report a.csv
    refused 2
    contains "$stderr" again
    lacks "$stderr" $'\e'
}

# Prose only: a table's columns are as wide as they are.
widest_note()
{
    sed -n '/^Notes:/,$p' | tr -d '\r' | awk '
        { if (length($0) > n) n = length($0) } END { print n + 0 }'
}

@test "prose fits the terminal, and 80 columns elsewhere" {
    file "Some CPU" swapgs >a.csv
    row 1 lfence "" skip "$(printf 'word %.0s' {1..50})" >>a.csv
    width=$("$XBENCH" report a.csv | widest_note)
    [ "$width" -gt 60 ]
    [ "$width" -le 80 ]
    command -v script >/dev/null || skip "needs script(1)"
    for columns in 50 120; do
        script -qec "stty cols $columns; '$XBENCH' report a.csv" /dev/null \
            </dev/null >out.txt 3>&-
        width=$(widest_note <out.txt)
        [ "$width" -gt $((columns - 20)) ]
        [ "$width" -le "$columns" ]
    done
}

@test "a narrow terminal gets fewer columns, and is told so" {
    command -v script >/dev/null || skip "needs script(1)"
    file "Some CPU" wrmsr_x2apic_self_ipi >a.csv
    for columns in 50 80 200; do
        script -qec "stty cols $columns; '$XBENCH' report a.csv" /dev/null \
            </dev/null 3>&- | tr -d '\r' >out.txt
        # Below some width a cost and its name stay, whatever comes.
        [ "$columns" -lt 80 ] || [ "$(wc -L <out.txt)" -le "$columns" ]
        grep -q 'wrmsr_x2apic_self_ipi fenced .*3\.00 .*native' out.txt
    done
    lacks "$(cat out.txt)" "too narrow"
    "$XBENCH" report a.csv >wide.txt
    diff <(grep wrmsr_ out.txt) <(grep wrmsr_ wide.txt)
    script -qec "stty cols 60; '$XBENCH' report a.csv" /dev/null \
        </dev/null 3>&- | tr -d '\r' >out.txt
    grep -q "too narrow" out.txt
    lacks "$(cat out.txt)" launches.dropped
}

@test "list wraps between words" {
    command -v script >/dev/null || skip "needs script(1)"
    # The columns and the longest name of an MSR take 88.
    script -qec "stty cols 90; '$XBENCH' list" /dev/null \
        </dev/null 3>&- | tr -d '\r' >out.txt
    [ "$(wc -L <out.txt)" -le 90 ]
    # The same words, line ends apart.
    # The families, too, are what a narrow terminal has no room for.
    for word in $("$XBENCH" list | awk '{ $2 = ""; print }' |
        tr -s ' \n' ' '); do
        grep -qF -- "$word" out.txt
    done
}
