// SPDX-License-Identifier: MIT
/* gate_print.c: the outcome of a gate for people. */
#include "gate_print.h"

#include <math.h>
#include <string.h>

#include "cmd.h"
#include "table.h"

static const struct gate_format formats[] = {
	{ "text", gate_print_text, NULL },
	{ "markdown", gate_print_markdown, NULL },
	{ "csv", gate_print_csv, NULL },
	{ "json", gate_print_json, gate_refuse_json },
	{ "gbench", gate_print_gbench, NULL },
	{ "junit", gate_print_junit, gate_refuse_junit },
};

const char *gate_format_word(size_t i)
{
	return i < sizeof(formats) / sizeof(*formats) ? formats[i].name : NULL;
}

const struct gate_format *gate_format_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static const struct table_column columns[] = {
	{ "verdict", TABLE_TEXT },  { "benchmark", TABLE_TEXT },
	{ "mode", TABLE_TEXT },	    { "backend", TABLE_TEXT },
	{ "before", TABLE_NUMBER }, { "after", TABLE_NUMBER },
	{ "change", TABLE_NUMBER }, { "interval", TABLE_NUMBER },
	{ "p", TABLE_NUMBER },	    { "least", TABLE_NUMBER },
};

static void add_cost(struct table *table, double cost)
{
	if (isnan(cost))
		table_add(table, "-");
	else
		table_add(table, "%.2f", cost);
}

static void add_row(struct table *table, const struct gate_row *row)
{
	const struct stats_interval *ratio = &row->ratio;

	table_add(table, "%s%s", gate_verdict_names[row->verdict],
		  row->better ? ", better" : "");
	table_add(table, "%s", row->name->benchmark);
	table_add(table, "%s", row->name->mode);
	table_add(table, "%s", row->name->backend);
	add_cost(table, row->before);
	add_cost(table, row->after);
	if (isnan(ratio->value)) {
		table_add(table, "-");
		table_add(table, "-");
	} else {
		table_add(table, "%+.2f %%", 100 * (ratio->value - 1));
		table_add(table, "%+.2f..%+.2f", 100 * (ratio->lo - 1),
			  100 * (ratio->hi - 1));
	}
	if (row->verdict == GATE_MISSING)
		table_add(table, "-");
	else
		table_add(table, "%.1g", row->test.p_worse);
	if (isfinite(row->least))
		table_add(table, "%.1f %%", 100 * row->least);
	else
		table_add(table, "%s", isnan(row->least) ? "-" : "none");
}

static struct table make_table(const struct gate *gate)
{
	struct table table =
		table_begin(columns, sizeof(columns) / sizeof(*columns));

	for (size_t i = 0; i < gate->nr; i++)
		add_row(&table, &gate->rows[i]);
	return table;
}

static const char *conclusion(const struct gate *gate)
{
	switch (gate_exit_code(gate)) {
	case EXIT_DONE:
		return "PASS";
	case EXIT_REGRESSION:
		return "FAIL";
	default:
		return "INCONCLUSIVE";
	}
}

static void print_head(FILE *out, const struct gate *gate, const char *bullet)
{
	const struct gate_rules *rules = &gate->request->rules;

	fprintf(out, "%sbefore: %s\n%safter:  %s\n", bullet, gate->name_a,
		bullet, gate->name_b);
	fprintf(out,
		"%s%zu rows, %s per operation; up to %g %% is ignored, %g %% must not be missed\n",
		bullet, gate->nr, gate->metric->unit, 100 * rules->margin,
		100 * rules->threshold);
	fputs(bullet, out);
	if (gate->paired)
		fprintf(out, "sign test on %zu pairs, looked at %zu times",
			stats_looks[gate->looks - 1], gate->looks);
	else
		fputs("Mann-Whitney test on batches", out);
	fprintf(out,
		"; false FAIL in at most %g %% of suites, false PASS in at most %g %% of rows\n",
		100 * rules->alpha, 100 * rules->beta);
	if (gate->request->inject != 0)
		fprintf(out, "%sinjected: all costs after are %+g %%\n", bullet,
			100 * gate->request->inject);
}

/* Each group of rows with the same reason once. */
static void print_reasons(FILE *out, const struct gate *gate)
{
	for (size_t i = 0; i < gate->nr; i++) {
		const struct gate_row *row = &gate->rows[i];
		size_t first = 0, same = 0;

		if (!*row->why)
			continue;
		while (strcmp(gate->rows[first].why, row->why) != 0 ||
		       gate->rows[first].verdict != row->verdict)
			first++;
		for (size_t k = i; k < gate->nr; k++)
			same += strcmp(gate->rows[k].why, row->why) == 0 &&
				gate->rows[k].verdict == row->verdict;
		if (first != i)
			continue;
		fprintf(out, "%s %s/%s (%s)", gate_verdict_names[row->verdict],
			row->name->benchmark, row->name->mode,
			row->name->backend);
		if (same > 1)
			fprintf(out, " and %zu more", same - 1);
		fprintf(out, ": %s\n", row->why);
	}
}

static void print_next(FILE *out, const struct gate *gate)
{
	size_t unresolvable = 0;

	for (size_t i = 0; i < gate->nr; i++)
		unresolvable += !strcmp(gate->rows[i].why, gate_unresolvable);
	if (gate->counts[GATE_FAIL])
		fputs("Next: measure both sides in turn with xbench ab, which machine noise moves less; if the rise stays, find its commit with git bisect (docs/ci.md).\n",
		      out);
	if (gate->counts[GATE_MISSING])
		fputs("Next: make the missing rows run, or make a new baseline without them.\n",
		      out);
	if (gate->nr_blind)
		fputs("Next: measure more batches on both sides, or --select fewer rows: this gate could not have failed.\n",
		      out);
	else if (gate->counts[GATE_INCONCLUSIVE] > unresolvable)
		fputs("Next: measure more batches (or pairs), or keep the machine quieter; `least` is what these could have shown.\n",
		      out);
	if (unresolvable)
		fputs("Next: leave the unresolvable rows out with --select, or raise --threshold to their `least`: no number of batches resolves them.\n",
		      out);
}

static void print_foot(FILE *out, const struct gate *gate)
{
	const char *note = gate->notes ? gate->notes : "";
	double lo = INFINITY, hi = 0;
	bool exact = true;

	for (size_t i = 0; i < gate->nr; i++) {
		if (isnan(gate->rows[i].ratio.value))
			continue;
		lo = fmin(lo, gate->rows[i].ratio.level);
		hi = fmax(hi, gate->rows[i].ratio.level);
		exact &= gate->rows[i].ratio.exact;
	}
	fputs("change: Hodges-Lehmann", out);
	if (hi > 0 && lo < hi)
		fprintf(out, ", level of the interval %.2f to %.2f %%",
			100 * lo, 100 * hi);
	else if (hi > 0)
		fprintf(out, ", level of the interval %.2f %%", 100 * hi);
	fprintf(out,
		"%s; p: that a row no worse looks so bad; least: rise that these data would have called a FAIL\n",
		exact ? ""
		: gate->paired
			? " (by a normal approximation)"
			: " (this and p by a normal approximation: more orders than can be counted)");
	while (*note) {
		int len = (int)strcspn(note, "\n");

		fprintf(out, "note: %.*s\n", len, note);
		note += len + (note[len] == '\n');
	}
	print_reasons(out, gate);
	fprintf(out,
		"\n%s: %zu FAIL, %zu MISSING, %zu INCONCLUSIVE, %zu PASS (%zu better)\n",
		conclusion(gate), gate->counts[GATE_FAIL],
		gate->counts[GATE_MISSING], gate->counts[GATE_INCONCLUSIVE],
		gate->counts[GATE_PASS], gate->nr_better);
	print_next(out, gate);
}

int gate_print_text(FILE *out, const struct gate *gate)
{
	struct table table = make_table(gate);
	int rc;

	print_head(out, gate, "");
	fputc('\n', out);
	rc = table_print_text(out, &table);
	table_free(&table);
	fputc('\n', out);
	print_foot(out, gate);
	return rc;
}

int gate_print_markdown(FILE *out, const struct gate *gate)
{
	struct table table = make_table(gate);
	int rc;

	fprintf(out, "### xbench gate: %s\n\n", conclusion(gate));
	print_head(out, gate, "* ");
	fputc('\n', out);
	rc = table_print_markdown(out, &table);
	table_free(&table);
	fputs("\n```\n", out);
	print_foot(out, gate);
	fputs("```\n", out);
	return rc;
}
