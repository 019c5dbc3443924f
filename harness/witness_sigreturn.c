// SPDX-License-Identifier: MIT
/* witness_sigreturn.c: two exits of the same system call. */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include "witness.h"
#include "witness_sigreturn.h"

_Static_assert(offsetof(ucontext_t, uc_mcontext.gregs) == FRAME_REGS, "");
_Static_assert((int)REG_RDI == FRAME_RDI && (int)REG_RSI == FRAME_RSI &&
		       (int)REG_RSP == FRAME_RSP,
	       "");

/* Linux, asm/ucontext.h: the frame has SS, and it counts. */
#define UC_SIGCONTEXT_SS 2
#define UC_STRICT_RESTORE_SS 4

/* CS, GS, FS and SS, 16 bits each: those of every 64-bit program. */
#define SELECTORS (0x33ull | 0x2bull << 48)
#define RFLAGS 0x202 /* IF and the bit that is always 1 */

/*
 * The kernel restores all registers from the frame and then chooses the exit:
 * SYSRET if RCX is RIP and R11 is RFLAGS, else IRET.  All else is the same.
 */
static uint64_t return_from_frame(uint64_t ops, int by_sysret)
{
	ucontext_t frame = { .uc_flags =
				     UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS };
	greg_t *regs = frame.uc_mcontext.gregs;
	uint64_t start;

	frame.uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
	if (sigaltstack(NULL, &frame.uc_stack) ||
	    sigprocmask(SIG_BLOCK, NULL, &frame.uc_sigmask))
		witness_fail();
	regs[REG_RIP] = (greg_t)(uintptr_t)witness_sigreturn_back;
	regs[REG_RCX] = by_sysret ? regs[REG_RIP] : 0;
	regs[REG_EFL] = regs[REG_R11] = RFLAGS;
	regs[REG_CSGSFS] = (greg_t)SELECTORS;
	start = witness_clock();
	witness_sigreturn_loop(&frame, ops);
	return witness_clock() - start;
}

WITNESS(sigreturn_sysret, return_from_frame, 1)
WITNESS(sigreturn_iret, return_from_frame, 0)
