// SPDX-License-Identifier: MIT
/* kvm_pmu.c: a guest's counters, programmed from outside. */
#include <linux/kvm.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include "kvm_vm.h"

struct guest_pmu kvm_pmu_find(const struct kvm_vm *vm)
{
	enum {
		MAX = 256
	};
	struct kvm_cpuid2 *cpuid = calloc(
		1, sizeof(*cpuid) + MAX * sizeof(struct kvm_cpuid_entry2));
	struct guest_pmu pmu = { 0 };

	if (cpuid) {
		cpuid->nent = MAX;
		if (!ioctl(vm->vcpu, KVM_GET_CPUID2, cpuid))
			pmu = guest_pmu_of(cpuid->entries, cpuid->nent);
	}
	free(cpuid);
	return pmu;
}

/* KVM_GET_MSRS or KVM_SET_MSRS of one.  True if KVM knows it. */
static bool do_msr(const struct kvm_vm *vm, unsigned long request, uint32_t msr,
		   uint64_t *value)
{
	struct kvm_msrs *one =
		calloc(1, sizeof(*one) + sizeof(struct kvm_msr_entry));
	bool done = false;

	if (one) {
		one->nmsrs = 1;
		one->entries[0].index = msr;
		one->entries[0].data = *value;
		done = ioctl(vm->vcpu, request, one) == 1;
		*value = one->entries[0].data;
	}
	free(one);
	return done;
}

bool kvm_pmu_start(const struct kvm_vm *vm, const struct guest_program *program)
{
	uint64_t value;
	uint32_t i;

	for (i = 0; i < program->nr_writes; i++) {
		value = program->writes[i].value;
		if (!do_msr(vm, KVM_SET_MSRS, program->writes[i].msr, &value)) {
			kvm_pmu_stop(vm, program);
			return false;
		}
	}
	return true;
}

void kvm_pmu_stop(const struct kvm_vm *vm, const struct guest_program *program)
{
	uint64_t off;
	uint32_t i;

	for (i = 0; i < program->nr_writes; i++) {
		off = 0;
		do_msr(vm, KVM_SET_MSRS, program->writes[i].msr, &off);
	}
}

bool kvm_pmu_read(const struct kvm_vm *vm, const struct guest_program *program,
		  uint32_t i, uint64_t *value)
{
	uint64_t now = 0;
	uint32_t w;

	for (w = 0; w < program->nr_writes; w++)
		if (!do_msr(vm, KVM_GET_MSRS, program->writes[w].msr, &now) ||
		    now != program->writes[w].value)
			return false;
	return do_msr(vm, KVM_GET_MSRS, program->events[i].msr, value);
}
