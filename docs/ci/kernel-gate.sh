#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kernel-gate.sh BASE HEAD XBENCH [option of `xbench ab`]...: judge a kernel.
#
# Boots two kernel images in turn, each launch in a boot of its own, because
# a kernel lays its code out anew at each boot.  Exit code: that of
# `xbench ab`.
#
# XBENCH_RUN: what `xbench run` is told (default: * --backend user)
set -euo pipefail

if [ $# -lt 3 ]; then
    echo "usage: kernel-gate.sh BASE HEAD XBENCH [option of xbench ab]..." >&2
    exit 2
fi
base=$1 head=$2 xbench=$3
shift 3
read -ra what <<<"${XBENCH_RUN:-* --backend user}"
boot=$(dirname "$0")/kernel-boot.sh
exec "$xbench" ab "$@" \
    -- "$boot" "$base" "$xbench" "${what[@]}" \
    -- "$boot" "$head" "$xbench" "${what[@]}"
