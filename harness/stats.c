// SPDX-License-Identifier: MIT
/* stats.c: the statistics of samples. */
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *values, size_t n)
{
	if (n)
		qsort(values, n, sizeof(*values), compare);
}

double stats_quantile(const double *sorted, size_t n, double p)
{
	double place, below, part;
	size_t i;

	if (!n)
		return NAN;
	place = (n - 1) * p;
	below = floor(place);
	part = place - below;
	i = below;
	/* Also keeps sorted[i + 1] inside the array when p is 1. */
	if (part == 0.0)
		return sorted[i];
	return sorted[i] + part * (sorted[i + 1] - sorted[i]);
}

double stats_mad(const double *values, size_t n, double centre, double *scratch)
{
	for (size_t i = 0; i < n; i++)
		scratch[i] = fabs(values[i] - centre);
	stats_sort(scratch, n);
	return stats_quantile(scratch, n, 0.5);
}
