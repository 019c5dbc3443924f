// SPDX-License-Identifier: MIT
/* progress.c: what runs and how much is left, for who watches a terminal. */
#include "progress.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "terminal.h"

/* Nobody reads faster. */
#define PERIOD_SECONDS 0.1

static FILE *screen;
static bool overwrites;
static struct timespec began;
static double shown_at;
static unsigned int last_batch, last_launch;

static double elapsed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - began.tv_sec) +
	       (double)(now.tv_nsec - began.tv_nsec) / 1e9;
}

void progress_begin(FILE *out)
{
	screen = isatty(fileno(out)) ? out : NULL;
	overwrites = terminal_obeys(out);
	clock_gettime(CLOCK_MONOTONIC, &began);
	shown_at = -PERIOD_SECONDS;
	last_batch = last_launch = 0;
}

/*
 * Seconds left, by the pace so far.  With a spacing the last batch starts at
 * a known time, unless the launches take longer than that.
 */
static double seconds_left(const struct progress *p, double so_far)
{
	double waited = p->spacing * (p->batch - 1);
	double pace, left, planned;

	if (!p->done || !p->series)
		return NAN;
	if (waited > so_far)
		waited = so_far;
	/* What was waited for between batches is no work: a lower bound. */
	pace = so_far / (double)p->done;
	left = pace * (double)(p->series - p->done);
	if (p->batches > 1 && p->spacing > 0) {
		double batch = (double)p->series / p->batches;
		double own = (double)p->done - batch * (p->batch - 1);

		if (own > 0)
			pace = (so_far - waited) / own;
		planned = p->spacing * (p->batches - 1) - so_far;
		left = pace * (batch - own);
		if (p->batch < p->batches)
			left = fmax(planned + pace * batch,
				    pace * (double)(p->series - p->done));
	}
	return left;
}

void progress_format(const struct progress *progress, double seconds,
		     char *text, size_t bytes)
{
	const struct progress *p = progress;
	double left = seconds_left(p, seconds);
	FILE *out = fmemopen(text, bytes, "w");

	text[0] = '\0';
	if (!out)
		return;
	if (p->batches > 1)
		fprintf(out, "batch %u of %u, ", p->batch, p->batches);
	fprintf(out, "launch %u of %u, %zu of %zu series", p->launch,
		p->launches, p->done, p->series);
	if (left >= 90)
		fprintf(out, ", %.0f min left", left / 60);
	else if (left >= 0)
		fprintf(out, ", %.0f s left", left);
	if (p->benchmark)
		fprintf(out, ": %s %s/%s", p->backend, p->benchmark, p->mode);
	fclose(out);
	text[bytes - 1] = '\0'; /* fmemopen() has none in a full buffer */
}

void progress_show(const struct progress *progress)
{
	char text[256];
	double now;
	size_t width;

	if (!screen)
		return;
	now = elapsed();
	if (!overwrites) {
		if (progress->batch == last_batch &&
		    progress->launch == last_launch)
			return;
		last_batch = progress->batch;
		last_launch = progress->launch;
	} else if (now - shown_at < PERIOD_SECONDS) {
		return;
	}
	shown_at = now;
	progress_format(progress, now, text, sizeof(text));
	width = terminal_width(screen);
	if (width - 1 < strlen(text))
		text[width - 1] = '\0';
	/* Return, erase to the end of the line (ECMA-48 EL). */
	fprintf(screen, overwrites ? "\r\033[K%s" : "%s\n", text);
	fflush(screen);
}

void progress_end(void)
{
	if (screen && overwrites && shown_at >= 0) {
		fputs("\r\033[K", screen);
		fflush(screen);
	}
	screen = NULL;
}
