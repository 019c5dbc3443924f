// SPDX-License-Identifier: MIT
/* test_guest_pmu.c: CPUID of guests, and what their PMUs are set to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <string.h>
#include <xbench/abi.h>

#include "guest_pmu.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))
#define FIXED(n) (XB_FIXED_COUNTER + (n))

/* As KVM shows it: version 2, 8 and 3 counters of 48 bits. */
static const struct guest_pmu intel = {
	.global = true,
	.nr_general = 8,
	.general_width = 48,
	.nr_fixed = 3,
	.fixed_width = 48,
};
static const struct guest_pmu zen3 = { .amd = true,
				       .nr_general = 6,
				       .general_width = 48 };
static const struct guest_pmu zen4 = {
	.amd = true, .global = true, .nr_general = 6, .general_width = 48
};

static const struct guest_pmu none;

static void test_cpuid(void **state)
{
	static const struct {
		struct kvm_cpuid_entry2 leaves[3];
		const struct guest_pmu *pmu;
	} table[] = {
		{ { { .function = 0 } }, &none },
		/* Ice Lake */
		{ { { .function = 0xa, .eax = 0x08300802, .edx = 0x603 },
		    { .function = 0x80000001, .ecx = 0x121 } },
		  &intel },
		/* Version 1 has no global control. */
		{ { { .function = 0xa, .eax = 0x07280201 } }, &none },
		{ { { .function = 0xa },
		    { .function = 0x80000001, .ecx = 0x75c237ff } },
		  &zen3 },
		{ { { .function = 0xa },
		    { .function = 0x80000001, .ecx = 0x75c237ff },
		    { .function = 0x80000022, .eax = 1, .ebx = 6 } },
		  &zen4 },
		/* Six counters, and a leaf that says nothing. */
		{ { { .function = 0x80000001, .ecx = 0x75c237ff },
		    { .function = 0x80000022 } },
		  &zen3 },
		/* PVM, or kvm.enable_pmu=N. */
		{ { { .function = 0x80000001, .ecx = 0x754237ff } }, &none },
	};
	struct guest_pmu pmu;
	size_t i;

	(void)state;
	for (i = 0; i < NR(table); i++) {
		pmu = guest_pmu_of(table[i].leaves, NR(table[i].leaves));
		assert_int_equal(pmu.amd, table[i].pmu->amd);
		assert_int_equal(pmu.global, table[i].pmu->global);
		assert_int_equal(pmu.nr_general, table[i].pmu->nr_general);
		assert_int_equal(pmu.general_width,
				 table[i].pmu->general_width);
		assert_int_equal(pmu.nr_fixed, table[i].pmu->nr_fixed);
		assert_int_equal(pmu.fixed_width, table[i].pmu->fixed_width);
	}
}

static struct event event(uint32_t type, uint64_t config)
{
	return (struct event){ .type = type, .config = config };
}

#define CYCLES event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES)
#define INSTRUCTIONS event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS)
#define REF_CYCLES event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES)
#define RAW(config) event(PERF_TYPE_RAW, config)

static void holds(const struct guest_program *program, uint32_t i, uint32_t msr,
		  uint64_t value)
{
	assert_in_range(i, 0, program->nr_writes - 1);
	assert_int_equal(program->writes[i].msr, msr);
	assert_int_equal(program->writes[i].value, value);
}

static void reads(const struct guest_program *program, uint32_t i, uint32_t ecx,
		  uint32_t msr)
{
	assert_in_range(i, 0, program->nr_events - 1);
	assert_int_equal(program->events[i].ecx, ecx);
	assert_int_equal(program->events[i].width, 48);
	assert_int_equal(program->events[i].msr, msr);
}

static void add(const struct guest_pmu *pmu, struct event event, uint32_t ecx,
		struct guest_program *program)
{
	assert_true(guest_pmu_add(pmu, &event, ecx, program));
}

/* Fixed counters share two registers, one of them with the general ones. */
static void test_intel(void **state)
{
	struct guest_program program = { 0 };
	struct event user = RAW(0x10401c3); /* MACHINE_CLEARS:COUNT:u */
	struct event kernel = CYCLES;

	(void)state;
	user.exclude_kernel = kernel.exclude_user = true;
	add(&intel, INSTRUCTIONS, FIXED(0), &program);
	add(&intel, kernel, FIXED(1), &program);
	add(&intel, REF_CYCLES, FIXED(2), &program);
	add(&intel, RAW(0x2c2), 0, &program); /* UOPS_RETIRED:SLOTS */
	add(&intel, user, 3, &program);
	add(&intel, INSTRUCTIONS, 7, &program);
	/* As of a hybrid CPU, by its PMU's number. */
	add(&intel, event(10, 0x280010e), 1, &program);
	add(&intel, event(PERF_TYPE_HARDWARE, 10ull << 32), 2, &program);
	assert_int_equal(program.nr_writes, 7);
	holds(&program, 0, 0x38d, 0x313);
	holds(&program, 1, 0x38f, 0x70000008f);
	holds(&program, 2, 0x186, 0x4302c2);
	holds(&program, 3, 0x189, 0x14501c3);
	holds(&program, 4, 0x18d, 0x4300c0);
	holds(&program, 5, 0x187, 0x2c3010e);
	holds(&program, 6, 0x188, 0x43003c);
	assert_int_equal(program.nr_events, 8);
	reads(&program, 0, FIXED(0), 0x309);
	reads(&program, 1, FIXED(1), 0x30a);
	reads(&program, 2, FIXED(2), 0x30b);
	reads(&program, 3, 0, 0xc1);
	reads(&program, 4, 3, 0xc4);
	reads(&program, 5, 7, 0xc8);
}

static void test_amd(void **state)
{
	struct guest_program old = { 0 }, new = { 0 };

	(void)state;
	add(&zen3, CYCLES, 0, &old);
	add(&zen3, INSTRUCTIONS, 1, &old);
	assert_int_equal(old.nr_writes, 2);
	holds(&old, 0, 0xc0010200, 0x430076);
	holds(&old, 1, 0xc0010202, 0x4300c0);
	reads(&old, 0, 0, 0xc0010201);
	reads(&old, 1, 1, 0xc0010203);

	add(&zen4, RAW(0x1000000c2), 5, &new); /* RETIRED_UCODE_OPS */
	add(&zen4, INSTRUCTIONS, 0, &new);
	assert_int_equal(new.nr_writes, 3);
	holds(&new, 0, 0xc001020a, 0x1004300c2);
	holds(&new, 1, 0xc0000301, 0x21);
	holds(&new, 2, 0xc0010200, 0x4300c0);
	reads(&new, 0, 5, 0xc001020b);
}

static void test_refused(void **state)
{
	const struct {
		const struct guest_pmu *pmu;
		struct event event;
		uint32_t ecx;
	} table[] = {
		{ &intel, INSTRUCTIONS, 8 },
		{ &intel, INSTRUCTIONS, FIXED(3) },
		{ &zen4, INSTRUCTIONS, 6 },
		{ &zen4, INSTRUCTIONS, FIXED(0) },
		/* On a general counter it is none. */
		{ &intel, REF_CYCLES, 0 },
		{ &zen4, REF_CYCLES, 0 },
		{ &intel, RAW(0x400), 0 },
		/* Transactions; AnyThread; unit masks of the newest. */
		{ &intel, RAW(1ull << 32 | 0xc0), 0 },
		{ &intel, RAW(1u << 21 | 0x3c), 0 },
		{ &intel, RAW(1ull << 40 | 0xc2), 0 },
		/* The host only, the guest only. */
		{ &zen4, RAW(1ull << 40 | 0xc0), 0 },
		{ &zen4, event(PERF_TYPE_SOFTWARE, 2), 0 },
		{ &intel, event(PERF_TYPE_HW_CACHE, 0x10003), 0 },
		/* OFFCORE_RESPONSE_0, of another MSR. */
		{ &intel,
		  { .type = PERF_TYPE_RAW,
		    .config = 0x1b7,
		    .config1 = 0x801c0001 },
		  0 },
	};
	struct guest_program program = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < NR(table); i++)
		assert_false(guest_pmu_add(table[i].pmu, &table[i].event,
					   table[i].ecx, &program));
	assert_int_equal(program.nr_writes, 0);
	assert_int_equal(program.nr_events, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpuid),
		cmocka_unit_test(test_intel),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
