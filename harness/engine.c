// SPDX-License-Identifier: MIT
/* engine.c: a launch: every series once, in shuffled order. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "catalog.h"
#include "cpu.h"
#include "engine.h"

/*
 * Turbo and caches settle: arbitrary, of the order of a governor's period.
 * What a backend takes to open counts, for the core is busy with it.
 */
#define WARM_UP_NS 10e6

const char *const engine_status_names[ENGINE_NR_STATUSES] = {
	[ENGINE_OK] = "ok",
	[ENGINE_SKIP] = "skip",
	[ENGINE_FAULT] = "fault",
	[ENGINE_ERROR] = "error",
	[ENGINE_CONTAMINATED] = "contaminated",
	[ENGINE_UNRESOLVABLE] = "unresolvable",
};

const char *const engine_fidelity_names[ENGINE_NR_FIDELITIES] = {
	[ENGINE_NATIVE] = "native",
	[ENGINE_UNKNOWN] = "unknown",
	[ENGINE_TRAPPED] = "trapped",
	[ENGINE_EMULATED] = "emulated",
};

size_t engine_plan(const unsigned char selected[XB_NR_BENCHES],
		   uint32_t backend_bits, uint32_t modes,
		   struct engine_item *items)
{
	uint32_t b, i, m;
	size_t n = 0;

	for (b = 0; backends[b]; b++)
		for (i = 0; i < XB_NR_BENCHES; i++)
			for (m = 0; m < XB_NR_MODES; m++) {
				if (!selected[i] ||
				    !(catalog[i].backends & backend_bits &
				      backends[b]->bit) ||
				    !(catalog[i].modes & modes & 1u << m))
					continue;
				if (items)
					items[n] =
						(struct engine_item){ b, i, m };
				n++;
			}
	return n;
}

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void engine_shuffle(const struct engine_settings *settings,
		    struct engine_item *items, size_t n)
{
	uint64_t seed = settings->seed + settings->launch;
	struct engine_item other;
	size_t i, j;

	for (i = n; i > 1; i--) {
		/* The bias of % is below n / 2^64. */
		j = next_random(&seed) % i;
		other = items[i - 1];
		items[i - 1] = items[j];
		items[j] = other;
	}
}

int engine_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -ENODEV : 0;
}

static double cpu_time_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A backend of this launch: open, or why not. */
struct opened {
	bool tried;
	bool open;
	struct backend_error err;
	struct series_world world;
};

static void open_backend(struct opened *o, const struct backend *backend,
			 const struct engine_settings *settings,
			 double warm_at_ns)
{
	struct cpu_identity cpu;

	o->tried = true;
	cpu_find_hypervisor(&cpu);
	o->world = (struct series_world){
		.backend = backend,
		.settings = settings,
		.tsc_step = cpu_tsc_step(),
		.tcg = cpu.emulated,
		.imul_ratio = NAN,
		.cycles_per_tick = NAN,
	};
	o->world.emulated = o->world.tcg;
	if (backend->open(&o->err))
		return;
	while (!settings->dry && cpu_time_ns() < warm_at_ns)
		;
	if (series_prepare(&o->world, &o->err))
		backend->close();
	else
		o->open = true;
}

void engine_add_flag(struct engine_record *record, const char *flag)
{
	size_t used = strlen(record->flags);

	snprintf(record->flags + used, sizeof(record->flags) - used, "%s%s",
		 used ? ";" : "", flag);
}

struct engine_record engine_empty_record(const struct engine_item *item)
{
	struct engine_record record = {
		.item = *item,
		.tsc = NAN,
		.cycles_per_tick = NAN,
		.min = NAN,
		.p25 = NAN,
		.p50 = NAN,
		.p75 = NAN,
		.p99 = NAN,
		.quantum = NAN,
	};
	uint32_t i;

	for (i = 0; i < EVENT_MAX; i++)
		record.events[i] = NAN;
	return record;
}

int engine_launch(const struct engine_settings *settings,
		  struct engine_item *items, size_t nr_items,
		  int (*emit)(const struct engine_record *record, void *arg),
		  void *arg)
{
	static struct opened opened[NR_BACKENDS];
	struct engine_record record;
	int result = engine_pin(settings->cpu);
	double warm_at_ns = cpu_time_ns() + WARM_UP_NS;
	size_t i;

	if (result)
		return result;
	memset(opened, 0, sizeof(opened));
	engine_shuffle(settings, items, nr_items);
	for (i = 0; i < nr_items && !result; i++) {
		struct opened *o = &opened[items[i].backend];

		if (!o->tried)
			open_backend(o, backends[items[i].backend], settings,
				     warm_at_ns);
		record = engine_empty_record(&items[i]);
		if (o->open) {
			series_measure(&o->world, &record);
		} else {
			record.status = ENGINE_SKIP;
			snprintf(record.reason, sizeof(record.reason), "%s",
				 o->err.text);
		}
		result = emit(&record, arg);
	}
	for (i = 0; backends[i]; i++)
		if (opened[i].open)
			backends[i]->close();
	return result;
}
