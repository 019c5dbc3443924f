// SPDX-License-Identifier: MIT
/* report_table.c: the figures of one file, a table per family. */
#include "report.h"

#include <math.h>
#include <string.h>

#include "table.h"
#include "table_fit.h"

/* The unit of the ranges of a table: one that every figure in it has. */
struct unit {
	const char *title;
	size_t offset; /* of its figure_cost in struct figure */
};

static const struct unit units[] = {
	{ "cycles min..max", offsetof(struct figure, cycles) },
	{ "ticks min..max", offsetof(struct figure, tsc) },
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

/* Places of columns that may be left out, or others come before. */
enum {
	CYCLES = 3,
	RANGE = 6,
	FLAGS = 10,
	NR_CELLS
};

/* Two decimals: the timer's step over the operations of a sample is coarser
 * than a third would say. */
static void add_cost(struct table *table, double cost)
{
	if (isnan(cost))
		table_add(table, "%s", "");
	else
		table_add(table, "%.2f", cost);
}

/* Of a table: which of the columns that may be left out it has. */
struct shown {
	bool cycles, flags;
	const struct csv_file *file;
	bool events[CSV_MAX_EVENTS];
};

static void add_line(struct table *table, const struct figure *figure,
		     const struct unit *unit, const struct shown *shown)
{
	struct figure_cost range = cost_in(figure, unit);

	table_add(table, "%s", figure->backend);
	table_add(table, "%s", figure->benchmark);
	table_add(table, "%s", figure->mode);
	if (shown->cycles)
		add_cost(table, figure->cycles.value);
	add_cost(table, figure->tsc.value);
	add_cost(table, figure->ns.value);
	for (size_t i = 0; i < CSV_MAX_EVENTS; i++)
		if (shown->events[i])
			add_cost(table, figure->events[i].value);
	if (isnan(range.value))
		table_add(table, "%s", "");
	else
		table_add(table, "%.2f..%.2f", range.lo, range.hi);
	table_add(table, "%zu", figure->nr_launches);
	table_add(table, "%llu", (unsigned long long)figure->dropped);
	table_add(table, "%s", figure->fidelity);
	if (shown->flags)
		table_add(table, "%s", figure->flags);
}

/* Columns in which no figure has anything are left out. */
static size_t make_columns(struct table_column *columns,
			   const struct unit *unit, const struct shown *shown)
{
	const struct table_column all[] = {
		{ "backend", TABLE_TEXT },     { "benchmark", TABLE_TEXT },
		{ "mode", TABLE_TEXT },	       { "cycles", TABLE_NUMBER },
		{ "TSC ticks", TABLE_NUMBER }, { "ns", TABLE_NUMBER },
		{ unit->title, TABLE_NUMBER }, { "launches", TABLE_NUMBER },
		{ "dropped", TABLE_NUMBER },   { "fidelity", TABLE_TEXT },
		{ "flags", TABLE_TEXT },
	};
	size_t n = 0;

	for (size_t i = 0; i < NR_CELLS; i++) {
		for (size_t k = 0; i == RANGE && k < CSV_MAX_EVENTS; k++)
			if (shown->events[k])
				columns[n++] = (struct table_column){
					shown->file->events[k], TABLE_NUMBER
				};
		if ((i != CYCLES || shown->cycles) &&
		    (i != FLAGS || shown->flags))
			columns[n++] = all[i];
	}
	return n;
}

/* Where a terminal is too narrow, from the first on; a cost stays. */
static const char *const expendable[] = { "launches", "dropped",   "ns",
					  "min..max", "TSC ticks", NULL };

/* The figures of one family; those without a measured launch are left out. */
static int print_table(FILE *out, const struct report_style *style,
		       const struct csv_file *file, const struct figure *list,
		       size_t nr, bool *whole)
{
	const struct unit *unit = common_unit(list, nr);
	struct table_column columns[NR_CELLS + CSV_MAX_EVENTS];
	struct shown shown = { .file = file };
	struct table table;
	int rc;

	for (size_t i = 0; i < nr; i++) {
		shown.cycles |= !isnan(list[i].cycles.value);
		shown.flags |= *list[i].flags != '\0';
		for (size_t k = 0; k < file->nr_events; k++)
			shown.events[k] |= !isnan(list[i].events[k].value);
	}
	table = table_begin(columns, make_columns(columns, unit, &shown));
	for (size_t i = 0; i < nr; i++)
		if (list[i].nr_launches)
			add_line(&table, &list[i], unit, &shown);
	if (table.nr_cells)
		fprintf(out, "%s%s%s", style->before_family, list[0].family,
			style->after_family);
	if (!table.rc && style->width)
		*whole &= table_fit(&table, columns, style->width, expendable);
	rc = style->print_table(out, &table);
	table_free(&table);
	return rc;
}

int report_tables(FILE *out, const struct report_style *style,
		  const struct report_file *file, bool *whole)
{
	const struct figures *figures = &file->figures;
	size_t first = 0;

	while (first < figures->nr) {
		const struct figure *list = &figures->list[first];
		size_t nr = 1;
		int rc;

		while (first + nr < figures->nr &&
		       strcmp(list[nr].family, list->family) == 0)
			nr++;
		rc = print_table(out, style, &file->csv, list, nr, whole);
		if (rc)
			return rc;
		first += nr;
	}
	return 0;
}
