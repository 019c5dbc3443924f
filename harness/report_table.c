// SPDX-License-Identifier: MIT
/* report_table.c: figures as tables for the terminal. */
#include "report.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The unit of the ranges of a table: one that every figure in it has. */
struct unit {
	const char *title;
	size_t offset; /* of its figure_cost in struct figure */
};

static const struct unit units[] = {
	{ "cycles, min..max", offsetof(struct figure, cycles) },
	{ "TSC ticks, min..max", offsetof(struct figure, tsc) },
};

static struct figure_cost cost_in(const struct figure *figure,
				  const struct unit *unit)
{
	return *(const struct figure_cost *)((const char *)figure +
					     unit->offset);
}

static const struct unit *common_unit(const struct figure *list, size_t nr)
{
	const struct unit *unit = units;

	for (size_t i = 0; i < nr; i++)
		while (unit != &units[1] && list[i].nr_launches &&
		       isnan(cost_in(&list[i], unit).value))
			unit++;
	return unit;
}

enum {
	BACKEND,
	BENCHMARK,
	MODE,
	CYCLES,
	TICKS,
	NS,
	RANGE,
	LAUNCHES,
	DROPPED,
	FIDELITY,
	FLAGS,
	NR_CELLS
};

/* Two decimals: the timer's step over the operations of a sample is coarser
 * than a third would say. */
static int set_cost(struct libscols_line *line, size_t cell, double cost)
{
	char text[400];

	if (isnan(cost))
		return 0;
	snprintf(text, sizeof(text), "%.2f", cost);
	return scols_line_set_data(line, cell, text);
}

static int set_count(struct libscols_line *line, size_t cell, uint64_t count)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)count);
	return scols_line_set_data(line, cell, text);
}

static int set_range(struct libscols_line *line, struct figure_cost cost)
{
	char text[800];

	if (isnan(cost.value))
		return 0;
	snprintf(text, sizeof(text), "%.2f..%.2f", cost.lo, cost.hi);
	return scols_line_set_data(line, RANGE, text);
}

static int add_line(struct libscols_table *table, const struct figure *figure,
		    const struct unit *unit)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line || scols_line_set_data(line, BENCHMARK, figure->benchmark) ||
	    scols_line_set_data(line, MODE, figure->mode) ||
	    scols_line_set_data(line, BACKEND, figure->backend) ||
	    set_cost(line, CYCLES, figure->cycles.value) ||
	    set_cost(line, TICKS, figure->tsc.value) ||
	    set_cost(line, NS, figure->ns.value) ||
	    set_range(line, cost_in(figure, unit)) ||
	    set_count(line, LAUNCHES, figure->nr_launches) ||
	    set_count(line, DROPPED, figure->dropped) ||
	    scols_line_set_data(line, FIDELITY, figure->fidelity) ||
	    scols_line_set_data(line, FLAGS, figure->flags))
		return -ENOMEM;
	return 0;
}

/* Columns in which no figure has anything are hidden. */
static int add_columns(struct libscols_table *table, const struct figure *list,
		       size_t nr, const struct unit *unit)
{
	const char *titles[NR_CELLS] = {
		"backend",   "benchmark", "mode",  "cycles",
		"TSC ticks", "ns",	  NULL,	   "launches",
		"dropped",   "fidelity",  "flags",
	};
	bool any_cycles = false, any_flags = false;

	titles[RANGE] = unit->title;
	for (size_t i = 0; i < nr; i++) {
		any_cycles |= !isnan(list[i].cycles.value);
		any_flags |= *list[i].flags != '\0';
	}
	for (size_t i = 0; i < NR_CELLS; i++) {
		int how = i >= CYCLES && i <= DROPPED ? SCOLS_FL_RIGHT : 0;

		if ((i == CYCLES && !any_cycles) || (i == FLAGS && !any_flags))
			how |= SCOLS_FL_HIDDEN;
		if (!scols_table_new_column(table, titles[i], 0, how))
			return -ENOMEM;
	}
	return 0;
}

/* The figures of one family; those without a measured launch are left out. */
static int print_table(FILE *out, const struct figure *list, size_t nr)
{
	const struct unit *unit = common_unit(list, nr);
	struct libscols_table *table;
	size_t measured = 0;
	int rc;

	for (size_t i = 0; i < nr; i++)
		measured += list[i].nr_launches;
	if (!measured)
		return 0;
	table = scols_new_table();
	if (!table)
		return -ENOMEM;
	rc = scols_table_set_stream(table, out);
	if (!rc)
		rc = add_columns(table, list, nr, unit);
	for (size_t i = 0; i < nr && !rc; i++)
		if (list[i].nr_launches)
			rc = add_line(table, &list[i], unit);
	if (!rc) {
		fprintf(out, "\n%s\n", list[0].family);
		rc = scols_print_table(table);
	}
	scols_unref_table(table);
	return rc;
}

int report_tables(FILE *out, const struct figures *figures)
{
	size_t first = 0;

	while (first < figures->nr) {
		const struct figure *list = &figures->list[first];
		size_t nr = 1;
		int rc;

		while (first + nr < figures->nr &&
		       strcmp(list[nr].family, list->family) == 0)
			nr++;
		rc = print_table(out, list, nr);
		if (rc)
			return rc;
		first += nr;
	}
	return 0;
}
