#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# dkms.sh BUILD: DKMS takes the module's source as it is installed, and builds
# and signs it for the oldest and the newest kernel whose headers are here.
# Nothing is loaded, and trees and key are the test's own: no privilege is
# needed.
set -euo pipefail

command -v dkms >/dev/null || {
    echo "skipped: no dkms" >&2
    exit 77
}
mapfile -t kernels < <(
    for makefile in /lib/modules/*/build/Makefile; do
        [ ! -e "$makefile" ] || basename "${makefile%/build/Makefile}"
    done | sort -V | sed -n '1p;$p' | uniq
)
[ ${#kernels[@]} -gt 0 ] || {
    echo "skipped: no kernel headers" >&2
    exit 77
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DESTDIR=$work cmake --install "$1" --prefix /usr >/dev/null
mkdir "$work/tree"
version=$("$work/usr/bin/xbench" --version | cut -d ' ' -f 2)

# Without these it would make a key for the whole machine.
export mok_signing_key=$work/key mok_certificate=$work/certificate
openssl req -new -x509 -nodes -subj "/CN=test of xbench" -newkey rsa:2048 \
    -keyout "$mok_signing_key" -outform DER -out "$mok_certificate" 2>/dev/null

run_dkms() {
    dkms "$@" --dkmstree "$work/tree" --sourcetree "$work/usr/src" \
        -m xbench -v "$version" >"$work/log" 2>&1 || {
        cat "$work/log" "$work/tree/xbench/$version/build/make.log" >&2
        exit 1
    }
}

run_dkms add
for kernel in "${kernels[@]}"; do
    run_dkms build -k "$kernel"
    built=$work/tree/xbench/$version/$kernel/x86_64
    module=$(echo "$built"/module/xbench.ko*) # some kernels' are compressed
    [[ $(modinfo -F vermagic "$module") == "$kernel "* ]]
    [ "$(modinfo -F signer "$module")" = "test of xbench" ]
    if grep -i warning "$built/log/make.log"; then
        exit 1
    fi
    echo "$kernel: built and signed"
done
run_dkms remove --all
[ -z "$(find "$work/tree" -name 'xbench.ko*')" ]
