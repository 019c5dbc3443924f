/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* mm.S: control registers and the TLB. */

/*
 * Each body writes back what is there.  MOV to CR3 flushes the TLB but for
 * global pages, and serialises; with PCIDs (CR4.PCIDE, Westmere 2010, Zen 3
 * 2020) bit 63 keeps the entries (Intel SDM volume 3, 4.10.4), and then it
 * does little but serialise.  Page table isolation made it a part of each
 * system call in 2018.  INVLPG drops one page's entry of the current PCID,
 * INVPCID type 0 that of a given PCID.  The page is the stack's; nothing in
 * the region touches it again, so the refill is not timed.
 *
 * MOV to CR2 serialises as most control register writes do: Linux used it
 * once where an IRET to self was too dear (commit c198b121b1a1: 42 ns
 * against 110).  CLTS is what lazy FPU switching paid.  MOV CR8 is the task
 * priority; on AMD and Intel alike it needs no local APIC access.
 *
 * Under a hypervisor with nested paging MOV CR3, INVLPG and INVPCID do not
 * exit.  A write of CR4 always exits on SVM, and on VMX if it changes a bit
 * that the host owns; MOV CR8 exits on SVM unless interrupts are virtualised
 * and on VMX without a TPR shadow (KVM v6.12, svm.c, vmx.c).
 */
#include <xbench/asm.h>

xb_payload mov_cr3, pre="mov %cr3, %rbx", body="mov %rbx, %cr3"

xb_payload mov_cr3_noflush, pre="mov %cr3, %rbx; bts $63, %rbx", \
	body="mov %rbx, %cr3"

/* The descriptor on the stack: PCID 0 and the stack's own address. */
xb_payload invpcid_addr, pre="push %rsp; push $0; xor %ebx, %ebx", \
	body="invpcid (%rsp), %rbx", post="add $16, %rsp"

xb_payload invlpg, body="invlpg (%rsp)"

xb_payload mov_from_cr2, body="mov %cr2, %rbx"

xb_payload mov_to_cr2, pre="mov %cr2, %rbx", body="mov %rbx, %cr2"

xb_payload clts, body="clts"

xb_payload mov_cr8, pre="mov %cr8, %rbx", body="mov %rbx, %cr8"

xb_payload mov_cr4, pre="mov %cr4, %rbx", body="mov %rbx, %cr4"
