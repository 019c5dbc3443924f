// SPDX-License-Identifier: MIT
/* witness_kvm.c: entering and leaving a guest, seen from the host's ring 3. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "kvm_vm.h"
#include "witness.h"

/* How one round trip is made. */
enum {
	IN_KERNEL, /* the guest exits by CPUID; the kernel handles it */
	TO_USER,   /* the guest exits by OUT; KVM_RUN returns and is repeated */
	VISIT,	   /* the same, and user space makes a system call between */
	SLEEP,	   /* the same, and the CPU idles between */
	NO_GUEST,  /* the sleep alone */
};

/* Long enough for the CPU to go idle; arbitrary. */
#define SLEEP_NS 20000

/* A turn before the clock, so that the first is like the others. */
#define WARM_UP 1

/*
 * Where the guest image would begin: RSI times CPUID, then OUT, and again.
 * OUT and not HLT, which does not leave where KVM emulates the APIC.
 */
static const uint8_t code[] = {
	0x48, 0x85,	     0xf6, /* 0: test %rsi, %rsi */
	0x74, 0x0b,		   /* jz 2f */
	0x31, 0xc0,		   /* 1: xor %eax, %eax */
	0x31, 0xc9,		   /* xor %ecx, %ecx */
	0x0f, 0xa2,		   /* cpuid */
	0x48, 0xff,	     0xce, /* dec %rsi */
	0x75, 0xf5,		   /* jnz 1b */
	0xe6, XB_GUEST_PORT,	   /* 2: out %al, $port */
	0xeb, 0xec,		   /* jmp 0b */
};

/* KVM_RUN until the guest's OUT.  0 or -1. */
static int enter(struct kvm_vm *vm)
{
	while (ioctl(vm->vcpu, KVM_RUN, 0) < 0)
		if (errno != EINTR && errno != EAGAIN)
			return -1;
	return vm->run->exit_reason == KVM_EXIT_IO &&
			       vm->run->io.port == XB_GUEST_PORT
		       ? 0
		       : -1;
}

static int set_count(struct kvm_vm *vm, uint64_t count)
{
	struct kvm_regs regs;

	if (ioctl(vm->vcpu, KVM_GET_REGS, &regs) < 0)
		return -1;
	regs.rsi = count;
	return ioctl(vm->vcpu, KVM_SET_REGS, &regs) < 0 ? -1 : 0;
}

/* A guest that has made its first round trip. */
static int open_guest(struct kvm_vm *vm, struct backend_error *err)
{
	struct kvm_regs regs;

	if (kvm_vm_open(vm, err))
		return -1;
	if (ioctl(vm->vcpu, KVM_GET_REGS, &regs) >= 0) {
		memcpy(vm->memory + regs.rip, code, sizeof(code));
		if (!set_count(vm, 0) && !enter(vm))
			return 0;
	}
	snprintf(err->text, sizeof(err->text),
		 "KVM: a guest of eight instructions does not come back");
	kvm_vm_close(vm);
	return -1;
}

int witness_try_kvm(struct backend_error *err)
{
	struct kvm_vm vm;

	if (open_guest(&vm, err))
		return -1;
	kvm_vm_close(&vm);
	return 0;
}

static void doze(void)
{
	struct timespec time = { .tv_nsec = SLEEP_NS };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static int turns(struct kvm_vm *vm, uint64_t nr, int how)
{
	int failed = 0;

	while (nr-- && !failed) {
		if (how == VISIT)
			syscall(SYS_getppid);
		else if (how != TO_USER)
			doze();
		if (how != NO_GUEST)
			failed = enter(vm);
	}
	return failed;
}

/*
 * One guest for all samples of a launch: making it takes milliseconds.  It is
 * `idle` between samples; one that a timeout tore out of a turn is left behind
 * and another made.
 */
static uint64_t kvm_turns(uint64_t ops, int how)
{
	static struct kvm_vm guest;
	static bool idle;
	struct backend_error err;
	uint64_t start;
	int failed;

	if (!idle && open_guest(&guest, &err))
		witness_fail();
	idle = false;
	failed = (how != IN_KERNEL && turns(&guest, WARM_UP, how)) ||
		 set_count(&guest, how == IN_KERNEL ? ops : 0);
	start = witness_clock();
	if (!failed)
		failed = how == IN_KERNEL ? enter(&guest)
					  : turns(&guest, ops, how);
	start = witness_clock() - start;
	if (failed) {
		kvm_vm_close(&guest);
		witness_fail();
	}
	idle = true;
	return start;
}

static uint64_t sleeps(uint64_t ops, int how)
{
	uint64_t start;

	turns(NULL, WARM_UP, how);
	start = witness_clock();
	turns(NULL, ops, how);
	return witness_clock() - start;
}

WITNESS(kvm_exit_in_kernel, kvm_turns, IN_KERNEL)
WITNESS(kvm_run, kvm_turns, TO_USER)
WITNESS(kvm_run_visit, kvm_turns, VISIT)
WITNESS(kvm_run_sleep, kvm_turns, SLEEP)
WITNESS(sleep_20us, sleeps, NO_GUEST)
