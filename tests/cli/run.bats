#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# run.bats: files that `run` leaves, whole or not at all.
load helpers

# Six series: two benchmarks in three modes.
short()
{
    "$XBENCH" run add_chain imul_chain --backend user --quick "$@"
}

@test "a row for each launch, mode and benchmark" {
    run --separate-stderr short --launches 3 --output out.csv
    [ "$status" -eq "$(code_of out.csv)" ]
    [ "$(cells out.csv launch | sort -n | uniq | tr '\n' ' ')" = "1 2 3 " ]
    is_whole out.csv 6
    [ "$output" = "$(cat report.txt)" ]
    [ "$(cells out.csv benchmark mode | sort -u | wc -l)" -eq 6 ]
    [ "$(cells out.csv backend | sort -u)" = user ]
    cells out.csv status | grep -qx ok
    # Nothing but the file and what this test wrote.
    [ "$(ls)" = "out.csv
report.txt" ]
}

@test "the preamble tells machine and command" {
    run short --launches 1 --seed 0x2a --output out.csv
    for key in host cpu vendor hypervisor kernel xbench; do
        [ -n "$(meta out.csv "$key")" ]
    done
    [ "$(meta out.csv seed)" = 42 ]
    contains "$(meta out.csv command)" "xbench run "
    contains "$(meta out.csv command)" "--seed 0x2a"
    contains "$(meta out.csv command)" imul_chain
    contains "$(meta out.csv kernel)" "$(uname -r)"
    [[ "$(meta out.csv tsc_khz)" =~ ^[1-9][0-9]{4,}$ ]]
    [ -z "$(meta out.csv interrupted)" ]
}

@test "costs are positive and in order, and one is 3 times the other" {
    run short --mode throughput --launches 5 --output out.csv
    cells out.csv status benchmark tsc tsc_min tsc_p25 tsc_p50 tsc_p75 \
        tsc_p99 ns cycles flags >table.txt
    grep -q '^ok' table.txt
    awk -F '\t' '$1 == "ok" && !($3 > 0 && $9 > 0 && $4 <= $5 && $5 <= $6 &&
        $6 <= $7 && $7 <= $8)' table.txt >bad.txt
    [ ! -s bad.txt ]
    # Where cycles are given, IMUL and ADD were 3 to 1 within a percent.
    awk -F '\t' '$1 == "ok" && $10 != "" && $11 !~ /drift/ {
        r = $10 / ($2 == "imul_chain" ? 3 : 1)
        if (r < 0.95 || r > 1.05) print }' table.txt >bad.txt
    [ ! -s bad.txt ]
}

@test "batches number their launches through" {
    run short --mode throughput --launches 2 --batches 2 --output out.csv
    is_whole out.csv 2
    [ "$(cells out.csv batch launch | uniq | tr '\t\n' '- ')" = \
        "1-1 1-2 2-3 2-4 " ]
}

# What comes out of a launch is as it lies in memory: the item leads it, and
# nine records share the bytes.
order()
{
    "$XBENCH" launch "$@" 9 2000000 1 7 - add_chain imul_chain rol_chain |
        python3 -c '
import sys
data = sys.stdin.buffer.read()
assert data and len(data) % 9 == 0
size = len(data) // 9
print([data[i:i + 12].hex() for i in range(0, len(data), size)])'
}

@test "seed and launch fix the order" {
    cpu=$(taskset -cp $$ | grep -o '[0-9]*$')
    first=$(order 7 1 "$cpu")
    [ "$first" = "$(order 7 1 "$cpu")" ]
    [ "$first" != "$(order 7 2 "$cpu")" ]
    [ "$first" != "$(order 8001 1 "$cpu")" ]
}

@test "seeds are drawn anew" {
    run short --launches 1 --mode throughput --output a.csv
    run short --launches 1 --mode throughput --output b.csv
    [ "$(meta a.csv seed)" != "$(meta b.csv seed)" ]
}

@test "--output -: the file and nothing else on stdout" {
    short --launches 1 --output - >out.csv || [ $? -eq 4 ]
    is_whole out.csv 6
    [ "$(head -c 2 out.csv)" = "# " ]
    [ "$(grep -vc '^#' out.csv)" -eq 7 ]
    [ "$(ls)" = "out.csv
report.txt" ]
}

@test "the default place is results/CPU/DATE-HOST.csv" {
    run short --launches 1 --mode throughput
    file=$(echo results/*/*.csv)
    [[ "$file" =~ ^results/[a-z0-9-]+/[0-9]{8}T[0-9]{6}Z-$(uname -n).csv$ ]]
    is_whole "$file" 2
    contains "$output" "$file"
}

@test "an older file is replaced, a link to one kept" {
    echo old >old.csv
    ln -s old.csv link.csv
    run short --launches 1 --mode throughput --output link.csv
    [ -L link.csv ]
    is_whole old.csv 2
}

@test "no directory to write to" {
    run --separate-stderr short --launches 1 --output absent/out.csv
    refused 3
    contains "$stderr" "absent/out.csv"
    contains "$stderr" "No such file or directory"
    is_empty .
}

@test "a directory that is read-only" {
    needs_root
    open_up
    mkdir closed
    run --separate-stderr as_nobody ./xbench run add_chain --backend user \
        --quick --output closed/out.csv
    refused 3
    contains "$stderr" "closed/out.csv"
    contains "$stderr" "Permission denied"
    is_empty closed
    # The default place, too.
    chmod 555 .
    run --separate-stderr as_nobody ./xbench run add_chain --backend user \
        --quick
    refused 3
    contains "$stderr" "--output"
}

@test "a disk that is full: no file, or the old one" {
    needs_private_mounts
    mkdir disk
    # A page for the directory's one old file, none for the new.
    for old in old.csv new.csv; do
        run --separate-stderr private '
            mount -t tmpfs -o size=4k none disk
            echo old >disk/'$old'
            code=0
            "$0" run add_chain --backend user --quick \
                --output disk/new.csv || code=$?
            [ "$(ls disk)" = '$old' ]
            [ "$(cat disk/'$old')" = old ]
            exit $code' "$XBENCH"
        refused 3
        contains "$stderr" "disk/new.csv"
        contains "$stderr" "No space left on device"
    done
    is_empty disk
}

@test "a standard output that takes nothing" {
    for output in - out.csv; do
        run --separate-stderr bash -c '"$0" run add_chain --backend user \
            --quick --output "$1" >/dev/full' "$XBENCH" "$output"
        refused 3
        contains "$stderr" "No space left on device"
    done
    # The report is lost, the file is not.
    is_whole out.csv 3
}

# The process id of the launch that PID waits for, other than OLD.
next_child()
{
    local pid=$1 old=$2 child tries

    for ((tries = 0; tries < 5000; tries++)); do
        child=
        [ -r "/proc/$pid/task/$pid/children" ] || break
        read -r child _ <"/proc/$pid/task/$pid/children" || :
        if [ -n "$child" ] && [ "$child" != "$old" ] &&
            tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null |
            grep -q '^xbench launch '; then
            echo "$child"
            return
        fi
        sleep 0.01
    done
    echo "no launch of process $pid is seen" >&2
    return 1
}

# interrupt SIGNAL TARGET: `-` before a process id means its whole group.
interrupt()
{
    local signal=$1 group=$2 pid child code=0

    setsid "$XBENCH" run add_chain imul_chain --backend user --quick \
        --launches 500 --output out.csv >report.out 2>err.txt 3>&- &
    pid=$!
    child=$(next_child "$pid" 0)
    # At least one launch has ended.
    next_child "$pid" "$child"
    kill -s "$signal" -- "$group$pid"
    wait "$pid" || code=$?
    [ "$code" -eq 4 ]
}

@test "SIGINT and SIGTERM leave the launches that ended" {
    while read -r signal group; do
        rm -f out.csv
        interrupt "$signal" "$group"
        number=$(kill -l "$signal")
        done=$(cells out.csv launch | sort -u | wc -l)
        [ "$done" -ge 1 ]
        [ "$done" -lt 500 ]
        is_whole out.csv 6
        [ "$(meta out.csv interrupted)" = \
            "by signal $number, after $done of 500 launches" ]
        contains "$(cat err.txt)" "interrupted by signal $number"
        # No launch is missing in between.
        [ "$(cells out.csv launch | sort -n | tail -n 1)" -eq "$done" ]
        lacks "$(cells out.csv status)" error
    done <<'END'
INT
TERM
INT -
TERM -
END
}

@test "a launch that is killed leaves rows that say so" {
    "$XBENCH" run '*' --backend user --quick --launches 10 --output out.csv \
        >/dev/null 2>err.txt 3>&- &
    pid=$!
    child=0
    # One at least will be caught before it has said all.
    for i in 1 2 3; do
        child=$(next_child "$pid" "$child")
        kill -s KILL "$child" || :
    done
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 4 ]
    contains "$(cat err.txt)" "series failed"
    series=$(cells out.csv benchmark mode | sort -u | wc -l)
    is_whole out.csv "$series"
    [ "$(cells out.csv launch | sort -u | wc -l)" -eq 10 ]
    cells out.csv status reason tsc ns cycles | grep '^error' >errors.txt
    [ -s errors.txt ]
    [ "$(sort -u errors.txt)" = \
        $'error\tthe launch died of signal 9 (Killed)\t\t\t' ]
    # The launches after it are as ever.
    cells out.csv launch status | grep -qxP '10\tok'
}

@test "a CPU that is absent, or not ours" {
    run --separate-stderr short --cpu 1023
    refused 3
    contains "$stderr" "--cpu 1023"
    is_empty .
    mapfile -t cpus < <(python3 -c '
import os
for cpu in sorted(os.sched_getaffinity(0)): print(cpu)')
    [ "${#cpus[@]}" -ge 2 ] || skip "needs two CPUs"
    run --separate-stderr taskset -c "${cpus[0]}" "$XBENCH" run add_chain \
        --backend user --quick --cpu "${cpus[1]}"
    refused 3
    contains "$stderr" "--cpu ${cpus[1]}"
    contains "$stderr" "affinity"
    is_empty .
    for cpu in "${cpus[@]:0:2}"; do
        run taskset -c "$cpu" "$XBENCH" run add_chain --backend user \
            --quick --output out.csv
        [ "$(meta out.csv measured_on_cpu)" -eq "$cpu" ]
        cells out.csv status | grep -qx ok
    done
}

@test "standard streams that are closed" {
    # Else their numbers are those of the next files that are opened.
    run bash -c '"$0" run add_chain --backend user --quick \
        --output out.csv <&- 2>&-' "$XBENCH"
    is_whole out.csv 3
    lacks "$(cells out.csv status)" error
    rm out.csv
    run bash -c '"$0" run add_chain --backend user --quick \
        --output out.csv <&- >&-' "$XBENCH"
    [ "$status" -eq 3 ]
    is_whole out.csv 3
    lacks "$(cells out.csv status)" error
}
