#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""steady.py XBENCH [RUNS]: does the user backend keep its known answers?

A benchmark, not a test: it uses the real clock.  It runs the user backend
RUNS times (default 20) and prints, as ratios within each run,

* chains of known latency over their cycles: 3 for IMUL, 1 for ROL, within
  0.5 %;
* RDGSBASE and WRGSBASE: how far the figures of the runs lie apart, 1 %;

then the whole user backend in turn on a quiet CPU and with a busy loop pinned
to the same CPU: no cost may move by more than 1 %, and at least one row must
have dropped samples.  A cost near 0 has no per cent: there a move of as many
timer steps is allowed as there are regions in the cost, two in throughput
mode and four in the others, because each region's quartile is a whole number
of steps.  Exit code 1 if any of it fails.
"""
import csv
import io
import os
import subprocess
import sys


def quartile(values):
    """The lower quartile, type 7."""
    values = sorted(values)
    at = (len(values) - 1) / 4
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def measure(xbench, names, cpu):
    """{(benchmark, mode): lower quartile of cycles}, samples dropped, and
    {(benchmark, mode): the timer's step in cycles per operation}."""
    command = [xbench, "run", "--backend", "user", "--cpu", str(cpu),
               "--output", "-", *names]
    text = subprocess.run(command, stdout=subprocess.PIPE, check=False,
                          text=True).stdout
    lines = [x for x in text.splitlines() if not x.startswith("#")]
    costs, dropped, steps = {}, 0, {}
    for row in csv.DictReader(io.StringIO("\n".join(lines))):
        dropped += int(row["dropped"] or 0)
        if row["status"] == "ok" and row["cycles"]:
            key = row["benchmark"], row["mode"]
            costs.setdefault(key, []).append(float(row["cycles"]))
            steps[key] = float(row["quantum"]) * float(row["cycles_per_tick"])
    costs = {key: quartile(values) for key, values in costs.items()}
    return costs, dropped, steps


def known_answers(xbench, cpu, runs):
    """True if every run has the chains and bases right."""
    chains = {"imul_chain": 3, "rol_chain": 1}
    bases = ["rdgsbase", "wrgsbase"]
    seen = [measure(xbench, [*chains, *bases, "--mode", "throughput"], cpu)[0]
            for _ in range(runs)]
    ok = True
    for name, cycles in chains.items():
        ratios = [run[name, "throughput"] / cycles for run in seen]
        good = all(abs(ratio - 1) <= 0.005 for ratio in ratios)
        ok &= good
        print(f"{name:12} over {cycles} cycles: {min(ratios):.5f} to "
              f"{max(ratios):.5f}  {'ok' if good else 'MISSED'}")
    for name in bases:
        costs = [run[name, "throughput"] for run in seen
                 if (name, "throughput") in run]
        if not costs:
            print(f"{name:12} not measured: no FSGSBASE here?")
            ok = False
            continue
        apart = max(costs) / min(costs) - 1
        good = len(costs) == runs and apart <= 0.01
        ok &= good
        print(f"{name:12} {min(costs):.3f} to {max(costs):.3f} cycles, "
              f"{apart:.3%} apart  {'ok' if good else 'MISSED'}")
    return ok


def busy_neighbour(xbench, cpu):
    """True if a busy loop on the same CPU moves nothing and is noticed."""
    quiet, _, steps = measure(xbench, ["*"], cpu)
    loop = subprocess.Popen([sys.executable, "-c", "while True: pass"],
                            preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
    try:
        loud, dropped, _ = measure(xbench, ["*"], cpu)
    finally:
        loop.kill()
        loop.wait()
    ok = set(quiet) == set(loud)
    for key in sorted(set(quiet) - set(loud)):
        print(f"{'/'.join(key)}: no cost beside a busy loop  MISSED")
    for key in sorted(set(quiet) & set(loud)):
        moved = abs(loud[key] - quiet[key])
        regions = 2 if key[1] == "throughput" else 4
        if moved > max(0.01 * abs(quiet[key]), regions * steps[key]):
            ok = False
            print(f"{'/'.join(key)}: {quiet[key]:.3f} cycles, "
                  f"{loud[key]:.3f} beside a busy loop  MISSED")
    ok &= dropped > 0
    print(f"busy loop on the same CPU: {len(loud)} costs, {dropped} samples "
          f"dropped  {'ok' if ok else 'MISSED'}")
    return ok


def main():
    """The two parts, in turn."""
    xbench = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    cpu = max(os.sched_getaffinity(0))
    ok = known_answers(xbench, cpu, runs)
    return 0 if busy_neighbour(xbench, cpu) and ok else 1


if __name__ == "__main__":
    sys.exit(main())
