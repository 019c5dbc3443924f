// SPDX-License-Identifier: MIT
/* kvm_vm.c: one VM with one vCPU, in long mode. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xbench/x86.h>
#include "guestmem.h"
#include "kvm_vm.h"

/* Where KVM may put a TSS that Intel CPUs before Westmere need. */
#define TSS_ADDRESS 0xfffbd000

static int failed(struct backend_error *err, const char *call)
{
	int code = errno;

	snprintf(err->text, sizeof(err->text), "KVM: %s: %s", call,
		 strerror(code));
	return -code;
}

static int open_kvm(struct kvm_vm *vm, struct backend_error *err)
{
	const char *what;
	int version;

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0) {
		int code = errno;

		if (code == EACCES || code == EPERM)
			what = "join the group that owns it (usually kvm), or run as root";
		else if (code == ENOENT || code == ENODEV || code == ENXIO)
			what = "load kvm_intel or kvm_amd; in a VM, ask for nested virtualisation";
		else
			what = "see the kernel log";
		snprintf(err->text, sizeof(err->text), "/dev/kvm: %s: %s",
			 strerror(code), what);
		return -code;
	}
	version = ioctl(vm->kvm, KVM_GET_API_VERSION, 0);
	if (version == KVM_API_VERSION)
		return 0;
	snprintf(err->text, sizeof(err->text),
		 "/dev/kvm: KVM_GET_API_VERSION gives %d, not %d: is it KVM?",
		 version, KVM_API_VERSION);
	return -ENODEV;
}

static int make_vm(struct kvm_vm *vm, struct backend_error *err)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = XB_GUEST_SIZE,
	};
	int bytes;

	vm->vm = ioctl(vm->kvm, KVM_CREATE_VM, 0);
	if (vm->vm < 0)
		return failed(err, "KVM_CREATE_VM");
	if (ioctl(vm->kvm, KVM_CHECK_EXTENSION, KVM_CAP_SET_TSS_ADDR) > 0 &&
	    ioctl(vm->vm, KVM_SET_TSS_ADDR, TSS_ADDRESS) < 0)
		return failed(err, "KVM_SET_TSS_ADDR");

	/* Populated, so that no page fault falls into a measurement. */
	vm->memory = mmap(NULL, XB_GUEST_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (vm->memory == MAP_FAILED) {
		vm->memory = NULL;
		return failed(err, "mmap of guest memory");
	}
	region.userspace_addr = (uintptr_t)vm->memory;
	if (ioctl(vm->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return failed(err, "KVM_SET_USER_MEMORY_REGION");
	/*
	 * The guest masks all but what it sends itself; no PIT is made.  Not
	 * before the memory: KVM_SET_USER_MEMORY_REGION would wait 6 ms for
	 * the RCU grace period that the chip's registration begins.
	 */
	if (ioctl(vm->vm, KVM_CREATE_IRQCHIP, 0) < 0)
		return failed(err, "KVM_CREATE_IRQCHIP");

	vm->vcpu = ioctl(vm->vm, KVM_CREATE_VCPU, 0);
	if (vm->vcpu < 0)
		return failed(err, "KVM_CREATE_VCPU");
	bytes = ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (bytes < 0)
		return failed(err, "KVM_GET_VCPU_MMAP_SIZE");
	vm->run = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		       vm->vcpu, 0);
	if (vm->run == MAP_FAILED) {
		vm->run = NULL;
		return failed(err, "mmap of the vCPU");
	}
	vm->run_bytes = (size_t)bytes;
	kvm_stats_open(vm);
	return 0;
}

/* All that this KVM can give.  `cr4`: what the guest may turn on for it. */
static int set_cpuid(struct kvm_vm *vm, uint64_t *cr4, int *nx,
		     struct backend_error *err)
{
	enum {
		MAX = 256
	};
	struct kvm_cpuid2 *cpuid = calloc(
		1, sizeof(*cpuid) + MAX * sizeof(struct kvm_cpuid_entry2));
	int result = 0, deadline;
	uint32_t i;

	if (!cpuid)
		return failed(err, "memory for CPUID");
	cpuid->nent = MAX;
	if (ioctl(vm->kvm, KVM_GET_SUPPORTED_CPUID, cpuid) < 0)
		result = failed(err, "KVM_GET_SUPPORTED_CPUID");
	/* KVM leaves this bit out; whoever makes an APIC may add it. */
	deadline = ioctl(vm->kvm, KVM_CHECK_EXTENSION,
			 KVM_CAP_TSC_DEADLINE_TIMER) > 0;
	for (i = 0; !result && i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *leaf = &cpuid->entries[i];

		if (leaf->function == 1 && deadline)
			leaf->ecx |= 1u << 24;
		if (leaf->function == 1 && leaf->ecx & 1u << 17)
			*cr4 |= XB_CR4_PCIDE;
		if (leaf->function == 7 && !leaf->index && leaf->ebx & 1)
			*cr4 |= XB_CR4_FSGSBASE;
		if (leaf->function == 0x80000001)
			*nx = leaf->edx >> 20 & 1;
	}
	if (!result && ioctl(vm->vcpu, KVM_SET_CPUID2, cpuid) < 0)
		result = failed(err, "KVM_SET_CPUID2");
	free(cpuid);
	return result;
}

static struct kvm_segment segment(uint16_t selector, uint8_t type)
{
	int code = type & 8;

	return (struct kvm_segment){
		.selector = selector,
		.limit = 0xffffffff,
		.type = type,
		.present = 1,
		.s = 1,
		.g = 1,
		.db = !code,
		.l = !!code,
	};
}

/* The state in which the image expects to start; it loads its own tables. */
static int set_registers(struct kvm_vm *vm, uint64_t entry, uint64_t cr4,
			 int nx, struct backend_error *err)
{
	struct kvm_regs regs = { .rip = entry,
				 .rdi = XB_GUEST_MAILBOX,
				 .rflags = XB_RFLAGS_FIXED };
	struct kvm_sregs sregs;

	if (ioctl(vm->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return failed(err, "KVM_GET_SREGS");
	sregs.cs = segment(XB_KERNEL_CS, 0xb);
	sregs.ds = sregs.es = sregs.ss = segment(XB_KERNEL_DS, 0x3);
	sregs.fs = sregs.gs = sregs.ds;
	sregs.cr3 = XB_GUEST_TABLES;
	sregs.cr0 = XB_CR0_PE | XB_CR0_MP | XB_CR0_ET | XB_CR0_NE | XB_CR0_WP |
		    XB_CR0_PG;
	sregs.cr4 = XB_CR4_PAE | XB_CR4_OSFXSR | XB_CR4_OSXMMEXCPT | cr4;
	sregs.efer = XB_EFER_SCE | XB_EFER_LME | XB_EFER_LMA |
		     (nx ? XB_EFER_NXE : 0);
	if (ioctl(vm->vcpu, KVM_SET_SREGS, &sregs) < 0)
		return failed(err, "KVM_SET_SREGS");
	if (ioctl(vm->vcpu, KVM_SET_REGS, &regs) < 0)
		return failed(err, "KVM_SET_REGS");
	return 0;
}

int kvm_vm_open(struct kvm_vm *vm, struct backend_error *err)
{
	uint64_t entry, cr4 = 0;
	int result, nx = 0;

	*vm = (struct kvm_vm){ .kvm = -1, .vm = -1, .vcpu = -1, .stats = -1 };
	result = open_kvm(vm, err);
	if (!result)
		result = make_vm(vm, err);
	if (!result)
		result = set_cpuid(vm, &cr4, &nx, err);
	if (!result) {
		result = guestmem_load(vm->memory, guest_image,
				       (size_t)(guest_image_end - guest_image),
				       &entry);
		if (result)
			snprintf(err->text, sizeof(err->text),
				 "the embedded guest image is damaged: %s",
				 strerror(-result));
	}
	if (!result)
		result = set_registers(vm, entry, cr4, nx, err);
	if (result)
		kvm_vm_close(vm);
	return result;
}

void kvm_vm_close(struct kvm_vm *vm)
{
	int *fds[] = { &vm->stats, &vm->vcpu, &vm->vm, &vm->kvm };
	size_t i;

	if (vm->run)
		munmap(vm->run, vm->run_bytes);
	vm->run = NULL;
	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
	if (vm->memory)
		munmap(vm->memory, XB_GUEST_SIZE);
	vm->memory = NULL;
}
