#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# events.bats: events that are counted, by those that the kernel counts.
load helpers
load gate_files.bash

counted()
{
    ! "$XBENCH" run empty --quick --events page-faults --backend user \
        --output - 2>&1 >/dev/null | grep 'kernel keeps it from users' ||
        skip "perf_event_paranoid keeps events from users"
    "$XBENCH" run --quick --backend user --mode throughput --output out.csv \
        "$@"
}

# The median of a column, of one benchmark.
median()
{
    cells out.csv benchmark "$2" | awk -v b="$1" '$1 == b { print $2 }' |
        sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

near() # VALUE LOW HIGH
{
    awk -v v="$1" -v l="$2" -v h="$3" 'BEGIN { exit !(v >= l && v <= h) }' || {
        printf '%s is not from %s to %s\n' "$1" "$2" "$3"
        return 1
    }
}

@test "faults and switches are counted one by one" {
    run --separate-stderr counted page_fault_minor getppid_syscall \
        switch_futex --events page-faults,context-switches
    [ "$status" -eq "$(code_of out.csv)" ]
    [ "$(median page_fault_minor pmu:page-faults)" = 1 ]
    [ "$(median getppid_syscall pmu:page-faults)" = 0 ]
    [ "$(median switch_futex pmu:context-switches)" = 1 ]
    [ "$(median getppid_syscall pmu:context-switches)" = 0 ]
    contains "$output" pmu:page-faults
}

@test "the time of a payload that does not wait is its own" {
    counted add_chain --events task-clock --launches 5
    near "$(cells out.csv ns pmu:task-clock | awk '{ print $2 / $1 }' |
        sort -g | sed -n 3p)" 0.9 1.1
}

@test "a group is counted like its members" {
    counted page_fault_minor --events '{page-faults,minor-faults},major-faults'
    [ "$(median page_fault_minor pmu:page-faults)" = 1 ]
    [ "$(median page_fault_minor pmu:minor-faults)" = 1 ]
    [ "$(median page_fault_minor pmu:major-faults)" = 0 ]
}

@test "columns in the order of the list; other modes have empty cells" {
    "$XBENCH" run add_chain --quick --backend user --output out.csv \
        --events context-switches,page-faults
    head -n 50 out.csv | grep '^schema,' |
        grep -q ',reason,pmu:context-switches,pmu:page-faults$'
    [ "$(cells out.csv mode pmu:page-faults | sort -u | tr '\t\n' '= ')" = \
        "fenced= overlap= throughput=0 " ]
}

@test "in a guest the kernel's events are of the thread that runs it" {
    "$XBENCH" run add_chain --quick --backend kvm --mode throughput \
        --output out.csv --events page-faults || [ "$?" -eq 3 ]
    [ "$(cells out.csv status | sort -u)" = ok ] || skip "no KVM"
    [ "$(median add_chain pmu:page-faults)" = 0 ]
}

@test "report, diff and gate take events" {
    counted page_fault_minor --events page-faults
    cp out.csv a.csv
    run "$XBENCH" report --format csv a.csv
    contains "${lines[0]}" ",pmu:page-faults"
    [ "${lines[1]##*,}" = 1 ]
    run "$XBENCH" report --format json a.csv
    contains "$output" '"pmu:page-faults": 1'
    run "$XBENCH" report --format markdown a.csv
    contains "$output" "pmu:page-faults"
    run "$XBENCH" diff --metric pmu:page-faults a.csv a.csv
    [ "$status" -eq 0 ]
    contains "$output" "pmu:page-faults per operation"
    run --separate-stderr "$XBENCH" diff --metric pmu:x a.csv a.csv
    contains "$output" "other unit"
    [ "$status" -eq 4 ]
}

# make_csv's costs, as counts of an event.
as_event() # FROM TO
{
    awk -F, -v OFS=, '/^#/ { print; next } !column { for (i = 1; i <= NF; i++)
        if ($i == "tsc") column = i; print $0, "pmu:x"; next }
        { print $0, $column }' "$1" >"$2"
}

@test "gate judges by an event" {
    make_csv a.csv
    make_csv b.csv seed=2 start=10
    make_csv worse.csv factor=1.1 seed=3 start=20
    for file in a b worse; do
        as_event "$file.csv" "$file-x.csv"
    done
    run "$XBENCH" gate --metric pmu:x --baseline a-x.csv b-x.csv
    [ "$status" -eq 0 ]
    run "$XBENCH" gate --metric pmu:x --baseline a-x.csv worse-x.csv
    [ "$status" -eq 1 ]
    contains "$output" "pmu:x"
    run "$XBENCH" gate --metric pmu:y --baseline a-x.csv b-x.csv
    [ "$status" -ne 0 ]
}

@test "unknown events are refused with the nearest name" {
    run --separate-stderr "$XBENCH" run empty --events task-clok
    refused 2
    contains "$stderr" "did you mean TASK-CLOCK?"
    for list in "" , "{task-clock" task-clock,task-clock; do
        run --separate-stderr "$XBENCH" run empty --events "$list"
        refused 2
    done
}

@test "what cannot be counted here is said before anything is measured" {
    "$XBENCH" run empty --quick --events cycles --output out.csv 2>err &&
        skip "this machine has a PMU"
    run --separate-stderr "$XBENCH" run empty --events cycles --output out.csv
    refused 3
    contains "$stderr" "--events: pmu:cycles: "
    [ ! -e out.csv ]
}

@test "events: names with descriptions, by pattern" {
    run --separate-stderr "$XBENCH" events
    [ "$status" -eq 0 ]
    contains "$output" "--events default"
    contains "$output" CONTEXT-SWITCHES
    run --separate-stderr "$XBENCH" events 'page-faul*'
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = PAGE-FAULTS ]
    [ "${#lines[@]}" -eq 1 ]
    run --separate-stderr "$XBENCH" events no-such-thing
    refused 2
    LIBPFM_FORCE_PMU=skl run --separate-stderr "$XBENCH" events 'machine_c*'
    contains "$output" MACHINE_CLEARS:COUNT
}

@test "doctor says what can be counted, and why not" {
    run "$XBENCH" doctor
    contains "$output" "PMU: "
    contains "$output" " --events default:"
}
