// SPDX-License-Identifier: MIT
/* gate_check.c: may two sides be compared at all? */
#include "gate.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a side that is stored: results-and-gates.md.  In bursts identical sides
 * differ by whatever the machine does just then. */
#define MIN_SPAN 150.0
#define MIN_GAP 10.0

/* The kernel lays its code out anew at each boot. */
#define MIN_BOOTS 10
#define BOOT_MARGIN 0.02

#define MAX_TSC_DRIFT 1e-3 /* cpu_tsc_khz() errs by less than 1e-4 */

static const char *const machine_facts[] = {
	"vendor",     "family/model/stepping",
	"hypervisor", "microcode",
	"smt",	      "governor",
	"turbo",      "timing"
};

/* Differences found in rows: the first is named, the others counted. */
struct finding {
	const char *what;
	size_t nr;
	char first[256];
};

static const char *fact(const struct side *side, const char *key)
{
	const char *value = csv_meta(&side->files[0], key);

	return value ? value : "";
}

/* The first row whose machine is not `machine`, or NULL. */
static const struct csv_row *other_machine(const struct side *side,
					   const char *machine)
{
	for (size_t i = 0; i < side->nr_files; i++)
		for (size_t k = 0; k < side->files[i].nr_rows; k++)
			if (strcmp(side->files[i].rows[k].machine, machine))
				return &side->files[i].rows[k];
	return NULL;
}

static const struct csv_row *first_row(const struct side *side)
{
	for (size_t i = 0; i < side->nr_files; i++)
		if (side->files[i].nr_rows)
			return &side->files[i].rows[0];
	return NULL;
}

static void check_machine(const struct side *a, const struct side *b, FILE *out)
{
	const struct csv_row *first = first_row(a), *other;

	if (!first)
		return;
	other = other_machine(a, first->machine);
	if (!other)
		other = other_machine(b, first->machine);
	if (!other)
		return;
	fprintf(out, "the machines differ (%s and %s)", first->machine,
		other->machine);
	for (size_t i = 0; i < sizeof(machine_facts) / sizeof(*machine_facts);
	     i++) {
		const char *key = machine_facts[i];

		if (strcmp(fact(a, key), fact(b, key)) != 0)
			fprintf(out, "; %s: \"%s\" and \"%s\"", key,
				fact(a, key), fact(b, key));
	}
	fputs(": measure both sides on one machine, or read them with xbench diff\n",
	      out);
}

static void check_ticks(const struct side *a, const struct side *b, FILE *out)
{
	double khz_a = strtod(fact(a, "tsc_khz"), NULL);
	double khz_b = strtod(fact(b, "tsc_khz"), NULL);

	if (khz_a > 0 && khz_b > 0 && fabs(khz_b / khz_a - 1) > MAX_TSC_DRIFT)
		fprintf(out,
			"the TSC ticks differ: %.0f and %.0f kHz: compare cycles or ns\n",
			khz_a, khz_b);
}

__attribute__((format(printf, 3, 4))) static void
find(struct finding *finding, const struct csv_row *row, const char *format,
     ...)
{
	int used;
	va_list args;

	if (finding->nr++)
		return;
	used = snprintf(finding->first, sizeof(finding->first),
			"%.64s/%.16s (%.16s): ", row->benchmark, row->mode,
			row->backend);
	va_start(args, format);
	vsnprintf(finding->first + used, sizeof(finding->first) - used, format,
		  args);
	va_end(args);
}

enum {
	UNIT,
	OPS,
	FIDELITY,
	NOT_NATIVE,
	BATCH,
	NR_FINDINGS
};

static void check_row(const struct gate_request *request,
		      const struct side_row *a, const struct side_row *b,
		      const struct metric *metric, struct finding *findings)
{
	const struct csv_row *name = a->name;

	if (a->nr_other_unit || b->nr_other_unit)
		find(&findings[UNIT], name,
		     "%zu launches before and %zu after have no %s",
		     a->nr_other_unit, b->nr_other_unit, metric->name);
	else if (strcmp(metric->name, "cycles") == 0 &&
		 strcmp(a->source, b->source) != 0)
		find(&findings[UNIT], name, "cycles are \"%s\" and \"%s\"",
		     a->source, b->source);
	if (a->ops != b->ops || a->ops_mixed || b->ops_mixed)
		find(&findings[OPS], name, "%llu and %llu",
		     (unsigned long long)a->ops, (unsigned long long)b->ops);
	if (strcmp(a->fidelity, b->fidelity) != 0)
		find(&findings[FIDELITY], name, "%s and %s", a->fidelity,
		     b->fidelity);
	else if (strcmp(a->fidelity, "native") != 0 && !request->allow_fidelity)
		find(&findings[NOT_NATIVE], name, "%s", a->fidelity);
	if (a->batch_launches != b->batch_launches)
		find(&findings[BATCH], name, "%zu and %zu", a->batch_launches,
		     b->batch_launches);
}

static void check_rows(const struct gate_request *request, const struct side *a,
		       const struct side *b, const struct metric *metric,
		       FILE *out)
{
	struct finding findings[NR_FINDINGS] = {
		[UNIT] = { .what = "the unit differs or is missing" },
		[OPS] = { .what = "the operations of the body differ" },
		[FIDELITY] = { .what = "the fidelity differs" },
		[NOT_NATIVE] = { .what = "not native (--allow-fidelity compares these too)" },
		[BATCH] = { .what = "the launches of a batch differ in number" },
	};

	for (size_t i = 0; i < a->nr; i++) {
		const struct side_row *other = side_find(b, &a->rows[i]);

		if (other && a->rows[i].nr_ok && other->nr_ok &&
		    gate_selects(request, a->rows[i].name))
			check_row(request, &a->rows[i], other, metric,
				  findings);
	}
	for (size_t i = 0; i < NR_FINDINGS; i++)
		if (findings[i].nr)
			fprintf(out, "%s in %zu row%s: %s\n", findings[i].what,
				findings[i].nr, findings[i].nr > 1 ? "s" : "",
				findings[i].first);
}

static bool same_launch(const struct csv_row *a, const struct csv_row *b)
{
	return a->launch == b->launch && strcmp(a->host, b->host) == 0 &&
	       strcmp(a->started, b->started) == 0;
}

/* A measurement compared with itself passes, whatever it holds. */
static void check_distinct(const struct side *a, const struct side *b,
			   FILE *out)
{
	for (size_t i = 0; i < a->nr_files; i++)
		for (size_t k = 0; k < b->nr_files; k++) {
			const struct csv_file *x = &a->files[i];
			const struct csv_file *y = &b->files[k];

			if (!x->nr_rows || !y->nr_rows ||
			    !same_launch(&x->rows[0], &y->rows[0]))
				continue;
			fprintf(out,
				"%s and %s are the same measurement (host %s, started %s)\n",
				a->paths[i], b->paths[k], x->rows[0].host,
				x->rows[0].started);
			return;
		}
}

static int check_spread(const struct side *side, FILE *out)
{
	double *starts, span, gap = INFINITY;
	size_t nr;
	int rc = side_starts(side, &starts, &nr);

	if (rc == -EINVAL) {
		fprintf(out,
			"%s: a row does not say when it was started, so that its batches may be one burst\n",
			side->paths[0]);
		return 0;
	}
	if (rc)
		return rc;
	span = nr ? starts[nr - 1] - starts[0] : 0;
	for (size_t i = 1; i < nr; i++)
		gap = fmin(gap, starts[i] - starts[i - 1]);
	if (nr && (span < MIN_SPAN || gap < MIN_GAP))
		fprintf(out,
			"%s was made in one burst: %zu batches within %.0f s, the closest %.0f s apart; they must span %.0f s and start %.0f s apart or more (xbench all --batches 16 --spacing 20)\n",
			side->paths[0], nr, span, nr > 1 ? gap : 0, MIN_SPAN,
			MIN_GAP);
	free(starts);
	return 0;
}

bool gate_by_boot(const struct gate_request *request, const struct side *a,
		  const struct side *b)
{
	return request->rules.margin < BOOT_MARGIN &&
	       strcmp(fact(a, "kernel"), fact(b, "kernel")) != 0;
}

static void check_boots(const struct side *a, const struct side *b, FILE *out)
{
	if (a->nr_files < MIN_BOOTS || b->nr_files < MIN_BOOTS)
		fprintf(out,
			"the kernels differ, and costs change from boot to boot: give a file for each of %d boots a side or more (now %zu and %zu), or --margin 2%%\n",
			MIN_BOOTS, a->nr_files, b->nr_files);
}

int gate_check(const struct gate_request *request, const struct side *a,
	       const struct side *b, const struct metric *metric, bool stored,
	       char **reasons)
{
	size_t bytes;
	FILE *out;
	int rc = 0;

	*reasons = NULL;
	out = open_memstream(reasons, &bytes);
	if (!out)
		return -ENOMEM;
	check_machine(a, b, out);
	if (strcmp(metric->name, "tsc") == 0)
		check_ticks(a, b, out);
	check_rows(request, a, b, metric, out);
	if (stored) {
		check_distinct(a, b, out);
		rc = check_spread(a, out);
		if (!rc)
			rc = check_spread(b, out);
		if (gate_by_boot(request, a, b))
			check_boots(a, b, out);
	}
	if (fclose(out) && !rc)
		rc = -ENOMEM;
	if (rc || !**reasons) {
		free(*reasons);
		*reasons = NULL;
	}
	return rc;
}
