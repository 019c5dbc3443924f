/* SPDX-License-Identifier: MIT */
/* ab.h: two commands measured in pairs, until the rows are decided. */
#ifndef AB_H
#define AB_H

#include "gate.h"

/*
 * A command is one launch: it measures once and writes a result file on its
 * standard output, such as `xbench run --launches 1 --output - GLOB...`.  It
 * ends with exit code 0, or 4 if some rows failed, which the rows then say.
 */
struct ab_plan {
	char *const *commands[2]; /* each ends with NULL */
	uint64_t seed;		  /* of the order within pairs */
	double spacing;		  /* seconds between the starts of slots */
	/* Called before each pair, if not NULL. */
	void (*progress)(size_t pair, size_t undecided);
};

/* Pairs up to a look are spread over so many slots of time (design). */
#define AB_SLOTS 10
#define AB_SPACING 5.0

struct ab_outcome {
	struct side sides[2];
	struct gate gate; /* rows point into the sides */
	char *reasons;	  /* not NULL: not comparable, there is no gate */
};

struct ab_error {
	char text[1024];
};

/*
 * Measure and judge.  0; -ECHILD if a command failed or wrote no result file;
 * else the -errno of a failed call; `err` tells.  The request and the plan
 * must live as long as the outcome.
 */
int ab_run(const struct ab_plan *plan, const struct gate_request *request,
	   struct ab_outcome *outcome, struct ab_error *err);
void ab_free(struct ab_outcome *outcome);

#endif
