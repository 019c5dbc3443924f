#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# failures.bats: signals at any moment, terminals that close, odd outputs.
load helpers

@test "SIGKILL at 200 moments: the file is absent, or whole" {
    "$BATS_TEST_DIRNAME/moments.py" "$XBENCH" SIGKILL 200 1
}

@test "SIGINT, SIGTERM and SIGHUP at 60 moments each: nothing else is left" {
    for signal in SIGINT SIGTERM SIGHUP; do
        "$BATS_TEST_DIRNAME/moments.py" "$XBENCH" "$signal" 60 2
        rm -f out.csv
    done
}

@test "a terminal that closes: the launches that ended are in the file" {
    "$BATS_TEST_DIRNAME/hangup.py" "$XBENCH" run add_chain imul_chain \
        --backend user --launches 500 --output out.csv
    done=$(cells out.csv launch | sort -u | wc -l)
    [ "$done" -ge 1 ]
    [ "$done" -lt 500 ]
    is_whole out.csv 6
    [ "$(meta out.csv interrupted)" = \
        "by signal 1, after $done of 500 launches" ]
    lacks "$(cells out.csv status)" error
    [ "$(ls)" = "out.csv
report.txt" ]
}

@test "nohup: a terminal's end ends nothing" {
    command -v nohup >/dev/null || skip "needs nohup(1)"
    nohup "$XBENCH" run '*_chain' --backend user --quick --launches 3 \
        --output out.csv >/dev/null 2>&1 3>&- &
    pid=$!
    # Not nohup itself, before it has begun to ignore it.
    until [ "$(cat "/proc/$pid/comm")" = xbench ]; do :; done
    while [ -d "/proc/$pid/fd" ]; do
        kill -s HUP "$pid" 2>/dev/null || break
        sleep 0.02
    done
    wait "$pid" || [ $? -eq 4 ]
    [ -z "$(meta out.csv interrupted)" ]
    is_whole out.csv 9
}

@test "a stop before a launch has ended writes nothing" {
    "$XBENCH" run '*' --backend user --launches 1 --output out.csv \
        >out.txt 2>err.txt 3>&- &
    pid=$!
    # The launch is there: the signal is one that is noted.
    until grep -qs launch "/proc/$pid/task/$pid/children" \
        /proc/"$(cat "/proc/$pid/task/$pid/children" | tr -d ' ')"/cmdline; do
        [ -e "/proc/$pid" ]
    done
    kill -s TERM "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" -eq 4 ]
    contains "$(cat err.txt)" "after 0 of 1 launches; nothing is written"
    [ ! -s out.txt ]
    [ ! -e out.csv ]
}

@test "outputs that are no files" {
    mkdir directory
    ln -s loop loop
    for output in directory directory/ loop absent/out.csv "" \
        "$(printf '%0300d' 0)"; do
        run --separate-stderr "$XBENCH" run add_chain --backend user --quick \
            --mode throughput --output "$output"
        refused 3
        contains "$stderr" "xbench: $output: "
    done
    is_empty directory
    [ "$(ls)" = "directory
loop" ]
}

@test "a FIFO as output is written to, and stays" {
    mkfifo fifo
    cat fifo >out.csv 3>&- &
    reader=$!
    "$XBENCH" run add_chain --backend user --quick --output fifo \
        >/dev/null || [ $? -eq 4 ]
    wait "$reader"
    [ -p fifo ]
    is_whole out.csv 3
}
