#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# regions.sh PROGRAM IMAGE...: timed regions are the same bytes everywhere.
#
# Every xb_region_* symbol covers a timed region, or a part of its path.  All
# that the images have must be in the program with the same bytes, and the
# regions of every catalog entry must be there.
set -euo pipefail

# "NAME BYTES" of each region in one section of an ELF file.
regions() { # FILE SECTION
    local file=$1 name address size bytes offset base at
    read -r bytes base offset < <(objdump -hw "$file" |
        awk -v s="$2" '$2 == s { print "0x" $3, "0x" $4, "0x" $6 }') ||
        return 0
    nm -S "$file" | awk '$4 ~ /^xb_region_/ { print $1, $2, $4 }' |
        while read -r address size name; do
            at=$((0x$address - base))
            if [ $at -lt 0 ] || [ $at -ge $((bytes)) ]; then
                continue
            fi
            printf '%s %s\n' "$name" "$(dd if="$file" bs=4096 \
                iflag=skip_bytes,count_bytes skip=$((at + offset)) \
                count=$((0x$size)) status=none | od -An -v -tx1 | tr -d ' \n')"
        done
}

dump() { # FILE
    {
        regions "$1" .text
        regions "$1" .user
    } | sort
}

program=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dump "$program" >"$work/program"

# Each entry with an unroll count has its regions, and each has bytes; but
# witnesses, which are C and in ring 3 only (XB_ON_USER), have none.
entries=$(nm "$program" | awk '$3 ~ /^XB_BACKENDS_/ && $1 !~ /^0*1$/' |
    sort -u | wc -l)
for mode in throughput counted; do
    have=$(grep -cE "^xb_region_[a-z0-9_]+_${mode}_[12] [0-9a-f]{40}" \
        "$work/program")
    if [ "$entries" -lt 10 ] || [ "$have" -ne $((2 * entries)) ]; then
        echo "$program: $have $mode regions for $entries entries" >&2
        exit 1
    fi
done

status=0
for image; do
    dump "$image" >"$work/image"
    # The ring-3 part is code of the image's own world, not of the program.
    grep -v '^xb_region_user ' "$work/image" >"$work/shared"
    if ! diff <(cut -c-160 "$work/program") <(cut -c-160 "$work/shared") ||
        ! cmp "$work/program" "$work/shared"; then
        echo "$image: regions differ from those of $program" >&2
        status=1
    fi
done
echo "$(wc -l <"$work/program") regions compared in $# image(s)"
exit $status
