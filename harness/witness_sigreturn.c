// SPDX-License-Identifier: MIT
/* witness_sigreturn.c: two exits of the same system call. */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
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
 * Where the program's SYSCALL stands changes what the kernel's path costs: by
 * 78 ns on a Zen 4 of 2022, from one 16 bytes to the next, for one exit and
 * not for the other.  (Predictors are shared by both rings.)  So the loop
 * stands at many places, whose addresses take all multiples of 16 within a
 * cache line, and a sample goes from place to place.  The cost is a mean over
 * places, of both exits the same ones.
 */
#define PLACES 61
#define PLACE_BYTES 176
#define AREA_BYTES (PLACES * PLACE_BYTES)
#define OPS_PER_PLACE 4

/* PLACES copies of the loop, executable. */
static char *make_places(void)
{
	const char *loop = (const char *)witness_sigreturn_loop;
	size_t bytes = (size_t)(witness_sigreturn_end - loop), i;
	char *area = mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED || bytes > PLACE_BYTES)
		witness_fail();
	for (i = 0; i < PLACES; i++)
		memcpy(area + i * PLACE_BYTES, loop, bytes);
	if (mprotect(area, AREA_BYTES, PROT_READ | PROT_EXEC))
		witness_fail();
	return area;
}

/* `nr` operations from `place`. */
static void run_at(char *place, ucontext_t *frame, uint64_t nr, int by_sysret)
{
	greg_t *regs = frame->uc_mcontext.gregs;
	void (*loop)(ucontext_t *, uint64_t);

	memcpy(&loop, &place, sizeof(loop));
	regs[REG_RIP] =
		(greg_t)(uintptr_t)place +
		(witness_sigreturn_back - (const char *)witness_sigreturn_loop);
	regs[REG_RCX] = by_sysret ? regs[REG_RIP] : 0;
	loop(frame, nr);
}

/*
 * The kernel restores all registers from the frame and then chooses the exit:
 * SYSRET if RCX is RIP and R11 is RFLAGS, else IRET.  All else is the same.
 */
static uint64_t return_from_frame(uint64_t ops, int by_sysret)
{
	/* Aligned, so that where the stack begins makes no difference. */
	static ucontext_t frame __attribute__((aligned(4096)));
	greg_t *regs = frame.uc_mcontext.gregs;
	static unsigned int next[2];
	static char *places;
	uint64_t start, at;

	if (!places)
		places = make_places();
	frame.uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
	if (sigaltstack(NULL, &frame.uc_stack) ||
	    sigprocmask(SIG_BLOCK, NULL, &frame.uc_sigmask))
		witness_fail();
	regs[REG_EFL] = regs[REG_R11] = RFLAGS;
	regs[REG_CSGSFS] = (greg_t)SELECTORS;
	start = witness_clock();
	for (at = 0; at < ops; at += OPS_PER_PLACE)
		run_at(places + next[by_sysret]++ % PLACES * PLACE_BYTES,
		       &frame, OPS_PER_PLACE, by_sysret);
	return witness_clock() - start;
}

WITNESS(sigreturn_sysret, return_from_frame, 1)
WITNESS(sigreturn_iret, return_from_frame, 0)
