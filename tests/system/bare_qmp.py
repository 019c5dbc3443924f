# SPDX-License-Identifier: MIT
"""bare_qmp.py: the bare image in the exact machine, with a QMP line to it."""

import subprocess
import sys
import time

sys.dont_write_bytecode = True  # nothing beside the source
import qmp  # noqa: E402

# bench/bare/bare.h: 2 * BARE_EXIT_DONE + 1, and for FAILED.
DONE, FAILED = 177, 179
LIMIT = 120  # seconds, of runs that take some
MARK = b"@xb "


class Ended(Exception):
    """QEMU is gone, or does not end."""


class Bare:
    def __init__(self, image, work, append):
        self.work = work
        self.end = time.monotonic() + LIMIT
        self.errors = open(work / "qemu.err", "w", encoding="utf-8")
        self.qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1",
             "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
             "-icount", "shift=0,sleep=off", "-serial", f"file:{work}/log",
             "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
             "-qmp", f"unix:{work}/qmp,server=on,wait=on",
             "-kernel", image, "-append", f"end=debug-exit {append}"],
            stderr=self.errors)
        self.qmp = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.qmp:
            self.qmp.close()
        self.qemu.kill()
        self.qemu.wait()
        self.errors.close()

    def pause(self):
        if self.qemu.poll() is not None or time.monotonic() > self.end:
            raise Ended
        time.sleep(0.01)

    def connect(self):
        """Until the image has an IDT and says so by its first line."""
        while not (self.work / "qmp").exists():
            self.pause()
        self.qmp = qmp.Qmp(self.work / "qmp")
        while MARK not in self.log().encode():
            self.pause()

    def command(self, name, **arguments):
        """The answer, events left out."""
        answer = None
        if time.monotonic() < self.end:
            answer = self.qmp.command(name, **arguments)
        if answer is None:
            raise Ended
        return answer

    def log(self):
        path = self.work / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def finish(self, wanted=(DONE,)):
        """(Exit code, log); leaves the test if the image ended otherwise."""
        code = self.qemu.wait(timeout=LIMIT)
        log = self.log()
        if code not in wanted:
            sys.exit(f"QEMU ended with {code}; {log[-2000:]}"
                     f" {(self.work / 'qemu.err').read_text()}")
        return code, log


def import_log(xbench, work):
    subprocess.run([xbench, "import", work / "log", "-o", work / "csv"],
                   check=True)
    return work / "csv"
