/* SPDX-License-Identifier: MIT */
/* stats.h: the statistics of samples.  Prints nothing, never exits. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

/* Sort ascending, in place.  Values must not be NaN. */
void stats_sort(double *values, size_t n);

/*
 * Quantile `p` in [0, 1] of `n` values sorted ascending, by linear
 * interpolation between order statistics: type 7 of Hyndman and Fan,
 * "Sample Quantiles in Statistical Packages", The American Statistician 50
 * (1996).  NaN if n is 0.
 */
double stats_quantile(const double *sorted, size_t n, double p);

/*
 * Median absolute deviation from `centre`, not scaled.  `scratch` holds n
 * values and is overwritten.  NaN if n is 0.
 */
double stats_mad(const double *values, size_t n, double centre,
		 double *scratch);

#endif
