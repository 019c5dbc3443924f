#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bare_nmi.py: NMIs while the bare image goes to ring 3 and back.

In the exact machine QMP injects NMIs all the time.  At least 50 must have
come in ring 3 (saved CS with RPL 3, counted by bench/vm/fault.S), the image
must end well, and every figure must be the path's length or carry the flag
`nmi`.
"""

import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the source
import bare_qmp  # noqa: E402
import check_exact  # noqa: E402
import paths  # noqa: E402

WANTED = 50
LAUNCHES = 20
BOOTS = 5  # at most: on a busy machine few NMIs get through
SELECT = "syscall_sysret,syscall_iret,int_iret"


def run(image, work):
    """(NMIs sent, the log)."""
    sent = 0
    with bare_qmp.Bare(image, work, f"select={SELECT} launches={LAUNCHES}"
                                    " seed=1") as bare:
        try:
            bare.connect()
            while True:
                bare.command("inject-nmi")
                sent += 1
        except bare_qmp.Ended:
            return sent, bare.finish()[1]


def flagged(row):
    return "nmi" in row["flags"].split(";")


def check_rows(image, rows):
    """Lines that say what is wrong; and how many figures were moved."""
    bad, moved = [], 0
    exceptions = check_exact.read_exceptions("bare")
    expected = {key: cost for key, cost in
                paths.expected(image, "bare", exceptions).items()
                if key[0] in SELECT.split(",")}
    if len(rows) != LAUNCHES * len(expected):
        bad.append(f"{len(rows)} rows of {len(expected)} series in"
                   f" {LAUNCHES} launches")
    for row in rows:
        want = expected[row["benchmark"], row["mode"]]
        why = check_exact.fault(row, want)
        moved += bool(why)
        if why and not flagged(row):
            bad.append(f"launch {row['launch']}, not flagged: {why}: {row}")
    if not any(map(flagged, rows)):
        bad.append("no row is flagged")
    return bad, moved


def boot(xbench, image):
    """(NMIs in ring 3, what is wrong) of one boot."""
    with tempfile.TemporaryDirectory() as name:
        sent, log = run(image, Path(name))
        rows = check_exact.read_rows(bare_qmp.import_log(xbench, Path(name)))
    bad, moved = check_rows(image, rows)
    taken, user = map(int, re.search(
        r"end \d+ done nmis=(\d+) user_nmis=(\d+)", log).groups())
    print(f"{sent} sent, {taken} taken, {user} of them in ring 3;"
          f" {len(rows)} rows, {sum(map(flagged, rows))} flagged,"
          f" {moved} moved")
    return user, bad


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: bare_nmi.py XBENCH BARE_ELF")
    user, bad, boots = 0, [], 0
    while user < WANTED and not bad and boots < BOOTS:
        more, bad = boot(*sys.argv[1:])
        user, boots = user + more, boots + 1
    if user < WANTED:
        bad.append(f"{user} in ring 3 of {boots} boots: fewer than {WANTED}")
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
