/* SPDX-License-Identifier: MIT */
/* metric.h: the costs of a result row that can be compared. */
#ifndef METRIC_H
#define METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

struct metric {
	const char *name; /* the column's, and --metric's */
	const char *unit; /* of one operation */
	size_t offset;	  /* in struct csv_row; of an event METRIC_EVENT */
};

#define METRIC_EVENT ((size_t)-1)

/* The count of an event, by its column's name, which must live as long. */
struct metric metric_event(const char *column);

/* The i-th name, NULL after the last. */
const char *metric_word(size_t i);

/* By name, which must live as long if it is an event's; or NULL. */
const struct metric *metric_by_name(const char *name);

/* The names, for messages: "cycles, ns, tsc, pmu:EVENT". */
extern const char metric_names[];

/*
 * What to compare unless told: cycles if every row that was measured, of those
 * that `wanted` (all if NULL) says yes to, has them; else ns.
 */
typedef bool metric_filter(const void *arg, const struct csv_row *row);
const struct metric *metric_default(const struct csv_file *files, size_t nr,
				    metric_filter *wanted, const void *arg);

/* The cost in this metric; NaN if the row has none. */
double metric_value(const struct metric *metric, const struct csv_row *row);

/* The step of the timer in this metric; NaN if it is not known. */
double metric_quantum(const struct metric *metric, const struct csv_row *row);

#endif
