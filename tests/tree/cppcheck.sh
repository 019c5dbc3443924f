#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cppcheck.sh SOURCE BUILD: cppcheck finds nothing.
set -euo pipefail
cd "$1"

command -v cppcheck >/dev/null || {
    echo "skipped: no cppcheck" >&2
    exit 77
}
# Left out: what needs the headers of the system (missingInclude*), unions of
# formats with sizes of this one ABI, and functions that only tests call.
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
    --enable=warning,performance,portability \
    --suppress=missingIncludeSystem --suppress=unknownMacro \
    -Iinclude -Iharness -I"$2/harness" --template=gcc \
    -j "$(nproc)" harness bench tests
