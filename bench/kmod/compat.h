/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* compat.h: what differs between kernel versions, for C and assembly. */
#ifndef XBENCH_COMPAT_H
#define XBENCH_COMPAT_H

#include <linux/version.h>

#ifdef __ASSEMBLER__
/* clang-format off */

/*
 * For asm.h.  Payloads are no C functions: they change stacks, segment bases
 * and rings, and nobody may unwind through them, so that objtool and the
 * unwinder must not take them for any.  No kprobe may stand between two
 * SWAPGS.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

#define XB_TEXT .section .kprobes.text, "ax"
#define XB_FUNC_TYPE @notype

.macro xb_hint
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	UNWIND_HINT_EMPTY
#else
	UNWIND_HINT_UNDEFINED
#endif
.endm

.macro xb_safe_jump
	ANNOTATE_RETPOLINE_SAFE
.endm

.macro xb_return
	RET
.endm

/* A fault at \from goes on at \to, with its vector in RAX. */
.macro xb_fixup from, to
	_ASM_EXTABLE_FAULT(\from, \to)
.endm

/* clang-format on */
#else

#include <asm/prctl.h>
#include <linux/sched.h>

/* Has this thread a shadow stack?  User ones came with 6.6. */
static inline bool compat_shadow_stack(void)
{
#ifdef CONFIG_X86_USER_SHADOW_STACK
	return current->thread.features & ARCH_SHSTK_SHSTK;
#else
	return false;
#endif
}

#endif
#endif
