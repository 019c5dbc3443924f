// SPDX-License-Identifier: MIT
/* list_print.c: a table whose last column is prose. */
#include "list_print.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

/* Narrower prose is hard to read (arbitrary); its longest word fits. */
#define MIN_PROSE 24

static size_t whole_size(const struct libscols_column *column, const char *data,
			 void *arg)
{
	(void)column;
	(void)arg;
	return data ? strlen(data) : 0;
}

/* Cut at the last blank that the width allows; where the rest begins. */
static char *cut_at_blank(const struct libscols_column *column, char *data,
			  void *arg)
{
	size_t width = *(const size_t *)arg;
	char *blank, *cut = NULL;

	(void)column;
	if (!data || strlen(data) <= width)
		return NULL;
	for (blank = strchr(data, ' '); blank; blank = strchr(blank + 1, ' '))
		if (!cut || (size_t)(blank - data) <= width)
			cut = blank;
	if (!cut)
		return NULL;
	*cut = '\0';
	return cut + 1;
}

/* What the columns before the last take, with a blank after each. */
static size_t width_before(struct libscols_table *table, size_t last)
{
	size_t width = 0, c, i, n;

	for (c = 0; c < last; c++) {
		struct libscols_column *column =
			scols_table_get_column(table, c);
		size_t most = strlen(
			scols_cell_get_data(scols_column_get_header(column)));

		for (i = 0; i < scols_table_get_nlines(table); i++) {
			struct libscols_cell *cell = scols_line_get_cell(
				scols_table_get_line(table, i), c);

			n = strlen(scols_cell_get_data(cell));
			most = n > most ? n : most;
		}
		width += most + 1;
	}
	return width;
}

int list_print(struct libscols_table *table, size_t expendable)
{
	size_t last = scols_table_get_ncols(table) - 1, width, before;
	struct libscols_column *column;

	if (isatty(STDOUT_FILENO)) {
		width = terminal_width(stdout);
		before = width_before(table, last);
		if (before + MIN_PROSE > width && expendable) {
			column = scols_table_get_column(table, expendable);
			if (scols_column_set_flags(column, SCOLS_FL_HIDDEN))
				return -ENOMEM;
			before = width_before(table, last);
		}
		column = scols_table_get_column(table, last);
		width = before + MIN_PROSE < width ? width - before : MIN_PROSE;
		if (scols_column_set_flags(
			    column, SCOLS_FL_WRAP | SCOLS_FL_STRICTWIDTH) ||
		    scols_column_set_whint(column, (double)width) ||
		    scols_column_set_wrapfunc(column, whole_size, cut_at_blank,
					      &width))
			return -ENOMEM;
	}
	return scols_print_table(table);
}
