#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# base-against-head.sh BASE HEAD [option of `xbench ab`]...: judge a commit.
#
# Builds both commits of the repository that this is run in, and measures
# both here and now in turn: between two jobs of a CI service costs differ by
# far more than what a gate has to find.  Exit code: that of `xbench ab`; 3 if
# a commit does not build.
#
# XBENCH_RUN: what `xbench run` is told (default: * --backend user)
set -euo pipefail

if [ $# -lt 2 ]; then
    echo "usage: base-against-head.sh BASE HEAD [option of xbench ab]..." >&2
    exit 2
fi
base=$1 head=$2
shift 2
read -ra what <<<"${XBENCH_RUN:-* --backend user}"

work=$(mktemp -d)
clean() {
    git worktree remove --force "$work/base" || true
    git worktree remove --force "$work/head" || true
    rm -rf "$work"
} >/dev/null 2>&1
trap clean EXIT

build() { # NAME COMMIT
    git worktree add --quiet --detach "$work/$1" "$2" &&
        cmake -S "$work/$1" -B "$work/build-$1" \
            -DCMAKE_BUILD_TYPE=RelWithDebInfo &&
        cmake --build "$work/build-$1" --target xbench --parallel 2
} >"$work/log" 2>&1

{ build base "$base" && build head "$head"; } || {
    tail -n 40 "$work/log" >&2
    echo "base-against-head: a commit does not build: see above" >&2
    exit 3
}
measure=(run "${what[@]}" --launches 1 --output -)
"$work/build-head/xbench" ab "$@" \
    -- "$work/build-base/xbench" "${measure[@]}" \
    -- "$work/build-head/xbench" "${measure[@]}"
