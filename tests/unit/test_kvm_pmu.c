// SPDX-License-Identifier: MIT
/* test_kvm_pmu.c: MSRs of a guest, set, held to what was set, and cleared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kvm_vm.h"

/* Registers that every KVM has, in the place of counters. */
#define MSR_CONTROL 0xc0000102 /* KERNEL_GS_BASE */
#define MSR_COUNTER 0xc0000101 /* GS_BASE */
#define MSR_NONE 0xc001ffff

static struct kvm_vm vm;

static int open_vm(void **state)
{
	struct backend_error err;

	(void)state;
	/* No KVM: the tests skip. */
	if (kvm_vm_open(&vm, &err))
		vm.vcpu = -1;
	return 0;
}

static int close_vm(void **state)
{
	(void)state;
	if (vm.vcpu >= 0)
		kvm_vm_close(&vm);
	return 0;
}

static struct guest_program make(uint32_t last, uint64_t value)
{
	return (struct guest_program){
		.nr_events = 1,
		.events = { { .msr = MSR_COUNTER } },
		.nr_writes = 2,
		.writes = { { MSR_CONTROL, value }, { last, value } },
	};
}

static void test_start(void **state)
{
	struct guest_program program = make(MSR_COUNTER, 0x1230);
	struct guest_program other = make(MSR_COUNTER, 0x4560);
	uint64_t value = 0;

	(void)state;
	if (vm.vcpu < 0)
		skip();
	assert_false(kvm_pmu_read(&vm, &program, 0, &value));
	assert_true(kvm_pmu_start(&vm, &program));
	assert_true(kvm_pmu_read(&vm, &program, 0, &value));
	assert_int_equal(value, 0x1230);
	/* Somebody else's, and a new guest's. */
	assert_false(kvm_pmu_read(&vm, &other, 0, &value));
	kvm_pmu_stop(&vm, &program);
	assert_false(kvm_pmu_read(&vm, &program, 0, &value));
}

/* What KVM refuses in the middle leaves nothing set. */
static void test_refused(void **state)
{
	struct guest_program program = make(MSR_NONE, 0x1230);
	struct guest_program cleared = make(MSR_CONTROL, 0);
	uint64_t value;

	(void)state;
	if (vm.vcpu < 0)
		skip();
	assert_false(kvm_pmu_start(&vm, &program));
	assert_true(kvm_pmu_read(&vm, &cleared, 0, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, open_vm, close_vm);
}
