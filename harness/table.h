/* SPDX-License-Identifier: MIT */
/* table.h: rows of cells, printed for people or for programs. */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_t;

struct table_column {
	const char *title;
	enum {
		TABLE_TEXT,
		TABLE_NUMBER
	} kind; /* numbers stand right */
};

/*
 * Cells are added from left to right, row by row.  The first failure is kept
 * in `rc` and makes all that follows do nothing, so that it need be asked for
 * only once, before or by printing.
 */
struct table {
	const struct table_column *columns;
	size_t nr_columns;
	char **cells;
	size_t nr_cells;
	size_t max_cells;
	int rc;
};

/* `columns` must live as long as the table. */
struct table table_begin(const struct table_column *columns, size_t nr);
void table_free(struct table *table);

__attribute__((format(printf, 2, 3))) void table_add(struct table *table,
						     const char *format, ...);
/* The shortest decimal that reads back equal; NaN is an empty cell. */
void table_add_real(struct table *table, double value);

/* For a terminal; as a table of GitHub's Markdown; by RFC 4180 with LF.  0 or
 * -errno. */
int table_print_text(FILE *out, const struct table *table);
int table_print_markdown(FILE *out, const struct table *table);
int table_print_csv(FILE *out, const struct table *table);

/* An array of objects; an empty cell of numbers is null.  NULL upon failure. */
struct json_t *table_to_json(const struct table *table);

#endif
