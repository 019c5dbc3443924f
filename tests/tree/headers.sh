#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# headers.sh SOURCE BUILD CC: every header compiles alone.
set -euo pipefail

source=$1 build=$2 cc=$3
failed=0
count=0

check() { # LANGUAGE HEADER
    printf '#include "%s"\n' "$2" |
        "$cc" -std=gnu11 -Wall -Wextra -Werror -I"$source/include" \
            -I"$source/harness" -I"$build/harness" -x "$1" -c -o /dev/null - ||
        failed=1
    count=$((count + 1))
}

while IFS= read -r header; do
    case $header in
    */xbench/catalog.h)
        # It refuses to be included without the macro, and says so.
        if printf '#include "%s"\n' "$header" |
            "$cc" -I"$source/include" -E -x c - >/dev/null 2>&1; then
            echo "catalog.h does not refuse a missing XB_BENCH" >&2
            failed=1
        fi
        ;;
    */xbench/claims.h) ;; # lines for a macro; claim_table.c includes it
    */bench/kmod/*.h) ;; # among the kernel's headers; kmod_build.sh has them
    */xbench/asm.h | */bench/payload/*.h) check assembler-with-cpp "$header" ;;
    */xbench/abi.h | */xbench/x86.h)
        check c "$header"
        check assembler-with-cpp "$header"
        ;;
    *) check c "$header" ;;
    esac
done < <(find "$source/include" "$source/bench" "$source/harness" \
    "$source/tests" -name '*.h' | sort)

echo "$count headers compiled alone"
[ "$count" -gt 10 ] && exit "$failed"
