// SPDX-License-Identifier: MIT
/* table_fit.c: leave columns out of a table until it fits. */
#include "table_fit.h"

#include <stdlib.h>
#include <string.h>

static size_t count_chars(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* As table_print_text() sets it: columns with a blank between. */
static size_t width_of(const struct table *table)
{
	size_t width = 0;

	for (size_t c = 0; c < table->nr_columns; c++) {
		size_t most = count_chars(table->columns[c].title);

		for (size_t i = c; i < table->nr_cells;
		     i += table->nr_columns) {
			size_t n = count_chars(table->cells[i]);

			most = n > most ? n : most;
		}
		width += most + (c > 0);
	}
	return width;
}

static void drop(struct table *table, struct table_column *columns, size_t gone)
{
	size_t nr = table->nr_columns, kept = 0;

	for (size_t i = 0; i < table->nr_cells; i++)
		if (i % nr == gone)
			free(table->cells[i]);
		else
			table->cells[kept++] = table->cells[i];
	table->nr_cells = kept;
	memmove(columns + gone, columns + gone + 1,
		(nr - gone - 1) * sizeof(*columns));
	table->nr_columns--;
}

bool table_fit(struct table *table, struct table_column *columns, size_t width,
	       const char *const *order)
{
	bool whole = true;

	for (; *order && width_of(table) > width; order++)
		for (size_t c = table->nr_columns; c-- > 0;) {
			const char *title = columns[c].title;
			size_t len = strlen(title), end = strlen(*order);

			if (len < end || strcmp(title + len - end, *order))
				continue;
			drop(table, columns, c);
			whole = false;
		}
	return whole;
}
