/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* catalog.h: every benchmark, one line each.  See asm.h for the bodies. */

/*
 * XB_BENCH(name, family, U, backends, needs, text)
 *
 * name      instruction, then variant: symbol suffix, CSV key and argument
 * family    the payload file under bench/payload that holds the body
 * U         copies of the body in one region: 64 for what takes tens of
 *           cycles, 8 for hundreds, 4 for more (even for `swapgs`)
 * backends  XB_ON_* (abi.h): where the instruction may run
 * needs     XB_NEED_* (abi.h): what CPU and world must offer, 0 for nothing
 * text      what one operation is
 *
 * No guard: includers define XB_BENCH, include this, and undefine it.
 */
#ifndef XB_BENCH
#error "define XB_BENCH(name, family, U, backends, needs, text) first"
#endif

/* clang-format off */
XB_BENCH(empty, base, 64, XB_ON_ALL, 0, "nothing; what the other rows are compared with")
XB_BENCH(add_chain, base, 64, XB_ON_ALL, 0, "ADD r64, r64 in a dependent chain: 1 cycle by construction")
XB_BENCH(imul_chain, base, 64, XB_ON_ALL, 0, "IMUL r64, r64 in a dependent chain: 3 cycles")
XB_BENCH(rol_chain, base, 64, XB_ON_ALL, 0, "ROL r64, 7 in a dependent chain: 1 cycle")

XB_BENCH(lfence, fence, 64, XB_ON_ALL, 0, "LFENCE")
XB_BENCH(mfence, fence, 64, XB_ON_ALL, 0, "MFENCE")
XB_BENCH(serialize, fence, 64, XB_ON_ALL, XB_NEED_SERIALIZE, "SERIALIZE")
XB_BENCH(rdtsc, fence, 64, XB_ON_ALL, 0, "RDTSC")
XB_BENCH(rdtscp, fence, 64, XB_ON_ALL, XB_NEED_RDTSCP, "RDTSCP")
XB_BENCH(rdpmc, fence, 64, XB_ON_RING0, XB_NEED_PMU, "RDPMC of counter 0")
XB_BENCH(cpuid, fence, 4, XB_ON_ALL, 0, "CPUID leaf 0")
XB_BENCH(verw, fence, 64, XB_ON_ALL, 0, "VERW m16 of the stack segment: clears buffers where the CPU needs that")
XB_BENCH(rdpid, fence, 64, XB_ON_ALL, XB_NEED_RDPID, "RDPID r64")

XB_BENCH(rdmsr_fs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_FS_BASE")
XB_BENCH(wrmsr_fs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_FS_BASE, same value")
XB_BENCH(rdmsr_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_GS_BASE")
XB_BENCH(wrmsr_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_GS_BASE, same value")
XB_BENCH(rdmsr_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_KERNEL_GS_BASE")
XB_BENCH(wrmsr_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_KERNEL_GS_BASE, same value")
XB_BENCH(rdmsr_sysenter_cs, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_SYSENTER_CS")
XB_BENCH(wrmsr_sysenter_cs, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_SYSENTER_CS, same value")
XB_BENCH(rdmsr_sysenter_esp, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_SYSENTER_ESP")
XB_BENCH(wrmsr_sysenter_esp, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_SYSENTER_ESP, same value")
XB_BENCH(rdmsr_sysenter_eip, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_SYSENTER_EIP")
XB_BENCH(wrmsr_sysenter_eip, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_SYSENTER_EIP, same value")
XB_BENCH(rdmsr_star, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_STAR")
XB_BENCH(wrmsr_star, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_STAR, same value")
XB_BENCH(rdmsr_lstar, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_LSTAR")
XB_BENCH(wrmsr_lstar, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_LSTAR, same value")
XB_BENCH(rdmsr_cstar, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR, "RDMSR IA32_CSTAR")
XB_BENCH(wrmsr_cstar, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR, "WRMSR IA32_CSTAR, same value")
XB_BENCH(rdmsr_sfmask, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_FMASK")
XB_BENCH(wrmsr_sfmask, msr, 8, XB_ON_RING0, XB_NEED_MSR, "WRMSR IA32_FMASK, same value")
XB_BENCH(rdmsr_efer, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_EFER")
XB_BENCH(wrmsr_efer, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR, "WRMSR IA32_EFER, same value")
XB_BENCH(rdmsr_tsc_aux, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_RDTSCP, "RDMSR IA32_TSC_AUX")
XB_BENCH(wrmsr_tsc_aux, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_RDTSCP, "WRMSR IA32_TSC_AUX, same value")
XB_BENCH(rdmsr_spec_ctrl, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_SPEC_CTRL, "RDMSR IA32_SPEC_CTRL")
XB_BENCH(wrmsr_spec_ctrl, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_SPEC_CTRL, "WRMSR IA32_SPEC_CTRL, same value")
XB_BENCH(rdmsr_pat, msr, 8, XB_ON_RING0, XB_NEED_MSR, "RDMSR IA32_PAT")
XB_BENCH(wrmsr_pat, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR, "WRMSR IA32_PAT, same value")
XB_BENCH(rdmsr_tsc_deadline, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR | XB_NEED_TSC_DEADLINE, "RDMSR IA32_TSC_DEADLINE")
XB_BENCH(wrmsr_tsc_deadline, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR | XB_NEED_TSC_DEADLINE, "WRMSR IA32_TSC_DEADLINE, 2^40 ticks ahead")
XB_BENCH(rdmsr_x2apic_tpr, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR | XB_NEED_X2APIC, "RDMSR IA32_X2APIC_TPR")
XB_BENCH(wrmsr_x2apic_tpr, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR | XB_NEED_X2APIC, "WRMSR IA32_X2APIC_TPR, same value")
XB_BENCH(wrmsr_pred_cmd_ibpb, msr, 4, XB_ON_RING0, XB_NEED_MSR | XB_NEED_IBPB, "WRMSR IA32_PRED_CMD, 1: an indirect branch predictor barrier")
XB_BENCH(wrmsr_x2apic_self_ipi, msr, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR | XB_NEED_X2APIC | XB_NEED_IF, "WRMSR IA32_X2APIC_SELF_IPI with interrupts off: the sending")
XB_BENCH(wrmsrns_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_WRMSRNS, "WRMSRNS IA32_KERNEL_GS_BASE, same value")
XB_BENCH(wrmsrns_imm_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_MSR_IMM, "WRMSRNS IA32_KERNEL_GS_BASE as an immediate, same value")
XB_BENCH(rdmsr_imm_kernel_gs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_MSR_IMM, "RDMSR IA32_KERNEL_GS_BASE as an immediate")
XB_BENCH(wrmsrns_fs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_WRMSRNS, "WRMSRNS IA32_FS_BASE, same value")
XB_BENCH(wrmsrns_imm_fs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_MSR_IMM, "WRMSRNS IA32_FS_BASE as an immediate, same value")
XB_BENCH(rdmsr_imm_fs_base, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_MSR_IMM, "RDMSR IA32_FS_BASE as an immediate")
XB_BENCH(wrmsrns_spec_ctrl, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_WRMSRNS | XB_NEED_SPEC_CTRL, "WRMSRNS IA32_SPEC_CTRL, same value")
XB_BENCH(wrmsrns_imm_spec_ctrl, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_MSR_IMM | XB_NEED_SPEC_CTRL, "WRMSRNS IA32_SPEC_CTRL as an immediate, same value")
XB_BENCH(rdmsr_imm_spec_ctrl, msr, 8, XB_ON_RING0, XB_NEED_MSR | XB_NEED_MSR_IMM | XB_NEED_SPEC_CTRL, "RDMSR IA32_SPEC_CTRL as an immediate")

XB_BENCH(rdgsbase, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "RDGSBASE r64")
XB_BENCH(wrgsbase, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "WRGSBASE r64, same value")
XB_BENCH(rdfsbase, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "RDFSBASE r64")
XB_BENCH(wrfsbase, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "WRFSBASE r64, same value")
XB_BENCH(mov_gs_sel, gs, 64, XB_ON_ALL, XB_NEED_FSGSBASE, "MOV GS, the flat user data selector")
XB_BENCH(swapgs, gs, 64, XB_ON_RING0, XB_NEED_SWAPGS, "one SWAPGS, run in pairs")
XB_BENCH(swapgs_lfence, gs, 64, XB_ON_RING0, XB_NEED_SWAPGS, "one SWAPGS and the LFENCE of Linux's Spectre mitigation, run in pairs")
XB_BENCH(lkgs, gs, 64, XB_ON_RING0, XB_NEED_MSR | XB_NEED_LKGS, "LKGS, the flat user data selector")

XB_BENCH(sti_cli, irq, 64, XB_ON_RING0, XB_NEED_IF, "STI; CLI, entered with IF=0: the STI shadow opens no window")
XB_BENCH(sti_nop_cli, irq, 64, XB_ON_KVM | XB_ON_BARE, XB_NEED_IF, "STI; NOP; CLI, entered with IF=0: a window of one NOP")
XB_BENCH(cli, irq, 64, XB_ON_RING0, XB_NEED_IF, "CLI with IF already 0")
XB_BENCH(pushf_popf, irq, 64, XB_ON_RING0, 0, "PUSHFQ; POPFQ with IF=0")
XB_BENCH(pushf_cli_popf, irq, 64, XB_ON_RING0, XB_NEED_IF, "PUSHFQ; CLI; POPFQ with IF=0: local_irq_save and restore")

XB_BENCH(iret_self, ring, 8, XB_ON_ALL, XB_NEED_IRET_SELF, "IRETQ to the next instruction at the same CPL")
XB_BENCH(syscall_sysret, ring, 8, XB_ON_RING0, XB_NEED_SYSRET, "ring 0 to 3 by SYSRET and back by SYSCALL")
XB_BENCH(syscall_iret, ring, 8, XB_ON_RING0, XB_NEED_IRET, "ring 0 to 3 by IRETQ and back by SYSCALL")
XB_BENCH(syscall_cpl0, ring, 8, XB_ON_RING0, XB_NEED_MSR, "SYSCALL in ring 0, and a jump back: the entry alone")
XB_BENCH(sysenter_sysexit, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_MSR | XB_NEED_SYSENTER, "ring 0 to 3 by SYSEXIT and back by SYSENTER")
XB_BENCH(int_iret, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_INT, "ring 0 to 3 by IRETQ and back by INT n")
XB_BENCH(bp_iret, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_INT, "ring 0 to 3 by IRETQ and back by INT3")
XB_BENCH(ud2_iret, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_INT, "ring 0 to 3 by IRETQ and back by the #UD of UD2")
XB_BENCH(pf_iret, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_INT, "ring 0 to 3 by IRETQ and back by a page fault")
XB_BENCH(eretu, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_FRED, "ring 0 to 3 by ERETU and back by SYSCALL, under FRED")
XB_BENCH(erets, ring, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_FRED, "ERETS to the next instruction, under FRED")

XB_BENCH(mov_cr3, mm, 4, XB_ON_RING0, 0, "MOV CR3, same value: flushes the TLB")
XB_BENCH(mov_cr3_noflush, mm, 8, XB_ON_KVM | XB_ON_BARE, XB_NEED_PCID, "MOV CR3, same value, with the no-flush bit")
XB_BENCH(invpcid_addr, mm, 8, XB_ON_RING0, XB_NEED_INVPCID, "INVPCID of one address")
XB_BENCH(invlpg, mm, 8, XB_ON_RING0, 0, "INVLPG of the stack page")
XB_BENCH(mov_from_cr2, mm, 64, XB_ON_RING0, 0, "MOV r64, CR2")
XB_BENCH(mov_to_cr2, mm, 8, XB_ON_RING0, 0, "MOV CR2, same value")
XB_BENCH(clts, mm, 8, XB_ON_RING0, 0, "CLTS with CR0.TS already 0")
XB_BENCH(mov_cr8, mm, 8, XB_ON_RING0, 0, "MOV CR8, same value")
XB_BENCH(mov_cr4, mm, 4, XB_ON_RING0, 0, "MOV CR4, same value")
/* clang-format on */
