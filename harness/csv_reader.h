/* SPDX-License-Identifier: MIT */
/* csv_reader.h: what csv_read.c (lines) and csv_cell.c (cells) share. */
#ifndef CSV_READER_H
#define CSV_READER_H

#include <stddef.h>

#include "csv.h"

struct csv_reader {
	const char *name; /* of the file, for messages */
	const char *text; /* ends with a newline, and a NUL after that */
	const char *end;
	const char *at;	      /* the next byte to read */
	const char *cell_end; /* where the cell read last ends */
	char *scratch;	      /* as large as the file: fits any row, decoded */
	size_t *meanings;     /* of each cell of a row, see below */
	size_t nr_cells;
	const char **starts; /* of each row read */
	size_t max_starts;
	struct csv_file *file;
	struct csv_error *err;
};

/* What a cell means: an index into csv_columns[], or one of the last. */
enum {
#define X(name, kind) CSV_CELL_##name,
	CSV_COLUMNS(X)
#undef X
	CSV_CELL_SCHEMA,
	CSV_CELL_IGNORED,
	CSV_CELL_EVENTS, /* and on: the file's events */
};

#define CSV_NR_COLUMNS CSV_CELL_SCHEMA

enum csv_kind {
	CSV_KIND_text,
	CSV_KIND_count,
	CSV_KIND_real
};

struct csv_column {
	const char *name;
	enum csv_kind kind;
	size_t offset; /* in struct csv_row */
};

extern const struct csv_column csv_columns[CSV_NR_COLUMNS];

/* The line of a place in the text, from 1; its column, in characters. */
size_t csv_line(const struct csv_reader *r, const char *place, size_t *column);

/* Say in r->err what is wrong at that place.  Returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int csv_refuse(const struct csv_reader *r,
						     const char *place,
						     const char *format, ...);

/*
 * Copy the text of the next cell to *to, with a NUL, and move *to and r->at
 * past it.  Returns what ended the cell, ',' or '\n', or -EINVAL.
 */
int csv_next_cell(struct csv_reader *r, char **to);

/*
 * Store a cell, found at `place`, in the row.  Texts are not copied.  A cell
 * that is refused is overwritten.  0 or -EINVAL.
 */
int csv_set_cell(const struct csv_reader *r, const char *place, size_t meaning,
		 char *cell, struct csv_row *row);

/* Refuse the first row whose key an earlier one has.  0, -EINVAL, -ENOMEM. */
int csv_check_keys(const struct csv_reader *r);

#endif
