# SPDX-License-Identifier: MIT
# helpers.bash: what the tests of the command line share.
#
# XBENCH is the absolute path of the program.  Each test runs in an empty
# directory of its own.  Timings may be contaminated on a busy machine: what
# depends on that (exit code 4) is read from the file, never assumed.
bats_require_minimum_version 1.5.0

: "${XBENCH:?the absolute path of the program}"

setup()
{
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here"
}

# What a failed test has to say is which words are in which text.
contains()
{
    [[ "$1" == *"$2"* ]] || {
        printf 'expected: %s\nin: %s\n' "$2" "$1"
        return 1
    }
}

lacks()
{
    [[ "$1" != *"$2"* ]] || {
        printf 'not expected: %s\nin: %s\n' "$2" "$1"
        return 1
    }
}

# The exit code of the last `run`, and nothing on the other stream.
refused()
{
    [ "$status" -eq "$1" ] || {
        printf 'exit code %s, not %s\n%s\n' "$status" "$1" "$stderr"
        return 1
    }
    [ -n "$stderr" ]
    [ -z "$output" ]
}

is_empty()
{
    [ -z "$(ls -A "$1")" ] || {
        printf 'left behind: %s\n' "$(ls -A "$1")"
        return 1
    }
}

# cells FILE COLUMN...: of each row, with tabs between.
cells()
{
    python3 - "$@" <<'END'
import csv, sys
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = csv.DictReader(line for line in file if not line.startswith("#"))
    for row in rows:
        print("\t".join(row[name] for name in sys.argv[2:]))
END
}

# meta FILE KEY: the value of a line of the preamble.
meta()
{
    sed -n "s|^# $2: ||p" "$1"
}

# What the exit code of a run must be by what is in its file.
code_of()
{
    if [ -n "$(meta "$1" interrupted)" ] ||
        cells "$1" status | grep -qvxE 'ok|skip'; then
        echo 4
    elif cells "$1" status | grep -qx ok; then
        echo 0
    else
        echo 3
    fi
}

# Each launch has COUNT rows, all keys differ, and the program can read it.
is_whole()
{
    local file=$1 count=$2

    [ -z "$(cells "$file" launch | sort | uniq -c |
        awk -v n="$count" '$1 != n')" ]
    [ -z "$(cells "$file" host subject started launch backend benchmark mode |
        sort | uniq -d)" ]
    "$XBENCH" report "$file" >report.txt
}

needs_root()
{
    [ "$(id -u)" -eq 0 ] || skip "needs root"
}

# A copy of the program and a directory that other users reach, too.
open_up()
{
    public=$(mktemp -d "${TMPDIR:-/tmp}/xbench-cli-XXXXXX")
    chmod 755 "$public"
    cp "$XBENCH" "$public/xbench"
    chmod 755 "$public/xbench"
    cd "$public"
}

teardown()
{
    cd /
    [ -z "${public:-}" ] || rm -rf "$public"
}

as_nobody()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# private SCRIPT [ARG...]: as root, with mounts that nobody else sees.
private()
{
    unshare --mount --propagation private sh -e -c "$@"
}

needs_private_mounts()
{
    needs_root
    private true 2>/dev/null || skip "unshare --mount is not allowed here"
}
