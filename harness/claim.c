// SPDX-License-Identifier: MIT
/* claim.c: what result files say to a published claim. */
#include "claim.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

/* Of fewer launches nothing can be said (arbitrary; a batch has five). */
#define MIN_LAUNCHES 3
#define MIN_COVERAGE (15.0 / 16)
#define FACTOR 2.0

int claim_same_machine(const struct csv_row *a, const struct csv_row *b)
{
	return !strcmp(a->machine, b->machine) && !strcmp(a->host, b->host) &&
	       !strcmp(a->subject, b->subject);
}

/* The rows of each term in one backend. */
struct evidence {
	const struct csv_row **rows[CLAIM_MAX_TERMS];
	size_t nr[CLAIM_MAX_TERMS];
};

static void free_evidence(struct evidence *evidence)
{
	for (size_t t = 0; t < CLAIM_MAX_TERMS; t++)
		free(evidence->rows[t]);
}

static int gather(const struct claim_formula *formula, const char *backend,
		  const struct csv_file *files, size_t nr_files,
		  const struct csv_row *like, struct evidence *evidence)
{
	*evidence = (struct evidence){ .nr = { 0 } };
	for (size_t t = 0; t < formula->nr; t++)
		for (size_t f = 0; f < nr_files; f++) {
			const struct csv_file *file = &files[f];
			const struct csv_row **grown =
				realloc(evidence->rows[t],
					(evidence->nr[t] + file->nr_rows + 1) *
						sizeof(*grown));

			if (!grown)
				return -ENOMEM;
			evidence->rows[t] = grown;
			for (size_t i = 0; i < file->nr_rows; i++) {
				const struct csv_row *row = &file->rows[i];

				if (!strcmp(row->benchmark,
					    formula->terms[t].name) &&
				    !strcmp(row->backend, backend) &&
				    !strcmp(row->mode, "throughput") &&
				    claim_same_machine(row, like))
					grown[evidence->nr[t]++] = row;
			}
		}
	return 0;
}

/* How far a backend's rows get; the farthest gives the reason. */
enum progress {
	NO_ROWS,
	NOT_OK,
	NOT_NATIVE,
	NO_UNIT,
	FEW_LAUNCHES,
	COMPLETE
};

static double cost_of(const struct csv_row *row, enum claim_unit unit)
{
	return unit == CLAIM_cycles ? row->cycles : row->ns;
}

/* What is wrong with a term's rows, into `reason`; or the worst is fine. */
static enum progress look_at(const char *name, const struct csv_row **rows,
			     size_t nr, enum claim_unit unit, char *reason,
			     size_t bytes)
{
	const struct csv_row *failed = NULL;
	size_t nr_ok = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct csv_row *row = rows[i];

		if (strcmp(row->status, "ok")) {
			failed = row;
			continue;
		}
		nr_ok++;
		if (strcmp(row->fidelity, "native")) {
			snprintf(
				reason, bytes,
				"%s in %s is not native but %s: no figure of the CPU",
				name, row->backend,
				*row->fidelity ? row->fidelity : "unknown");
			return NOT_NATIVE;
		}
		if (isnan(cost_of(row, unit))) {
			snprintf(reason, bytes, "%s in %s has no %s", name,
				 row->backend,
				 unit == CLAIM_cycles ? "core cycles" : "ns");
			return NO_UNIT;
		}
	}
	if (nr_ok)
		return COMPLETE;
	if (!failed) {
		snprintf(reason, bytes, "%s was not measured", name);
		return NO_ROWS;
	}
	snprintf(reason, bytes, "%s in %s: %s: %s", name, failed->backend,
		 failed->status, failed->reason);
	return NOT_OK;
}

static const struct csv_row *of_launch(const struct csv_row **rows, size_t nr,
				       const struct csv_row *launch)
{
	for (size_t i = 0; i < nr; i++)
		if (rows[i]->launch == launch->launch &&
		    !strcmp(rows[i]->started, launch->started) &&
		    !strcmp(rows[i]->status, "ok"))
			return rows[i];
	return NULL;
}

/* The formula's value in each launch that has all terms; how many. */
static size_t evaluate(const struct claim *claim,
		       const struct claim_formula *formula,
		       const struct evidence *evidence, double *values)
{
	size_t n = 0;

	for (size_t i = 0; i < evidence->nr[0]; i++) {
		double sums[2] = { 0, 0 };
		size_t t;

		for (t = 0; t < formula->nr; t++) {
			const struct csv_row *row =
				of_launch(evidence->rows[t], evidence->nr[t],
					  evidence->rows[0][i]);

			if (!row)
				break;
			sums[formula->terms[t].below] +=
				formula->terms[t].factor *
				cost_of(row, claim->unit);
		}
		if (t == formula->nr &&
		    !strcmp(evidence->rows[0][i]->status, "ok"))
			values[n++] = sums[0] / (formula->ratio ? sums[1] : 1);
	}
	return n;
}

/* How many of the least and of the greatest values the interval leaves out. */
static size_t cut_of(size_t n)
{
	double term = pow(0.5, (double)n), tail = 0;
	size_t k = 0;

	/* P(fewer than k + 1 of n values below the median), at both ends. */
	while (k < n / 2) {
		tail += term;
		if (1 - 2 * tail < MIN_COVERAGE)
			break;
		term *= (double)(n - k) / (double)(k + 1);
		k++;
	}
	return k ? k - 1 : 0;
}

static enum progress figure(const struct claim *claim,
			    const struct claim_formula *formula,
			    const struct evidence *evidence,
			    struct claim_result *result)
{
	double *values = calloc(evidence->nr[0] + 1, sizeof(*values));
	size_t n, cut;

	if (!values) {
		snprintf(result->reason, sizeof(result->reason),
			 "out of memory");
		return NO_ROWS;
	}
	n = evaluate(claim, formula, evidence, values);
	result->nr_launches = n;
	if (n >= MIN_LAUNCHES) {
		stats_sort(values, n);
		cut = cut_of(n);
		result->value = stats_quantile(values, n, 0.5);
		result->lo = values[cut];
		result->hi = values[n - 1 - cut];
	} else {
		snprintf(
			result->reason, sizeof(result->reason),
			"%zu launches that have all rows show no interval; %d would",
			n, MIN_LAUNCHES);
	}
	free(values);
	return n >= MIN_LAUNCHES ? COMPLETE : FEW_LAUNCHES;
}

/* What one backend gives. */
static enum progress
try_backend(const struct claim *claim, const struct claim_formula *formula,
	    const char *backend, const struct csv_file *files, size_t nr_files,
	    const struct csv_row *like, struct claim_result *result)
{
	enum progress progress = COMPLETE;
	struct evidence evidence;

	if (gather(formula, backend, files, nr_files, like, &evidence)) {
		snprintf(result->reason, sizeof(result->reason),
			 "out of memory");
		progress = NO_ROWS;
	}
	for (size_t t = 0; t < formula->nr && progress == COMPLETE; t++)
		progress = look_at(formula->terms[t].name, evidence.rows[t],
				   evidence.nr[t], claim->unit, result->reason,
				   sizeof(result->reason));
	if (progress == COMPLETE)
		progress = figure(claim, formula, &evidence, result);
	free_evidence(&evidence);
	return progress;
}

static enum claim_verdict unsure(struct claim_result *result, const char *what)
{
	snprintf(
		result->reason, sizeof(result->reason),
		"the interval includes %s: more launches, or a quieter machine",
		what);
	return CLAIM_NOT_JUDGED;
}

static enum claim_verdict judge_factor(double published, struct claim_result *r)
{
	if (r->hi < 0)
		return CLAIM_OPPOSITE;
	if (r->lo <= 0)
		return unsure(r, "0");
	if (r->value < published / FACTOR)
		return CLAIM_SMALLER;
	return r->value > published * FACTOR ? CLAIM_LARGER : CLAIM_REPRODUCED;
}

static enum claim_verdict judge(const struct claim *claim,
				struct claim_result *r)
{
	double published = claim->published;

	switch (claim->rule) {
	case CLAIM_SIGN:
		return r->lo > 0   ? CLAIM_REPRODUCED
		       : r->hi < 0 ? CLAIM_OPPOSITE
				   : unsure(r, "0");
	case CLAIM_AT_LEAST:
		if (published > 0 && r->hi < 0)
			return CLAIM_OPPOSITE;
		return r->lo >= published  ? CLAIM_REPRODUCED
		       : r->hi < published ? CLAIM_SMALLER
					   : unsure(r, "the published figure");
	case CLAIM_AT_MOST:
		return r->hi <= published  ? CLAIM_REPRODUCED
		       : r->lo > published ? CLAIM_LARGER
					   : unsure(r, "the published figure");
	case CLAIM_FACTOR:
		break;
	}
	return judge_factor(published, r);
}

void claim_judge(const struct claim *claim, const struct csv_file *files,
		 size_t nr_files, const struct csv_row *like,
		 struct claim_result *result)
{
	/* Nearest to the metal first. */
	static const char *const order[] = { "bare", "kmod", "kvm", "user" };
	const struct claim_result none = { .verdict = CLAIM_NOT_JUDGED,
					   .value = NAN,
					   .lo = NAN,
					   .hi = NAN,
					   .backend = "" };
	enum progress progress, farthest = NO_ROWS;
	struct claim_formula formula;
	struct claim_result tried;

	*result = none;
	if (claim_parse(claim->formula, &formula)) {
		snprintf(result->reason, sizeof(result->reason),
			 "the formula is malformed");
		return;
	}
	for (size_t b = 0; b < sizeof(order) / sizeof(order[0]); b++) {
		tried = none;
		progress = try_backend(claim, &formula, order[b], files,
				       nr_files, like, &tried);
		if (!b || progress > farthest) {
			farthest = progress;
			*result = tried;
			result->backend = progress ? order[b] : "";
		}
		if (progress == COMPLETE)
			break;
	}
	if (farthest == COMPLETE)
		result->verdict = judge(claim, result);
}
