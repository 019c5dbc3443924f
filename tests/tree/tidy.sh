#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tidy.sh SOURCE BUILD: clang-tidy finds nothing that .clang-tidy asks for.
set -euo pipefail
source=$(realpath "$1")
build=$(realpath "$2")

command -v clang-tidy >/dev/null || {
    echo "skipped: no clang-tidy" >&2
    exit 77
}
# What was compiled in this build: it knows the flags.
mapfile -t files < <(sed -n 's/^ *"file": "\(.*\.c\)",\?$/\1/p' \
    "$build/compile_commands.json" | sort -u)
[ ${#files[@]} -gt 20 ]
cd "$source"
# Flags of gcc that clang does not know are no finding of the source.
printf '%s\0' "${files[@]}" |
    xargs -0 -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet \
        --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "${#files[@]} sources looked at"
