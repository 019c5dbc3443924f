#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kmod_nmi.py: NMIs while xbench.ko goes to ring 3 and back.

Debian guests of two CPUs: two kernels, with page table isolation and without.
QMP injects NMIs all the time.  By SYSRET and by IRETQ each, at least 50 must
have come in ring 3 (saved CS with RPL 3, counted by nmi_count.ko), and nothing
may have changed: kmod_stress.c says what is compared, and the module compares
the CPU's registers and a canary on the thread's stack.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the source
import qmp  # noqa: E402

HERE = Path(__file__).resolve().parent
WANTED = 50
SECONDS = 50  # at most, for each exit instruction; one is enough
# No NMI may be injected while the guest ends: QEMU 7.2 may hang then.
READY, DONE = "kmod_nmi: ready", "kmod_nmi: done"
SCRIPT = f"""
cat /sys/devices/system/cpu/vulnerabilities/meltdown >meltdown
insmod /nmi_count.ko && insmod /xbench.ko || exit 1
echo {READY}
/stress {WANTED} {SECONDS} >log 2>&1
status=$?
cat log
echo {DONE}
taken=/sys/module/nmi_count/parameters/taken
until before=$(cat $taken); sleep 1; [ $before = $(cat $taken) ]; do :; done
rmmod xbench || exit 1
exit $status
"""


def build_counter(release, work):
    """nmi_count.ko for the kernel `release`."""
    subprocess.run(["cp", "-R", HERE / "nmi_count", work], check=True)
    made = subprocess.run(
        ["make", "-C", f"/lib/modules/{release}/build",
         f"M={work}/nmi_count", "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode or "warning" in made.stdout.lower():
        sys.exit(f"nmi_count.ko for {release}: {made.stdout}")
    return work / "nmi_count" / "nmi_count.ko"


def inject(guest, work):
    """NMIs sent, from when the guest is ready until it is done."""
    console, sent = work / "out" / "console.log", 0

    def said(*texts):
        log = console.exists() and console.read_text("utf-8", "replace")
        return guest.poll() is not None or (
            log and any(text in log for text in texts))

    while not said(READY):
        time.sleep(0.1)
    if guest.poll() is None:
        line = qmp.Qmp(work / "qmp")
        while not said(DONE, "Kernel panic") and line.command("inject-nmi"):
            sent += 1
        line.close()
    return sent


def boot(stress, module, package, pti, cpu, work):
    """What is wrong, or None."""
    counter = build_counter(package.removeprefix("linux-image-"), work)
    (work / "script").write_text(SCRIPT)
    guest = subprocess.Popen(
        [HERE / "linux_guest.sh", "--package", package,
         "--append", f"pti={pti} oops=panic",
         "--timeout", str(40 + 2 * SECONDS),
         "--add", counter, "--add", module, "--add", f"{stress}:/stress",
         *(word for arg in ("-cpu", cpu, "-smp", "2", "-qmp",
                            f"unix:{work}/qmp,server=on,wait=off")
           for word in ("--qemu", arg)),
         "--out", work / "out", work / "script"])
    sent = inject(guest, work)
    if guest.wait():
        return "the guest failed"
    print(f"{package}, pti={pti}: {sent} NMIs sent,",
          (work / "out" / "log").read_text(), end="")
    meltdown = (work / "out" / "meltdown").read_text().strip()
    wanted = "Mitigation: PTI" if pti == "on" else "Not affected"
    return None if meltdown == wanted else f"meltdown: {meltdown}"


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: kmod_nmi.py STRESS MODULES")
    stress, modules = map(Path, sys.argv[1:])
    for version in "6.1", "6.12":
        package = (modules / version / "package").read_text().strip()
        for pti, cpu in (("off", "max"), ("on", "max,vendor=GenuineIntel")):
            with tempfile.TemporaryDirectory() as work:
                wrong = boot(stress, modules / version / "xbench.ko", package,
                             pti, cpu, Path(work))
            if wrong:
                sys.exit(f"{package}, pti={pti}: {wrong}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
