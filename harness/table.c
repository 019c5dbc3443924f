// SPDX-License-Identifier: MIT
/* table.c: rows of cells, printed for people or for programs. */
#define _GNU_SOURCE
#include "table.h"

#include <errno.h>
#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct table table_begin(const struct table_column *columns, size_t nr)
{
	return (struct table){ .columns = columns, .nr_columns = nr };
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->nr_cells; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){ 0 };
}

void table_add(struct table *table, const char *format, ...)
{
	va_list args;

	if (table->rc)
		return;
	if (table->nr_cells == table->max_cells) {
		size_t max = 2 * table->max_cells + 64;
		void *more =
			reallocarray(table->cells, max, sizeof(*table->cells));

		if (!more) {
			table->rc = -ENOMEM;
			return;
		}
		table->cells = more;
		table->max_cells = max;
	}
	va_start(args, format);
	if (vasprintf(&table->cells[table->nr_cells], format, args) < 0)
		table->rc = -ENOMEM;
	else
		table->nr_cells++;
	va_end(args);
}

void table_add_real(struct table *table, double value)
{
	char text[32] = "";

	for (int digits = 15; digits <= 17 && isfinite(value); digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	table_add(table, "%s", text);
}

static int fill_text(struct libscols_table *scols, const struct table *table)
{
	struct libscols_line *line = NULL;

	for (size_t i = 0; i < table->nr_columns; i++) {
		const struct table_column *column = &table->columns[i];

		if (!scols_table_new_column(
			    scols, column->title, 0,
			    column->kind == TABLE_NUMBER ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;
	}
	for (size_t i = 0; i < table->nr_cells; i++) {
		size_t column = i % table->nr_columns;

		if (!column)
			line = scols_table_new_line(scols, NULL);
		if (!line || scols_line_set_data(line, column, table->cells[i]))
			return -ENOMEM;
	}
	return 0;
}

int table_print_text(FILE *out, const struct table *table)
{
	struct libscols_table *scols;
	int rc = table->rc;

	if (rc || !table->nr_cells || !table->nr_columns)
		return rc;
	scols = scols_new_table();
	if (!scols)
		return -ENOMEM;
	rc = scols_table_set_stream(scols, out);
	if (!rc)
		rc = fill_text(scols, table);
	if (!rc)
		rc = scols_print_table(scols);
	scols_unref_table(scols);
	return rc;
}

static void put_markdown(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\`*_<", *text))
			fputc('\\', out);
		fputc((unsigned char)*text < ' ' ? '?' : *text, out);
	}
}

int table_print_markdown(FILE *out, const struct table *table)
{
	if (table->rc || !table->nr_cells || !table->nr_columns)
		return table->rc;
	for (size_t i = 0; i < table->nr_columns; i++)
		fprintf(out, "| %s ", table->columns[i].title);
	fputs("|\n", out);
	for (size_t i = 0; i < table->nr_columns; i++)
		fputs(table->columns[i].kind == TABLE_NUMBER ? "|--:" : "|:--",
		      out);
	fputs("|\n", out);
	for (size_t i = 0; i < table->nr_cells; i++) {
		fputs("| ", out);
		put_markdown(out, table->cells[i]);
		fputs((i + 1) % table->nr_columns ? " " : " |\n", out);
	}
	return 0;
}

static void put_csv(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

int table_print_csv(FILE *out, const struct table *table)
{
	if (table->rc || !table->nr_columns)
		return table->rc;
	for (size_t i = 0; i < table->nr_columns; i++)
		fprintf(out, "%s%s", i ? "," : "", table->columns[i].title);
	fputc('\n', out);
	for (size_t i = 0; i < table->nr_cells; i++) {
		put_csv(out, table->cells[i]);
		fputc((i + 1) % table->nr_columns ? ',' : '\n', out);
	}
	return 0;
}

static json_t *cell_to_json(const struct table_column *column, const char *cell)
{
	if (column->kind == TABLE_TEXT)
		return json_string(cell);
	if (!*cell)
		return json_null();
	if (!cell[strspn(cell, "0123456789")])
		return json_integer(strtoll(cell, NULL, 10));
	return json_real(strtod(cell, NULL));
}

struct json_t *table_to_json(const struct table *table)
{
	json_t *list = table->rc ? NULL : json_array();
	json_t *row = NULL;

	for (size_t i = 0; list && i < table->nr_cells; i++) {
		const struct table_column *column =
			&table->columns[i % table->nr_columns];

		if (i % table->nr_columns == 0) {
			row = json_object();
			if (json_array_append_new(list, row))
				goto fail;
		}
		if (json_object_set_new(row, column->title,
					cell_to_json(column, table->cells[i])))
			goto fail;
	}
	return list;
fail:
	json_decref(list);
	return NULL;
}
