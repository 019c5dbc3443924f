/* SPDX-License-Identifier: MIT */
/* report.h: figures for people and for programs. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "csv.h"
#include "figures.h"

struct table;

/* A result file as it is reported. */
struct report_file {
	const char *name;
	struct csv_file csv;
	struct figures figures;
};

/* How to print: the names of the formats, NULL after the last. */
const char *report_format_word(size_t i);

/*
 * Print `nr` files, side by side if there are several, in the format of that
 * index.  Whether the bytes arrived is for the caller to ask of `out`.  0 or
 * -errno.
 */
int report_print(FILE *out, size_t format, const struct report_file *files,
		 size_t nr);

/* How text and Markdown differ. */
struct report_style {
	int (*print_table)(FILE *out, const struct table *table);
	const char *before_family, *after_family;
	bool is_markdown;
	size_t width; /* of the terminal; 0: as wide as it gets */
};

/* The machines, a table per family, the notes. */
int report_text(FILE *out, const struct report_style *style,
		const struct report_file *files, size_t nr);

/* A table for each family that was measured: of one file with all that is
 * known, of several side by side.  *whole becomes false if columns were left
 * out for the width.  0 or -errno. */
int report_tables(FILE *out, const struct report_style *style,
		  const struct report_file *file, bool *whole);
int report_sides(FILE *out, const struct report_style *style,
		 const struct report_file *files, size_t nr, bool *whole);

/*
 * In words: what the fidelities and flags in the tables mean, what is mixed in
 * a file, and what was not measured.  One line per paragraph, two blanks
 * further in per level; report_text() wraps them.
 */
int report_notes(FILE *out, const struct report_file *files, size_t nr);

/* All that is known of each figure, a row or an object each. */
int report_csv(FILE *out, const struct report_file *files, size_t nr);
int report_json(FILE *out, const struct report_file *files, size_t nr);

/* "A", "B" ... for several files, "27" after "Z"; into `name`. */
#define REPORT_LETTER_BYTES 16
void report_letter(size_t i, char name[REPORT_LETTER_BYTES]);

#endif
