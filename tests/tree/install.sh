#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install.sh BUILD: `cmake --install` puts things where a distribution looks.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DESTDIR=$work cmake --install "$1" --prefix /usr >/dev/null
cd "$work/usr"
version=$(bin/xbench --version | cut -d ' ' -f 2)
diff - <(find . -type f | grep -vE '^\./(share/doc|src/xbench-[0-9.]*)/' |
    sort) <<'END'
./bin/xbench
./share/bash-completion/completions/xbench
./share/fish/vendor_completions.d/xbench.fish
./share/man/man1/xbench.1
./share/zsh/vendor-completions/_xbench
END
[ -s share/doc/xbench/README.md ]
[ -s share/doc/xbench/exact.md ]
# The module's source, as DKMS looks for it: dkms.sh builds it.
[ "$(ls src)" = "xbench-$version" ]
diff - <(ls "src/xbench-$version") <<'END'
Kbuild
LICENSE
bench
dkms.conf
include
END
grep -qx "PACKAGE_VERSION=\"$version\"" "src/xbench-$version/dkms.conf"
# What was installed runs from there, and names no place of the build.
bin/xbench list add_chain | grep -q add_chain
! grep -rqF "$(realpath "$1")" share src
