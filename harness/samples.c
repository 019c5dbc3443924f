// SPDX-License-Identifier: MIT
/* samples.c: from the ticks of regions to the cost of an operation. */
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "samples.h"
#include "stats.h"

#define GAP_MADS 10.0
#define GAP_RATIO 1.05

/* The sample beyond which one of these is a gap. */
static double gap_limit(const double *ticks, uint32_t n)
{
	double sorted[SAMPLES_MAX], scratch[SAMPLES_MAX], median, mad;

	memcpy(sorted, ticks, n * sizeof(*ticks));
	stats_sort(sorted, n);
	median = stats_quantile(sorted, n, 0.5);
	mad = stats_mad(ticks, n, median, scratch);
	return fmax(median + GAP_MADS * mad, median * GAP_RATIO);
}

/* Keep what is clean, in order; how many. */
static uint32_t keep_clean(const struct samples *all, struct samples *clean)
{
	double limit[XB_NR_REGIONS];
	uint32_t i, r;
	bool gap;

	clean->n = 0;
	for (r = 0; r < XB_NR_REGIONS; r++)
		limit[r] = gap_limit(all->ticks[r], all->n);
	for (i = 0; i < all->n; i++) {
		gap = false;
		for (r = 0; r < XB_NR_REGIONS; r++)
			gap |= all->ticks[r][i] > limit[r];
		if (gap)
			continue;
		for (r = 0; r < XB_NR_REGIONS; r++)
			clean->ticks[r][clean->n] = all->ticks[r][i];
		clean->n++;
	}
	return clean->n;
}

static double lower_quartile(const double *ticks, uint32_t n)
{
	double sorted[SAMPLES_MAX];

	memcpy(sorted, ticks, n * sizeof(*ticks));
	stats_sort(sorted, n);
	return stats_quantile(sorted, n, 0.25);
}

void samples_cost(const struct samples *samples, double ops, double empty_ops,
		  struct samples_cost *cost)
{
	double q[XB_NR_REGIONS], pair[SAMPLES_MAX];
	static struct samples clean; /* 32 KiB */
	uint32_t i, r;

	*cost = (struct samples_cost){
		.clean = keep_clean(samples, &clean),
		.region_ticks = NAN,
		.tsc = NAN,
		.min = NAN,
		.p25 = NAN,
		.p50 = NAN,
		.p75 = NAN,
		.p99 = NAN,
	};
	if (!cost->clean)
		return;

	for (r = 0; r < XB_NR_REGIONS; r++)
		q[r] = lower_quartile(clean.ticks[r], clean.n);
	cost->region_ticks = q[XB_U];
	cost->tsc = (q[XB_2U] - q[XB_U]) / ops -
		    (q[XB_EMPTY_2U] - q[XB_EMPTY_U]) / empty_ops;

	for (i = 0; i < clean.n; i++)
		pair[i] = (clean.ticks[XB_2U][i] - clean.ticks[XB_U][i]) / ops -
			  (clean.ticks[XB_EMPTY_2U][i] -
			   clean.ticks[XB_EMPTY_U][i]) /
				  empty_ops;
	stats_sort(pair, clean.n);
	cost->min = pair[0];
	cost->p25 = stats_quantile(pair, clean.n, 0.25);
	cost->p50 = stats_quantile(pair, clean.n, 0.50);
	cost->p75 = stats_quantile(pair, clean.n, 0.75);
	cost->p99 = stats_quantile(pair, clean.n, 0.99);
}
