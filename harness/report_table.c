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

/* Places of columns that may be left out, and how many there are. */
enum {
	CYCLES = 3,
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

static void add_line(struct table *table, const struct figure *figure,
		     const struct unit *unit, bool cycles, bool flags)
{
	struct figure_cost range = cost_in(figure, unit);

	table_add(table, "%s", figure->backend);
	table_add(table, "%s", figure->benchmark);
	table_add(table, "%s", figure->mode);
	if (cycles)
		add_cost(table, figure->cycles.value);
	add_cost(table, figure->tsc.value);
	add_cost(table, figure->ns.value);
	if (isnan(range.value))
		table_add(table, "%s", "");
	else
		table_add(table, "%.2f..%.2f", range.lo, range.hi);
	table_add(table, "%zu", figure->nr_launches);
	table_add(table, "%llu", (unsigned long long)figure->dropped);
	table_add(table, "%s", figure->fidelity);
	if (flags)
		table_add(table, "%s", figure->flags);
}

/* Columns in which no figure has anything are left out. */
static size_t make_columns(struct table_column *columns,
			   const struct unit *unit, bool cycles, bool flags)
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

	for (size_t i = 0; i < NR_CELLS; i++)
		if ((i != CYCLES || cycles) && (i != FLAGS || flags))
			columns[n++] = all[i];
	return n;
}

/* Where a terminal is too narrow, from the first on; a cost stays. */
static const char *const expendable[] = { "launches", "dropped",   "ns",
					  "min..max", "TSC ticks", NULL };

/* The figures of one family; those without a measured launch are left out. */
static int print_table(FILE *out, const struct report_style *style,
		       const struct figure *list, size_t nr, bool *whole)
{
	const struct unit *unit = common_unit(list, nr);
	struct table_column columns[NR_CELLS];
	bool cycles = false, flags = false;
	struct table table;
	int rc;

	for (size_t i = 0; i < nr; i++) {
		cycles |= !isnan(list[i].cycles.value);
		flags |= *list[i].flags != '\0';
	}
	table = table_begin(columns,
			    make_columns(columns, unit, cycles, flags));
	for (size_t i = 0; i < nr; i++)
		if (list[i].nr_launches)
			add_line(&table, &list[i], unit, cycles, flags);
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
		  const struct figures *figures, bool *whole)
{
	size_t first = 0;

	while (first < figures->nr) {
		const struct figure *list = &figures->list[first];
		size_t nr = 1;
		int rc;

		while (first + nr < figures->nr &&
		       strcmp(list[nr].family, list->family) == 0)
			nr++;
		rc = print_table(out, style, list, nr, whole);
		if (rc)
			return rc;
		first += nr;
	}
	return 0;
}
