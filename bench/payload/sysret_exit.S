/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* sysret_exit.S: when a system call on the slow path may leave by SYSRET. */

/*
 * The argument.  SYSRET is the fast way out of a system call, but it takes RIP
 * from RCX and RFLAGS from R11, so a kernel that saved all registers, because
 * a tracer, a signal or an audit rule might have changed them, left by IRET.
 * In February 2015 Andy Lutomirski (commit 2a23c6b8a9c4, "Use sysret to return
 * to userspace when possible", Linux 4.1) turned that round: on the slow path,
 * look at the saved frame, and if it is one that SYSRET can restore, use
 * SYSRET after all.  The frame must have RCX equal to RIP, R11 equal to
 * RFLAGS, a canonical RIP (else SYSRET faults in ring 0 on Intel CPUs with the
 * user's stack), RF clear (SYSRET would clear it), and the user's CS and SS.
 * He reported that it "cuts nearly 80ns": getpid with context tracking forced
 * on went from about 360 to about 280 ns.
 *
 * What followed.  A variant for 32-bit programs; restriction to system calls
 * proper; in 2023 the checks moved into C (do_syscall_64() tells whether
 * SYSRET will do).  They are there to this day, but under FRED, whose ERETU
 * restores everything and replaces both.
 *
 * A body is a round trip to ring 3 and back by SYSCALL.  All four variants
 * build the same frame of seven words and pop RCX and R11 from it:
 *
 *	exit_sysret		no check: the fast path
 *	exit_iret		IRETQ: the slow path before the commit
 *	exit_checked_sysret	all six checks, all true, SYSRET
 *	exit_checked_iret	the same code; the last check, of SS, fails:
 *				SS is another flat data segment of ring 3
 *
 * Left out: the work that put the call on the slow path, and restoring the
 * other registers, which both exits do alike.
 *
 * Intel SDM volume 2, SYSRET, IRET; AMD APM volume 3.  The checks are those of
 * entry_64.S of Linux 4.1, in that order.  The witnesses sigreturn_sysret and
 * sigreturn_iret see the same difference from ring 3.
 */
#include <xbench/asm.h>
#include "paths.h"

/* Any bit from 47 on makes RIP kernel space or no address at all. */
	.set	ADDRESS_BITS, 47
	.set	RFLAGS_RF, 1 << 16
/* 0x38, with DPL 3: as good as XB_USER_DS, and not it. */
	.set	OTHER_DS, 0x3b

.macro six_checks
	mov	FRAME_RCX(%rsp), %rcx
	cmp	%rcx, FRAME_RIP(%rsp)
	jne	2f
	shr	$ADDRESS_BITS, %rcx
	jne	2f
	cmpq	$XB_USER_CS, FRAME_CS(%rsp)
	jne	2f
	mov	FRAME_R11(%rsp), %r11
	cmp	%r11, FRAME_RFLAGS(%rsp)
	jne	2f
	test	$RFLAGS_RF, %r11
	jne	2f
	cmpq	$XB_USER_DS, FRAME_SS(%rsp)
	jne	2f
.endm

entry_path entry_exit

.macro other_ss_open
	syscall_open xb_entry_exit
	mov	$OTHER_DS, %r10d
.endm

.macro checked_trip
	round_trip checked, 1, checks=six_checks
.endm

xb_payload exit_sysret, pre="syscall_open xb_entry_exit", setup="ring_load", \
	body="round_trip sysret, 1", post="syscall_close"

xb_payload exit_iret, pre="syscall_open xb_entry_exit", setup="ring_load", \
	body="round_trip iret, 1", post="syscall_close"

xb_payload exit_checked_sysret, pre="syscall_open xb_entry_exit", \
	setup="ring_load", body="checked_trip", post="syscall_close"

xb_payload exit_checked_iret, pre="other_ss_open", setup="ring_load", \
	body="checked_trip", post="syscall_close"
