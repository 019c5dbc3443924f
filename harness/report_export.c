// SPDX-License-Identifier: MIT
/* report_export.c: the formats of a report; figures for programs. */
#define _GNU_SOURCE
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "table.h"
#include "terminal.h"

static int print_text(FILE *out, const struct report_file *files, size_t nr)
{
	struct report_style style = { table_print_text, "\n", "\n", false, 0 };

	if (isatty(fileno(out)))
		style.width = terminal_width(out);
	return report_text(out, &style, files, nr);
}

static int print_markdown(FILE *out, const struct report_file *files, size_t nr)
{
	const struct report_style style = { table_print_markdown, "\n### ",
					    "\n\n", true, 0 };

	return report_text(out, &style, files, nr);
}

static const struct {
	const char *name;
	int (*print)(FILE *out, const struct report_file *files, size_t nr);
} formats[] = {
	{ "text", print_text },
	{ "markdown", print_markdown },
	{ "csv", report_csv },
	{ "json", report_json },
};

const char *report_format_word(size_t i)
{
	return i < sizeof(formats) / sizeof(formats[0]) ? formats[i].name
							: NULL;
}

int report_print(FILE *out, size_t format, const struct report_file *files,
		 size_t nr)
{
	return formats[format].print(out, files, nr);
}

/* Costs are per operation; their unit is the column's name. */
static const struct table_column columns[] = {
	{ "file", TABLE_TEXT },		{ "family", TABLE_TEXT },
	{ "backend", TABLE_TEXT },	{ "benchmark", TABLE_TEXT },
	{ "mode", TABLE_TEXT },		{ "cycles", TABLE_NUMBER },
	{ "cycles_min", TABLE_NUMBER }, { "cycles_max", TABLE_NUMBER },
	{ "tsc", TABLE_NUMBER },	{ "tsc_min", TABLE_NUMBER },
	{ "tsc_max", TABLE_NUMBER },	{ "ns", TABLE_NUMBER },
	{ "ns_min", TABLE_NUMBER },	{ "ns_max", TABLE_NUMBER },
	{ "launches", TABLE_NUMBER },	{ "launches_failed", TABLE_NUMBER },
	{ "dropped", TABLE_NUMBER },	{ "fidelity", TABLE_TEXT },
	{ "flags", TABLE_TEXT },	{ "status", TABLE_TEXT },
	{ "reason", TABLE_TEXT },
};
#define NR_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void add_cost(struct table *table, const struct figure_cost *cost)
{
	table_add_real(table, cost->value);
	table_add_real(table, cost->lo);
	table_add_real(table, cost->hi);
}

/* The columns of all files, with the events that any of them has. */
struct all_columns {
	struct table_column *list;
	size_t nr;
};

static int add_event(struct all_columns *all, const char *column)
{
	struct table_column *more;

	for (size_t i = NR_COLUMNS; i < all->nr; i++)
		if (strcmp(all->list[i].title, column) == 0)
			return 0;
	more = reallocarray(all->list, all->nr + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	all->list = more;
	more[all->nr++] = (struct table_column){ column, TABLE_NUMBER };
	return 0;
}

static int make_columns(const struct report_file *files, size_t nr,
			struct all_columns *all)
{
	int rc = 0;

	all->nr = NR_COLUMNS;
	all->list = malloc(sizeof(columns));
	if (!all->list)
		return -ENOMEM;
	memcpy(all->list, columns, sizeof(columns));
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < files[i].csv.nr_events && !rc; k++)
			rc = add_event(all, files[i].csv.events[k]);
	if (rc)
		free(all->list);
	return rc;
}

static double event_of(const struct report_file *file,
		       const struct figure *figure, const char *column)
{
	for (size_t i = 0; i < file->csv.nr_events; i++)
		if (strcmp(file->csv.events[i], column) == 0)
			return figure->events[i].value;
	return NAN;
}

static void add_figures(struct table *table, const struct report_file *file)
{
	for (size_t i = 0; i < file->figures.nr; i++) {
		const struct figure *f = &file->figures.list[i];

		table_add(table, "%s", file->name);
		table_add(table, "%s", f->family);
		table_add(table, "%s", f->backend);
		table_add(table, "%s", f->benchmark);
		table_add(table, "%s", f->mode);
		add_cost(table, &f->cycles);
		add_cost(table, &f->tsc);
		add_cost(table, &f->ns);
		table_add(table, "%zu", f->nr_launches);
		table_add(table, "%zu", f->nr_failed);
		table_add(table, "%llu", (unsigned long long)f->dropped);
		table_add(table, "%s", f->fidelity);
		table_add(table, "%s", f->flags);
		table_add(table, "%s", f->nr_failed ? f->status : "ok");
		table_add(table, "%s", f->reason);
		for (size_t k = NR_COLUMNS; k < table->nr_columns; k++)
			table_add_real(
				table,
				event_of(file, f, table->columns[k].title));
	}
}

int report_csv(FILE *out, const struct report_file *files, size_t nr)
{
	struct all_columns all;
	struct table table;
	int rc = make_columns(files, nr, &all);

	if (rc)
		return rc;
	table = table_begin(all.list, all.nr);
	for (size_t i = 0; i < nr; i++)
		add_figures(&table, &files[i]);
	rc = table_print_csv(out, &table);
	table_free(&table);
	free(all.list);
	return rc;
}

static json_t *preamble_of(const struct csv_file *csv)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < csv->nr_meta; i++)
		if (json_object_set_new(object, csv->meta[i].key,
					json_string(csv->meta[i].value))) {
			json_decref(object);
			return NULL;
		}
	return object;
}

static json_t *file_to_json(const struct report_file *file)
{
	struct all_columns all;
	struct table table;
	json_t *figures, *preamble;

	if (make_columns(file, 1, &all))
		return NULL;
	preamble = preamble_of(&file->csv);
	table = table_begin(all.list, all.nr);
	add_figures(&table, file);
	figures = table_to_json(&table);
	table_free(&table);
	free(all.list);
	/* json_pack() takes what is given by `o`, also when it fails. */
	return json_pack("{s:s, s:o, s:o}", "name", file->name, "preamble",
			 preamble, "figures", figures);
}

int report_json(FILE *out, const struct report_file *files, size_t nr)
{
	json_t *list = json_array();
	int rc = list ? 0 : -ENOMEM;

	for (size_t i = 0; i < nr && !rc; i++)
		if (json_array_append_new(list, file_to_json(&files[i])))
			rc = -ENOMEM;
	if (!rc && json_dumpf(list, out, JSON_INDENT(1)))
		rc = -EIO;
	fputc('\n', out);
	json_decref(list);
	return rc;
}
