#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# program.bats: what people see: help, man page, completions, env, progress.
load helpers

: "${DOCS:?the directory of man page and completions}"

# The options of a command as its help has them, without the dashes.
options_of()
{
    "$XBENCH" "$1" --help | sed -n 's/^  \(-., \)\?--\([a-z-]*\).*/\2/p' | sort
}

commands()
{
    "$XBENCH" --help | awk '/^  [a-z]+ /{print $1}'
}

@test "options may be shortened, joined, and come last" {
    "$XBENCH" run --back user add_chain --mode=throughput --qui -oout.csv ||
        [ $? -eq 4 ]
    is_whole out.csv 1
    run --separate-stderr "$XBENCH" run add_chain --backend
    refused 2
    contains "$stderr" "--backend needs a value: NAME"
    run --separate-stderr "$XBENCH" run add_chain --quick=yes
    refused 2
    contains "$stderr" "takes no value"
    # After --, a name is a name.
    run --separate-stderr "$XBENCH" run -- --quick
    refused 2
    contains "$stderr" 'no benchmark is named "--quick"'
}

@test "--quick and --thorough are changed by what else is said" {
    run --separate-stderr "$XBENCH" run add_chain --quick --thorough
    refused 2
    contains "$stderr" "contradict"
    "$XBENCH" run add_chain --mode throughput --backend user --launches 3 \
        --quick --output out.csv || [ $? -eq 4 ]
    [ "$(cells out.csv launch | wc -l)" -eq 3 ]
    "$XBENCH" run add_chain --mode throughput --backend user --thorough \
        --launches 1 --batches 2 --spacing 0 --output out.csv || [ $? -eq 4 ]
    [ "$(cells out.csv batch | tr '\n' ' ')" = "1 2 " ]
}

@test "man page: every command and option, and no complaint of mandoc" {
    command -v mandoc >/dev/null || skip "needs mandoc"
    # No date: a build is the same on any day.
    run mandoc -Tlint -Wwarning "$DOCS/xbench.1"
    [ -z "$(grep -v 'missing date' <<<"$output")" ]
    man=$(mandoc -Tascii "$DOCS/xbench.1" | col -b)
    for name in $(commands); do
        contains "$man" "xbench $name"
        for option in $(options_of "$name"); do
            contains "$man" "--$option"
        done
    done
    contains "$man" "EXIT STATUS"
}

# complete_bash WORD...: what bash offers for the last word.
complete_bash()
{
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _xbench
        printf "%s\n" "${COMPREPLY[@]}"' "$DOCS/xbench.bash" "$@"
}

# complete_fish LINE: what fish offers for it.
complete_fish()
{
    HOME=$PWD fish -c 'source $argv[1]; complete -C $argv[2]' \
        "$DOCS/xbench.fish" "$1" | cut -f 1
}

@test "bash completes commands, options, their values and names" {
    [ "$(complete_bash xbench doc)" = doctor ]
    [ "$(complete_bash xbench '' | grep -vc -- --)" -eq \
        "$(commands | wc -l)" ]
    for name in $(commands); do
        [ "$(complete_bash xbench "$name" -- | sed 's/--//' | sort)" = \
            "$(options_of "$name")" ]
    done
    [ "$(complete_bash xbench run --mode th)" = throughput ]
    [ "$(complete_bash xbench all --backend '' | tr '\n' ' ')" = \
        "user kvm kmod bare " ]
    [ "$(complete_bash xbench run wrgs)" = wrgsbase ]
    touch 'a file.csv'
    [ "$(complete_bash xbench report a)" = 'a file.csv' ]
    [ "$(complete_bash xbench run --output a)" = 'a file.csv' ]
    [ -z "$(complete_bash xbench run --seed a)" ]
}

@test "fish completes the same" {
    command -v fish >/dev/null || skip "needs fish"
    [ "$(complete_fish 'xbench doc')" = doctor ]
    for name in $(commands); do
        [ "$(complete_fish "xbench $name --" | sed 's/--//' | sort)" = \
            "$(options_of "$name")" ]
    done
    [ "$(complete_fish 'xbench run --mode th')" = throughput ]
    [ "$(complete_fish 'xbench run wrgs')" = wrgsbase ]
    touch a.csv
    [ "$(complete_fish 'xbench report a')" = a.csv ]
}

@test "zsh completes the same" {
    command -v zsh >/dev/null || skip "needs zsh"
    cat >complete.zsh <<'END'
zmodload zsh/zpty
zpty z "zsh -f -i"
zpty -w z "fpath=($1 \$fpath); autoload -U compinit; compinit -u -D; setopt nobeep; PROMPT='pro''mpt: '"
zpty -r -m z line '*prompt: *'
zpty -w -n z "$2"$'\t'
zpty -r -m z line "*$3*"
[[ $line == *"$3"* ]] && print found
zpty -d z
END
    while read -r typed want; do
        typed=${typed//_/ }
        run timeout 20 zsh -f complete.zsh "$DOCS" "$typed" "$want"
        contains "$output" found
    done <<'END'
xbench_doc doctor
xbench_run_--thor --thorough
xbench_run_--mode_fe fenced
xbench_run_wrgs wrgsbase
END
}

@test "env: the preamble, line by line" {
    run --separate-stderr "$XBENCH" env
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    "$XBENCH" run add_chain --mode throughput --backend user --quick \
        --output out.csv >/dev/null || [ $? -eq 4 ]
    # All but what is measured, and what is of a run.
    diff <(grep -vE '^(tsc_khz|machine|subject): ' <<<"$output") \
        <(sed -n 's/^# //p' out.csv |
            grep -vE '^(tsc_khz|command|seed|measured_on_cpu): ')
    [ "$(sed -n 's/^machine: //p' <<<"$output")" = \
        "$(cells out.csv machine | sort -u)" ]
    [ "$(sed -n 's/^subject: //p' <<<"$output")" = \
        "$(cells out.csv subject | sort -u)" ]
    run --separate-stderr "$XBENCH" env more
    refused 2
}

@test "doctor: the exit code is its last word" {
    run --separate-stderr "$XBENCH" doctor
    [ -z "$stderr" ]
    bad=$(grep -c '^  bad ' <<<"$output" || :)
    if [ "$bad" -eq 0 ]; then
        [ "$status" -eq 0 ]
        contains "${lines[-1]}" "can be measured on"
    else
        [ "$status" -eq 3 ]
        contains "${lines[-1]}" "cannot be measured on"
    fi
    for name in "chain of IMUL" "chain of ROL" "N against 2N" repeats clock \
        hypervisor "CPU model" LFENCE governor turbo SMT PMU /dev/kvm \
        "NMI watchdog"; do
        contains "$output" " $name: "
    done
    # What can be mended names how; what is well needs none.
    [ -z "$(awk '/^  (ok|note|caution|bad) /{ if (word ~ /caution|bad/ &&
        !mend) print name; word = $1; name = $0; mend = 0 }
        /^ +mend: /{ mend = 1; if (word == "ok") print name }' \
        <<<"$output")" ]
}

@test "doctor without KVM: how to get it" {
    needs_private_mounts
    run --separate-stderr private \
        'mount -t tmpfs none /dev && exec "$0" doctor' "$XBENCH"
    contains "$output" "/dev/kvm: not usable"
    contains "$output" "mend: /dev/kvm: No such file or directory: load kvm_"
    lacks "$output" self-tests
}

@test "doctor: an interpreter cannot be measured on" {
    command -v qemu-x86_64 >/dev/null || skip "needs qemu-user"
    # A build with ASan does not.
    qemu-x86_64 "$XBENCH" --version || skip "qemu-user does not run this build"
    run --separate-stderr qemu-x86_64 "$XBENCH" doctor
    [ "$status" -eq 3 ]
    contains "$output" "  bad "
}

# on_terminal TERM COMMAND...: what it sends to a terminal, stdout elsewhere.
on_terminal()
{
    TERM=$1 script -qec "stty cols ${columns:-80}; ${*:2} >/dev/null" \
        /dev/null </dev/null 3>&-
}

@test "progress: on a terminal, and nowhere else" {
    command -v script >/dev/null || skip "needs script(1)"
    measure="'$XBENCH' run '*_chain' --backend user --launches 9"
    measure+=" --output out.csv"
    out=$(on_terminal xterm "$measure") || :
    [[ "$out" =~ launch\ [2-9]\ of\ 9,\ [0-9]+\ of\ 81\ series,\ [0-9]+\ s\ left ]]
    [[ "$out" =~ :\ user\ (add|imul|rol)_chain/(throughput|fenced|overlap) ]]
    contains "$out" $'\r\e[K'
    # It is taken away in the end.
    [ "$(sed 's/.*\r\x1b\[K//' <<<"$out" | tr -d '\r\n')" = "" ]
    # A line never wraps: it would not be overwritten.
    out=$(columns=40 on_terminal xterm "$measure") || :
    [ "$(tr '\r' '\n' <<<"$out" | sed 's/\x1b\[K//' | wc -L)" -le 39 ]
    # A terminal that obeys nothing gets a line for each launch.
    out=$(on_terminal dumb "$measure") || :
    lacks "$out" $'\e'
    [ "$(grep -c '^launch [1-9] of 9, ' <<<"$out")" -eq 9 ]
    # No terminal, no progress.
    run --separate-stderr bash -c "TERM=xterm $measure --mode throughput"
    lacks "$stderr" launch
}

@test "colours: on a terminal, unless NO_COLOR or TERM say no" {
    command -v script >/dev/null || skip "needs script(1)"
    doctor()
    {
        script -qec "'$XBENCH' doctor" /dev/null </dev/null 3>&- || :
    }
    contains "$(TERM=xterm NO_COLOR='' doctor)" $'\e[32m'
    lacks "$(TERM=xterm NO_COLOR=1 doctor)" $'\e'
    lacks "$(TERM=dumb doctor)" $'\e'
    lacks "$("$XBENCH" doctor || :)" $'\e'
}
