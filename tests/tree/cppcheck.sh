#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cppcheck.sh SOURCE BUILD: cppcheck finds nothing.
set -euo pipefail
cd "$1"

command -v cppcheck >/dev/null || {
    echo "skipped: no cppcheck" >&2
    exit 77
}
# Left out: symbols of the linker that are subtracted (comparePointers), fields
# found by their offset (invalidPointerCast), the catalog, which is no C without
# its macro, and two false alarms over a test's own printf().
cppcheck --quiet --error-exitcode=1 --template=gcc -j "$(nproc)" \
    --enable=warning,performance,portability \
    --suppress=missingIncludeSystem \
    --suppress=comparePointers --suppress=invalidPointerCast \
    --suppress='syntaxError:*/xbench/catalog.h' \
    --suppress='unknownMacro:*/xbench/catalog.h' \
    --suppress='uninitvar:*/test_bare_libc.c' \
    --suppress='invalidPrintfArgType_sint:*/test_bare_libc.c' \
    --project="$2/compile_commands.json"
echo "nothing found"
