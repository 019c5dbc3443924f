#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# encodings.sh PROGRAM: instructions that no CPU at hand has, byte for byte.
#
# The bytes are of the manuals: Intel SDM volume 2 (SERIALIZE, LKGS, WRMSRNS),
# Architecture Instruction Set Extensions 319433 (the immediate forms), FRED
# specification 346446 (ERETS, ERETU); little-endian MSR numbers of volume 4.
# Each must stand U times in the region of its benchmark, 2U times in the other.
set -euo pipefail

program=$1

table='
serialize                  0f01e8
wrmsrns_kernel_gs_base     0f01c6
wrmsrns_fs_base            0f01c6
wrmsrns_spec_ctrl          0f01c6
wrmsrns_imm_kernel_gs_base c4e77af6c0020100c0
wrmsrns_imm_fs_base        c4e77af6c0000100c0
wrmsrns_imm_spec_ctrl      c4e77af6c048000000
rdmsr_imm_kernel_gs_base   c4e77bf6c0020100c0
rdmsr_imm_fs_base          c4e77bf6c0000100c0
rdmsr_imm_spec_ctrl        c4e77bf6c048000000
lkgs                       f20f00f3
gs_switch_lkgs             f20f00f0
gs_switch_wrmsrns          0f01c6
eretu                      f30f01ca
erets                      f20f01ca
sysenter_sysexit           480f35
invpcid_addr               660f38821c24
rdpid                      f30fc7f8
'

read -r base offset < <(objdump -hw "$program" |
    awk '$2 == ".text" { print "0x" $4, "0x" $6 }')

region() { # NAME: its bytes in hexadecimal
    local address size
    read -r address size < <(nm -S "$program" |
        awk -v n="$1" '$4 == n { print "0x" $1, "0x" $2 }')
    dd if="$program" bs=4096 iflag=skip_bytes,count_bytes status=none \
        skip=$((address - base + offset)) count=$((size)) |
        od -An -v -tx1 | tr -d ' \n'
}

status=0
checked=0
while read -r name bytes; do
    [ -n "$name" ] || continue
    u=$((0x$(nm "$program" |
        awk -v n="XB_OPS_$name" '$3 == n { u = $1 } END { print u }')))
    for times in 1 2; do
        found=$(region "xb_region_${name}_throughput_$times" |
            { grep -o "$bytes" || true; } | wc -l)
        if [ "$found" -ne $((u * times)) ]; then
            echo "$name: $bytes stands $found times, not $((u * times))" >&2
            status=1
        fi
    done
    checked=$((checked + 1))
done <<<"$table"
echo "$checked encodings checked"
[ $checked -gt 10 ] && exit $status
