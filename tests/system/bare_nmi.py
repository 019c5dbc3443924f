#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bare_nmi.py: NMIs while the bare image goes to ring 3 and back.

In the exact machine QMP injects NMIs all the time.  At least 50 must have
come in ring 3 (saved CS with RPL 3, counted by bench/vm/fault.S), the image
must end well, and every figure must be the path's length or carry the flag
`nmi`.
"""

import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the source
import check_exact  # noqa: E402
import paths  # noqa: E402

WANTED = 50
DONE = 177  # bench/bare/bare.h: 2 * BARE_EXIT_DONE + 1
SELECT = "syscall_sysret,syscall_iret,int_iret"
MARK = b"@xb "
LIMIT = 120  # seconds, of a run that takes ten


def start(image, work, launches):
    log = open(work / "qemu.err", "w", encoding="utf-8")
    return subprocess.Popen(
        ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1",
         "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
         "-icount", "shift=0,sleep=off", "-serial", f"file:{work}/log",
         "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
         "-qmp", f"unix:{work}/qmp,server=on,wait=on",
         "-kernel", image, "-append",
         f"end=debug-exit select={SELECT} launches={launches} seed=1"],
        stderr=log)


def inject(qemu, work):
    """NMIs until QEMU ends; how many."""
    end = time.monotonic() + LIMIT
    qmp = socket.socket(socket.AF_UNIX)
    while not (work / "qmp").exists() and qemu.poll() is None:
        time.sleep(0.01)
    qmp.connect(str(work / "qmp"))
    lines = qmp.makefile("rw", encoding="utf-8", buffering=1)
    sent = 0
    try:
        lines.readline()
        lines.write('{"execute": "qmp_capabilities"}\n')
        # Before the image has an IDT an NMI is a triple fault.
        while (not (work / "log").exists()
               or MARK not in (work / "log").read_bytes()):
            if qemu.poll() is not None or time.monotonic() > end:
                return 0
            time.sleep(0.01)
        while lines.readline() and time.monotonic() < end:
            lines.write('{"execute": "inject-nmi"}\n')
            sent += 1
    except (BrokenPipeError, ConnectionResetError):
        pass  # the image has ended, and QEMU with it
    return sent


def run(image, work, launches):
    """(NMIs sent, exit code of QEMU)."""
    qemu = start(image, work, launches)
    try:
        return inject(qemu, work), qemu.wait(timeout=LIMIT)
    finally:
        qemu.kill()


def flagged(row):
    return "nmi" in row["flags"].split(";")


def check_rows(image, rows, launches):
    """Lines that say what is wrong; and how many figures were moved."""
    bad, moved = [], 0
    exceptions = check_exact.read_exceptions("bare")
    expected = {key: cost for key, cost in
                paths.expected(image, "bare", exceptions).items()
                if key[0] in SELECT.split(",")}
    if len(rows) != launches * len(expected):
        bad.append(f"{len(rows)} rows of {len(expected)} series in"
                   f" {launches} launches")
    for row in rows:
        want = expected[row["benchmark"], row["mode"]]
        why = check_exact.fault(row, want)
        moved += bool(why)
        if why and not flagged(row):
            bad.append(f"launch {row['launch']}, not flagged: {why}: {row}")
    if not any(map(flagged, rows)):
        bad.append("no row is flagged")
    return bad, moved


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: bare_nmi.py XBENCH BARE_ELF")
    xbench, image = sys.argv[1:]
    launches = 20
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        sent, code = run(image, work, launches)
        log = (work / "log").read_text(encoding="utf-8", errors="replace")
        end = re.search(r"end \d+ done nmis=(\d+) user_nmis=(\d+)", log)
        if code != DONE or not end:
            sys.exit(f"bare_nmi.py: QEMU ended with {code}; {log[-2000:]}"
                     f" {(work / 'qemu.err').read_text()}")
        subprocess.run([xbench, "import", work / "log", "-o", work / "csv"],
                       check=True)
        rows = check_exact.read_rows(work / "csv")
        bad, moved = check_rows(image, rows, launches)
    print(f"{sent} sent, {end[1]} taken, {end[2]} of them in ring 3;"
          f" {len(rows)} rows, {sum(map(flagged, rows))} flagged,"
          f" {moved} moved")
    if int(end[2]) < WANTED:
        bad.append(f"fewer than {WANTED} in ring 3")
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
