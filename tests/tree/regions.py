#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""regions.py PROGRAM IMAGE...: timed regions are the same bytes everywhere.

Every xb_region_* symbol covers a timed region, or a part of its path.  The
program has all regions of every catalog entry that is assembly; an image has
all of the program's, a kernel module those of its own entries, and what it has
is the same bytes.  Ring 3's code is not the program's, but the same in all
images.  No relocation changes a module's region when it is loaded.
"""

import re
import subprocess
import sys

ON_USER, ON_KMOD = 1, 4  # XB_ON_* of abi.h
MODES = "throughput", "counted"  # that every entry has
SHORTEST = 20  # bytes: two readings of a clock take more


def objdump(option, path):
    return subprocess.run(["objdump", option, "-w", path], check=True,
                          capture_output=True, text=True).stdout.splitlines()


class Image:
    def __init__(self, path):
        self.path, self.regions, self.backends = path, {}, {}
        self.is_module = path.endswith(".ko")
        with open(path, "rb") as file:
            self.bytes = file.read()
        sections = {}
        for line in objdump("-h", path):
            m = re.match(r" *\d+ (\S+) +(\w+) +(\w+) +\w+ +(\w+) ", line)
            if m:
                sections[m[1]] = [int(n, 16) for n in m.groups()[1:]]
        self.spans = []
        for line in objdump("-t", path):
            m = re.match(r"(\w+) .{7} (\S+)\t(\w+) +(?:\.\w+ )?(\w+)$", line)
            if not m:
                continue
            at, section, size, name = (int(m[1], 16), m[2], int(m[3], 16),
                                       m[4])
            if name.startswith("XB_BACKENDS_"):
                self.backends[name.removeprefix("XB_BACKENDS_")] = at
            elif name.startswith("xb_region_"):
                _, base, offset = sections[section]
                start = at - base + offset
                self.regions[name] = self.bytes[start:start + size]
                self.spans.append((section, at, at + size, name))

    def relocated(self):
        """Names of regions that a relocation writes to."""
        names, section = set(), None
        for line in objdump("-r", self.path):
            m = re.match(r"RELOCATION RECORDS FOR \[(\S+)\]:", line)
            if m:
                section = m[1]
            m = re.match(r"([0-9a-f]{8,}) R_", line)
            if m:
                at = int(m[1], 16)
                names |= {name for where, start, end, name in self.spans
                          if where == section and start <= at < end}
        return names


def needed(image, program):
    """What the image must have of the program's regions."""
    if not image.is_module:
        return set(program.regions)
    return {name for name in program.regions
            for m in [re.fullmatch(
                r"xb_region_(\w+)_(throughput|counted|fenced|overlap)_[12]",
                name)]
            if m and program.backends[m[1]] & ON_KMOD}


def faults(program, images):
    entries = [e for e, bits in program.backends.items() if bits != ON_USER]
    if len(entries) < 10:
        yield f"{program.path}: no catalog"
    for name in (f"xb_region_{e}_{mode}_{n}" for e in entries
                 for mode in MODES for n in (1, 2)):
        if len(program.regions.get(name, b"")) < SHORTEST:
            yield f"{program.path}: no region {name}"
    want = dict(program.regions)
    for image in images:
        for name in sorted(needed(image, program) - set(image.regions)):
            yield f"{image.path}: no region {name}"
        for name, code in sorted(image.regions.items()):
            if not code:
                yield f"{image.path}: {name} is empty"
            elif name == "xb_region_user":
                if want.setdefault(name, code) != code:
                    yield f"{image.path}: {name} differs"
            elif want.get(name) != code:
                yield f"{image.path}: {name} differs from the program's"
        for name in sorted(image.relocated()):
            yield f"{image.path}: a relocation writes to {name}"


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: regions.py PROGRAM IMAGE...")
    program, *images = map(Image, sys.argv[1:])
    bad = list(faults(program, images))
    for line in bad:
        print(line)
    for image in images:
        print(f"{image.path}: {len(image.regions)} regions compared")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
