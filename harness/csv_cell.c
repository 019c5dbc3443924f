// SPDX-License-Identifier: MIT
/* csv_cell.c: the cells of a result file: where they end, what they hold. */
#include "csv_reader.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_utf8.h"

const struct csv_column csv_columns[CSV_NR_COLUMNS] = {
#define X(name, kind)                                                          \
	{ #name, CSV_KIND_##kind, offsetof(struct csv_row, name) },
	CSV_COLUMNS(X)
#undef X
};

size_t csv_line(const struct csv_reader *r, const char *place, size_t *column)
{
	size_t line = 1;

	*column = 1;
	for (const char *c = r->text; c < place; c++) {
		if (*c == '\n') {
			line++;
			*column = 1;
		} else if (((unsigned char)*c & 0xc0) != 0x80) {
			(*column)++; /* a byte that begins a character */
		}
	}
	return line;
}

int csv_refuse(const struct csv_reader *r, const char *place,
	       const char *format, ...)
{
	char what[384];
	size_t column;
	size_t line = csv_line(r, place, &column);
	va_list args;
	char *c;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	/* A terminal must not obey what a file contains. */
	for (c = what; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	snprintf(r->err->text, sizeof(r->err->text), "%s:%zu:%zu: %s", r->name,
		 line, column, what);
	return -EINVAL;
}

static int end_cell(struct csv_reader *r, const char *p)
{
	r->cell_end = p;
	if (*p == '\r' && p[1] == '\n')
		p++;
	r->at = p + 1;
	if (*p == ',' || *p == '\n')
		return *p;
	if (*p == '\r')
		return csv_refuse(r, p, "a carriage return without a newline");
	return csv_refuse(
		r, p,
		"a quote inside a cell: quote the whole cell, and write the quote twice");
}

int csv_next_cell(struct csv_reader *r, char **to)
{
	const char *p = r->at;
	char *out = *to;

	if (*p != '"') {
		while (*p != ',' && *p != '\n' && *p != '\r' && *p != '"')
			*out++ = *p++;
		*out++ = '\0';
		*to = out;
		return end_cell(r, p);
	}
	for (p++; *p != '"' || p[1] == '"'; *out++ = *p++) {
		if (p == r->end)
			return csv_refuse(r, r->at,
					  "this quote is never closed");
		p += *p == '"';
	}
	*out++ = '\0';
	*to = out;
	p++;
	if (*p != ',' && *p != '\n' && *p != '\r')
		return csv_refuse(
			r, p,
			"text after a closing quote: a comma or the end of the line belongs here");
	return end_cell(r, p);
}

/* A refused cell as it may be shown: short, and no control characters. */
static const char *shown(char *cell)
{
	size_t len = strlen(cell);

	if (len > 40) {
		len = csv_utf8_span(cell, 40);
		cell[len] = '\0';
	}
	for (char *c = cell; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return cell;
}

static int set_count(const struct csv_reader *r, const char *place,
		     const char *column, char *cell, uint64_t *count)
{
	char *end;

	if (!*cell)
		return 0;
	if (cell[strspn(cell, "0123456789")])
		return csv_refuse(r, place,
				  "\"%s\" is not a whole number in column %s",
				  shown(cell), column);
	errno = 0;
	*count = strtoull(cell, &end, 10);
	if (errno || *count == CSV_NO_COUNT)
		return csv_refuse(r, place, "\"%s\" is too large in column %s",
				  shown(cell), column);
	return 0;
}

/* strtod() alone would take blanks, hexadecimal, NaN and infinity.  It takes
 * a point because xbench never calls setlocale(LC_NUMERIC). */
static int set_real(const struct csv_reader *r, const char *place,
		    const char *column, char *cell, double *real)
{
	char *end = cell;

	if (!*cell)
		return 0;
	if (!cell[strspn(cell, "0123456789+-.eE")])
		*real = strtod(cell, &end);
	if (end == cell || *end)
		return csv_refuse(r, place,
				  "\"%s\" is not a number in column %s",
				  shown(cell), column);
	if (!isfinite(*real))
		return csv_refuse(r, place, "\"%s\" is too large in column %s",
				  shown(cell), column);
	return 0;
}

/* Only what is not empty is in a row. */
static int set_event(const struct csv_reader *r, const char *place,
		     const char *column, char *cell, struct csv_row *row)
{
	struct csv_event event = { column, NAN };
	size_t i = 0;
	int rc = set_real(r, place, column, cell, &event.value);

	if (rc || isnan(event.value))
		return rc;
	while (row->events[i].column)
		i++;
	row->events[i] = event;
	return 0;
}

int csv_set_cell(const struct csv_reader *r, const char *place, size_t meaning,
		 char *cell, struct csv_row *row)
{
	const struct csv_column *column;
	uint64_t schema = 0;
	void *field;
	int rc;

	if (meaning == CSV_CELL_IGNORED)
		return 0;
	if (meaning == CSV_CELL_SCHEMA) {
		rc = set_count(r, place, "schema", cell, &schema);
		if (!rc && schema != CSV_SCHEMA)
			rc = csv_refuse(
				r, place,
				"schema \"%s\": this xbench reads schema %d only",
				shown(cell), CSV_SCHEMA);
		return rc;
	}
	if (meaning >= CSV_NR_COLUMNS)
		return set_event(r, place,
				 r->file->events[meaning - CSV_CELL_EVENTS],
				 cell, row);
	column = &csv_columns[meaning];
	field = (char *)row + column->offset;
	if (column->kind == CSV_KIND_count)
		return set_count(r, place, column->name, cell, field);
	if (column->kind == CSV_KIND_real)
		return set_real(r, place, column->name, cell, field);
	*(const char **)field = cell;
	return 0;
}
