#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""moments.py XBENCH SIGNAL COUNT SEED: end a run at seeded moments.

Each run measures one chain in one launch.  How long it takes is measured
first; then COUNT runs get SIGNAL at random moments of it, half of them near
its end, where the file is written.  Every other run has a valid file to
replace.  Whatever the moment: no process stays, and the file is absent (or the
old one), or whole and valid.  Only SIGKILL may leave a temporary file.
"""
import os
import random
import signal
import subprocess
import sys
import time

OUTPUT = "out.csv"


def start(xbench):
    """A run in a session of its own; its pipe ends when all of it ended."""
    cpu = str(max(os.sched_getaffinity(0)))
    return subprocess.Popen(
        [xbench, "run", "add_chain", "--mode", "throughput", "--backend",
         "user", "--quick", "--launches", "1", "--cpu", cpu, "--output",
         OUTPUT],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True)


def check(xbench, process, number, old):
    """What must hold after a run; the name of what was found."""
    said = process.communicate(timeout=60)[1].decode()
    code = process.returncode
    left = sorted(os.listdir("."))
    if number != signal.SIGKILL:
        left = [name for name in left if name != OUTPUT]
        assert not left, f"left behind: {left}, exit code {code}: {said}"
        assert code in (0, 4, -number), f"exit code {code}: {said}"
    for name in os.listdir("."):
        if name != OUTPUT:
            os.unlink(name)
    if not os.path.exists(OUTPUT):
        assert not old, "the old file is gone"
        return "absent"
    with open(OUTPUT, "rb") as file:
        text = file.read()
    if old and text == old:
        return "as it was"
    report = subprocess.run([xbench, "report", "--format", "csv", OUTPUT],
                            capture_output=True, check=False, text=True)
    # 4: a contaminated row is a row.
    assert report.returncode in (0, 4), report.stderr
    return "whole"


def main():
    """Calibrate, then COUNT times."""
    xbench, count = sys.argv[1], int(sys.argv[3])
    number = signal.Signals[sys.argv[2]]
    rng = random.Random(int(sys.argv[4]))
    takes = []
    for _ in range(5):
        began = time.monotonic()
        check(xbench, start(xbench), signal.SIGKILL, b"")
        takes.append(time.monotonic() - began)
    whole = sorted(takes)[2]
    with open(OUTPUT, "rb") as file:
        valid = file.read()
    found = {}
    for i in range(count):
        old = valid if i % 2 else b""
        if os.path.exists(OUTPUT):
            os.unlink(OUTPUT)
        if old:
            with open(OUTPUT, "wb") as file:
                file.write(old)
        at = rng.uniform(0, 1.1) if i % 4 < 2 else rng.uniform(0.7, 1.05)
        process = start(xbench)
        time.sleep(at * whole)
        process.send_signal(number)
        what = check(xbench, process, number, old)
        found[what] = found.get(what, 0) + 1
    print(", ".join(f"{n} {what}" for what, n in sorted(found.items())))
    # Else the moments were not where they should be.
    assert len(found) == 3, found


if __name__ == "__main__":
    main()
