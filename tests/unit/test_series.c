// SPDX-License-Identifier: MIT
/* test_series.c: series over a backend whose costs are made up. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "catalog.h"
#include "engine.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))

/* 10 us are 20,000 ticks. */
#define TSC_KHZ 2e6

/* What is measured here: U is 8, and it is an operation of ring 0. */
#define BODY XB_ID_rdmsr_kernel_gs_base
#define BODY_U 8

/* Ticks of an ADD: an exact binary fraction, two cycles a tick. */
#define ADD 0.5

/* The n-th request for BODY, from 1, and what it gives instead of samples. */
struct mishap {
	uint32_t at; /* 0: never */
	int result;
	const char *text;
	struct xb_mailbox mb; /* from `status` to `rip` */
};

/* A world: costs in ticks, facts as a hypervisor would count them. */
struct model {
	double body, add, imul, lfence;
	double overhead;    /* of any region */
	double drift;	    /* factor by which the clock changes ... */
	uint32_t nr_drifts; /* ... with each calibration, so many times */
	bool tcg;	    /* CPUID says so */
	bool uncounted;
	double exits;	    /* per operation ... */
	uint32_t end_exits; /* ... and per chunk */
	double emulated;    /* per operation */
	uint32_t glitch[2]; /* first and last request for IMUL ... */
	double glitch_cost; /* ... that costs so many times as much */
	uint64_t gap;	    /* ticks that fall into ... */
	uint32_t gaps[2];   /* ... U and 2U of every fifth pair: bits */
	struct mishap mishap;
	struct mishap add_mishap;
};

static const struct model native = {
	.body = 50,
	.add = ADD,
	.imul = 3 * ADD,
	.lfence = 10 * ADD,
	.overhead = 40,
	.end_exits = 1,
};

static struct model model;
static uint32_t nr_body, nr_add, nr_imul, last_pairs;
static uint64_t last_rounds;

static double op_cost(uint32_t bench)
{
	switch (bench) {
	case BODY:
		return model.body;
	case XB_ID_add_chain:
		return model.add;
	case XB_ID_imul_chain:
		return nr_imul >= model.glitch[0] && nr_imul <= model.glitch[1]
			       ? model.imul * model.glitch_cost
			       : model.imul;
	}
	return 0;
}

/* What stands around each operation. */
static double mode_cost(uint32_t mode)
{
	return mode == XB_MODE_fenced	 ? model.lfence
	       : mode == XB_MODE_overlap ? XB_OVERLAP_ADDS * model.add
					 : 0;
}

static double clock_speed(void)
{
	return pow(model.drift ? model.drift : 1,
		   nr_add < model.nr_drifts ? nr_add : model.nr_drifts);
}

static uint64_t region(const struct xb_mailbox *mb, uint32_t bench,
		       uint32_t times)
{
	double ops = (double)mb->rounds * times * catalog_ops(bench, mb->mode);

	return (uint64_t)llround(
		(model.overhead +
		 ops * (op_cost(bench) + mode_cost(mb->mode))) *
		clock_speed());
}

static void fill_ticks(struct xb_mailbox *mb)
{
	bool empty = mb->mode != XB_MODE_throughput && mb->bench != XB_ID_empty;
	uint32_t i;

	for (i = 0; i < mb->pairs; i++) {
		mb->ticks[XB_U][i] = region(mb, mb->bench, 1);
		mb->ticks[XB_2U][i] = region(mb, mb->bench, 2);
		if (empty) {
			mb->ticks[XB_EMPTY_U][i] = region(mb, XB_ID_empty, 1);
			mb->ticks[XB_EMPTY_2U][i] = region(mb, XB_ID_empty, 2);
		}
		if (mb->bench == BODY && model.gaps[0] >> i % 5 & 1)
			mb->ticks[XB_U][i] += model.gap;
		if (mb->bench == BODY && model.gaps[1] >> i % 5 & 1)
			mb->ticks[XB_2U][i] += model.gap;
	}
	mb->taken = mb->pairs;
	mb->status = XB_OK;
}

/* The body runs in U and 2U of each pair, and once unrecorded. */
static void fill_facts(const struct xb_mailbox *mb, struct backend_facts *facts)
{
	double ops = 3.0 * (double)(mb->rounds * mb->pairs + 1) *
		     catalog_ops(mb->bench, mb->mode);

	*facts = (struct backend_facts){
		.counted = !model.uncounted,
		.exits = model.end_exits + (uint64_t)llround(ops * model.exits),
		.emulated = (uint64_t)llround(ops * model.emulated),
	};
}

static int have_mishap(const struct mishap *mishap, struct xb_mailbox *mb,
		       struct backend_error *err)
{
	size_t out = offsetof(struct xb_mailbox, status);

	memcpy((char *)mb + out, (const char *)&mishap->mb + out,
	       offsetof(struct xb_mailbox, ticks) - out);
	if (mishap->text)
		snprintf(err->text, sizeof(err->text), "%s", mishap->text);
	return mishap->result;
}

static int fake_run(struct xb_mailbox *mb, struct backend_facts *facts,
		    struct backend_error *err)
{
	size_t out = offsetof(struct xb_mailbox, status);

	assert_int_equal(mb->version, XB_ABI_VERSION);
	assert_int_equal(mb->op, XB_OP_RUN);
	assert_in_range(mb->pairs, 1, XB_MAX_PAIRS);
	assert_true(mb->rounds >= 1);
	memset((char *)mb + out, 0, sizeof(*mb) - out);
	fill_facts(mb, facts);
	if (mb->bench == BODY) {
		last_rounds = mb->rounds;
		last_pairs = mb->pairs;
		if (++nr_body == model.mishap.at)
			return have_mishap(&model.mishap, mb, err);
	}
	nr_imul += mb->bench == XB_ID_imul_chain;
	if (mb->bench == XB_ID_add_chain && ++nr_add == model.add_mishap.at)
		return have_mishap(&model.add_mishap, mb, err);
	fill_ticks(mb);
	return 0;
}

/* Counters that come with the model's ticks of BODY's requests. */
static double counted_ratio;		   /* cycles a tick */
static uint64_t counted[EVENT_NR_WATCHED]; /* what comes in a request */
static uint32_t nr_readings;

static int fake_open(const struct event *events, uint32_t n, bool everything,
		     struct backend_error *err)
{
	(void)events;
	(void)err;
	assert_int_equal(n, EVENT_NR_WATCHED);
	assert_true(everything);
	nr_readings = 0;
	return counted_ratio > 0 ? 0 : -ENOENT;
}

static int fake_read(uint32_t i, uint64_t *value, double *ns,
		     struct backend_error *err)
{
	bool end = nr_readings++ >= EVENT_NR_WATCHED;

	(void)err;
	counted[EVENT_CYCLES] = (uint64_t)(counted_ratio * TSC_KHZ);
	*value = 5 + (end ? counted[i] : 0);
	*ns = end ? 2e6 : 1e6;
	return 0;
}

static void fake_close(void)
{
}

static const struct backend_counting fake_counting = { fake_open, NULL,
						       fake_read, fake_close };

static struct backend fake = {
	.name = "fake",
	.bit = XB_ON_KVM,
	.run = fake_run,
};

static struct engine_settings settings = {
	.pairs = 31,
	.tsc_khz = TSC_KHZ,
};

/* A prepared world of `now`. */
static struct series_world prepare(const struct model *now)
{
	struct series_world world = {
		.backend = &fake,
		.settings = &settings,
		.tsc_step = 1,
		.emulated = now->tcg,
		.imul_ratio = NAN,
		.cycles_per_tick = NAN,
	};
	struct backend_error err;

	model = *now;
	nr_body = nr_add = nr_imul = 0;
	assert_int_equal(series_prepare(&world, &err), 0);
	return world;
}

static struct engine_record measure(struct series_world *world, uint32_t mode)
{
	const struct engine_item item = { 0, BODY, mode };
	struct engine_record record = engine_empty_record(&item);

	series_measure(world, &record);
	return record;
}

static struct engine_record measure_in(const struct model *now, uint32_t mode)
{
	struct series_world world = prepare(now);

	return measure(&world, mode);
}

/* This process may well be switched; the other flags are made up here. */
static bool has_flag(const struct engine_record *record, const char *flag)
{
	return strstr(record->flags, flag) != NULL;
}

static void no_figure(const struct engine_record *record)
{
	assert_true(isnan(record->tsc));
	assert_true(isnan(record->min));
	assert_true(isnan(record->p25));
	assert_true(isnan(record->p50));
	assert_true(isnan(record->p75));
	assert_true(isnan(record->p99));
}

static void cost_is_what_the_model_says(void **state)
{
	struct engine_record record;
	uint32_t mode;

	(void)state;
	for (mode = 0; mode < XB_NR_MODES; mode++) {
		record = measure_in(&native, mode);
		assert_int_equal(record.status, ENGINE_OK);
		assert_int_equal(record.fidelity, ENGINE_NATIVE);
		assert_true(record.tsc == 50);
		assert_true(record.min == 50);
		assert_true(record.p25 == 50);
		assert_true(record.p50 == 50);
		assert_true(record.p75 == 50);
		assert_true(record.p99 == 50);
		assert_true(record.cycles_per_tick == 1 / ADD);
		assert_int_equal(record.samples, 31);
		assert_int_equal(record.dropped, 0);
		assert_int_equal(record.ops, last_rounds * 8);
		assert_true(record.quantum == 1.0 / (double)record.ops);
		assert_false(has_flag(&record, "drift"));
		assert_false(has_flag(&record, "imul-ratio"));
		assert_string_equal(record.reason, "");
	}
}

#define KVM XB_ON_KVM
#define RING3 XB_ON_USER

enum also {
	NO_COUNTS = 1,
	TCG = 2, /* CPUID says so */
	NO_CYCLES = 4,
	IMUL_FLAG = 8,
};

static const struct {
	const char *what;
	uint32_t bit;
	double imul, lfence;	/* cycles */
	double exits, emulated; /* per operation */
	enum engine_fidelity fidelity;
	uint32_t also;
} fidelities[] = {
	{ "nothing special", KVM, 3, 10, 0, 0, ENGINE_NATIVE, 0 },
	{ "few exits", KVM, 3, 10, 0.019, 0, ENGINE_NATIVE, 0 },
	{ "some exits", KVM, 3, 10, 0.021, 0, ENGINE_UNKNOWN, NO_CYCLES },
	{ "many exits", KVM, 3, 10, 0.89, 0, ENGINE_UNKNOWN, NO_CYCLES },
	{ "an exit each", KVM, 3, 10, 0.91, 0, ENGINE_TRAPPED, NO_CYCLES },
	{ "two exits each", KVM, 3, 10, 2, 0, ENGINE_TRAPPED, NO_CYCLES },
	{ "no counts", KVM, 3, 10, 0, 0, ENGINE_UNKNOWN,
	  NO_COUNTS | NO_CYCLES },
	/* What was not counted says nothing. */
	{ "no counts of exits", KVM, 3, 10, 2, 2, ENGINE_UNKNOWN,
	  NO_COUNTS | NO_CYCLES },
	/* Nobody counts in ring 3, and nobody needs to. */
	{ "ring 3", RING3, 3, 10, 0, 0, ENGINE_NATIVE, NO_COUNTS },
	{ "little emulation", KVM, 3, 10, 0, 0.019, ENGINE_NATIVE, 0 },
	{ "emulation", KVM, 3, 10, 0, 0.021, ENGINE_EMULATED, NO_CYCLES },
	{ "both", KVM, 3, 10, 1, 1, ENGINE_EMULATED, NO_CYCLES },
	{ "TCG", KVM, 3, 10, 0, 0, ENGINE_EMULATED, TCG | NO_CYCLES },
	{ "TCG below", RING3, 3, 10, 0, 0, ENGINE_EMULATED, TCG | NO_CYCLES },
	{ "IMUL like ADD", KVM, 1, 10, 0, 0, ENGINE_EMULATED, NO_CYCLES },
	{ "IMUL 2.69", RING3, 2.69, 10, 0, 0, ENGINE_EMULATED, NO_CYCLES },
	{ "IMUL 2.71", RING3, 2.71, 10, 0, 0, ENGINE_UNKNOWN,
	  NO_CYCLES | IMUL_FLAG },
	{ "IMUL 2 % off", RING3, 2.94, 10, 0, 0, ENGINE_UNKNOWN,
	  NO_CYCLES | IMUL_FLAG },
	{ "IMUL 0.5 % off", RING3, 2.985, 10, 0, 0, ENGINE_NATIVE, 0 },
	{ "IMUL 3.29", RING3, 3.29, 10, 0, 0, ENGINE_UNKNOWN,
	  NO_CYCLES | IMUL_FLAG },
	{ "IMUL 3.31", RING3, 3.31, 10, 0, 0, ENGINE_EMULATED, NO_CYCLES },
	/* Then it does not serialise, whatever the manual says. */
	{ "LFENCE 3.9", KVM, 3, 3.9, 0, 0, ENGINE_UNKNOWN, NO_CYCLES },
	{ "LFENCE 4.1", KVM, 3, 4.1, 0, 0, ENGINE_NATIVE, 0 },
	{ "LFENCE free", RING3, 3, 0, 0, 0, ENGINE_UNKNOWN, NO_CYCLES },
};

static void fidelity_is_shown_not_assumed(void **state)
{
	struct engine_record record;
	struct model now = native;
	size_t i;

	(void)state;
	for (i = 0; i < NR(fidelities); i++) {
		fake.bit = fidelities[i].bit;
		now.imul = fidelities[i].imul * ADD;
		now.lfence = fidelities[i].lfence * ADD;
		now.exits = fidelities[i].exits;
		now.emulated = fidelities[i].emulated;
		now.uncounted = fidelities[i].also & NO_COUNTS;
		now.tcg = fidelities[i].also & TCG;
		record = measure_in(&now, XB_MODE_throughput);
		if (record.status != ENGINE_OK ||
		    record.fidelity != fidelities[i].fidelity)
			fail_msg("%s: %s, %s", fidelities[i].what,
				 engine_status_names[record.status],
				 engine_fidelity_names[record.fidelity]);
		if (!isnan(record.cycles_per_tick) !=
		    !(fidelities[i].also & NO_CYCLES))
			fail_msg("%s: %g cycles per tick", fidelities[i].what,
				 record.cycles_per_tick);
		if (has_flag(&record, "imul-ratio") !=
		    !!(fidelities[i].also & IMUL_FLAG))
			fail_msg("%s: flags %s", fidelities[i].what,
				 record.flags);
		assert_true(record.tsc == 50);
	}
	fake.bit = XB_ON_KVM;
}

/*
 * Each chunk ends by one exit of its own.  On 240 operations four more are
 * below a limit of 2 %, and five would be above it.
 */
static void exit_that_ends_a_chunk_is_not_counted(void **state)
{
	struct model slow = native;
	struct engine_record record;

	(void)state;
	slow.body = 1e7;
	slow.end_exits = 5;
	record = measure_in(&slow, XB_MODE_throughput);
	assert_int_equal(record.samples, 9);
	assert_int_equal(record.ops, BODY_U);
	assert_int_equal(record.fidelity, ENGINE_NATIVE);
	slow.end_exits = 6;
	record = measure_in(&slow, XB_MODE_throughput);
	assert_int_equal(record.fidelity, ENGINE_UNKNOWN);
}

/* Rounds that make 20,000 ticks, or twice as many in overlap mode; odd. */
static const struct {
	double body; /* no overhead: the region is 8 of these */
	uint32_t mode;
	uint64_t rounds;
	uint32_t pairs; /* within 20 ms: 40,000,000 ticks */
} lengths[] = {
	{ 1, XB_MODE_throughput, 2499, 31 },
	{ 12.5, XB_MODE_throughput, 199, 31 },
	{ 1250, XB_MODE_throughput, 1, 31 },
	{ 2500, XB_MODE_throughput, 1, 31 },
	{ 25000, XB_MODE_throughput, 1, 31 },
	/* With 40 ADDs, a body of 25 ticks. */
	{ 5, XB_MODE_overlap, 199, 31 },
	/* A pair is 24 bodies. */
	{ 55000, XB_MODE_throughput, 1, 30 },
	{ 138000, XB_MODE_throughput, 1, 12 },
	{ 185000, XB_MODE_throughput, 1, 9 },
	{ 237000, XB_MODE_throughput, 1, 9 },
	{ 1e9, XB_MODE_throughput, 1, 9 },
};

static void region_lasts_10_us_or_20(void **state)
{
	struct engine_record record;
	struct model now = native;
	size_t i;

	(void)state;
	now.overhead = 0;
	for (i = 0; i < NR(lengths); i++) {
		now.body = lengths[i].body;
		record = measure_in(&now, lengths[i].mode);
		assert_int_equal(record.status, ENGINE_OK);
		if (last_rounds != lengths[i].rounds ||
		    last_pairs != lengths[i].pairs)
			fail_msg("%g ticks: %llu rounds, %u pairs",
				 lengths[i].body,
				 (unsigned long long)last_rounds, last_pairs);
		assert_int_equal(record.samples, lengths[i].pairs);
		assert_int_equal(record.ops, last_rounds * BODY_U);
		assert_true(record.tsc == now.body);
	}
}

/* More pairs than a mailbox holds come in chunks. */
static void chunks_make_a_series(void **state)
{
	struct engine_record record;

	(void)state;
	settings.pairs = 2 * XB_MAX_PAIRS + 1;
	record = measure_in(&native, XB_MODE_fenced);
	settings.pairs = 31;
	assert_int_equal(record.status, ENGINE_OK);
	assert_int_equal(record.samples, 2 * XB_MAX_PAIRS + 1);
	assert_int_equal(last_pairs, 1);
	assert_true(record.tsc == 50);
}

/* Attempts are requests for the body, but for the first, which plans. */
static const struct {
	double drift;
	uint32_t nr_drifts;
	uint32_t attempts;
	bool flag;
} drifts[] = {
	{ 1.004, 100, 1, false },
	{ 1.006, 100, 3, true },
	{ 0.996, 100, 1, false },
	{ 0.994, 100, 3, true },
	/* Takes 1 and 2 of ADD are of the preparation. */
	{ 1.05, 2, 1, false },
	{ 1.05, 3, 2, false },
	{ 1.05, 4, 3, false },
	{ 1.05, 5, 3, true },
};

static void drift_is_flagged_if_it_stays(void **state)
{
	struct engine_record record;
	struct model now = native;
	size_t i;

	(void)state;
	for (i = 0; i < NR(drifts); i++) {
		now.drift = drifts[i].drift;
		now.nr_drifts = drifts[i].nr_drifts;
		record = measure_in(&now, XB_MODE_throughput);
		assert_int_equal(record.status, ENGINE_OK);
		assert_int_equal(record.fidelity, ENGINE_NATIVE);
		if (nr_body - 1 != drifts[i].attempts ||
		    has_flag(&record, "drift") != drifts[i].flag)
			fail_msg("drift %zu: %u attempts, flags %s", i,
				 nr_body - 1, record.flags);
	}
}

/*
 * Something falls into IMUL: requests from the first to the last of these.
 * A calibration is tried three times, a series likewise; only what is seen
 * in all tries of the preparation is the world's nature.
 */
static const struct {
	uint32_t glitch[2];
	double cost;
	uint32_t attempts;
	enum engine_fidelity fidelity;
	bool flag;
	enum engine_fidelity next; /* series, long after */
} glitches[] = {
	{ { 1, 1 }, 2, 1, ENGINE_NATIVE, false, ENGINE_NATIVE },
	{ { 1, 2 }, 1.02, 1, ENGINE_NATIVE, false, ENGINE_NATIVE },
	{ { 2, 3 }, 2, 1, ENGINE_NATIVE, false, ENGINE_NATIVE },
	/* The calibration of one attempt; the next begins with none. */
	{ { 2, 4 }, 2, 3, ENGINE_NATIVE, false, ENGINE_NATIVE },
	{ { 2, 10 }, 2, 3, ENGINE_EMULATED, true, ENGINE_NATIVE },
	{ { 2, 10 }, 1.02, 3, ENGINE_UNKNOWN, true, ENGINE_NATIVE },
	{ { 1, 3 }, 2, 1, ENGINE_EMULATED, false, ENGINE_EMULATED },
};

static void calibration_survives_a_glitch(void **state)
{
	struct engine_record record;
	struct series_world world;
	struct model now = native;
	size_t i;

	(void)state;
	for (i = 0; i < NR(glitches); i++) {
		memcpy(now.glitch, glitches[i].glitch, sizeof(now.glitch));
		now.glitch_cost = glitches[i].cost;
		world = prepare(&now);
		record = measure(&world, XB_MODE_throughput);
		if (nr_body - 1 != glitches[i].attempts ||
		    record.fidelity != glitches[i].fidelity ||
		    has_flag(&record, "imul-ratio") != glitches[i].flag)
			fail_msg("glitch %zu: %u attempts, %s, flags %s", i,
				 nr_body - 1,
				 engine_fidelity_names[record.fidelity],
				 record.flags);
		assert_false(has_flag(&record, "drift"));
		measure(&world, XB_MODE_throughput);
		record = measure(&world, XB_MODE_throughput);
		assert_int_equal(record.fidelity, glitches[i].next);
	}
}

/* What is dropped of 31 pairs, and whether the rest is enough. */
static const struct {
	uint32_t pairs;
	uint32_t gaps[2];
	uint32_t dropped;
	enum engine_status status;
} contaminations[] = {
	{ 31, { 0, 0 }, 0, ENGINE_OK },
	{ 31, { 1, 0 }, 7, ENGINE_OK },
	{ 31, { 1, 1 }, 7, ENGINE_OK },
	{ 31, { 3, 0 }, 13, ENGINE_OK },
	/* 12 clean of 31: fewer than are dropped. */
	{ 31, { 3, 16 }, 19, ENGINE_CONTAMINATED },
	{ 31, { 3, 12 }, 25, ENGINE_CONTAMINATED },
	/* Five is the least. */
	{ 5, { 0, 0 }, 0, ENGINE_OK },
	{ 6, { 2, 0 }, 1, ENGINE_OK },
	{ 5, { 1, 0 }, 1, ENGINE_CONTAMINATED },
};

static void contaminated_samples_are_dropped_and_counted(void **state)
{
	struct engine_record record;
	struct model now = native;
	char reason[64];
	size_t i;

	(void)state;
	now.gap = 5000;
	for (i = 0; i < NR(contaminations); i++) {
		memcpy(now.gaps, contaminations[i].gaps, sizeof(now.gaps));
		settings.pairs = contaminations[i].pairs;
		record = measure_in(&now, XB_MODE_throughput);
		settings.pairs = 31;
		if (record.status != contaminations[i].status ||
		    record.dropped != contaminations[i].dropped)
			fail_msg("case %zu: %s, %u dropped", i,
				 engine_status_names[record.status],
				 record.dropped);
		assert_int_equal(record.samples + record.dropped,
				 contaminations[i].pairs);
		if (record.status == ENGINE_OK) {
			assert_true(record.tsc == 50);
			assert_true(record.p99 == 50);
			continue;
		}
		no_figure(&record);
		snprintf(reason, sizeof(reason), "%u of %u samples had a gap",
			 contaminations[i].dropped, contaminations[i].pairs);
		assert_non_null(strstr(record.reason, reason));
	}
}

/* Ten steps of the timer are the least that a region may last. */
static void timer_may_be_too_coarse(void **state)
{
	struct engine_record record;
	struct series_world world;
	uint64_t ticks;

	(void)state;
	world = prepare(&native);
	record = measure(&world, XB_MODE_throughput);
	ticks = last_rounds * BODY_U * 50 + 40;
	world.tsc_step = (uint32_t)(ticks / 10);
	record = measure(&world, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_OK);
	assert_true(record.quantum ==
		    (double)world.tsc_step / (double)record.ops);
	world.tsc_step++;
	record = measure(&world, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_UNRESOLVABLE);
	no_figure(&record);
	assert_non_null(strstr(record.reason, "too short"));
}

static const struct {
	struct mishap mishap;
	enum engine_status status;
	const char *reason;
} mishaps[] = {
	{ { .mb = { .status = XB_SKIP, .missing = XB_NEED_SYSRET } },
	  ENGINE_SKIP,
	  "this world fails its self-test: SYSRETQ to CPL 3 and SYSCALL back do not change the CPL" },
	{ { .mb = { .status = XB_SKIP, .missing = XB_NEED_MSR },
	    .text = "#GP" },
	  ENGINE_SKIP,
	  "this world fails its self-test: RDMSR does not read back what WRMSR wrote (#GP)" },
	/* The first that is missing. */
	{ { .mb = { .status = XB_SKIP,
		    .missing = XB_NEED_IRET | XB_NEED_MSR } },
	  ENGINE_SKIP,
	  "this world fails its self-test: RDMSR does not read back what WRMSR wrote" },
	{ { .mb = { .status = XB_FAULT,
		    .vector = 13,
		    .error_code = 0x18,
		    .address = 0xfeed,
		    .rip = 0x100123 } },
	  ENGINE_FAULT,
	  "exception 13, error code 0x18, address 0xfeed, at RIP 0x100123" },
	{ { .mb = { .status = XB_ERROR, .bad_field = 24 } },
	  ENGINE_ERROR,
	  "the world refused the request: status 4, field at byte 24" },
	{ { .mb = { .status = XB_PENDING } },
	  ENGINE_ERROR,
	  "the world refused the request: status 0, field at byte 0" },
	{ { .mb = { .status = 99 } },
	  ENGINE_ERROR,
	  "the world refused the request: status 99, field at byte 0" },
	{ { .result = -ETIMEDOUT, .text = "the guest did not return" },
	  ENGINE_ERROR,
	  "the guest did not return" },
	/* Whatever the mailbox of a world that died may say. */
	{ { .result = -EIO, .text = "triple fault", .mb = { .status = XB_OK } },
	  ENGINE_ERROR,
	  "triple fault" },
};

/* In the request that plans, and in the one that measures. */
static void mishap_is_a_status_with_a_reason(void **state)
{
	struct engine_record record;
	struct model now = native;
	size_t i;

	(void)state;
	for (i = 0; i < NR(mishaps); i++) {
		now.mishap = mishaps[i].mishap;
		for (now.mishap.at = 1; now.mishap.at <= 2; now.mishap.at++) {
			record = measure_in(&now, XB_MODE_throughput);
			if (record.status != mishaps[i].status)
				fail_msg("mishap %zu: %s", i,
					 engine_status_names[record.status]);
			assert_string_equal(record.reason, mishaps[i].reason);
			assert_int_equal(record.ops, 0);
			no_figure(&record);
			assert_int_equal(nr_body, now.mishap.at);
		}
	}
}

/* The next series is measured as if nothing had been. */
static void mishap_leaves_nothing_behind(void **state)
{
	struct engine_record record;
	struct series_world world;
	struct model now = native;

	(void)state;
	now.mishap = mishaps[0].mishap;
	now.mishap.at = 1;
	now.mishap.text = "old news";
	world = prepare(&now);
	record = measure(&world, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_SKIP);
	record = measure(&world, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_OK);
	assert_int_equal(record.fidelity, ENGINE_NATIVE);
	assert_string_equal(record.reason, "");
	assert_true(record.tsc == 50);
}

/* A gap in the world's own look at it is no fault of the request. */
static void rounds_that_seemed_too_many_are_asked_for_again(void **state)
{
	struct engine_record record;
	struct series_world world;
	struct model now = native;

	(void)state;
	now.mishap = (struct mishap){
		.at = 1,
		.mb = { .status = XB_ERROR,
			.bad_field = offsetof(struct xb_mailbox, rounds) },
	};
	for (; now.mishap.at <= 2; now.mishap.at++) {
		world = prepare(&now);
		record = measure(&world, XB_MODE_throughput);
		assert_int_equal(record.status, ENGINE_OK);
		assert_true(record.tsc == 50);
	}
}

static void world_that_dies_at_once_cannot_be_prepared(void **state)
{
	struct series_world world = {
		.backend = &fake,
		.settings = &settings,
		.tsc_step = 1,
	};
	struct backend_error err = { "" };

	(void)state;
	model = native;
	model.add_mishap = (struct mishap){
		.at = 1,
		.result = -ETIMEDOUT,
		.text = "the guest did not return",
	};
	nr_add = 0;
	assert_int_equal(series_prepare(&world, &err), -ETIMEDOUT);
	assert_string_equal(err.text, "the guest did not return");
}

/* Pinned to one CPU by main(), and told that it should be another. */
static void series_that_was_moved_has_no_figure(void **state)
{
	struct engine_record record;

	(void)state;
	settings.cpu++;
	record = measure_in(&native, XB_MODE_throughput);
	settings.cpu--;
	assert_int_equal(record.status, ENGINE_ERROR);
	assert_non_null(strstr(record.reason, "moved the series away"));
	no_figure(&record);
}

static int pin_to_this_cpu(void **state)
{
	cpu_set_t set;

	(void)state;
	settings.cpu = sched_getcpu();
	if (settings.cpu < 0)
		return -1;
	CPU_ZERO(&set);
	CPU_SET(settings.cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

static const struct {
	double ratio; /* calibrated are 2 */
	uint64_t interrupts, smis;
	double cycles_per_tick;
	bool counted;
	const char *flag;
} countings[] = {
	{ 0, 9, 9, 2, false, "" },
	{ 2.03, 0, 0, 2.03, true, "" },
	{ 1.97, 0, 0, 1.97, true, "" },
	{ 2.05, 0, 0, 2, false, "pmu-differs" },
	{ 1.9, 0, 0, 2, false, "pmu-differs" },
	{ 2, 0, 1, 2, true, "smi" },
	{ 2, 1, 0, 2, true, "interrupts" },
};

static void cycles_are_counted_where_they_can_be(void **state)
{
	struct engine_record record;
	size_t i, f;

	(void)state;
	fake.counting = &fake_counting;
	for (i = 0; i < EVENT_NR_WATCHED; i++)
		settings.watch[i] = (struct event){ .column = "pmu:x" };
	for (i = 0; i < NR(countings); i++) {
		static const char *const flags[] = { "pmu-differs", "smi",
						     "interrupts" };

		counted_ratio = countings[i].ratio;
		counted[EVENT_INTERRUPTS] = countings[i].interrupts;
		counted[EVENT_SMIS] = countings[i].smis;
		record = measure_in(&native, XB_MODE_throughput);
		assert_int_equal(record.status, ENGINE_OK);
		assert_true(fabs(record.cycles_per_tick /
					 countings[i].cycles_per_tick -
				 1) < 1e-6);
		assert_int_equal(record.cycles_counted, countings[i].counted);
		for (f = 0; f < NR(flags); f++)
			assert_int_equal(has_flag(&record, flags[f]),
					 !strcmp(flags[f], countings[i].flag));
	}
	memset(settings.watch, 0, sizeof(settings.watch));
	fake.counting = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cost_is_what_the_model_says),
		cmocka_unit_test(fidelity_is_shown_not_assumed),
		cmocka_unit_test(exit_that_ends_a_chunk_is_not_counted),
		cmocka_unit_test(region_lasts_10_us_or_20),
		cmocka_unit_test(chunks_make_a_series),
		cmocka_unit_test(drift_is_flagged_if_it_stays),
		cmocka_unit_test(calibration_survives_a_glitch),
		cmocka_unit_test(contaminated_samples_are_dropped_and_counted),
		cmocka_unit_test(timer_may_be_too_coarse),
		cmocka_unit_test(mishap_is_a_status_with_a_reason),
		cmocka_unit_test(mishap_leaves_nothing_behind),
		cmocka_unit_test(
			rounds_that_seemed_too_many_are_asked_for_again),
		cmocka_unit_test(world_that_dies_at_once_cannot_be_prepared),
		cmocka_unit_test(series_that_was_moved_has_no_figure),
		cmocka_unit_test(cycles_are_counted_where_they_can_be),
	};

	return cmocka_run_group_tests(tests, pin_to_this_cpu, NULL);
}
