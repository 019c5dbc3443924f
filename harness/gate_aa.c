// SPDX-License-Identifier: MIT
/* gate_aa.c: `xbench gate --aa`: this machine gated against itself. */
#include "gate_aa.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "ab.h"
#include "cmd.h"
#include "stats.h"
#include "sysstate.h"
#include "table.h"

struct tally_row {
	char name[256]; /* benchmark/mode (backend) */
	size_t counts[GATE_NR_VERDICTS];
	size_t nr_unresolvable;
	double *least; /* one a suite */
	size_t nr_least;
};

struct tally {
	size_t suites;
	size_t false_suites;
	struct tally_row *rows;
	size_t nr;
};

/* "run GLOB... --backend NAME... --launches 1 --cpu N --output -" */
struct aa_command {
	const char *argv[2 * GATE_MAX_LIST + 16];
	char cpu[16];
	char globs[GATE_MAX_LIST][128];
};

static void make_command(const struct gate_request *request, int cpu,
			 struct aa_command *command)
{
	const char **arg = command->argv;

	snprintf(command->cpu, sizeof(command->cpu), "%d", cpu);
	*arg++ = "/proc/self/exe";
	*arg++ = "run";
	/* `run` knows no benchmark/mode: the gate selects the modes. */
	for (size_t i = 0; i < request->nr_globs; i++) {
		snprintf(command->globs[i], sizeof(command->globs[i]), "%.*s",
			 (int)strcspn(request->globs[i], "/"),
			 request->globs[i]);
		*arg++ = command->globs[i];
	}
	if (!request->nr_globs)
		*arg++ = "*";
	for (size_t i = 0; i < request->nr_backends; i++) {
		*arg++ = "--backend";
		*arg++ = request->backends[i];
	}
	*arg++ = "--launches";
	*arg++ = "1";
	*arg++ = "--cpu";
	*arg++ = command->cpu;
	*arg++ = "--output";
	*arg++ = "-";
	*arg = NULL;
}

static struct tally_row *row_of(struct tally *tally, size_t max_suites,
				const struct csv_row *name)
{
	struct tally_row *row;
	char text[256];

	snprintf(text, sizeof(text), "%s/%s (%s)", name->benchmark, name->mode,
		 name->backend);
	for (size_t i = 0; i < tally->nr; i++)
		if (!strcmp(tally->rows[i].name, text))
			return &tally->rows[i];
	row = reallocarray(tally->rows, tally->nr + 1, sizeof(*row));
	if (!row)
		return NULL;
	tally->rows = row;
	row = &tally->rows[tally->nr];
	*row = (struct tally_row){ .least = calloc(max_suites,
						   sizeof(*row->least)) };
	if (!row->least)
		return NULL;
	strcpy(row->name, text);
	tally->nr++;
	return row;
}

static int add_suite(struct tally *tally, size_t max_suites,
		     const struct gate *gate)
{
	tally->suites++;
	tally->false_suites += gate->counts[GATE_FAIL] != 0;
	for (size_t i = 0; i < gate->nr; i++) {
		const struct gate_row *from = &gate->rows[i];
		struct tally_row *row = row_of(tally, max_suites, from->name);

		if (!row)
			return -ENOMEM;
		row->counts[from->verdict]++;
		row->nr_unresolvable += !strcmp(from->why, gate_unresolvable);
		if (isfinite(from->least))
			row->least[row->nr_least++] = from->least;
	}
	printf("suite %zu of %zu: %zu rows, %zu pairs at most: %zu FAIL, %zu MISSING, %zu INCONCLUSIVE, %zu PASS\n",
	       tally->suites, max_suites, gate->nr,
	       stats_looks[gate->looks - 1], gate->counts[GATE_FAIL],
	       gate->counts[GATE_MISSING], gate->counts[GATE_INCONCLUSIVE],
	       gate->counts[GATE_PASS]);
	fflush(stdout);
	return 0;
}

static const struct table_column columns[] = {
	{ "row", TABLE_TEXT },
	{ "FAIL", TABLE_NUMBER },
	{ "MISSING", TABLE_NUMBER },
	{ "INCONCLUSIVE", TABLE_NUMBER },
	{ "PASS", TABLE_NUMBER },
	{ "unresolvable", TABLE_NUMBER },
	{ "median least", TABLE_NUMBER },
};

static int print_rows(const struct tally *tally)
{
	struct table table =
		table_begin(columns, sizeof(columns) / sizeof(*columns));
	int rc;

	for (size_t i = 0; i < tally->nr; i++) {
		struct tally_row *row = &tally->rows[i];

		table_add(&table, "%s", row->name);
		for (size_t k = 0; k < GATE_NR_VERDICTS; k++)
			table_add(&table, "%zu", row->counts[k]);
		table_add(&table, "%zu", row->nr_unresolvable);
		stats_sort(row->least, row->nr_least);
		if (row->nr_least)
			table_add(&table, "%.1f %%",
				  100 * stats_quantile(row->least,
						       row->nr_least, 0.5));
		else
			table_add(&table, "none");
	}
	putchar('\n');
	rc = table_print_text(stdout, &table);
	table_free(&table);
	return rc;
}

static void print_rates(const struct tally *tally, double inject)
{
	size_t failed = 0, resolvable = 0;
	double n = (double)tally->suites;

	for (size_t i = 0; i < tally->nr; i++) {
		const struct tally_row *row = &tally->rows[i];

		failed += row->counts[GATE_FAIL];
		resolvable += tally->suites - row->nr_unresolvable -
			      row->counts[GATE_MISSING];
	}
	putchar('\n');
	if (inject != 0) {
		printf("injected %+g %%: found in %zu of %zu resolvable rows (%.1f %%)\n",
		       100 * inject, failed, resolvable,
		       100 * (double)failed / fmax(1, (double)resolvable));
		return;
	}
	printf("identical sides: %zu of %zu suites FAILed", tally->false_suites,
	       tally->suites);
	if (!tally->false_suites) /* 1 - p to the n is 5 %. */
		printf(" (95 %% sure: fewer than %.0f %% of all would)",
		       100 * (1 - pow(0.05, 1 / n)));
	printf("; %zu of %zu verdicts on resolvable rows were FAIL\n", failed,
	       resolvable);
}

/* One suite.  An exit code; EXIT_DONE if it was judged, whatever it says. */
static int run_suite(const struct gate_options *options, double spacing,
		     size_t max_suites, struct tally *tally)
{
	struct gate_request request = options->request;
	struct aa_command command;
	struct ab_plan plan = {
		.commands = { (char *const *)command.argv,
			      (char *const *)command.argv },
		.spacing = spacing,
	};
	struct ab_outcome outcome;
	struct ab_error err;
	int cpu = sysstate_quiet_cpu(), code = EXIT_DONE, rc;

	if (cpu < 0 || getrandom(&plan.seed, sizeof(plan.seed), 0) < 0) {
		fputs("xbench gate: --aa: no CPU may be used\n", stderr);
		return EXIT_CANNOT;
	}
	make_command(&request, cpu, &command);
	request.allow_fidelity = true; /* Both sides trap or both do not. */
	rc = ab_run(&plan, &request, &outcome, &err);
	if (rc) {
		fprintf(stderr, "xbench gate: --aa: %s\n", err.text);
		return rc == -ECHILD ? EXIT_CANNOT : EXIT_INTERNAL;
	}
	if (outcome.reasons) {
		code = gate_options_refuse(options, "gate", outcome.reasons);
	} else if (!outcome.gate.nr) {
		fputs("xbench gate: --aa: no row that is selected could be measured\n",
		      stderr);
		code = EXIT_CANNOT;
	} else if (add_suite(tally, max_suites, &outcome.gate)) {
		fputs("xbench gate: --aa: out of memory\n", stderr);
		code = EXIT_INTERNAL;
	}
	ab_free(&outcome);
	return code;
}

int gate_aa(const struct gate_options *options, size_t suites, double spacing)
{
	struct tally tally = { 0 };
	int code = EXIT_DONE;

	while (tally.suites < suites && code == EXIT_DONE)
		code = run_suite(options, spacing, suites, &tally);
	if (code == EXIT_DONE) {
		if (print_rows(&tally))
			code = EXIT_INTERNAL;
		print_rates(&tally, options->request.inject);
		if (tally.false_suites && options->request.inject == 0)
			code = EXIT_REGRESSION;
	}
	for (size_t i = 0; i < tally.nr; i++)
		free(tally.rows[i].least);
	free(tally.rows);
	return code;
}
