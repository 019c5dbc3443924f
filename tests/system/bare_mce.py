#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bare_mce.py: a machine check while the bare image measures.

It must end as a row with status fault that names exception 18, with the bank
in the log, and the image must go on: the rows after it are ok.  Between two
measurements it is nobody's fault: then the image must say so and stop, and
the next boot is tried.
"""

import itertools
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the source
import bare_qmp  # noqa: E402
import check_exact  # noqa: E402

BOOTS = 8  # at most
# VAL, UC, EN of MCi_STATUS; RIPV and MCIP of MCG_STATUS.
COMMAND = "mce 0 1 0xb000000000000000 0x5 0 0"
BANK = "! machine check: bank 1, status 0xb000000000000000"
REASON = "exception 18,"


def boot(xbench, image, work):
    """Rows; None if the machine check came between two measurements."""
    with bare_qmp.Bare(image, work, "launches=1 seed=1") as bare:
        bare.connect()
        while bare.log().count(",ok,") < 5:
            bare.pause()
        bare.command("human-monitor-command", **{"command-line": COMMAND})
        code, log = bare.finish((bare_qmp.DONE, bare_qmp.FAILED))
    if code == bare_qmp.FAILED:
        if f"! {REASON}" not in log:
            sys.exit(f"the image failed, and not of a machine check: {log}")
        return None
    if log.count(BANK) != 1:
        sys.exit(f"no word of the bank in: {log}")
    return check_exact.read_rows(bare_qmp.import_log(xbench, work))


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: bare_mce.py XBENCH BARE_ELF")
    rows, boots = None, 0
    while rows is None and boots < BOOTS:
        boots += 1
        with tempfile.TemporaryDirectory() as name:
            rows = boot(*sys.argv[1:], Path(name))
    if rows is None:
        sys.exit(f"no machine check fell into a measurement in {boots} boots")
    faults = [row for row in rows if row["status"] == "fault"]
    after = list(itertools.dropwhile(lambda row: row not in faults, rows))
    good = [row for row in after if row["status"] == "ok"]
    print(f"boot {boots}: {len(faults)} fault of {len(rows)} rows,"
          f" {len(good)} ok after it")
    for row in faults:
        print(row["benchmark"], row["mode"], row["reason"])
    return not (len(faults) == 1 and good
                and faults[0]["reason"].startswith(REASON))


if __name__ == "__main__":
    sys.exit(main())
