/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* irq.S: the interrupt flag. */

/*
 * STI sets RFLAGS.IF and inhibits interrupts until the next instruction has
 * ended, if IF was 0 (the "STI shadow", Intel SDM volume 2, STI; AMD APM
 * volume 3).  When that next instruction is CLI, no interrupt is taken: the
 * pair opens no window, and its loop runs as if interrupts were off.  That is
 * why the pair and not STI alone is the operation.  Both are plain writes of
 * a flag at CPL 0 and exit under no hardware-assisted hypervisor; one that
 * runs its guest in ring 3 must interpret them.
 */
#include <xbench/asm.h>

/* Regions are entered with IF=0; what the flag was returns after. */
xb_payload sti_cli, pre="pushf; cli", body="sti; cli", post="popf"
