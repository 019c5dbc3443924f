/* SPDX-License-Identifier: MIT */
/* samples.h: from the ticks of regions to the cost of an operation. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <xbench/abi.h>

#define SAMPLES_MAX 1024

/* Pair i is ticks[*][i]; regions XB_EMPTY_* are 0 where not sampled. */
struct samples {
	uint32_t n;
	double ticks[XB_NR_REGIONS][SAMPLES_MAX];
};

/* All in TSC ticks an operation. */
struct samples_cost {
	uint32_t clean;	     /* pairs kept */
	double region_ticks; /* lower quartile of XB_U, whole region */
	double tsc;
	double min, p25, p50, p75, p99; /* of the pairs' own costs */
};

/*
 * Drop the pairs that something fell into: a region's sample is a gap if it
 * lies beyond the median of its kind by more than 10 median absolute
 * deviations and by more than 5 %.  Of the others, with q the lower quartile,
 *
 *	tsc = (q(XB_2U) - q(XB_U)) / ops
 *	    - (q(XB_EMPTY_2U) - q(XB_EMPTY_U)) / empty_ops
 *
 * `ops` and `empty_ops`: operations in one XB_U region (rounds times copies).
 * Needs n > 0.  If no pair is clean, `clean` is 0 and the rest NaN.
 */
void samples_cost(const struct samples *samples, double ops, double empty_ops,
		  struct samples_cost *cost);

#endif
