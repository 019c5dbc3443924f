// SPDX-License-Identifier: MIT
/* report_sides.c: the figures of several files, side by side. */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "table_fit.h"

/* One row: the figure of each file, NULL where it has none of that name. */
struct side_row {
	const struct figure *first; /* any of them, for the names */
	const struct figure **figures;
};

static const struct {
	const char *title;
	size_t offset; /* of its figure_cost in struct figure */
} units[] = {
	{ "cycles", offsetof(struct figure, cycles) },
	{ "ns", offsetof(struct figure, ns) },
};

static struct figure_cost cost_in(const struct figure *figure, size_t unit)
{
	return *(const struct figure_cost *)((const char *)figure +
					     units[unit].offset);
}

/* The next row in the order of reports; `at` is how far each file is. */
static bool next_row(const struct report_file *files, size_t nr, size_t *at,
		     struct side_row *row)
{
	row->first = NULL;
	for (size_t i = 0; i < nr; i++) {
		const struct figures *figures = &files[i].figures;
		const struct figure *head = &figures->list[at[i]];

		if (at[i] < figures->nr &&
		    (!row->first || figures_order(head, row->first) < 0))
			row->first = head;
	}
	for (size_t i = 0; row->first && i < nr; i++) {
		const struct figures *figures = &files[i].figures;

		row->figures[i] = NULL;
		if (at[i] < figures->nr &&
		    !figures_order(&figures->list[at[i]], row->first))
			row->figures[i] = &figures->list[at[i]++];
	}
	return row->first;
}

/* Two decimals: see report_table.c. */
static void add_side(struct table *table, const struct figure *figure,
		     size_t unit)
{
	struct figure_cost cost = { NAN, NAN, NAN };

	if (figure && figure->nr_launches)
		cost = cost_in(figure, unit);
	if (isnan(cost.value)) {
		table_add(table, "%s", "");
		table_add(table, "%s", "");
	} else {
		table_add(table, "%.2f", cost.value);
		table_add(table, "%.2f..%.2f", cost.lo, cost.hi);
	}
	table_add(table, "%s", figure ? figure->fidelity : "");
}

/* Ticks of two machines are two units; so ns, where one has no cycles. */
static size_t common_unit(const struct report_file *files, size_t nr,
			  const char *family)
{
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < files[i].figures.nr; k++) {
			const struct figure *f = &files[i].figures.list[k];

			if (f->nr_launches && !strcmp(f->family, family) &&
			    isnan(f->cycles.value))
				return 1;
		}
	return 0;
}

/* "A cycles", "A min..max", "A fidelity", "B cycles" ... after the names. */
static size_t make_columns(struct table_column *columns, char (*titles)[32],
			   size_t nr, size_t unit)
{
	static const struct table_column names[] = {
		{ "backend", TABLE_TEXT },
		{ "benchmark", TABLE_TEXT },
		{ "mode", TABLE_TEXT },
	};
	char letter[REPORT_LETTER_BYTES];
	size_t n = 3;

	memcpy(columns, names, sizeof(names));
	for (size_t i = 0; i < nr; i++) {
		report_letter(i, letter);
		snprintf(titles[n], sizeof(titles[n]), "%s %s", letter,
			 units[unit].title);
		columns[n] = (struct table_column){ titles[n], TABLE_NUMBER };
		n++;
		snprintf(titles[n], sizeof(titles[n]), "%s min..max", letter);
		columns[n] = (struct table_column){ titles[n], TABLE_NUMBER };
		n++;
		snprintf(titles[n], sizeof(titles[n]), "%s fidelity", letter);
		columns[n] = (struct table_column){ titles[n], TABLE_TEXT };
		n++;
	}
	return n;
}

static bool any_measured(const struct side_row *row, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (row->figures[i] && row->figures[i]->nr_launches)
			return true;
	return false;
}

/* From *row on, which is the first of a family; leaves the first of the next.
 */
static int print_family(FILE *out, const struct report_style *style,
			const struct report_file *files, size_t nr, size_t *at,
			struct side_row *row, bool *whole)
{
	static const char *const expendable[] = { "min..max", "fidelity",
						  NULL };
	size_t max = 3 + 3 * nr;
	struct table_column *columns = calloc(max, sizeof(*columns));
	char(*titles)[32] = calloc(max, sizeof(*titles));
	const char *family = row->first->family;
	size_t unit = common_unit(files, nr, family);
	struct table table = { .rc = -ENOMEM };
	bool more = true;
	int rc;

	if (columns && titles)
		table = table_begin(columns,
				    make_columns(columns, titles, nr, unit));
	for (; more && !table.rc && !strcmp(row->first->family, family);
	     more = next_row(files, nr, at, row)) {
		if (!any_measured(row, nr))
			continue;
		table_add(&table, "%s", row->first->backend);
		table_add(&table, "%s", row->first->benchmark);
		table_add(&table, "%s", row->first->mode);
		for (size_t i = 0; i < nr; i++)
			add_side(&table, row->figures[i], unit);
	}
	if (table.nr_cells)
		fprintf(out, "%s%s%s", style->before_family, family,
			style->after_family);
	if (!table.rc && style->width)
		*whole &= table_fit(&table, columns, style->width, expendable);
	if (!table.rc)
		table.rc = style->print_table(out, &table);
	rc = table.rc;
	table_free(&table);
	free(titles);
	free(columns);
	return rc;
}

int report_sides(FILE *out, const struct report_style *style,
		 const struct report_file *files, size_t nr, bool *whole)
{
	struct side_row row = { .figures = calloc(nr, sizeof(*row.figures)) };
	size_t *at = calloc(nr, sizeof(*at));
	int rc = row.figures && at ? 0 : -ENOMEM;

	if (!rc && next_row(files, nr, at, &row))
		while (!rc && row.first)
			rc = print_family(out, style, files, nr, at, &row,
					  whole);
	free(row.figures);
	free(at);
	return rc;
}
