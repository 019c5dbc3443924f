/* SPDX-License-Identifier: MIT */
/* report.h: figures as text for people. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "csv.h"
#include "figures.h"

/*
 * The report of one file: the machine, a table per family, the notes.  Whether
 * the bytes arrived is for the caller to ask of `out`.  0 or -errno.
 */
int report_text(FILE *out, const char *name, const struct csv_file *file,
		const struct figures *figures);

/* A table for each family that was measured.  0 or -errno. */
int report_tables(FILE *out, const struct figures *figures);

/*
 * In words: what the fidelities and flags in the tables mean, what is mixed in
 * the file, and what was not measured.  One line per paragraph; report_text()
 * wraps them.
 */
int report_notes(FILE *out, const struct csv_file *file,
		 const struct figures *figures);

#endif
