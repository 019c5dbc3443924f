#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# format.sh SOURCE: the tree is as .clang-format and shellcheck want it.
set -euo pipefail
cd "$1"

for tool in clang-format shellcheck; do
    command -v "$tool" >/dev/null || {
        echo "skipped: no $tool" >&2
        exit 77
    }
done
# Assembly that looks like a header is not for clang-format.
mapfile -t sources < <(find include bench harness tests -name '*.[ch]' \
    ! -name asm.h ! -path '*/payload/*' | sort)
mapfile -t scripts < <(grep -rlE '^#!.*\b(ba)?sh$' run.sh .ci bench tests | sort)
[ ${#sources[@]} -gt 20 ] && [ ${#scripts[@]} -gt 3 ]
clang-format --dry-run -Werror "${sources[@]}"
shellcheck "${scripts[@]}"
echo "${#sources[@]} sources and ${#scripts[@]} scripts looked at"
