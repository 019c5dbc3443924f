/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* base.S: known answers: nothing, and three chains of fixed latency. */

/*
 * These bodies measure the ruler, not the CPU.  `empty` gives what the
 * framework itself adds: nothing in throughput mode, where region overhead
 * cancels in the difference of 2U and U; one LFENCE in fenced mode; 40
 * dependent ADDs, so 40 cycles, in overlap mode.
 *
 * A chain of dependent register-register ADDs runs at one cycle an ADD on
 * every x86-64 core so far, which makes it the clock of cores whose counters
 * are hidden: cycles per TSC tick is 1 over its cost.  The addend is a
 * register: cores since Golden Cove (2021) fold an ADD of an immediate at
 * register renaming and run such a chain six times too fast.  IMUL of two
 * 64-bit registers has had a latency of three cycles on Intel since Nehalem
 * (2008) and on AMD since Zen (2017); a core that interprets its code, or a
 * hypervisor that does, gives itself away by another ratio.  ROL by a
 * constant uses the shifter, a third unit of the core, in one cycle; by 7
 * and not by 1, because the short form of ROL by 1 updates flags in a slower
 * way on some Intel cores.
 *
 * Latencies: Intel Optimization Reference Manual (248966), appendix on
 * instruction latency; AMD Software Optimization Guides for family 17h
 * (55723) and 19h (56665), instruction latency tables.
 */
#include <xbench/asm.h>

xb_payload empty

xb_payload add_chain, body="add %rbx, %rax"

xb_payload imul_chain, body="imul %rbx, %rax"

xb_payload rol_chain, body="rol $7, %rax"
