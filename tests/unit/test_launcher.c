// SPDX-License-Identifier: MIT
/* test_launcher.c: plans as arguments and back, and as series. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "launcher.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))

static int count_args(const struct launcher_args *args)
{
	int n = 0;

	while (args->argv[n])
		n++;
	return n;
}

/* The other side, which gets `launch` as argv[0]. */
static int read_back(const struct launcher_args *args, struct plan *plan)
{
	return launcher_from_args(count_args(args) - 1, (char **)args->argv + 1,
				  plan);
}

static const struct engine_settings settings[] = {
	{ .seed = 0, .launch = 1, .cpu = 0, .pairs = 1, .tsc_khz = 1 },
	{ .seed = UINT64_MAX,
	  .launch = UINT32_MAX,
	  .cpu = 1023,
	  .pairs = 1024,
	  /* Needs all 17 digits. */
	  .tsc_khz = 2596128.1234567889 },
	{ .seed = 1234567890123456789,
	  .launch = 7,
	  .cpu = 63,
	  .pairs = 31,
	  .tsc_khz = 1e7 / 3 },
};

static void same_event(const struct event *a, const struct event *b)
{
	assert_string_equal(a->column, b->column);
	assert_int_equal(a->group, b->group);
	assert_int_equal(a->type, b->type);
	assert_true(a->config == b->config);
}

static void same_plan(const struct plan *a, const struct plan *b)
{
	assert_true(a->settings.seed == b->settings.seed);
	assert_int_equal(a->settings.launch, b->settings.launch);
	assert_int_equal(a->settings.cpu, b->settings.cpu);
	assert_int_equal(a->settings.pairs, b->settings.pairs);
	assert_true(a->settings.tsc_khz == b->settings.tsc_khz);
	assert_int_equal(a->settings.events.nr, b->settings.events.nr);
	for (uint32_t i = 0; i < a->settings.events.nr; i++)
		same_event(&a->settings.events.at[i],
			   &b->settings.events.at[i]);
	assert_int_equal(a->backends, b->backends);
	assert_int_equal(a->modes, b->modes);
	assert_memory_equal(a->selected, b->selected, sizeof(a->selected));
}

/* One benchmark each, and all at once: the most arguments there can be. */
static void plan_comes_back_from_its_arguments(void **state)
{
	struct launcher_args args;
	struct plan plan, back;
	size_t i, bench;

	(void)state;
	for (i = 0; i < NR(settings); i++)
		for (bench = 0; bench <= XB_NR_BENCHES; bench++) {
			struct pmu_event_error err;

			plan = (struct plan){
				.settings = settings[i],
				.backends = i ? UINT32_MAX : XB_ON_KVM,
				.modes = i ? 1u << XB_MODE_overlap : UINT32_MAX,
			};
			if (i)
				assert_int_equal(
					pmu_event_parse(
						"task-clock,{page-faults,cpu-clock}",
						0, &plan.settings.events, &err),
					0);
			if (bench < XB_NR_BENCHES)
				plan.selected[bench] = 1;
			else
				memset(plan.selected, 1, sizeof(plan.selected));
			launcher_to_args(&plan, &args);
			assert_string_equal(args.argv[1], "launch");
			memset(&back, 0x5a, sizeof(back));
			assert_int_equal(read_back(&args, &back), 0);
			same_plan(&plan, &back);
		}
}

static const struct {
	const char *args; /* one space between */
	int result;
} refusals[] = {
	{ "launch 1 1 0 31 2000000 3 7 - add_chain imul_chain", 0 },
	{ "launch 1 1 0 31 2000000 3 7 - add_chain", 0 },
	{ "launch", -EINVAL },
	{ "launch 1 1 0 31 2000000 3", -EINVAL },
	{ "launch 1 1 0 0 2000000 3 7 - add_chain", -EINVAL },
	/* More than a series can hold: SAMPLES_MAX. */
	{ "launch 1 1 0 1024 2000000 3 7 - add_chain", 0 },
	{ "launch 1 1 0 1025 2000000 3 7 - add_chain", -EINVAL },
	{ "launch 1 1 0 31 0 3 7 - add_chain", -EINVAL },
	{ "launch 1 1 0 31 -2000000 3 7 - add_chain", -EINVAL },
	{ "launch 1 1 0 31 nan 3 7 - add_chain", -EINVAL },
	{ "launch 1 1 0 31 kHz 3 7 - add_chain", -EINVAL },
	{ "launch 1 1 0 31 2000000 3 7 - no_such_name", -EINVAL },
	{ "launch 1 1 0 31 2000000 3 7 - add_chain no_such_name", -EINVAL },
	{ "launch add_chain imul_chain", -EINVAL },
	{ "launch 1 1 0 31 2000000 3 7 -", 0 },
	{ "launch 1 1 0 31 2000000 3 7 task-clock add_chain", 0 },
	{ "launch 1 1 0 31 2000000 3 7 no_such_event add_chain", -EINVAL },
};

static void wrong_arguments_are_refused(void **state)
{
	char text[128], *argv[16], *save;
	struct plan plan;
	size_t i;
	int argc, result;

	(void)state;
	for (i = 0; i < NR(refusals); i++) {
		strcpy(text, refusals[i].args);
		argc = 0;
		for (argv[0] = strtok_r(text, " ", &save); argv[argc];
		     argv[argc] = strtok_r(NULL, " ", &save))
			argc++;
		result = launcher_from_args(argc, argv, &plan);
		if (result != refusals[i].result)
			fail_msg("%s: %d, not %d", refusals[i].args, result,
				 refusals[i].result);
	}
}

#define MODE(name) (1u << XB_MODE_##name)
#define BOTH (XB_ON_USER | XB_ON_KVM)

static const struct {
	uint32_t bench;
	uint32_t backends;
	uint32_t modes;
	size_t nr;
} plans[] = {
	/* Everywhere, in three modes. */
	{ XB_ID_add_chain, BOTH, UINT32_MAX, 6 },
	{ XB_ID_add_chain, XB_ON_USER, UINT32_MAX, 3 },
	{ XB_ID_add_chain, XB_ON_KVM, MODE(fenced), 1 },
	{ XB_ID_add_chain, BOTH, MODE(fenced) | MODE(overlap), 4 },
	{ XB_ID_add_chain, BOTH, 0, 0 },
	{ XB_ID_add_chain, BOTH, 1u << XB_NR_MODES, 0 },
	{ XB_ID_add_chain, 0, UINT32_MAX, 0 },
	/* Ring 0 only. */
	{ XB_ID_swapgs, BOTH, UINT32_MAX, 3 },
	{ XB_ID_swapgs, XB_ON_USER, UINT32_MAX, 0 },
	/* In one mode. */
	{ XB_ID_iret_self, BOTH, UINT32_MAX, 2 },
	{ XB_ID_iret_self, BOTH, MODE(overlap), 0 },
	{ XB_ID_syscall_sysret, BOTH, UINT32_MAX, 1 },
	{ XB_ID_syscall_sysret, XB_ON_USER, UINT32_MAX, 0 },
};

static void plan_holds_what_can_be_run(void **state)
{
	unsigned char selected[XB_NR_BENCHES];
	struct engine_item items[8];
	size_t i, j, nr;

	(void)state;
	for (i = 0; i < NR(plans); i++) {
		memset(selected, 0, sizeof(selected));
		selected[plans[i].bench] = 1;
		nr = engine_plan(selected, plans[i].backends, plans[i].modes,
				 NULL);
		if (nr != plans[i].nr)
			fail_msg("plan %zu: %zu, not %zu", i, nr, plans[i].nr);
		assert_int_equal(engine_plan(selected, plans[i].backends,
					     plans[i].modes, items),
				 nr);
		for (j = 0; j < nr; j++) {
			assert_int_equal(items[j].bench, plans[i].bench);
			assert_true(plans[i].modes & 1u << items[j].mode);
			assert_true(plans[i].backends &
				    backends[items[j].backend]->bit);
		}
	}
	memset(selected, 0, sizeof(selected));
	assert_int_equal(engine_plan(selected, BOTH, UINT32_MAX, NULL), 0);
}

/* Of different things, then: which comes first.  Negative: a does. */
static int order(const struct engine_item *a, const struct engine_item *b)
{
	if (a->backend != b->backend)
		return a->backend < b->backend ? -1 : 1;
	if (a->bench != b->bench)
		return a->bench < b->bench ? -1 : 1;
	return a->mode < b->mode ? -1 : a->mode > b->mode;
}

static void plan_is_in_order_without_repeats(void **state)
{
	static struct engine_item items[2 * XB_NR_MODES * XB_NR_BENCHES];
	unsigned char selected[XB_NR_BENCHES];
	size_t i, nr, alone = 0;

	(void)state;
	memset(selected, 1, sizeof(selected));
	nr = engine_plan(selected, BOTH, UINT32_MAX, items);
	for (i = 1; i < nr; i++)
		assert_true(order(&items[i - 1], &items[i]) < 0);
	for (i = 0; i < XB_NR_BENCHES; i++) {
		memset(selected, 0, sizeof(selected));
		selected[i] = 1;
		alone += engine_plan(selected, BOTH, UINT32_MAX, NULL);
	}
	assert_int_equal(nr, alone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_comes_back_from_its_arguments),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(plan_holds_what_can_be_run),
		cmocka_unit_test(plan_is_in_order_without_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
