/* SPDX-License-Identifier: MIT */
/* diff_print.h: a difference for people and for programs. */
#ifndef DIFF_PRINT_H
#define DIFF_PRINT_H

#include <stdio.h>

#include "diff.h"

/* How; see --format. */
typedef int diff_printer(FILE *out, const struct side *sides,
			 const struct diff *diff, const struct metric *metric);

/* The i-th name, NULL after the last. */
const char *diff_format_word(size_t i);

/* The printer of that --format, or NULL: text, csv, json, markdown. */
diff_printer *diff_printer_by_name(const char *format);

#endif
