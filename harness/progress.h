/* SPDX-License-Identifier: MIT */
/* progress.h: what runs and how much is left, for who watches a terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>
#include <stdio.h>

/* Where a run stands.  Series are counted over all launches. */
struct progress {
	unsigned int batch, batches;   /* from 1 */
	unsigned int launch, launches; /* of the batch, from 1 */
	size_t done, series;
	double spacing; /* seconds between starts of batches */
	const char *backend, *benchmark, *mode; /* NULL: between series */
};

/*
 * Show it on `out`: a line that is overwritten, ten times a second at most;
 * a line for each launch on a terminal that knows no control sequences;
 * nothing if it is no terminal.
 */
void progress_begin(FILE *out);
void progress_show(const struct progress *progress);

/* Take the line away. */
void progress_end(void);

/* For the tests: the same words, in `text`, `seconds` after the beginning. */
void progress_format(const struct progress *progress, double seconds,
		     char *text, size_t bytes);

#endif
