#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# claims.bats: `claims` on files of invented figures.
load helpers

header=schema,machine,subject,cpu,host,batch,launch,started,backend,fidelity,family,benchmark,mode,tsc,ns,cycles,cycles_source,cycles_per_tick,ops,samples,dropped,tsc_min,tsc_p25,tsc_p50,tsc_p75,tsc_p99,quantum,flags,status,reason

# rows HOST BENCHMARK FIDELITY COST: five launches.
rows()
{
    local i
    for i in 1 2 3 4 5; do
        printf '1,m-%s,s,invented,%s,1,%d,2026-01-01T00:00:00Z,bare,%s,f,%s,throughput,%d,%d,%d,calibrated,1,8,31,0,1,1,1,1,1,1,,ok,\n' \
            "$1" "$1" "$i" "$3" "$2" $(($4 + i)) $(($4 + i)) $(($4 + i))
    done
}

invent()
{
    {
        echo "$header"
        rows one wrmsr_sysenter_cs native 100
        rows one wrmsr_sysenter_esp native 30
        rows one gs_entry_swapgs native 60
        rows one gs_entry_fsgsbase_full native 90
        rows one msr_switch_lazy_same native 90
        rows one msr_switch_lazy_idle native 10
        rows one entry_masked emulated 90
        rows one entry_unmasked emulated 40
    } >one.csv
    {
        echo "$header"
        rows other wrmsr_sysenter_cs native 40
    } >other.csv
}

# What the report says to claim $1, all on one line.
verdict()
{
    sed -n "/^  $1:/,/^ *here:/p" | tail -n 1
}

@test "a verdict of each kind" {
    invent
    run "$XBENCH" claims one.csv
    [ "$status" -eq 0 ]
    contains "$(verdict wrmsr_sysenter_cs_60 <<<"$output")" \
        "103.0 cycles (101.0 to 105.0), bare, 5 launches: reproduced"
    contains "$(verdict wrmsr_sysenter_esp_60 <<<"$output")" "smaller here"
    contains "$(verdict fsgsbase_entry <<<"$output")" \
        "-30.0 cycles (-30.0 to -30.0), bare, 5 launches: opposite"
    contains "$(verdict lazy_compare <<<"$output")" "larger here"
    contains "$(verdict irqs_on_20 <<<"$output")" \
        "cannot be judged here: entry_masked in bare is not native but emulated"
}

@test "a column for each machine" {
    invent
    run "$XBENCH" claims one.csv other.csv
    [ "$status" -eq 0 ]
    contains "$output" "invented on one: 103.0 cycles"
    contains "$output" "invented on other: 43.0 cycles"
    run "$XBENCH" claims --format markdown one.csv other.csv
    [ "$status" -eq 0 ]
    contains "${lines[0]}" "| invented on one | invented on other |"
    # As many cells in each line.
    [ "$(tr -cd '|\n' <<<"$output" | sort -u | wc -l)" -eq 1 ]
}

@test "JSON that a parser takes" {
    invent
    "$XBENCH" claims --format json one.csv >out.json
    python3 - <<'END'
import json
claims = {c["id"]: c for c in json.load(open("out.json"))}
here = claims["wrmsr_sysenter_cs_60"]["here"][0]
assert here["verdict"] == "reproduced" and here["value"] == 103, here
assert (here["low"], here["high"], here["launches"]) == (101, 105, 5), here
here = claims["irqs_on_20"]["here"][0]
assert here["value"] is None and "emulated" in here["reason"], here
END
}

@test "nothing to judge is no success" {
    invent
    { echo "$header" && rows one wrmsr_sysenter_cs emulated 100; } >none.csv
    run "$XBENCH" claims none.csv
    [ "$status" -eq 4 ]
    contains "$output" "no claim could be judged"
    run "$XBENCH" claims
    [ "$status" -eq 2 ]
    run "$XBENCH" claims absent.csv
    [ "$status" -eq 2 ]
    run "$XBENCH" claims --format gif one.csv
    [ "$status" -eq 2 ]
}

@test "pictures of what is native" {
    command -v gnuplot >/dev/null || skip "no gnuplot"
    invent
    run "$XBENCH" claims --plot pictures one.csv
    [ "$status" -eq 0 ]
    grep -q '<svg' pictures/slow_switch.svg
    [ "$(head -c 4 pictures/gs_entry.png | tail -c 3)" = PNG ]
    grep -q 'gs_entry_swapgs (bare)' pictures/gs_entry.svg
    # Its only rows are emulated.
    [ ! -e pictures/irqs_on_entry.svg ]
}

@test "programs beside operations" {
    command -v hyperfine >/dev/null || skip "no hyperfine"
    run --separate-stderr "$XBENCH" process --output out.csv
    [ "$status" -eq 0 ]
    # Five launches of each, in both backends.
    for backend in user process; do
        [ "$(grep -cE ",$backend,[a-z]+,witness,sigreturn_iret,.*,ok,$" \
            out.csv)" -eq 5 ]
    done
    # The clock of a program sees no less than the operations it did.
    ratio=$(awk '$1 == "sigreturn_iret" { print $5 }' <<<"$output")
    awk -v r="$ratio" 'BEGIN { exit !(r > 0.5 && r < 20) }'
    run "$XBENCH" report out.csv
    contains "$output" process
    run "$XBENCH" process
    [ "$status" -eq 2 ]
    run "$XBENCH" workload sigreturn_iret 0 0
    [ "$status" -eq 2 ]
}
