/* SPDX-License-Identifier: MIT */
/* kvm_vm.h: one VM with one vCPU, in long mode, and its statistics. */
#ifndef KVM_VM_H
#define KVM_VM_H

#include "backend.h"
#include "guest_pmu.h"

struct kvm_run;

struct kvm_vm {
	int kvm;
	int vm;
	int vcpu;
	int stats; /* -1: this kernel has none (before 5.14) */
	uint64_t exits_at;
	uint64_t emulated_at; /* file offsets of the two counters */
	struct kvm_run *run;
	size_t run_bytes;
	unsigned char *memory; /* XB_GUEST_SIZE bytes, physical 0 and on */
};

/*
 * Make the VM, load the embedded guest image and set the vCPU to its entry:
 * 64-bit mode, paging, interrupts off, RDI the mailbox.  0 or -errno; then
 * nothing is left open.
 */
int kvm_vm_open(struct kvm_vm *vm, struct backend_error *err);
void kvm_vm_close(struct kvm_vm *vm);

/*
 * Let the guest run until it ends its chunk.  0; -ETIMEDOUT if kvm_vm_kick()
 * stopped it before; -EIO if it left for any other reason, which `err` names
 * with the registers.
 */
int kvm_vm_run(struct kvm_vm *vm, struct backend_error *err);

/* Make a kvm_vm_run() in progress, or the next one, return.  From a signal
 * handler of the same thread only. */
void kvm_vm_kick(struct kvm_vm *vm);

/* The two counters as they stand; `counted` false if they cannot be read. */
struct backend_facts kvm_vm_facts(const struct kvm_vm *vm);

/* kvm_stats.c: find the counters of the vCPU; vm->stats stays -1 if none. */
void kvm_stats_open(struct kvm_vm *vm);

/* kvm_pmu.c: the counters that the guest has. */
struct guest_pmu kvm_pmu_find(const struct kvm_vm *vm);

/* Make them count.  False: KVM does not let them, and nothing has changed. */
bool kvm_pmu_start(const struct kvm_vm *vm,
		   const struct guest_program *program);
void kvm_pmu_stop(const struct kvm_vm *vm, const struct guest_program *program);

/* What event `i` stands at.  False if the guest's PMU is no longer as it was
 * started. */
bool kvm_pmu_read(const struct kvm_vm *vm, const struct guest_program *program,
		  uint32_t i, uint64_t *value);

#endif
