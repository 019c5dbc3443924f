// SPDX-License-Identifier: MIT
/* kvm_run.c: let the guest run, and say why it stopped. */
#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include "kvm_vm.h"

static const char *exit_name(uint32_t reason)
{
	switch (reason) {
#define NAME(x)                                                                \
	case KVM_EXIT_##x:                                                     \
		return "KVM_EXIT_" #x;
		NAME(UNKNOWN)
		NAME(EXCEPTION)
		NAME(IO)
		NAME(HYPERCALL)
		NAME(DEBUG)
		NAME(HLT)
		NAME(MMIO)
		NAME(SHUTDOWN)
		NAME(FAIL_ENTRY)
		NAME(INTERNAL_ERROR)
		NAME(SYSTEM_EVENT)
		NAME(X86_RDMSR)
		NAME(X86_WRMSR)
#undef NAME
	}
	return "an exit";
}

/* Append the detail that the reason of the exit has. */
static int describe_exit(const struct kvm_run *run, char *text, size_t bytes)
{
	switch (run->exit_reason) {
	case KVM_EXIT_INTERNAL_ERROR:
		return snprintf(
			text, bytes, "%s suberror %u%s",
			exit_name(run->exit_reason), run->internal.suberror,
			run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION
				? " (KVM could not emulate)"
				: "");
	case KVM_EXIT_FAIL_ENTRY:
		return snprintf(text, bytes, "%s reason 0x%llx",
				exit_name(run->exit_reason),
				run->fail_entry.hardware_entry_failure_reason);
	case KVM_EXIT_MMIO:
		return snprintf(text, bytes, "%s at 0x%llx",
				exit_name(run->exit_reason),
				run->mmio.phys_addr);
	case KVM_EXIT_IO:
		return snprintf(text, bytes, "%s port 0x%x",
				exit_name(run->exit_reason), run->io.port);
	}
	return snprintf(text, bytes, "%s (%u)", exit_name(run->exit_reason),
			run->exit_reason);
}

static void describe_registers(const struct kvm_vm *vm, char *text,
			       size_t bytes)
{
	struct kvm_regs r;
	struct kvm_sregs s;

	if (ioctl(vm->vcpu, KVM_GET_REGS, &r) < 0 ||
	    ioctl(vm->vcpu, KVM_GET_SREGS, &s) < 0) {
		snprintf(text, bytes, "registers cannot be read");
		return;
	}
	snprintf(
		text, bytes,
		"RIP 0x%llx CS 0x%x RSP 0x%llx RFLAGS 0x%llx RAX 0x%llx RBX 0x%llx RCX 0x%llx RDX 0x%llx CR2 0x%llx",
		r.rip, s.cs.selector, r.rsp, r.rflags, r.rax, r.rbx, r.rcx,
		r.rdx, s.cr2);
}

/* "PREFIX: registers" into err; -code. */
static int stopped(const struct kvm_vm *vm, const char *prefix, int code,
		   struct backend_error *err)
{
	char registers[256];

	describe_registers(vm, registers, sizeof(registers));
	snprintf(err->text, sizeof(err->text), "%s: %s", prefix, registers);
	return -code;
}

int kvm_vm_run(struct kvm_vm *vm, struct backend_error *err)
{
	char text[160] = "the guest stopped by ";
	size_t used = strlen(text);

	for (;;) {
		if (ioctl(vm->vcpu, KVM_RUN, 0) < 0) {
			if (errno == EINTR && vm->run->immediate_exit) {
				vm->run->immediate_exit = 0;
				return stopped(
					vm,
					"the guest did not end its chunk in time",
					ETIMEDOUT, err);
			}
			if (errno == EINTR || errno == EAGAIN)
				continue;
			snprintf(text, sizeof(text), "KVM: KVM_RUN: %s",
				 strerror(errno));
			return stopped(vm, text, EIO, err);
		}
		if (vm->run->exit_reason == KVM_EXIT_IO &&
		    vm->run->io.port == XB_GUEST_PORT)
			return 0;
		if (vm->run->exit_reason == KVM_EXIT_IO &&
		    vm->run->io.port == XB_GUEST_DEAD_PORT)
			return stopped(
				vm,
				"an exception outside of any payload (vector in RAX, address in RBX)",
				EIO, err);
		describe_exit(vm->run, text + used, sizeof(text) - used);
		return stopped(vm, text, EIO, err);
	}
}

void kvm_vm_kick(struct kvm_vm *vm)
{
	if (vm->run)
		vm->run->immediate_exit = 1;
}
