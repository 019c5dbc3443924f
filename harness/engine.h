/* SPDX-License-Identifier: MIT */
/* engine.h: what to measure, and what came of it. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "backend.h"

enum engine_status {
	ENGINE_OK,
	ENGINE_SKIP,	     /* this CPU, world or backend cannot */
	ENGINE_FAULT,	     /* the payload raised an exception */
	ENGINE_ERROR,	     /* the world died, or the request was wrong */
	ENGINE_CONTAMINATED, /* too few clean samples */
	ENGINE_UNRESOLVABLE, /* the timer's step is too coarse */
	ENGINE_NR_STATUSES
};

/* The worst comes last: a figure of several rows takes it. */
enum engine_fidelity {
	ENGINE_NATIVE,
	ENGINE_UNKNOWN,
	ENGINE_TRAPPED,
	ENGINE_EMULATED,
	ENGINE_NR_FIDELITIES
};

extern const char *const engine_status_names[ENGINE_NR_STATUSES];
extern const char *const engine_fidelity_names[ENGINE_NR_FIDELITIES];

/* One series: one benchmark and mode in one backend, named by numbers. */
struct engine_item {
	uint32_t backend; /* index into backends[] */
	uint32_t bench;	  /* enum xb_bench */
	uint32_t mode;	  /* XB_MODE_* */
};

/*
 * The series of a selection, in the order of backends and catalog.  Returns
 * their number; `items` may be NULL to count.
 */
size_t engine_plan(const unsigned char selected[XB_NR_BENCHES],
		   uint32_t backend_bits, uint32_t modes,
		   struct engine_item *items);

/*
 * What one series gave.  Costs are TSC ticks an operation.  Goes through the
 * pipe from the launch to its parent, the same program, as it lies.
 */
struct engine_record {
	struct engine_item item;
	enum engine_status status;
	enum engine_fidelity fidelity;
	double tsc;
	double cycles_per_tick; /* NaN: no cycles */
	bool cycles_counted;	/* by a counter, not calibrated */
	double min, p25, p50, p75, p99;
	double quantum;
	uint64_t ops;
	uint32_t samples;
	uint32_t dropped;
	double events[EVENT_MAX]; /* an operation; NaN: not counted */
	char flags[64];		  /* words with ';' between */
	char reason[768];	  /* of a status that is not ok */
};

void engine_add_flag(struct engine_record *record, const char *flag);

/* A record with no figure in it. */
struct engine_record engine_empty_record(const struct engine_item *item);

/* How to measure; the same for all series of a launch. */
struct engine_settings {
	uint64_t seed;	 /* of the order, together with `launch` */
	uint32_t launch; /* from 1 */
	int cpu;	 /* pinned to */
	uint32_t pairs;	 /* samples wanted of each region */
	double tsc_khz;
	struct event_list events; /* to count, in passes of their own */
	struct event watch[EVENT_NR_WATCHED];
	bool dry; /* only find out what can run: records without figures */
};

/* Into the order of this launch: seed and launch decide. */
void engine_shuffle(const struct engine_settings *settings,
		    struct engine_item *items, size_t n);

/* Let this thread run on one CPU only.  0 or -ENODEV. */
int engine_pin(int cpu);

/*
 * One launch: pin, open the backends that the items name, measure all items
 * in shuffled order, and hand each record to `emit` at once.  A backend that
 * cannot be opened gives records with status SKIP and the reason.  0, or the
 * first non-zero of emit, or -ENODEV if the CPU cannot be pinned to.
 */
int engine_launch(const struct engine_settings *settings,
		  struct engine_item *items, size_t nr_items,
		  int (*emit)(const struct engine_record *record, void *arg),
		  void *arg);

/* series.c: the state of one backend within a launch. */
struct series_world {
	const struct backend *backend;
	const struct engine_settings *settings;
	uint32_t tsc_step;
	bool tcg;      /* CPUID names TCG: interpreted, and rightly so */
	bool emulated; /* that, or a known latency is wrong */
	uint64_t clock_rounds;	/* of the calibration's regions; 0: not yet */
	double cycles_per_tick; /* latest calibration; NaN: none possible */
	double imul_ratio;	/* IMUL over ADD, of the same */
	double lfence_cycles;	/* what an LFENCE costs here */
};

/* Calibrate the clock for the first time.  0 or -errno with `err`. */
int series_prepare(struct series_world *world, struct backend_error *err);

/* Measure one series; `record` comes empty but for its item. */
void series_measure(struct series_world *world, struct engine_record *record);

#endif
