#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bisect.sh GOOD [option of `xbench ab`]...: for `git bisect run`.
#
# Judges the commit that is checked out against GOOD: good if all rows PASS,
# bad if one FAILs, else skipped (it does not build, or is inconclusive).
# Copy it, with base-against-head.sh, out of the tree before: git bisect
# changes the tree.  Set XBENCH_RUN to the rows that got worse.
set -euo pipefail

if [ $# -lt 1 ]; then
    echo "usage: git bisect run bisect.sh GOOD [option of xbench ab]..." >&2
    exit 128 # ends the bisection
fi
good=$1
shift
status=0
"$(dirname "$0")/base-against-head.sh" "$good" HEAD "$@" || status=$?
case $status in
0 | 1) exit "$status" ;;
*) exit 125 ;;
esac
