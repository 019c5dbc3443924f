#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# csv.sh FUZZ_CSV [RUNS [SEED]]: the reader under libFuzzer, with ASan.
#
# A fixed number of inputs from a fixed seed; the corpus grows in a directory
# that is thrown away.  It starts from one whole file: to find the header by
# chance would take for ever.
set -euo pipefail

program=$(realpath "$1")
runs=${2:-200000}
seed=${3:-1}
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir corpus

header=$(sed -n 's/^"\(schema,.*\)"$/\1/p' "$here/csv.dict")
row=$(sed -n 's/^"\(1,m,.*\)"$/\1/p' "$here/csv.dict")
[ -n "$header" ] && [ -n "$row" ]
printf '# cpu: x\n%s\n%s\n%s"a ""b"", c"\n' "$header" "$row" \
    "${row/,1,1,t/,1,2,t}" >corpus/whole
printf '\xef\xbb\xbf# cpu: x\r\n"#",%s\r\n,%s\r\n' "$header" "$row" \
    >corpus/marks

if ! "$program" -runs="$runs" -seed="$seed" -max_len=4096 -timeout=10 \
    -dict="$here/csv.dict" corpus >log 2>&1; then
    tail -n 60 log >&2
    for found in crash-* leak-* timeout-* oom-*; do
        [ ! -e "$found" ] || base64 "$found" >&2
    done
    exit 1
fi
# Inputs that were accepted must be among them, or nothing was tried.
grep "^Done $runs runs" log
echo "$(find corpus -type f | wc -l) inputs in the corpus"
