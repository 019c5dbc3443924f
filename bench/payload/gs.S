/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* gs.S: the GS base, by SWAPGS and by the FSGSBASE instructions. */

/*
 * A kernel finds its per-CPU data through GS, and so does the user's thread
 * library through FS or GS: each entry from ring 3 must change the base.
 *
 * SWAPGS exchanges the GS base with IA32_KERNEL_GS_BASE (Intel SDM volume 2;
 * ring 0 only; #UD once FRED is on).  It does not serialise.  A body is one
 * SWAPGS; U is even, so that a region leaves the bases as they were.  While
 * they are exchanged no C code, exception or interrupt handler that uses GS
 * may run: nothing of the kind stands between the copies.
 *
 * RDGSBASE and WRGSBASE (CPUID 7.0 EBX bit 0, Ivy Bridge 2012, Excavator
 * 2015) do it from any ring, if the kernel sets CR4.FSGSBASE (Linux since
 * 5.9).  The body of wrgsbase writes the value that is there, the only one
 * that is safe in a program whose thread library may use GS.
 *
 * Intel cores rename segment bases with one write in flight: back to back
 * WRGSBASE waits for the one before (20 cycles on Golden Cove), while one
 * among independent work costs a fraction of a cycle.  Hence the three
 * modes.  No hypervisor intercepts these instructions.
 */
#include <xbench/asm.h>

xb_payload rdgsbase, body="rdgsbase %rbx"

xb_payload wrgsbase, pre="rdgsbase %rbx", body="wrgsbase %rbx"

xb_payload swapgs, body="swapgs"
