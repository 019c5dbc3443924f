#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""paths.py: how many instructions one operation executes, from the binary.

Under QEMU TCG with `-icount shift=0` RDTSC counts executed instructions: the
cost of a payload is the length of its path.  This walks the path, knowing
some values (constants, addresses, what was pushed) and of every other only
where it came from.  It stops, and never guesses, where the way depends on such
a value, and at what goes elsewhere or takes another number of ticks and is not
modelled: REP (one per iteration), what raises #PF or #DE (0; INT n, INT3 and
UD2 are 1).  Any other instruction goes on to the next, and what it may have
written is unknown from there.  What exits to a nested hypervisor, such as
CPUID, is not exact: docs/exact.md.
"""

import operator
import re
import sys
from fractions import Fraction
from inspect import signature
from pathlib import Path
from subprocess import check_output

MODES = ("throughput", "fenced", "overlap")
INCLUDE = Path(__file__).resolve().parents[2] / "include/xbench"
# Arbitrary: more than a region has; where stack and struct xb_world are.
MAX_STEPS, STACK, WORLD = 100_000, 0x7F00_0000_0000, 0x7E00_0000_0000
IDT = 0x7D00_0000_0000  # where SIDT says it is
RSP0 = 0x7C00_0000_0000  # of the TSS

LEGACY = ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp")
REGISTERS = {f"%{prefix}{r}": (f"r{r}", size) for r in LEGACY
             for prefix, size in (("r", 8), ("e", 4))}
REGISTERS |= {f"%r{n}{suffix}": (f"r{n}", size) for n in range(8, 16)
              for suffix, size in (("", 8), ("d", 4), ("w", 2))}
REGISTERS |= {f"%{r}": (f"r{r}", 2) for r in LEGACY}
SEGMENTS = ("%cs", "%ds", "%es", "%fs", "%gs", "%ss")

# What may go elsewhere, or takes another number of ticks.
ELSEWHERE = re.compile(r"j|l?call|l?ret|iret|sys|int|loop|hlt|vm|ud|rsm|xbegin"
                       r"|xabort|enter|leave|rep|div|idiv|\(bad\)")
# These change nothing that the walk follows.
NEUTRAL = {"nop", "nopw", "nopl", "endbr64", "lfence", "mfence", "serialize",
           "swapgs", "sti", "cli", "clts", "wrgsbase", "wrfsbase", "wrmsrns",
           "invlpg", "invpcid"}
KEEPS_FLAGS = {"mov", "movabs", "movq", "movzwl", "lea", "push", "pop",
               "pushf", "jmp", "je", "jne"}

# Done to known operands; None: the result is not followed.
ARITHMETIC = {"add": operator.add, "sub": operator.sub, "dec": operator.sub,
              "and": operator.and_, "or": operator.or_, "xor": operator.xor,
              "shr": operator.rshift, "shl": operator.lshift, "rol": None,
              "imul": None}
SHIFTS = ("shr", "shl")


class Unresolved(Exception):
    """The path cannot be told from here on."""


class Instruction:
    def __init__(self, address, length, text):
        self.next = address + length
        self.where = f"{address:#x}: {text}"
        text = re.sub(r"\s*(#|<).*", "", text)
        text = re.sub(r"^lock ", "", text)
        text = re.sub(r"^((data16|cs) )+(?=nop)", "", text)  # padding
        text = re.sub(r"^xchg +%ax,%ax$", "nop", text)
        self.name, _, operands = text.partition(" ")
        self.operands = re.findall(r"(?:[^,(]|\([^)]*\))+", operands.strip())
        if self.name == "dec":
            self.operands.insert(0, "$0x1")


class Image:
    """Symbols, sizes and instructions of an ELF file."""

    def __init__(self, elf):
        headers = [(INCLUDE / name).read_text() for name in ("abi.h", "x86.h")]
        numbers = re.findall(r"^#define (XB_\w+) (0x[0-9a-f]+|\d+)\b",
                             "".join(headers), re.M)
        self.abi = {name: int(number, 0) for name, number in numbers}
        self.symbols, self.sizes, self.code = {}, {}, {}
        for line in check_output(["nm", "-S", elf], text=True).splitlines():
            fields = line.split()
            self.symbols[fields[-1]] = int(fields[0], 16)
            if len(fields) == 4:
                self.sizes[fields[-1]] = int(fields[1], 16)
        listing = check_output(["objdump", "-d", "-w", elf], text=True)
        for line in listing.splitlines():
            m = re.match(r" *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(.*)", line)
            if m:
                at = int(m[1], 16)
                self.code[at] = Instruction(at, len(m[2].split()), m[3])

    def region(self, name):
        """Where the region reads its clock first and last."""
        start = self.symbols[name]
        clock = "rdpmc" if "_counted_" in name else "rdtsc"
        clocks = [a for a in range(start, start + self.sizes[name])
                  if a in self.code and self.code[a].name == clock]
        if len(clocks) < 2:
            raise Unresolved(f"{name}: no two readings of the clock")
        return clocks[0], clocks[-1]


class Machine:
    """A value is an int, or a str that says where an unknown came from."""

    def __init__(self, image):
        self.image = image
        # As vm_init() fills it.
        world = {"XB_WORLD_USER_RIP": image.symbols["vm_user_code"],
                 "XB_WORLD_USER_RSP": image.symbols["vm_user_stack"],
                 "XB_WORLD_USER_CS": image.abi["XB_USER_CS"],
                 "XB_WORLD_USER_SS": image.abi["XB_USER_DS"],
                 "XB_WORLD_USER_RFLAGS": 2}
        self.memory = {
            WORLD + offset: world.get(name, name)
            for name, offset in image.abi.items() if "XB_WORLD_" in name}
        self.registers = {name: "the caller" for name, _ in REGISTERS.values()}
        self.registers |= {"rdi": 1, "rsi": WORLD, "rsp": STACK}
        self.msrs = {}
        self.zero_flag = "the caller"
        self.user = {}  # SS, RSP, RFLAGS and CS of ring 3
        self.nr_unknowns = 0
        self.trace = []  # what was counted
        self.at = None  # the instruction being executed

    def count(self, function, region):
        """Instructions from the region's first RDTSC up to its last."""
        first, last = self.image.region(region)
        address, counted, counting = self.image.symbols[function], 0, False
        for _ in range(MAX_STEPS):
            if address == (first if counting else last):
                raise Unresolved(f"{region}: clocks not read in order, once")
            if address == last:
                return counted
            counting |= address == first
            # The load that faults has not been executed.
            if counting and not self.faults(address):
                counted += 1
                self.trace.append(self.image.code.get(address))
            address = self.step(address)
        raise Unresolved(f"{region}: no end after {MAX_STEPS} instructions")

    def interrupt(self, vector):
        """Through the gate that the payload itself has written."""
        gate = [self.memory.get(IDT + 16 * vector + at) for at in (0, 8)]
        if not all(isinstance(half, int) for half in gate):
            self.stop(f"the gate of vector {vector} is not the payload's own")
        self.registers["rsp"] = RSP0
        # A page fault has an error code.
        for value in (*self.user.values(), "RIP of ring 3",
                      *(["the error code"] if vector == 14 else [])):
            self.registers["rsp"] -= 8
            self.memory[self.registers["rsp"]] = value
        return (gate[0] & 0xffff | gate[0] >> 48 << 16 |
                (gate[1] & 0xffffffff) << 32)

    def step(self, address):
        """Execute one instruction; the address of the next."""
        if address not in self.image.code:
            self.stop(f"no instruction at {address:#x}, where it goes")
        at = self.at = self.image.code[address]
        if at.name in NEUTRAL:
            return at.next
        if at.name not in KEEPS_FLAGS:
            self.zero_flag = self.unknown()
        handler = (self.arithmetic if at.name in ARITHMETIC
                   else getattr(self, "do_" + at.name, None))
        if not handler and not ELSEWHERE.match(at.name):
            self.forget(at.operands)
            return at.next
        takes = len(signature(handler).parameters) if handler else None
        if takes != len(at.operands):
            self.stop("this instruction is not modelled")
        goes = handler(*at.operands)
        return at.next if goes is None else self.known(goes, "where it goes")

    def forget(self, operands):
        """What an instruction may have written, named or not."""
        for name in ("rax", "rcx", "rdx"):
            self.registers[name] = self.unknown()
        for operand in operands:
            if operand in REGISTERS:
                self.registers[REGISTERS[operand][0]] = self.unknown()
            elif "(" in operand:
                self.memory[self.address(operand) & ~7] = self.unknown()

    def unknown(self):
        """A value that equals no other, unless it was copied from it."""
        self.nr_unknowns += 1
        return f"{self.at.where} (unknown {self.nr_unknowns})"

    def faults(self, address):
        """Is this ring 3's load from address 0, which is not mapped?"""
        return (address == self.image.symbols["vm_user_code"] +
                self.image.abi["XB_USER_PF"])

    def stop(self, why):
        raise Unresolved(f"{self.at.where}: {why}")

    def known(self, value, what):
        if isinstance(value, str):
            self.stop(f"{what} is unknown: it comes from [{value}]")
        return value

    def address(self, operand):
        m = re.fullmatch(r"(-?0x[0-9a-f]+)?\((%\w+)(?:,(%\w+),(\d))?\)",
                         operand)
        if not m:
            self.stop(f"operand {operand} is not modelled")
        base = self.at.next if m[2] == "%rip" else self.read(m[2])
        index = self.known(self.read(m[3]), m[3]) * int(m[4]) if m[3] else 0
        return self.known(base, m[2]) + index + int(m[1] or "0", 16)

    def cell(self, operand):
        """The address of 8 bytes of memory."""
        address = self.address(operand)
        if address % 8 or any(size(o) != 8 for o in self.at.operands):
            self.stop("only 8 aligned bytes of memory are modelled")
        return address

    def read(self, operand):
        if operand.startswith("$"):
            return int(operand[1:], 16) % 2**64
        if operand in SEGMENTS or operand.startswith("%cr"):
            return operand
        if operand in REGISTERS:
            return truncate(self.registers[REGISTERS[operand][0]], operand)
        address = self.cell(operand)
        if IDT <= address < IDT + 4096 and address not in self.memory:
            return "the gate that was there"
        if address not in self.memory:
            self.stop(f"nothing known was written to {address:#x}")
        return self.memory[address]

    def write(self, operand, value):
        if operand in SEGMENTS or operand.startswith("%cr"):
            return
        if operand in REGISTERS:
            self.registers[REGISTERS[operand][0]] = truncate(value, operand)
        else:
            self.memory[self.cell(operand)] = value

    def push(self, value):
        self.registers["rsp"] = self.known(self.read("%rsp"), "%rsp") - 8
        self.write("(%rsp)", value)

    def pop(self):
        value = self.read("(%rsp)")
        self.registers["rsp"] += 8
        return value

    # Instructions: None goes on to the next one, a value goes there.

    def arithmetic(self, source, destination):
        operation = ARITHMETIC[self.at.name]
        a, b = self.read(destination), self.read(source)
        result = self.unknown()
        if self.at.name == "xor" and source == destination:
            result = 0
        elif (self.at.name == "xor" and isinstance(a, str) and
              isinstance(b, int) and b and size(destination) == 8 and
              " ^ " not in a):
            result = f"{a} ^ {b:#x}"
        elif operation and isinstance(a, int) and isinstance(b, int):
            if self.at.name in SHIFTS and not 0 < b < 8 * size(destination):
                self.stop("the CPU masks this count")
            result = operation(a, b)
        self.write(destination, result)
        if isinstance(result, int):
            self.zero_flag = int(self.read(destination) == 0)

    def compare(self, source, destination):
        """Unknown values are equal if one is a copy of the other, and differ
        if one is the other with bits inverted."""
        a, b = self.read(destination), self.read(source)
        if isinstance(a, int) and isinstance(b, int) or a == b:
            self.zero_flag = int(a == b)
        elif isinstance(a, str) and isinstance(b, str):
            if a.partition(" ^ ")[0] == b.partition(" ^ ")[0]:
                self.zero_flag = 0

    do_cmp = do_cmpq = compare

    def do_test(self, source, destination):
        a, b = self.read(destination), self.read(source)
        if isinstance(a, int) and isinstance(b, int):
            self.zero_flag = int(a & b == 0)

    do_testq = do_test

    def do_mov(self, source, destination):
        if source == "0x0":
            return self.interrupt(14)
        return self.write(destination, self.read(source))

    do_movabs = do_movq = do_mov

    def do_lsl(self, _, destination):
        """Of a flat segment; no other is in the payloads."""
        self.write(destination, 0xffffffff)

    def do_movzwl(self, source, destination):
        self.write(destination, self.read(source))

    def do_sidt(self, operand):
        m = re.fullmatch(r"0x6\(%rsp\)", operand)
        if not m:
            self.stop("only SIDT of 6(%rsp) is modelled")
        self.memory[self.known(self.read("%rsp"), "%rsp") + 8] = IDT

    def do_lea(self, source, destination):
        self.write(destination, self.address(source))

    def do_push(self, operand):
        self.push(self.read(operand))

    def do_pop(self, operand):
        self.write(operand, self.pop())

    def do_pushf(self):
        self.push(self.unknown())

    def do_popf(self):
        self.pop()

    def do_jmp(self, operand):
        indirect = operand.startswith("*")
        return self.read(operand[1:]) if indirect else int(operand, 16)

    def do_jne(self, operand):
        equal = self.known(self.zero_flag, "the zero flag")
        return None if equal else int(operand, 16)

    def do_je(self, operand):
        equal = self.known(self.zero_flag, "the zero flag")
        return int(operand, 16) if equal else None

    def do_rdgsbase(self, operand):
        self.write(operand, self.unknown())

    do_rdfsbase = do_rdpid = do_rdgsbase

    def do_cpuid(self):
        for name in ("rax", "rbx", "rcx", "rdx"):
            self.registers[name] = self.unknown()

    def do_int(self, vector):
        return self.interrupt(int(vector[1:], 16))

    def do_int3(self):
        return self.interrupt(3)

    def do_ud2(self):
        return self.interrupt(6)

    def do_rdtsc(self):
        self.registers["rax"] = self.unknown()
        self.registers["rdx"] = self.unknown()

    do_rdmsr = do_rdpmc = do_rdtsc

    def do_wrmsr(self):
        msr = self.known(self.read("%ecx"), "the MSR")
        low, high = self.read("%eax"), self.read("%edx")
        self.msrs[msr] = self.unknown()
        if isinstance(low, int) and isinstance(high, int):
            self.msrs[msr] = high << 32 | low

    def do_syscall(self):
        self.registers |= {"rcx": self.at.next, "r11": self.unknown()}
        return self.msrs.get(self.image.symbols["XB_MSR_LSTAR"], "the caller")

    def do_sysenter(self):
        rip, self.registers["rsp"] = [
            self.msrs.get(self.image.symbols["XB_MSR_SYSENTER_" + name],
                          "the caller") for name in ("EIP", "ESP")]
        return rip

    def do_sysexitq(self):
        self.registers["rsp"] = self.registers["rcx"]
        return self.registers["rdx"]

    def do_sysretq(self):
        return self.registers["rcx"]

    def do_iretq(self):
        rip, cs, rflags, rsp, ss = [self.pop() for _ in range(5)]
        self.user = {"ss": ss, "rsp": rsp, "rflags": rflags, "cs": cs}
        self.registers["rsp"] = rsp
        return rip


def size(operand):
    """Bytes of a register; for memory and constants what they go with."""
    return 2 if operand in SEGMENTS else REGISTERS.get(operand, ("", 8))[1]


def truncate(value, operand):
    return value if isinstance(value, str) else value % 2**(8 * size(operand))


def expected(elf, backend, exceptions):
    """{(benchmark, mode): cost of one operation in instructions}, of what the
    catalog offers to the backend; for an exception its kind instead."""
    image, costs = Image(elf), {}
    bit = image.abi["XB_ON_" + backend.upper()]
    for name in [s for s in image.symbols if s.startswith("XB_OPS_")]:
        bench = name.removeprefix("XB_OPS_")
        if not image.symbols["XB_BACKENDS_" + bench] & bit:
            continue
        for mode in MODES:
            ops = (image.abi["XB_OVERLAP_OPS"] if mode == "overlap"
                   else image.symbols[name])
            ends = [f"{bench}_{mode}_{times}" for times in (1, 2)]
            if f"xb_{ends[0]}" not in image.symbols:
                continue
            costs[bench, mode] = exceptions.get(bench)
            if bench not in exceptions:
                once, twice = [
                    Machine(image).count(f"xb_{e}", f"xb_region_{e}")
                    for e in ends]
                costs[bench, mode] = Fraction(twice - once, ops)
    for bench, mode in costs:
        if (bench not in exceptions and bench != "empty" and
                mode != "throughput"):
            costs[bench, mode] -= costs["empty", mode]
    return costs


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: paths.py ELF BACKEND [EXCEPTION...]")
    try:
        costs = expected(*sys.argv[1:3], dict.fromkeys(sys.argv[3:], "-"))
    except Unresolved as error:
        sys.exit(f"paths.py: {error}")
    for (bench, mode), cost in sorted(costs.items()):
        if not isinstance(cost, str):
            print(f"{bench:24} {mode:12} {float(cost):10.4f}")


if __name__ == "__main__":
    main()
