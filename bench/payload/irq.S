/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* irq.S: the interrupt flag. */

/*
 * STI sets RFLAGS.IF and inhibits interrupts until the next instruction has
 * ended, if IF was 0 (the "STI shadow", Intel SDM volume 2, STI; AMD APM
 * volume 3).  When that next instruction is CLI, no interrupt is taken: the
 * pair opens no window, and its loop runs as if interrupts were off.  That is
 * why the pair and not STI alone is the operation.  With a NOP between, a
 * pending interrupt could be taken, and the CPU has to look.  CLI with IF
 * already 0 is what a nested spin_lock_irqsave() pays.
 *
 * POPF restores all flags, and IF with them: microcode on most cores, and no
 * shadow.  pushf_cli_popf is local_irq_save() and local_irq_restore() without
 * what is between.  All are entered with IF=0, and what IF was returns behind
 * the clock.
 *
 * None exits under a hardware-assisted hypervisor, unless an interrupt is
 * pending; one that runs its guest in ring 3 must interpret them.
 */
#include <xbench/asm.h>

.macro irq_open
	pushf
	cli
.endm

.macro irq_close
	popf
.endm

xb_payload sti_cli, pre="irq_open", body="sti; cli", post="irq_close"

xb_payload sti_nop_cli, pre="irq_open", body="sti; nop; cli", post="irq_close"

xb_payload cli, pre="irq_open", body="cli", post="irq_close"

xb_payload pushf_popf, pre="irq_open", body="pushf; popf", post="irq_close"

xb_payload pushf_cli_popf, pre="irq_open", body="pushf; cli; popf", \
	post="irq_close"
