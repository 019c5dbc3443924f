// SPDX-License-Identifier: MIT
/* diff_print.c: a difference for people and for programs. */
#include "diff_print.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* Sides are called A, B, C in tables; 26 are more than a screen is wide. */
static char letter(size_t side)
{
	return side < 26 ? (char)('A' + side) : '?';
}

static const char *status_of(const struct diff_cell *cell)
{
	if (!cell->row)
		return "missing";
	if (cell->row->nr)
		return "ok";
	if (cell->row->failed)
		return cell->row->failed->status;
	return cell->row->nr_noisy ? "contaminated" : "other unit";
}

static bool fidelity_differs(const struct diff *diff,
			     const struct diff_row *row)
{
	const char *first = NULL;

	for (size_t i = 0; i < diff->nr_sides; i++) {
		const struct side_row *side_row = row->cells[i].row;

		if (!side_row || !side_row->nr)
			continue;
		if (first && strcmp(first, side_row->fidelity) != 0)
			return true;
		first = side_row->fidelity;
	}
	return false;
}

static void add_value(struct table *table, const struct diff_cell *cell,
		      bool differs)
{
	if (isnan(cell->value.value)) {
		table_add(table, "%s", status_of(cell));
		return;
	}
	table_add(table, "%.2f [%.2f, %.2f]%s%s", cell->value.value,
		  cell->value.lo, cell->value.hi, differs ? " " : "",
		  differs ? cell->row->fidelity : "");
}

static void add_ratio(struct table *table, const struct diff_cell *cell)
{
	if (isnan(cell->ratio.value))
		table_add(table, "-");
	else
		table_add(table, "%.3f [%.3f, %.3f]", cell->ratio.value,
			  cell->ratio.lo, cell->ratio.hi);
}

/* benchmark, mode, backend, A, B, B/A, C, C/A ... */
static struct table make_table(const struct diff *diff,
			       struct table_column *columns, char (*titles)[8])
{
	size_t nr = 3;
	struct table table;

	columns[0] = (struct table_column){ "benchmark", TABLE_TEXT };
	columns[1] = (struct table_column){ "mode", TABLE_TEXT };
	columns[2] = (struct table_column){ "backend", TABLE_TEXT };
	for (size_t i = 0; i < diff->nr_sides; i++) {
		snprintf(titles[nr], sizeof(*titles), "%c", letter(i));
		columns[nr] = (struct table_column){ titles[nr], TABLE_NUMBER };
		nr++;
		if (!i)
			continue;
		snprintf(titles[nr], sizeof(*titles), "%c/A", letter(i));
		columns[nr] = (struct table_column){ titles[nr], TABLE_NUMBER };
		nr++;
	}
	table = table_begin(columns, nr);
	for (size_t k = 0; k < diff->nr; k++) {
		const struct diff_row *row = &diff->rows[k];
		bool differs = fidelity_differs(diff, row);

		table_add(&table, "%s", row->name->name->benchmark);
		table_add(&table, "%s", row->name->name->mode);
		table_add(&table, "%s", row->name->name->backend);
		for (size_t i = 0; i < diff->nr_sides; i++) {
			add_value(&table, &row->cells[i], differs);
			if (i)
				add_ratio(&table, &row->cells[i]);
		}
	}
	return table;
}

static void print_sides(FILE *out, const struct side *sides,
			const struct diff *diff, const char *bullet)
{
	for (size_t i = 0; i < diff->nr_sides; i++) {
		const char *cpu = csv_meta(&sides[i].files[0], "cpu");
		const char *kernel = csv_meta(&sides[i].files[0], "kernel");

		fprintf(out, "%s%c: %s%s%s%s%s\n", bullet, letter(i),
			sides[i].paths[0], cpu ? ", " : "", cpu ? cpu : "",
			kernel ? ", " : "", kernel ? kernel : "");
	}
}

/* How sure the intervals are: the least and the greatest of the levels. */
static void print_levels(FILE *out, const struct diff *diff, bool ratio)
{
	double lo = INFINITY, hi = 0;
	size_t nr_ranges = 0;

	for (size_t i = 0; i < diff->nr * diff->nr_sides; i++) {
		const struct diff_cell *cell = &diff->cells[i];
		const struct stats_interval *interval =
			ratio ? &cell->ratio : &cell->value;

		if (isnan(interval->value) ||
		    (ratio && i % diff->nr_sides == 0))
			continue;
		if (interval->level == 0) {
			nr_ranges++;
			continue;
		}
		lo = fmin(lo, interval->level);
		hi = fmax(hi, interval->level);
	}
	if (hi > 0)
		fprintf(out, "%s: Hodges-Lehmann over batches, level %.2f %%",
			ratio ? "Ratios" : "Values", 100 * lo);
	if (hi > lo)
		fprintf(out, " to %.2f %%", 100 * hi);
	if (hi > 0)
		fprintf(out, ".\n");
	if (nr_ranges)
		fprintf(out,
			"%s of fewer than 3 batches: the range over launches (%zu); measure with --batches for an interval.\n",
			ratio ? "Ratios" : "Values", nr_ranges);
}

static void print_notes(FILE *out, const struct side *sides,
			const struct diff *diff)
{
	bool mixed = false;

	print_levels(out, diff, false);
	print_levels(out, diff, true);
	for (size_t i = 1; i < diff->nr_sides; i++)
		if (diff->nr_common)
			fprintf(out,
				"%c/A: geometric mean %.4f over the %zu of %zu rows that all files have.\n",
				letter(i), diff->means[i], diff->nr_common,
				diff->nr);
	if (!diff->nr_common)
		fprintf(out, "No row has a ratio in every file.\n");
	for (size_t k = 0; k < diff->nr; k++)
		mixed |= fidelity_differs(diff, &diff->rows[k]);
	if (mixed)
		fprintf(out,
			"Rows that name a fidelity are not of the same kind in every file: their ratio compares a CPU with something else.\n");
	for (size_t i = 1; i < diff->nr_sides; i++) {
		const struct csv_file *a = &sides[0].files[0];
		const struct csv_file *b = &sides[i].files[0];

		if (a->nr_rows && b->nr_rows &&
		    strcmp(a->rows[0].subject, b->rows[0].subject) != 0)
			fprintf(out,
				"A and %c differ in subject: kernel, mitigations or xbench build.\n",
				letter(i));
	}
}

static int print_people(FILE *out, const struct side *sides,
			const struct diff *diff, const struct metric *metric,
			bool markdown)
{
	size_t max = 3 + 2 * diff->nr_sides;
	struct table_column *columns = calloc(max, sizeof(*columns));
	char(*titles)[8] = calloc(max, sizeof(*titles));
	struct table table;
	int rc = -ENOMEM;

	if (columns && titles) {
		print_sides(out, sides, diff, markdown ? "* " : "");
		fprintf(out, "\n%s per operation\n%s", metric->unit,
			markdown ? "\n" : "");
		table = make_table(diff, columns, titles);
		rc = markdown ? table_print_markdown(out, &table)
			      : table_print_text(out, &table);
		table_free(&table);
		fputc('\n', out);
		print_notes(out, sides, diff);
	}
	free(columns);
	free(titles);
	return rc;
}

static int print_text(FILE *out, const struct side *sides,
		      const struct diff *diff, const struct metric *metric)
{
	return print_people(out, sides, diff, metric, false);
}

static int print_markdown(FILE *out, const struct side *sides,
			  const struct diff *diff, const struct metric *metric)
{
	return print_people(out, sides, diff, metric, true);
}

static const struct table_column tidy[] = {
	{ "file", TABLE_TEXT },		 { "backend", TABLE_TEXT },
	{ "family", TABLE_TEXT },	 { "benchmark", TABLE_TEXT },
	{ "mode", TABLE_TEXT },		 { "metric", TABLE_TEXT },
	{ "status", TABLE_TEXT },	 { "fidelity", TABLE_TEXT },
	{ "batches", TABLE_NUMBER },	 { "value", TABLE_NUMBER },
	{ "lo", TABLE_NUMBER },		 { "hi", TABLE_NUMBER },
	{ "level", TABLE_NUMBER },	 { "ratio", TABLE_NUMBER },
	{ "ratio_lo", TABLE_NUMBER },	 { "ratio_hi", TABLE_NUMBER },
	{ "ratio_level", TABLE_NUMBER },
};

static void add_interval(struct table *table,
			 const struct stats_interval *interval)
{
	table_add_real(table, interval->value);
	table_add_real(table, interval->lo);
	table_add_real(table, interval->hi);
	table_add_real(table, interval->level > 0 ? interval->level : NAN);
}

static struct table make_tidy(const struct side *sides, const struct diff *diff,
			      const struct metric *metric)
{
	struct table table = table_begin(tidy, sizeof(tidy) / sizeof(*tidy));

	for (size_t i = 0; i < diff->nr * diff->nr_sides; i++) {
		const struct diff_cell *cell = &diff->cells[i];
		const struct csv_row *name =
			diff->rows[i / diff->nr_sides].name->name;

		table_add(&table, "%s", sides[i % diff->nr_sides].paths[0]);
		table_add(&table, "%s", name->backend);
		table_add(&table, "%s", name->family);
		table_add(&table, "%s", name->benchmark);
		table_add(&table, "%s", name->mode);
		table_add(&table, "%s", metric->name);
		table_add(&table, "%s", status_of(cell));
		table_add(&table, "%s", cell->row ? cell->row->fidelity : "");
		table_add(&table, "%zu", cell->row ? cell->row->nr : 0);
		add_interval(&table, &cell->value);
		add_interval(&table, &cell->ratio);
	}
	return table;
}

static int print_csv(FILE *out, const struct side *sides,
		     const struct diff *diff, const struct metric *metric)
{
	struct table table = make_tidy(sides, diff, metric);
	int rc = table_print_csv(out, &table);

	table_free(&table);
	return rc;
}

static int print_json(FILE *out, const struct side *sides,
		      const struct diff *diff, const struct metric *metric)
{
	struct table table = make_tidy(sides, diff, metric);
	json_t *means = json_array();
	json_t *root;
	int rc = 0;

	for (size_t i = 0; means && i < diff->nr_sides; i++)
		json_array_append_new(means, diff->nr_common
						     ? json_real(diff->means[i])
						     : json_null());
	root = json_pack("{s:i, s:s, s:s, s:I, s:o, s:o}", "schema", 1,
			 "metric", metric->name, "unit", metric->unit,
			 "common_rows", (json_int_t)diff->nr_common,
			 "geometric_means", means, "rows",
			 table_to_json(&table));
	if (!root ||
	    json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)))
		rc = -ENOMEM;
	fputc('\n', out);
	json_decref(root);
	table_free(&table);
	return rc;
}

static const struct {
	const char *name;
	diff_printer *print;
} printers[] = {
	{ "text", print_text },
	{ "csv", print_csv },
	{ "json", print_json },
	{ "markdown", print_markdown },
};

const char *diff_format_word(size_t i)
{
	return i < sizeof(printers) / sizeof(*printers) ? printers[i].name
							: NULL;
}

diff_printer *diff_printer_by_name(const char *format)
{
	for (size_t i = 0; i < sizeof(printers) / sizeof(*printers); i++)
		if (strcmp(printers[i].name, format) == 0)
			return printers[i].print;
	return NULL;
}
