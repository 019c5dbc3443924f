/* SPDX-License-Identifier: MIT */
/* claim_print.h: judged claims for people and programs. */
#ifndef CLAIM_PRINT_H
#define CLAIM_PRINT_H

#include <stdio.h>
#include "claim.h"

/* One machine: a row of its, and the result of each claim. */
struct claim_column {
	const struct csv_row *like;
	struct claim_result *results; /* nr_claims */
};

/* 0 or -errno; whether the bytes arrived is for the caller to ask of `out`. */
typedef int claim_printer(FILE *out, const struct claim_column *columns,
			  size_t nr);

/* Their names, NULL behind the last, and how to find one. */
const char *claim_format_word(size_t i);
claim_printer *claim_printer_by_name(const char *format);

/*
 * Pictures of one file's native figures, by gnuplot: DIR/ARGUMENT.svg and
 * .png for each argument that has any.  `nr_made` counts the arguments.  0 or
 * -errno, with what failed in `err`.
 */
int claim_plot(const char *dir, const struct csv_file *file, size_t *nr_made,
	       struct csv_error *err);

#endif
