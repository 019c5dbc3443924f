// SPDX-License-Identifier: MIT
/* doctor_answers.c: costs that are known beforehand, measured in ring 3. */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include "cpu.h"
#include "doctor.h"
#include "figures.h"
#include "launcher.h"
#include "stats.h"

/* Five launches, as a figure of `run` has. */
#define LAUNCHES 5

/* What a known answer may be off by: the limit of a native row. */
#define MAX_ERROR 0.01

/* A figure of few launches may be off by more when the machine is busy;
 * beyond this it is not noise (arbitrary). */
#define MAX_NOISE 0.05

/* Regions of about 25, 50 and 100 us at 2.5 GHz: 64 ADDs a round. */
#define LINEAR_ROUNDS UINT64_C(1000)
#define LINEAR_PAIRS 31
#define LINEAR_TRIES 3

/* An LFENCE that waits for nothing costs less (measurement.md). */
#define MIN_LFENCE_CYCLES 4.0

static const struct figure *find(const struct figures *figures,
				 const char *benchmark)
{
	size_t i;

	for (i = 0; i < figures->nr; i++)
		if (!strcmp(figures->list[i].benchmark, benchmark))
			return &figures->list[i];
	return NULL;
}

/* In cycles of the calibration next to it; where that refused, of ADD. */
static double chain_cycles(const struct figures *figures, const char *name)
{
	const struct figure *chain = find(figures, name);
	const struct figure *add = find(figures, "add_chain");

	if (!chain || !add)
		return NAN;
	return isnan(chain->cycles.value) ? chain->tsc.value / add->tsc.value
					  : chain->cycles.value;
}

static void tell_chain(struct doctor *doctor, const struct figures *figures,
		       const char *title, const char *benchmark, double known,
		       const char *bad)
{
	double cycles = chain_cycles(figures, benchmark);
	bool right = fabs(cycles / known - 1) <= MAX_ERROR;
	char found[160];

	if (isnan(cycles))
		snprintf(found, sizeof(found), "could not be measured");
	else
		snprintf(found, sizeof(found),
			 "%.3f cycles, known to be %.2f (within 1 %%)", cycles,
			 known);
	doctor_tell(
		doctor, right ? DOCTOR_OK : DOCTOR_BAD, title, found,
		right ? "What is measured here is what the CPU does." : bad,
		right ? NULL
		      : "xbench run '*_chain' shows more; keep the machine free of other work and try again");
}

static void tell_repeat(struct doctor *doctor, const struct figures *figures)
{
	const struct figure *imul = find(figures, "imul_chain");
	double apart = NAN;
	enum doctor_verdict verdict = DOCTOR_BAD;
	char found[160] = "no launch gave cycles";

	if (imul && !isnan(imul->cycles.value)) {
		apart = imul->cycles.hi / imul->cycles.lo - 1;
		verdict = apart <= MAX_ERROR   ? DOCTOR_OK
			  : apart <= MAX_NOISE ? DOCTOR_CAUTION
					       : DOCTOR_BAD;
		snprintf(found, sizeof(found),
			 "%.3f to %.3f cycles over %zu launches, %.2f %% apart",
			 imul->cycles.lo, imul->cycles.hi, imul->nr_launches,
			 100 * apart);
	}
	doctor_tell(
		doctor, verdict, "repeats", found,
		verdict == DOCTOR_OK
			? "A difference of a few per cent between two machines or settings is one."
			: "Launches differ by more than what is to be told apart.",
		verdict == DOCTOR_OK
			? NULL
			: "stop other work, or move it: taskset -c, isolcpus=, cset shield");
}

static void tell_frequency(struct doctor *doctor, const struct figures *figures)
{
	const struct figure *add = find(figures, "add_chain");
	double apart;
	char found[160];
	bool steady;

	if (!add || isnan(add->tsc.value))
		return;
	apart = add->tsc.hi / add->tsc.lo - 1;
	steady = apart <= MAX_ERROR;
	snprintf(found, sizeof(found),
		 "%.2f core cycles a TSC tick, %.2f %% apart over %zu launches",
		 1 / add->tsc.value, 100 * apart, add->nr_launches);
	doctor_tell(doctor, steady ? DOCTOR_OK : DOCTOR_CAUTION,
		    "core frequency", found,
		    steady ? "Ticks and ns may be compared as cycles may."
			   : "It moves: compare cycles, not ticks or ns.",
		    steady ? NULL : "cpupower frequency-set -g performance");
}

static void tell_noise(struct doctor *doctor, const struct csv_file *file)
{
	uint64_t samples = 0, dropped = 0;
	char found[160];
	double share;
	bool quiet;
	size_t i;

	for (i = 0; i < file->nr_rows; i++) {
		if (file->rows[i].samples == CSV_NO_COUNT)
			continue;
		samples += file->rows[i].samples;
		dropped += file->rows[i].dropped;
	}
	if (!(samples + dropped))
		return;
	share = (double)dropped / (double)(samples + dropped);
	/* A series with half of its samples gone has no figure. */
	quiet = share <= 0.1;
	snprintf(found, sizeof(found), "%.1f %% of %llu samples dropped",
		 100 * share, (unsigned long long)(samples + dropped));
	doctor_tell(
		doctor, quiet ? DOCTOR_OK : DOCTOR_CAUTION, "noise", found,
		quiet ? "Little else ran on this CPU."
		      : "Interrupts or other programs fall into samples; those are dropped, and rows may get contaminated.",
		quiet ? NULL
		      : "stop other work, or name a quieter CPU: --cpu N");
}

static void tell_lfence(struct doctor *doctor, const struct figures *figures)
{
	double cycles = chain_cycles(figures, "lfence");
	char found[160];
	bool waits = cycles >= MIN_LFENCE_CYCLES;

	snprintf(found, sizeof(found), "%.1f cycles each", cycles);
	doctor_tell(
		doctor, waits ? DOCTOR_OK : DOCTOR_BAD, "LFENCE costs", found,
		waits ? "It waits for what came before it, as the clock reads need it to."
		      : "It seems to wait for nothing: the clock may be read too early, and no row is native.",
		waits ? NULL
		      : "on AMD, as root: wrmsr -a 0xc0011029 $(($(rdmsr -d 0xc0011029) | 2))");
}

/* The lower quartile of a region of `rounds` times 64 ADDs; NaN if none. */
static double region_ticks(uint64_t rounds)
{
	struct xb_mailbox mb = {
		.version = XB_ABI_VERSION,
		.op = XB_OP_RUN,
		.bench = XB_ID_add_chain,
		.mode = XB_MODE_throughput,
		.pairs = LINEAR_PAIRS,
		.rounds = rounds,
		.max_ticks = UINT64_MAX,
	};
	double ticks[XB_MAX_PAIRS];
	struct backend_facts facts;
	struct backend_error err;
	uint32_t i;

	if (backend_user.run(&mb, &facts, &err) || mb.status != XB_OK)
		return NAN;
	for (i = 0; i < mb.taken; i++)
		ticks[i] = (double)mb.ticks[XB_U][i];
	stats_sort(ticks, mb.taken);
	return stats_quantile(ticks, mb.taken, 0.25);
}

/* (T(4N) - T(2N)) / (T(2N) - T(N)), known to be 2; the best of some tries,
 * because the frequency may change between two regions. */
static double linear_ratio(void)
{
	double best = NAN, n, ratio;
	int i;

	for (i = 0; i < LINEAR_TRIES; i++) {
		n = region_ticks(2 * LINEAR_ROUNDS);
		ratio = (region_ticks(4 * LINEAR_ROUNDS) - n) /
			(n - region_ticks(LINEAR_ROUNDS));
		if (!(fabs(best - 2) <= fabs(ratio - 2)))
			best = ratio;
	}
	return best;
}

static void tell_linear(struct doctor *doctor)
{
	struct backend_error err;
	double ratio = NAN;
	char found[160];
	bool right;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(doctor->cpu, &set);
	if (!sched_setaffinity(0, sizeof(set), &set) &&
	    !backend_user.open(&err)) {
		ratio = linear_ratio();
		backend_user.close();
	}
	right = fabs(ratio / 2 - 1) <= MAX_ERROR;
	snprintf(
		found, sizeof(found),
		"twice the operations cost %.3f times as much, known to be 2.00 (within 1 %%)",
		ratio);
	doctor_tell(
		doctor, right ? DOCTOR_OK : DOCTOR_BAD, "N against 2N", found,
		right ? "Differences of regions are costs."
		      : "The clock does not count as the core works: no cost can be told from it.",
		right ? NULL
		      : "keep the machine free of other work and try again");
}

bool doctor_answers(struct doctor *doctor)
{
	static const char *const names[] = { "add_chain", "imul_chain",
					     "rol_chain", "lfence", NULL };
	struct csv_file file = { 0 };
	struct figures figures = { 0 };
	char title[100];
	bool done = doctor_measure(doctor, names, XB_ON_USER, LAUNCHES, &file);

	if (done && !figures_make(&file, &figures)) {
		snprintf(title, sizeof(title),
			 "Known answers, in ring 3 on CPU %d", doctor->cpu);
		doctor_section(title);
		tell_chain(
			doctor, &figures, "chain of IMUL", "imul_chain", 3,
			"The clock, the calibration or the ring is not what it seems; an interpreter gives such figures.");
		tell_chain(
			doctor, &figures, "chain of ROL", "rol_chain", 1,
			"A second chain of known latency is wrong: do not trust cycles.");
		tell_linear(doctor);
		tell_repeat(doctor, &figures);
		tell_frequency(doctor, &figures);
		tell_noise(doctor, &file);
		tell_lfence(doctor, &figures);
	}
	figures_free(&figures);
	csv_free(&file);
	return done;
}
