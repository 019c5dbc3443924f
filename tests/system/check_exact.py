#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_exact.py: hold a CSV of the exact machine to the paths of its image.

Every series that the image holds for the backend must have a row in every
launch, with status ok, the cost that paths.py expects, and a fidelity other
than `native`: the code was interpreted.  docs/exact.md lists those that
cannot, with the reason, and is held to the rows as well.
"""

import csv
import itertools
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the source
import paths  # noqa: E402

EXCEPTIONS = Path(__file__).resolve().parents[2] / "docs/exact.md"
TOLERANCE = 0.01  # ticks an operation


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(
            itertools.dropwhile(lambda line: line.startswith("#"), lines)))


def read_exceptions(backend):
    """{benchmark: kind}, of the table in docs/exact.md."""
    rows = [line.strip("|").split("|") for line in
            EXCEPTIONS.read_text("utf-8").splitlines()
            if line.startswith(f"| {backend} |") and line.count("|") == 5]
    return {row[1].strip(): row[2].strip() for row in rows}


def fault(row, want):
    """What is wrong with a row; None if nothing is."""
    if want == "skip":
        return None if row["status"] == "skip" else "is no skip any more"
    if row["status"] != "ok":
        return f"{row['status']}: {row['reason']}"
    if row["fidelity"] in ("", "native"):
        return f"fidelity '{row['fidelity']}' in an interpreted world"
    if want == "inexact":
        # A path of its own is tens of instructions; an exit is thousands.
        return None if float(row["tsc"]) > 100 else "is exact: no exception"
    if not row["tsc"] or not abs(float(row["tsc"]) - want) <= TOLERANCE:
        return "another cost"
    return None


def compare(expected, rows):
    """Lines of (benchmark, mode, launch, expected, measured, fault)."""
    launches = {row["launch"] for row in rows}
    for row in rows:
        key = row["benchmark"], row["mode"]
        want = expected.get(key)
        why = (fault(row, want) if key in expected
               else "the image has no such series")
        yield *key, row["launch"], want, row["tsc"], why
    found = {(r["benchmark"], r["mode"], r["launch"]) for r in rows}
    for key, want in expected.items():
        for launch in sorted(launches or {"any"}):
            if (*key, launch) not in found:
                yield *key, launch, want, "", "no row"


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: check_exact.py ELF BACKEND CSV")
    elf, backend, path = sys.argv[1:]
    try:
        expected = paths.expected(elf, backend, read_exceptions(backend))
    except paths.Unresolved as error:
        sys.exit(f"check_exact.py: {error}")
    rows = [row for row in read_rows(path) if row["backend"] == backend]
    lines = list(compare(expected, rows))
    bad = [line for line in lines if line[-1]]
    if bad or not lines:
        print(f"{'benchmark':24} {'mode':10} {'launch':>6} {'expected':>10}"
              f" {'measured':>10}  fault")
    for bench, mode, launch, want, tsc, why in bad:
        if not isinstance(want, str):
            want = "" if want is None else f"{float(want):.4f}"
        tsc = f"{float(tsc):.4f}" if tsc else ""
        print(f"{bench:24} {mode:10} {launch:>6} {want:>10} {tsc:>10}  {why}")
    exact = sum(not isinstance(want, str) for want in expected.values())
    print(f"{backend}: {len(expected)} series, {exact} of them exact,"
          f" {len(rows)} rows, {len(bad)} wrong")
    return 1 if bad or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
