/* SPDX-License-Identifier: MIT */
/* witness_sigreturn.h: where registers lie in a signal frame. */
#ifndef WITNESS_SIGRETURN_H
#define WITNESS_SIGRETURN_H

/*
 * rt_sigreturn expects RSP at the ucontext.  Offset of its registers, and the
 * index of those that the assembly writes, as in <sys/ucontext.h>, which C
 * compares them with.
 */
#define FRAME_REGS 40
#define FRAME_RDI 8
#define FRAME_RSI 9
#define FRAME_RSP 15

#ifndef __ASSEMBLER__

#include <stdint.h>
#include <ucontext.h>

/* `nr` times rt_sigreturn from `frame`, whose RIP is witness_sigreturn_back. */
void witness_sigreturn_loop(ucontext_t *frame, uint64_t nr);
extern const char witness_sigreturn_back[];
extern const char witness_sigreturn_end[]; /* it can be copied elsewhere */

#endif
#endif
