// SPDX-License-Identifier: MIT
/* metric.c: the costs of a result row that can be compared. */
#include "metric.h"

#include <math.h>
#include <string.h>

static const struct metric metrics[] = {
	{ "cycles", "cycles", offsetof(struct csv_row, cycles) },
	{ "ns", "ns", offsetof(struct csv_row, ns) },
	{ "tsc", "TSC ticks", offsetof(struct csv_row, tsc) },
};

const char metric_names[] = "cycles, ns, tsc, pmu:EVENT";

const char *metric_word(size_t i)
{
	return i < sizeof(metrics) / sizeof(*metrics) ? metrics[i].name : NULL;
}

struct metric metric_event(const char *column)
{
	return (struct metric){ column, column, METRIC_EVENT };
}

const struct metric *metric_by_name(const char *name)
{
	static struct metric event; /* a process compares in one metric */

	if (strncmp(name, CSV_EVENT_PREFIX, strlen(CSV_EVENT_PREFIX)) == 0) {
		event = metric_event(name);
		return &event;
	}
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	return NULL;
}

const struct metric *metric_default(const struct csv_file *files, size_t nr,
				    metric_filter *wanted, const void *arg)
{
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < files[i].nr_rows; k++) {
			const struct csv_row *row = &files[i].rows[k];

			if (strcmp(row->status, "ok") == 0 &&
			    isnan(row->cycles) && (!wanted || wanted(arg, row)))
				return &metrics[1];
		}
	return &metrics[0];
}

double metric_value(const struct metric *metric, const struct csv_row *row)
{
	if (metric->offset == METRIC_EVENT)
		return csv_event(row, metric->name);
	return *(const double *)((const char *)row + metric->offset);
}

/* `quantum` is in ticks, and every metric but events is ticks times a factor;
 * an event is counted in ones. */
double metric_quantum(const struct metric *metric, const struct csv_row *row)
{
	if (metric->offset == METRIC_EVENT)
		return 1 / (double)row->ops;
	return row->quantum * (metric_value(metric, row) / row->tsc);
}
