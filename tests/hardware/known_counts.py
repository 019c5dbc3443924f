#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""known_counts.py XBENCH GUEST_ELF [FILE...]: counters give known answers.

For a machine with a PMU; exit code 77, with the reason, where there is none.
It measures, and holds that

* an operation retires as many instructions as a disassembly of its path has
  (paths.py), in ring 3 and in ring 0;
* the chains take 1, 1 and 3 core cycles an operation, within 0.5 %, where
  cycles are counted in the region and where time is converted to them;
* cycles come from a counter, and agree with the calibrated ones;
* a group counts what its members count alone;
* the default set of events is counted without an error.

FILEs are result files with a column pmu:instructions that were measured
elsewhere, as by the bare image; their rows are held to the same.  docs/pmu.md
says how to run it.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the source
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
import check_exact  # noqa: E402
import paths  # noqa: E402

# Counted per instruction on all CPUs.  How exceptions and changes of the ring
# are counted differs; rows of other families are shown and not judged.
STRICT = ("base", "fence", "gs", "msr", "irq", "mm", "slow_switch",
          "user_return_msr")
CHAINS = {"add_chain": 1, "rol_chain": 1, "imul_chain": 3}
SKIP = 77


def measure(xbench, directory, *arguments):
    """Exit code, messages, and rows of a run."""
    path = Path(directory) / "out.csv"
    path.unlink(missing_ok=True)
    done = subprocess.run(
        [xbench, "run", *arguments, "--mode", "throughput", "--output", path],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
        text=True)
    return done.returncode, done.stderr, (
        check_exact.read_rows(path) if path.exists() else [])


class Judge:
    def __init__(self):
        self.checked = self.bad = 0

    def hold(self, what, found, want, tolerance, strict=True):
        """`found`, a cell, is `want` within a part of it."""
        good = found and abs(float(found) - want) <= max(
            tolerance * abs(want), 0.005)
        if good or strict:
            self.checked += 1
            self.bad += not good
        if not good:
            print(f"{'BAD ' if strict else 'note'} {what}: "
                  f"{found or 'empty'}, known to be {float(want):g}")


def mediated():
    """Is a guest's PMU its own?  Then cycles are not counted beside it."""
    return any(path.read_text().strip() == "Y" for path in Path(
        "/sys/module").glob("kvm_*/parameters/enable_mediated_pmu"))


def hold_instructions(judge, rows, known, source):
    """Rows against the disassembly; how many."""
    n = 0
    for row in rows:
        want = known.get((row["benchmark"], "throughput"))
        if (row["status"] != "ok" or row["fidelity"] != "native" or
                row["mode"] != "throughput" or want is None):
            continue
        n += 1
        judge.hold(f"{source}: {row['backend']}/{row['benchmark']}: "
                   "instructions", row["pmu:instructions"], want, 0.001,
                   row["family"] in STRICT)
    return n


def hold_cycles(judge, rows):
    for row in rows:
        if row["status"] != "ok" or row["fidelity"] != "native":
            continue
        name = f"{row['backend']}/{row['benchmark']}"
        want = CHAINS.get(row["benchmark"])
        if want:
            judge.hold(f"{name}: cycles in the region", row["pmu:cycles"],
                       want, 0.005)
            judge.hold(f"{name}: cycles by time", row["cycles"], want, 0.005)
        if not mediated() and (row["cycles_source"] != "pmu" or
                               "pmu-differs" in row["flags"]):
            judge.hold(f"{name}: cycles are {row['cycles_source']}, "
                       f"flags \"{row['flags']}\": counted", "", 1, 0)


def hold_group(judge, xbench, directory, backend):
    """Of two counters of instructions, one at least is a general one."""
    names = [*CHAINS, "--backend", backend, "--quick", "--events"]
    alone = measure(xbench, directory, *names, "instructions,cycles")[2]
    group = measure(xbench, directory, *names,
                    "{instructions,cycles,r00c0}")[2]
    assert len(alone) == len(group) > 0
    for a, b in zip(alone, group):
        for event, like, tolerance in (("instructions", "instructions", 0.001),
                                       ("r00c0", "instructions", 0.001),
                                       ("cycles", "cycles", 0.005)):
            judge.hold(f"{backend}/{b['benchmark']}: {event} in a group",
                       b["pmu:" + event], float(a["pmu:" + like] or 0),
                       tolerance)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: known_counts.py XBENCH GUEST_ELF [FILE...]")
    xbench, elf, *files = sys.argv[1:]
    known = {key: cost for key, cost in paths.expected(
        elf, "kvm", check_exact.read_exceptions("kvm")).items()
             if not isinstance(cost, str)}
    judge = Judge()
    for path in files:
        if not hold_instructions(judge, check_exact.read_rows(path), known, path):
            sys.exit(f"{path}: no native row with a known path")
    with tempfile.TemporaryDirectory() as directory:
        code, why, rows = measure(xbench, directory, "*", "--launches", "2",
                                  "--events", "instructions,cycles")
        if code == 3:
            print(f"skipped: {why}", end="")
            return judge.bad > 0 if files else SKIP
        backends = {}
        for backend in ("user", "kvm"):
            backends[backend] = hold_instructions(
                judge, [r for r in rows if r["backend"] == backend], known,
                "here")
        hold_cycles(judge, rows)
        for backend in (name for name, n in backends.items() if n):
            hold_group(judge, xbench, directory, backend)
        code, why, _ = measure(xbench, directory, *CHAINS, "--quick",
                               "--events", "default")
        if code:
            print(f"BAD  --events default: {why}", end="")
            judge.bad += 1
    print(f"{judge.checked} answers, {judge.bad} wrong; native rows with a"
          f" known path: {backends}")
    if not backends["kvm"]:
        print("note: ring 0 was not judged: no native row of the kvm backend")
    return judge.bad > 0 or not backends["user"]


if __name__ == "__main__":
    sys.exit(main())
