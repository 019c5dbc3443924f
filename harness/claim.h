/* SPDX-License-Identifier: MIT */
/* claim.h: published claims, and what result files say to them. */
#ifndef CLAIM_H
#define CLAIM_H

#include <stddef.h>
#include "csv.h"

enum claim_rule {
	CLAIM_SIGN,
	CLAIM_AT_LEAST,
	CLAIM_AT_MOST,
	CLAIM_FACTOR,
};

enum claim_unit {
	CLAIM_cycles,
	CLAIM_ns,
	CLAIM_ratio, /* of costs in ns */
};

enum claim_verdict {
	CLAIM_REPRODUCED,
	CLAIM_SMALLER,
	CLAIM_LARGER,
	CLAIM_OPPOSITE,
	CLAIM_NOT_JUDGED,
	CLAIM_NR_VERDICTS
};

extern const char *const claim_verdict_names[CLAIM_NR_VERDICTS];

/* A line of claims.h. */
struct claim {
	const char *id;
	const char *argument;
	unsigned int year;
	const char *source;
	const char *sentence;
	const char *formula;
	const char *unit_name;
	double published;
	enum claim_unit unit;
	enum claim_rule rule;
};

extern const struct claim claims[];
extern const size_t nr_claims;

/* A formula, taken apart: sum of numerators over that of denominators. */
#define CLAIM_MAX_TERMS 8
struct claim_term {
	char name[48];
	double factor;
	int below; /* in the denominator */
};
struct claim_formula {
	struct claim_term terms[CLAIM_MAX_TERMS];
	size_t nr;
	int ratio;
};

/* 0, or -EINVAL if it is malformed or too long. */
int claim_parse(const char *text, struct claim_formula *formula);

/*
 * What one machine's rows say.  The formula is evaluated within each launch;
 * `value` is the median over launches, and `lo` to `hi` the shortest pair of
 * order statistics that covers the true median with a probability of at least
 * 15/16: with five launches, and fewer, least and greatest.  All NaN, and
 * `reason` set, if there is no figure.  A figure may still not be judged.
 */
struct claim_result {
	enum claim_verdict verdict;
	double value, lo, hi;
	size_t nr_launches;
	const char *backend; /* all rows are of this one; "" if none */
	char reason[512];    /* CLAIM_NOT_JUDGED: why */
};

/* Only rows with a machine, host and subject like those of `like`. */
void claim_judge(const struct claim *claim, const struct csv_file *files,
		 size_t nr_files, const struct csv_row *like,
		 struct claim_result *result);

/* Do two rows come from one machine in one state? */
int claim_same_machine(const struct csv_row *a, const struct csv_row *b);

/* The rule in words, as "at least". */
const char *claim_rule_text(enum claim_rule rule);

#endif
