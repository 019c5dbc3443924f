#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install.sh BUILD: `cmake --install` puts things where a distribution looks.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DESTDIR=$work cmake --install "$1" --prefix /usr >/dev/null
cd "$work/usr"
diff - <(find . -type f | grep -v '^./share/doc/' | sort) <<'END'
./bin/xbench
./share/bash-completion/completions/xbench
./share/fish/vendor_completions.d/xbench.fish
./share/man/man1/xbench.1
./share/zsh/vendor-completions/_xbench
END
[ -s share/doc/xbench/README.md ]
[ -s share/doc/xbench/exact.md ]
# What was installed runs from there, and names no place of the build.
bin/xbench list add_chain | grep -q add_chain
! grep -rqF "$(realpath "$1")" share
