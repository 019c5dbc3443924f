// SPDX-License-Identifier: MIT
/* series.c: one benchmark, mode and launch: calibrate and sample. */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "catalog.h"
#include "count.h"
#include "engine.h"
#include "judge.h"
#include "take.h"

/*
 * XB_U lasts this long and XB_2U twice that: within the 1 to 50 us of a short
 * sample.  Longer where a cost near 0 is the difference of long paths.
 */
#define REGION_US 10.0
#define OVERLAP_REGION_US 20.0

/*
 * What a series may take where the world is slow, as an emulating hypervisor
 * is: fewer pairs then, but so many that some may have a gap and enough are
 * left.  Arbitrary.
 */
#define SERIES_US 20000.0
#define MIN_TAKEN 9
#define MIN_CLEAN 5

#define CLOCK_PAIRS 7
#define MAX_ROUNDS (1u << 20)
#define MAX_ATTEMPTS 3

/* Limits of measurement.md. */
#define MAX_DRIFT 0.005
#define MAX_IMUL_ERROR 0.01
/* Between counted and calibrated cycles: arbitrary, several times what either
 * is wrong by. */
#define MAX_PMU_ERROR 0.02

#define MIN_REGION_STEPS 10

/* Rounds that make a region long enough out of one that took `ticks`. */
static uint64_t rounds_for(const struct series_world *world, uint32_t mode,
			   double ticks)
{
	double us = mode == XB_MODE_overlap ? OVERLAP_REGION_US : REGION_US;
	double rounds = us * world->settings->tsc_khz / 1e3 / ticks;

	/* Odd: so that a row's ops, L x U, tell U, which is a power of two. */
	rounds = fmin(fmax(rounds, 1), MAX_ROUNDS);
	return ((uint64_t)rounds - 1) | 1;
}

/* Find rounds and pairs for a series by a first look at its regions. */
static int plan_series(const struct series_world *world, uint32_t bench,
		       uint32_t mode, struct take *take)
{
	double budget = SERIES_US * world->settings->tsc_khz / 1e3;
	double pair = 0, pairs;
	struct samples_cost cost;
	uint32_t r;
	int result;

	take->pairs = 3;
	take->rounds = 1;
	result = take_samples(world, bench, mode, take);
	if (result || take->mb.status != XB_OK)
		return result;
	samples_cost(&take->samples, 1, 1, &cost);
	take->rounds = rounds_for(world, mode, fmax(cost.region_ticks, 1));
	for (r = 0; r < XB_NR_REGIONS; r++)
		pair += take->samples.ticks[r][0] * (double)take->rounds;
	pairs = fmax(budget / fmax(pair, 1), MIN_TAKEN);
	take->pairs = pairs < world->settings->pairs ? (uint32_t)pairs
						     : world->settings->pairs;
	return 0;
}

/* Ticks per operation by a few pairs; NaN if it cannot be had. */
static double quick_cost(const struct series_world *world, uint32_t bench,
			 uint32_t mode, uint64_t rounds)
{
	static struct take take;
	struct samples_cost cost;
	double ops = (double)rounds * catalog_ops(bench, mode);

	take.pairs = CLOCK_PAIRS;
	take.rounds = rounds;
	if (take_samples(world, bench, mode, &take) || take.mb.status != XB_OK)
		return NAN;
	samples_cost(&take.samples, ops, ops, &cost);
	return cost.tsc;
}

/* The clock anew.  Again if the chains disagree: something fell into one. */
static void calibrate(struct series_world *world)
{
	double add, imul;
	int i;

	world->cycles_per_tick = NAN;
	for (i = 0; i < MAX_ATTEMPTS && isnan(world->cycles_per_tick); i++) {
		add = quick_cost(world, XB_ID_add_chain, XB_MODE_throughput,
				 world->clock_rounds);
		imul = quick_cost(world, XB_ID_imul_chain, XB_MODE_throughput,
				  world->clock_rounds);
		world->imul_ratio = imul / add;
		if (fabs(world->imul_ratio / 3 - 1) <= MAX_IMUL_ERROR)
			world->cycles_per_tick = 1 / add;
	}
}

int series_prepare(struct series_world *world, struct backend_error *err)
{
	static struct take take;
	int result =
		plan_series(world, XB_ID_add_chain, XB_MODE_throughput, &take);

	if (result) {
		*err = take.err;
		return result;
	}
	world->clock_rounds = take.rounds;
	calibrate(world);
	world->emulated |= judge_interprets(world->imul_ratio);
	world->lfence_cycles =
		quick_cost(world, XB_ID_empty, XB_MODE_fenced, take.rounds) *
		world->cycles_per_tick;
	return 0;
}

static void fill(struct series_world *world, struct engine_record *record,
		 const struct take *take)
{
	double ops = (double)take->rounds *
		     catalog_ops(record->item.bench, record->item.mode);
	double empty_ops = (double)take->rounds *
			   catalog_ops(XB_ID_empty, record->item.mode);
	struct samples_cost cost;

	samples_cost(&take->samples, ops, empty_ops, &cost);
	record->samples = cost.clean;
	record->dropped = take->samples.n - cost.clean;
	record->ops = (uint64_t)ops;
	record->quantum = world->tsc_step / ops;
	record->fidelity = judge_fidelity(world, record->item.bench, take);
	if (take->nmis)
		engine_add_flag(record, "nmi");
	if (take->smis)
		engine_add_flag(record, "smi");
	if (cost.clean < MIN_CLEAN || cost.clean < record->dropped) {
		record->status = ENGINE_CONTAMINATED;
		snprintf(
			record->reason, sizeof(record->reason),
			"%u of %u samples had a gap: keep the CPU free of other work",
			record->dropped, take->samples.n);
		return;
	}
	if (cost.region_ticks < MIN_REGION_STEPS * (double)world->tsc_step) {
		record->status = ENGINE_UNRESOLVABLE;
		snprintf(
			record->reason, sizeof(record->reason),
			"a region of %.0f ticks is too short for a timer step of %u",
			cost.region_ticks, world->tsc_step);
		return;
	}
	record->tsc = cost.tsc;
	record->min = cost.min;
	record->p25 = cost.p25;
	record->p50 = cost.p50;
	record->p75 = cost.p75;
	record->p99 = cost.p99;
}

static long context_switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* Counted cycles instead of calibrated ones, and what fell into samples. */
static void take_counts(const struct count_watched *seen,
			struct engine_record *record)
{
	double error = seen->cycles_per_tick / record->cycles_per_tick - 1;

	if (fabs(error) <= MAX_PMU_ERROR) {
		record->cycles_per_tick = seen->cycles_per_tick;
		record->cycles_counted = true;
	} else if (!isnan(error)) {
		engine_add_flag(record, "pmu-differs");
	}
	if (seen->interrupts > record->dropped)
		engine_add_flag(record, "interrupts");
}

/* Between two calibrations; false if it is worth another try. */
static bool attempt(struct series_world *world, struct engine_record *record,
		    struct take *take)
{
	double before = world->cycles_per_tick, after;
	struct count_watched seen;
	struct count_watch watch;
	int result;

	count_watch_begin(world, &watch);
	result = take_samples(world, record->item.bench, record->item.mode,
			      take);
	seen = count_watch_end(world, &watch);
	if (judge_refused(world, record, result, take))
		return true;
	if (seen.smis > 0)
		take->smis += (uint64_t)seen.smis;
	if (!world->emulated)
		calibrate(world);
	after = world->cycles_per_tick;
	fill(world, record, take);
	if (record->fidelity == ENGINE_NATIVE)
		record->cycles_per_tick = (before + after) / 2;
	take_counts(&seen, record);
	if (record->status == ENGINE_CONTAMINATED)
		return false;
	return world->emulated || fabs(after / before - 1) <= MAX_DRIFT;
}

void series_measure(struct series_world *world, struct engine_record *record)
{
	const struct engine_record empty = *record;
	static struct take take;
	long switches = context_switches();
	int i, result;
	bool steady = false;

	result = plan_series(world, record->item.bench, record->item.mode,
			     &take);
	if (judge_refused(world, record, result, &take) || world->settings->dry)
		return;
	for (i = 0; i < MAX_ATTEMPTS && !steady; i++) {
		*record = empty;
		steady = attempt(world, record, &take);
	}
	if (!steady && record->status == ENGINE_OK)
		engine_add_flag(record, isnan(world->cycles_per_tick)
						? "imul-ratio"
						: "drift");
	if (context_switches() != switches &&
	    !catalog_switches(record->item.bench))
		engine_add_flag(record, "switched");
	if (record->status == ENGINE_OK)
		count_events(world, &take, record);
	if (sched_getcpu() != world->settings->cpu) {
		*record = empty;
		record->status = ENGINE_ERROR;
		snprintf(
			record->reason, sizeof(record->reason),
			"the kernel moved the series away from CPU %d: is it still on line?",
			world->settings->cpu);
	}
}
