/* SPDX-License-Identifier: MIT */
/* take.h: samples of one benchmark and mode out of a world. */
#ifndef TAKE_H
#define TAKE_H

#include "engine.h"
#include "samples.h"

/* What a request needs besides the benchmark, and what came back. */
struct take {
	uint32_t pairs;
	uint64_t rounds;
	uint32_t clock;	  /* TSC, or a counter ... */
	uint32_t counter; /* ... that RDPMC reads by this ... */
	uint32_t width;	  /* ... and that has so many bits */
	struct samples samples;
	struct backend_facts facts;
	double ops; /* operations executed, of the body and of nothing */
	uint64_t nmis, smis; /* where the world counts them */
	struct xb_mailbox mb;
	struct backend_error err;
};

/* One chunk after the other until all pairs are taken.  0 or -errno; stops
 * early with take->mb.status if that is not OK. */
int take_samples(const struct series_world *world, uint32_t bench,
		 uint32_t mode, struct take *take);

/* The same by counter `i` of what the world counts, read by who asks. */
int take_outside(const struct series_world *world, uint32_t bench, uint32_t i,
		 struct take *take);

#endif
