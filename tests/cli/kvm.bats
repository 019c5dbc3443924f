#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# kvm.bats: a KVM that is missing, closed, none, or emulating.
load helpers

# without_kvm ARG...: xbench where /dev is empty.
without_kvm()
{
    private 'mount -t tmpfs none /dev && exec "$0" "$@"' "$XBENCH" "$@"
}

# Skip rows only: nothing could be measured, and each row says why.
is_all_skipped()
{
    [ -n "$(cells "$1" status)" ]
    [ "$(cells "$1" status | sort -u)" = skip ]
    [ "$(cells "$1" tsc ns cycles | sort -u)" = $'\t\t' ]
    while read -r reason; do
        contains "$reason" /dev/kvm
        contains "$reason" "$2"
    done < <(cells "$1" reason)
}

@test "no /dev/kvm: which module to load" {
    needs_private_mounts
    run --separate-stderr without_kvm run add_chain --backend kvm --quick \
        --output "$PWD/out.csv"
    [ "$status" -eq 3 ]
    contains "$stderr" /dev/kvm
    contains "$stderr" "No such file or directory"
    contains "$stderr" "kvm_intel or kvm_amd"
    is_all_skipped out.csv "kvm_intel or kvm_amd"
    [ "$(cells out.csv status | wc -l)" -eq 6 ]
}

@test "a /dev/kvm of others: whom to ask" {
    needs_root
    [ -c /dev/kvm ] || skip "there is no /dev/kvm"
    open_up
    ! as_nobody test -r /dev/kvm || skip "/dev/kvm is open to everybody"
    mkdir -m 777 out
    run --separate-stderr as_nobody ./xbench run add_chain --backend kvm \
        --quick --output out/out.csv
    [ "$status" -eq 3 ]
    contains "$stderr" /dev/kvm
    contains "$stderr" "Permission denied"
    contains "$stderr" "group"
    is_all_skipped out/out.csv "Permission denied"
}

@test "a /dev/kvm that is none" {
    needs_private_mounts
    # Anything can be bound over it here: nobody else sees it.
    run --separate-stderr private '
        touch null
        mount --bind /dev/null null
        mount -t tmpfs none /dev
        touch /dev/kvm
        mount --bind null /dev/kvm
        exec "$0" run add_chain --backend kvm --quick --output out.csv' \
        "$XBENCH"
    [ "$status" -eq 3 ]
    contains "$stderr" "is it KVM?"
    is_all_skipped out.csv "is it KVM?"
    rm out.csv
    run --separate-stderr private '
        mount -t tmpfs none /dev
        echo text >/dev/kvm
        code=0
        "$0" run add_chain --backend kvm --quick --output out.csv || code=$?
        [ "$(cat /dev/kvm)" = text ]
        exit $code' "$XBENCH"
    [ "$status" -eq 3 ]
    contains "$stderr" "is it KVM?"
    is_all_skipped out.csv "is it KVM?"
}

@test "all: without KVM its entries are skipped, the others measured" {
    needs_private_mounts
    run --separate-stderr without_kvm all --quick --output "$PWD/out.csv"
    [ "$status" -eq "$(code_of out.csv)" ]
    lacks "$(cells out.csv status)" error
    # What `list` says that KVM could run: one row per mode and launch.
    want=$("$XBENCH" list | awk '$3 ~ /(^|,)kvm(,|$)/ {
        n += $4 == "all" ? 3 : split($4, modes, ",") } END { print 2 * n }')
    cells out.csv backend status reason >rows.txt
    [ "$(grep -c ^kvm rows.txt)" -eq "$want" ]
    [ "$(grep -c $'^kvm\tskip\t/dev/kvm: ' rows.txt)" -eq "$want" ]
    grep -q $'^user\tok' rows.txt
    # The report says it once, not for each.
    contains "$output" /dev/kvm
    [ "$(grep -o 'dev/kvm' <<<"$output" | wc -l)" -lt 10 ]
}

@test "KVM as it is here: rows say what they are worth" {
    [ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "/dev/kvm does not open here"
    run --separate-stderr "$XBENCH" run add_chain wrmsr_kernel_gs_base \
        --backend kvm --quick --output out.csv
    [ "$status" -eq "$(code_of out.csv)" ]
    is_whole out.csv 6
    lacks "$(cells out.csv status)" error
    lacks "$(cells out.csv status)" fault
    cells out.csv benchmark status | grep -qx $'add_chain\tok'
    # Every row that has a cost has a fidelity, and only native ones cycles.
    cells out.csv status fidelity cycles >rows.txt
    [ -z "$(awk -F '\t' '$1 == "ok" && $2 !~
        /^(native|unknown|trapped|emulated)$/' rows.txt)" ]
    [ -z "$(awk -F '\t' '$3 != "" && $2 != "native"' rows.txt)" ]
}

@test "no number of an emulating KVM is native" {
    [ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "/dev/kvm does not open here"
    "$XBENCH" run add_chain imul_chain rol_chain wrmsr_kernel_gs_base \
        --backend kvm --quick --output out.csv || [ $? -eq 4 ]
    [ -d /sys/module/kvm_pvm ] ||
        [ "$(meta out.csv hypervisor)" = TCGTCGTCGTCG ] ||
        skip "this KVM runs its guests on the CPU"
    cells out.csv status | grep -qx ok
    lacks "$(cells out.csv fidelity)" native
    [ -z "$(cells out.csv cycles | tr -d '\n')" ]
}
