/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* catalog.h: every benchmark, one line each.  See asm.h for the bodies. */

/*
 * XB_BENCH(name, family, U, backends, needs, text)
 *
 * name      instruction, then variant: symbol suffix, CSV key and argument
 * family    the payload file under bench/payload that holds the body
 * U         copies of the body in one region: 64 for what takes tens of
 *           cycles, 8 for hundreds, 4 for more (even for `swapgs`)
 * backends  XB_ON_* (abi.h): where the instruction may run
 * needs     XB_NEED_* (abi.h): what CPU and world must offer, 0 for nothing
 * text      what one operation is
 *
 * No guard: includers define XB_BENCH, include this, and undefine it.
 */
#ifndef XB_BENCH
#error "define XB_BENCH(name, family, U, backends, needs, text) first"
#endif

/* clang-format off */
XB_BENCH(empty, base, 64, XB_ON_ALL, 0, "nothing; what the other rows are compared with")
XB_BENCH(add_chain, base, 64, XB_ON_ALL, 0, "ADD r64, r64 in a dependent chain: 1 cycle by construction")
XB_BENCH(imul_chain, base, 64, XB_ON_ALL, 0, "IMUL r64, r64 in a dependent chain: 3 cycles")
XB_BENCH(rol_chain, base, 64, XB_ON_ALL, 0, "ROL r64, 7 in a dependent chain: 1 cycle")

XB_BENCH(lfence, fence, 64, XB_ON_ALL, 0, "LFENCE")

XB_BENCH(rdmsr_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_KERNEL_GS_BASE")
XB_BENCH(wrmsr_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_KERNEL_GS_BASE, same value")

XB_BENCH(rdgsbase, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "RDGSBASE r64")
XB_BENCH(wrgsbase, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "WRGSBASE r64, same value")
XB_BENCH(swapgs, gs, 64, XB_ON_RING0, XB_NEED_SWAPGS, "one SWAPGS, run in pairs")

XB_BENCH(sti_cli, irq, 64, XB_ON_RING0, XB_NEED_IF, "STI; CLI, entered with IF=0: the STI shadow opens no window")

XB_BENCH(iret_self, ring, 8, XB_ON_ALL, XB_NEED_IRET_SELF, "IRETQ to the next instruction at the same CPL")
XB_BENCH(syscall_sysret, ring, 8, XB_ON_RING0, XB_NEED_SYSRET, "ring 0 to 3 by SYSRET and back by SYSCALL")
XB_BENCH(syscall_iret, ring, 8, XB_ON_RING0, XB_NEED_IRET, "ring 0 to 3 by IRETQ and back by SYSCALL")
/* clang-format on */
