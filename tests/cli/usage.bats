#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# usage.bats: what is asked for wrongly is refused before anything is measured.
load helpers

commands()
{
    "$XBENCH" --help | awk '/^  [a-z]+ /{print $1}'
}

@test "no command: usage on stderr" {
    run --separate-stderr "$XBENCH"
    refused 2
    contains "$stderr" "usage: xbench"
}

@test "unknown command: named, with usage" {
    for name in mesure --verison "" -x; do
        run --separate-stderr "$XBENCH" "$name"
        refused 2
        contains "$stderr" "\"$name\""
        contains "$stderr" "usage: xbench"
    done
}

@test "--help names every command, and each has one" {
    run --separate-stderr "$XBENCH" --help
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    for name in all run list report; do
        contains "$(commands)" "$name"
    done
    for name in $(commands); do
        run --separate-stderr "$XBENCH" "$name" --help
        [ "$status" -eq 0 ]
        [ -z "$stderr" ]
        contains "$output" "usage: xbench"
        contains "$output" "$name"
        contains "$output" "--help"
    done
    is_empty .
}

@test "--version" {
    run --separate-stderr "$XBENCH" --version
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [[ "$output" =~ ^xbench\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "unknown option of each command" {
    [ "$(commands | wc -l)" -ge 4 ]
    for name in $(commands); do
        run --separate-stderr "$XBENCH" "$name" --no-such-option
        refused 2
        contains "$stderr" "--help"
    done
    is_empty .
}

@test "the internal command says that it is one" {
    run --separate-stderr "$XBENCH" launch
    refused 2
    contains "$stderr" "use \`run\`"
}

@test "unknown benchmark: the nearest name, or none" {
    for command in run list; do
        run --separate-stderr "$XBENCH" "$command" wrgsbse
        refused 2
        contains "$stderr" "\"wrgsbse\"; did you mean wrgsbase?"
        # Also where others of the names are right.
        run --separate-stderr "$XBENCH" "$command" add_chain imul_chian
        refused 2
        contains "$stderr" "did you mean imul_chain?"
        run --separate-stderr "$XBENCH" "$command" 'quite*different'
        refused 2
        contains "$stderr" "\"quite*different\""
        lacks "$stderr" "did you mean"
    done
    is_empty .
}

@test "nothing to run" {
    run --separate-stderr "$XBENCH" run
    refused 2
    contains "$stderr" "xbench all"
    run --separate-stderr "$XBENCH" all add_chain
    refused 2
    contains "$stderr" "xbench run"
    # Ring 0 only; and one mode only.
    run --separate-stderr "$XBENCH" run syscall_sysret --backend user
    refused 2
    contains "$stderr" "xbench list"
    run --separate-stderr "$XBENCH" run iret_self --mode overlap
    refused 2
    contains "$stderr" "xbench list"
    is_empty .
}

@test "values that are none" {
    while read -r option value; do
        [ "$value" != EMPTY ] || value=
        for command in "run add_chain" all; do
            run --separate-stderr "$XBENCH" $command "$option" "$value"
            refused 2
            contains "$stderr" "$option"
            contains "$stderr" "\"$value\""
        done
    done <<'END'
--mode fence
--mode EMPTY
--mode Fenced
--mode throughput,fenced
--backend usr
--backend EMPTY
--backend user,kvm
--launches 0
--launches -1
--launches +1
--launches 1001
--launches 1x
--launches 1.5
--launches 1e2
--launches EMPTY
--launches 99999999999999999999
--batches 0
--batches ten
--cpu -1
--cpu 1024
--cpu 0-1
--cpu any
--seed -1
--seed 18446744073709551616
--seed x
--spacing -1
--spacing 86401
--spacing nan
--spacing inf
--spacing 1s
--spacing EMPTY
END
    is_empty .
}

@test "options that lack their value" {
    for option in --mode --backend --launches --batches --cpu --seed \
        --spacing --output; do
        run --separate-stderr "$XBENCH" run add_chain "$option"
        refused 2
        contains "$stderr" "$option"
    done
}

@test "list shows what a pattern names" {
    run --separate-stderr "$XBENCH" list '[ai]*_chain'
    [ "$status" -eq 0 ]
    contains "$output" add_chain
    contains "$output" imul_chain
    lacks "$output" rol_chain
    [ "${#lines[@]}" -eq 3 ]
}

@test "doctor loads or unloads, one thing at a time" {
    for options in "--load x.ko --unload" "--unload --unload" \
        "--load x.ko --load y.ko"; do
        run --separate-stderr "$XBENCH" doctor $options
        refused 2
        contains "$stderr" "--load"
        contains "$stderr" "--unload"
    done
    run --separate-stderr "$XBENCH" doctor --load
    refused 2
    run --separate-stderr "$XBENCH" doctor --load /none/x.ko
    refused 3
    contains "$stderr" "/none/x.ko: No such file or directory"
}

@test "a kernel without modules" {
    [ ! -e /proc/modules ] || skip "this one has them"
    echo >x.ko
    for options in "--load x.ko" --unload; do
        run --separate-stderr "$XBENCH" doctor $options
        refused 3
        contains "$stderr" "this kernel has no loadable modules"
    done
    run --separate-stderr "$BATS_TEST_DIRNAME/../../run.sh" --module
    refused 3
    contains "$stderr" "this kernel has no loadable modules"
}
