#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""variants.py IMAGE: what variants of a scenario differ by, on their paths.

A claim is a difference of two rows.  It says what it says only if the paths
behind the rows differ by the instructions that are argued about, and by
nothing else.  Paths are those that paths.py walks: instructions executed, not
instructions that stand there.
"""

import re
import sys
from collections import Counter

sys.dont_write_bytecode = True  # nothing beside the source
import paths  # noqa: E402

# A write of a 64-bit value to an MSR from registers.
WRITE = "mov R,%rax; mov R,%rdx; shr $0x20,%rdx; mov $I,%ecx; wrmsr"
CHECKS = """mov 0x8(%rsp),%rcx; cmp %rcx,0x10(%rsp); jne; shr $0x2f,%rcx; jne;
    cmpq $0x33,0x18(%rsp); jne; mov (%rsp),%r11; cmp %r11,0x20(%rsp); jne;
    test $0x10000,%r11; jne; cmpq $0x2b,0x30(%rsp); jne"""
FIND_BASE = """mov $0x2b,%ecx; lsl %ecx,%ecx; and $0xfff,%ecx;
    mov -0x7ff8(%rsp,%rcx,8),%rcx"""
KEEP_BASE = "mov %rax,0x8(%rsp); mov 0x8(%rsp),%rax"

# (one, other, what the path of one has more, what it has less)
TABLE = (
    ("entry_masked", "entry_implicit", "sti; cli", ""),
    ("entry_implicit", "entry_unmasked", "", ""),
    ("fault_intgate", "fault_trapgate",
     "testq $0x200,0x18(%rsp); je; sti; cli", ""),
    ("fault_trapgate_cr2", "fault_trapgate", "mov %cr2,%rax; push %rax", ""),
    ("exit_sysret", "exit_iret", "mov 0x18(%rsp),%rsp; sysretq", "iretq"),
    ("exit_checked_sysret", "exit_sysret", CHECKS, ""),
    ("exit_checked_iret", "exit_iret", CHECKS, ""),
    ("syscall_sysret", "syscall_iret", "mov 0x18(%rsp),%rsp; sysretq",
     "iretq"),
    ("gs_entry_swapgs", "empty", "swapgs; swapgs", ""),
    ("gs_entry_swapgs_lfence", "gs_entry_swapgs", "lfence", ""),
    ("gs_entry_fsgsbase", "empty", "rdgsbase R; wrgsbase R; wrgsbase R", ""),
    ("gs_entry_fsgsbase_full", "gs_entry_fsgsbase",
     FIND_BASE + ";" + KEEP_BASE, ""),
    ("gs_trip_swapgs", "syscall_sysret", "swapgs; swapgs", ""),
    ("gs_trip_swapgs_lfence", "gs_trip_swapgs", "lfence", ""),
    ("gs_trip_fsgsbase", "syscall_sysret",
     "rdgsbase R; wrgsbase R; wrgsbase R", ""),
    ("gs_trip_fsgsbase_full", "gs_trip_fsgsbase",
     FIND_BASE + "; mov %rax,0x8(%rsp); mov 0x30(%rsp),%rax", ""),
    ("gs_switch_mixed", "gs_switch_wrmsr",
     "pushf; cli; swapgs; mov $I,%ecx; rdmsr; swapgs; popf;"
     "pushf; cli; swapgs; swapgs; popf", ""),
    ("gs_switch_swapgs_wrgsbase", "empty",
     "swapgs; rdgsbase R; swapgs; swapgs; wrgsbase R; swapgs", ""),
    ("slow_switch_wrmsr2", "empty", WRITE + ";" + WRITE, ""),
    ("slow_switch_cached_cs", "empty",
     WRITE + "; lea; cmp %r9,0x8(%rsp); jne; endbr64", ""),
    ("slow_switch_flags", "empty",
     "lea; mov 0x10(%rsp),%rax; or 0x18(%rsp),%rax; jne; endbr64", ""),
    ("slow_switch_flags_taken", "slow_switch_flags", WRITE + "; jmp", ""),
    ("slow_switch_trampoline", "empty", "mov (%rsp),%rsp", ""),
    ("msr_switch_lazy_idle", "empty", "cmpq $0x0,0x90(%rsp); jne", ""),
    ("msr_switch_lazy_diff", "msr_switch_lazy_same", ";".join(
        f"mov %rax,{0x60 + 8 * msr:#x}(%rsp); mov R,%rdx; shr $0x20,%rdx;"
        "mov $I,%ecx; wrmsr" for msr in range(5) for _ in range(2)), ""),
    ("msr_switch_every_exit", "msr_switch_eager", ";".join(
        "mov $I,%ecx; rdmsr; shl $0x20,%rdx; or %rdx,%rax;"
        f"mov %rax,{0x30 + 8 * msr:#x}(%rsp)" for msr in range(5)), ""),
    ("msr_switch_eager_efer", "msr_switch_eager",
     "mov $I,%ecx; mov 0x28(%rsp),%rax; mov R,%rdx; shr $0x20,%rdx; wrmsr;"
     "mov $I,%ecx; mov 0x58(%rsp),%rax; mov R,%rdx; shr $0x20,%rdx; wrmsr",
     ""),
)


def simplify(text):
    """Without addresses of code, numbers of MSRs and names of registers
    where any register would do."""
    text = re.sub(r"^(j\w+|lea)\b.*", r"\1", text)
    text = re.sub(r"\$0x(c000\w{4}|17[456]),%ecx", "$I,%ecx", text)
    text = re.sub(r"^mov %r\w+,(%r[ad]x)$", r"mov R,\1", text)
    return re.sub(r"^((rd|wr)gsbase) .*", r"\1 R", text)


def executed(image, bench, mode="throughput"):
    """How often one operation of a benchmark executes which instruction."""
    counts = []
    for times in (1, 2):
        end = f"{bench}_{mode}_{times}"
        machine = paths.Machine(image)
        machine.count(f"xb_{end}", f"xb_region_{end}")
        counts.append(Counter(
            simplify(" ".join([at.name, ",".join(at.operands)]).strip())
            for at in machine.trace))
    once, twice = counts
    ops = image.symbols[f"XB_OPS_{bench}"]
    twice.subtract(once)
    if any(n % ops for n in twice.values()):
        raise paths.Unresolved(f"{bench}: copies of the body differ")
    return Counter({text: n // ops for text, n in twice.items() if n})


def listing(text):
    words = (re.sub(r"\s+", " ", word).strip() for word in text.split(";"))
    return Counter(word for word in words if word)


def show(counter):
    return "; ".join(f"{text} x{n}" for text, n in sorted(counter.items()))


def miscounted(image):
    """Benchmarks whose region does not begin and end with the counter where
    that is the clock, or whose operation is another one then."""
    for symbol in sorted(image.symbols):
        bench = symbol.removeprefix("XB_OPS_")
        if bench == symbol or f"xb_{bench}_throughput_1" not in image.symbols:
            continue
        for times in (1, 2):
            image.region(f"xb_region_{bench}_counted_{times}")
        try:
            timed = executed(image, bench)
        except paths.Unresolved:
            continue  # paths.py and docs/exact.md say which
        if executed(image, bench, "counted") != timed:
            yield bench


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: variants.py IMAGE")
    image, bad = paths.Image(sys.argv[1]), 0
    for bench in miscounted(image):
        bad += 1
        print(f"{bench}: another operation where a counter is the clock")
    for one, other, more, less in TABLE:
        try:
            a, b = executed(image, one), executed(image, other)
        except (KeyError, paths.Unresolved) as error:
            sys.exit(f"variants.py: {one}, {other}: {error}")
        for what, found, want in (("more", a - b, listing(more)),
                                  ("less", b - a, listing(less))):
            if found != want:
                bad += 1
                print(f"{one} against {other}: {what}: [{show(found)}],"
                      f" not [{show(want)}]")
    print(f"{len(TABLE)} pairs of variants, and all regions that count:"
          f" {bad} differ by something else")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
