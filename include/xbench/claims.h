/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* claims.h: every published claim, one line each, tied to benchmarks. */

/*
 * XB_CLAIM(id, argument, year, source, sentence, formula, unit, published,
 *          rule)
 *
 * argument   the payload file that tells the story, or `modern`
 * sentence   what was claimed, in our words
 * formula    over names of the catalog, in throughput mode: a sum of terms
 *            such as "a - 2 * b"; with " / ", the ratio of two sums
 * unit       cycles, ns, or ratio
 * published  the figure; 0 if only a direction was claimed
 * rule       what counts as reproduced:
 *            SIGN      more than 0
 *            AT_LEAST  the published figure or more
 *            AT_MOST   the published figure or less
 *            FACTOR    from 1/2 to twice the published figure, because other
 *                      machines measured it
 *
 * No guard: includers define XB_CLAIM, include this, and undefine it.
 */
#ifndef XB_CLAIM
#error "define XB_CLAIM(id, argument, year, source, sentence, formula, unit, published, rule) first"
#endif

/* clang-format off */
#define XB_BUG350 "linux-kernel, Feb 2003, bug 350, \"i386 context switch very slow compared to 2.4 due to wrmsr\""
#define XB_IRQS_ON "linux-kernel, 8 Mar 2015, Ingo Molnar in \"x86/fpu: math_state_restore() should not blindly disable irqs\""
#define XB_SYSRET "commit 2a23c6b8a9c4, Feb 2015, \"Use sysret to return to userspace when possible\""
#define XB_GS "linux-kernel, Mar 2019, Thomas Gleixner on the FSGSBASE series"
#define XB_URN "linux-kernel, 16 Sep 2009, Avi Kivity, \"User return notifiers / just-in-time MSR switching for KVM\""
#define XB_SYNC_CORE "commit c198b121b1a1, Dec 2016, a laptop of Andy Lutomirski's"

XB_CLAIM(wrmsr_sysenter_cs_60, slow_switch, 2003, XB_BUG350, "a WRMSR of SYSENTER_CS takes 60 cycles or more", "wrmsr_sysenter_cs", cycles, 60, AT_LEAST)
XB_CLAIM(wrmsr_sysenter_esp_60, slow_switch, 2003, XB_BUG350, "a WRMSR of SYSENTER_ESP takes 60 cycles or more", "wrmsr_sysenter_esp", cycles, 60, AT_LEAST)
XB_CLAIM(flags_save_both, slow_switch, 2003, XB_BUG350, "a flag word and a fixed stack slot save both WRMSRs but for 5 cycles", "slow_switch_wrmsr2 - slow_switch_flags - slow_switch_trampoline - wrmsr_sysenter_cs - wrmsr_sysenter_esp", cycles, -5, AT_LEAST)
XB_CLAIM(rare_case_cpuid, slow_switch, 2003, XB_BUG350, "rare state costs those who have it: a switch with CPUID faulting on one side", "switch_futex_cpuid - switch_futex", ns, 0, SIGN)
XB_CLAIM(rare_case_tsc, slow_switch, 2003, XB_BUG350, "rare state costs those who have it: a switch with the TSC disabled on one side", "switch_futex_tsc - switch_futex", ns, 0, SIGN)

XB_CLAIM(irqs_on_20, irqs_on_entry, 2015, XB_IRQS_ON, "a system call with interrupts on throughout saves 20 cycles or more", "entry_masked - entry_unmasked", cycles, 20, AT_LEAST)
XB_CLAIM(trapgate, irqs_on_entry, 2015, XB_IRQS_ON, "a page fault by a trap gate that saves CR2 early is cheaper", "fault_intgate - fault_trapgate_cr2", cycles, 0, SIGN)

XB_CLAIM(sysret_80ns, sysret_exit, 2015, XB_SYSRET, "leaving by SYSRET after the checks saves almost 80 ns", "exit_iret - exit_checked_sysret", ns, 80, FACTOR)
XB_CLAIM(sysret_checks, sysret_exit, 2015, XB_SYSRET, "the checks cost next to nothing: less than 10 cycles", "exit_checked_sysret - exit_sysret", cycles, 10, AT_MOST)
XB_CLAIM(sysret_witness, sysret_exit, 2015, XB_SYSRET, "the same 80 ns, seen from ring 3: rt_sigreturn by IRET and by SYSRET", "sigreturn_iret - sigreturn_sysret", ns, 80, FACTOR)
XB_CLAIM(sysret_kvm, sysret_exit, 2015, XB_SYSRET, "a couple hundred cycles off each exit of KVM to user space", "exit_iret - exit_sysret", cycles, 200, FACTOR)

XB_CLAIM(fsgsbase_entry, gs_entry, 2019, XB_GS, "FSGSBASE throughout beats SWAPGS at entry and exit", "gs_entry_swapgs - gs_entry_fsgsbase_full", cycles, 0, SIGN)
XB_CLAIM(fsgsbase_trip, gs_entry, 2019, XB_GS, "the same within a whole round trip to ring 3", "gs_trip_swapgs - gs_trip_fsgsbase_full", cycles, 0, SIGN)
XB_CLAIM(fsgsbase_mixed, gs_entry, 2019, XB_GS, "the mixed context switch is dearer than one WRMSR", "gs_switch_mixed - gs_switch_wrmsr", cycles, 0, SIGN)
XB_CLAIM(fsgsbase_break_even, gs_entry, 2019, XB_GS, "there is a number of entries per switch beyond which SWAPGS wins", "gs_switch_wrmsr / gs_entry_fsgsbase_full - gs_entry_swapgs", ratio, 0, SIGN)
XB_CLAIM(prctl_or_wrgsbase, gs_entry, 2016, "Andi Kleen's RFC of the FSGSBASE series", "a program that sets its GS base gains by WRGSBASE", "prctl_set_gs - wrgsbase", ns, 0, SIGN)

XB_CLAIM(lazy_msrs_2000, user_return_msr, 2009, XB_URN, "guest to idle to guest becomes 2000 cycles cheaper, with EFER", "msr_switch_eager_efer - msr_switch_lazy_idle", cycles, 2000, FACTOR)
XB_CLAIM(lazy_compare, user_return_msr, 2009, XB_URN, "comparing what need not be written costs less than 20 cycles", "msr_switch_lazy_same - msr_switch_lazy_idle", cycles, 20, AT_MOST)
XB_CLAIM(kvm_after_idle, user_return_msr, 2009, XB_URN, "a KVM_RUN round trip is dearer with idle between", "kvm_run_sleep - sleep_20us - kvm_run", ns, 0, SIGN)

XB_CLAIM(fsgsbase_switch_100, modern, 2020, "commit 673903495c85, a Skylake laptop", "FSGSBASE saves 100 cycles per context switch", "wrmsr_fs_base + gs_switch_wrmsr - wrfsbase - gs_switch_swapgs_wrgsbase", cycles, 100, FACTOR)
XB_CLAIM(wrmsr_sysenter_esp_144, modern, 2025, "github AlessandroSangiuliano/Uros #348, an i7 laptop", "a WRMSR of SYSENTER_ESP takes 144 cycles", "wrmsr_sysenter_esp", cycles, 144, FACTOR)
XB_CLAIM(iret_self_110, modern, 2016, XB_SYNC_CORE, "IRET to oneself takes 110 ns", "iret_self", ns, 110, FACTOR)
XB_CLAIM(cpuid_83, modern, 2016, XB_SYNC_CORE, "CPUID takes 83 ns", "cpuid", ns, 83, FACTOR)
XB_CLAIM(mov_cr2_42, modern, 2016, XB_SYNC_CORE, "MOV to CR2 takes 42 ns", "mov_to_cr2", ns, 42, FACTOR)
XB_CLAIM(iret_same_ring_230, modern, 2015, "linux-kernel, 2015, Denys Vlasenko, an Intel CPU of 3 GHz", "IRET within a ring takes 230 cycles", "iret_self", cycles, 230, FACTOR)
XB_CLAIM(syscall_path_54, modern, 2015, "commit 29722cd4ef66, Sandy Bridge at 2.7 GHz", "the whole fast path of a system call takes 54 ns", "getppid_syscall", ns, 54.3, FACTOR)
XB_CLAIM(wrmsrns, modern, 2024, "commit efe508816d2c", "WRMSRNS is cheaper than WRMSR", "wrmsr_kernel_gs_base - wrmsrns_kernel_gs_base", cycles, 0, SIGN)
XB_CLAIM(lkgs_swapgs, modern, 2022, "linux-kernel, Oct 2022, the LKGS series", "LKGS is cheaper than MOV GS between two SWAPGS", "2 * swapgs + mov_gs_sel - lkgs", cycles, 0, SIGN)
/* clang-format on */

#undef XB_BUG350
#undef XB_IRQS_ON
#undef XB_SYSRET
#undef XB_GS
#undef XB_URN
#undef XB_SYNC_CORE
