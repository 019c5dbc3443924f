// SPDX-License-Identifier: MIT
/* gate_export.c: the outcome of a gate for programs: CSV, JSON, gbench. */
#include "gate_print.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "table.h"
#include "version.h"

static const struct table_column columns[] = {
	{ "verdict", TABLE_TEXT },    { "better", TABLE_NUMBER },
	{ "backend", TABLE_TEXT },    { "family", TABLE_TEXT },
	{ "benchmark", TABLE_TEXT },  { "mode", TABLE_TEXT },
	{ "fidelity", TABLE_TEXT },   { "metric", TABLE_TEXT },
	{ "n_before", TABLE_NUMBER }, { "n_after", TABLE_NUMBER },
	{ "before", TABLE_NUMBER },   { "after", TABLE_NUMBER },
	{ "ratio", TABLE_NUMBER },    { "ratio_lo", TABLE_NUMBER },
	{ "ratio_hi", TABLE_NUMBER }, { "ratio_level", TABLE_NUMBER },
	{ "p_worse", TABLE_NUMBER },  { "p_below_threshold", TABLE_NUMBER },
	{ "p_better", TABLE_NUMBER }, { "least_effect", TABLE_NUMBER },
	{ "why", TABLE_TEXT },
};

static void add_row(struct table *table, const struct gate *gate,
		    const struct gate_row *row)
{
	table_add(table, "%s", gate_verdict_names[row->verdict]);
	table_add(table, "%d", row->better);
	table_add(table, "%s", row->name->backend);
	table_add(table, "%s", row->name->family);
	table_add(table, "%s", row->name->benchmark);
	table_add(table, "%s", row->name->mode);
	table_add(table, "%s", row->fidelity);
	table_add(table, "%s", gate->metric->name);
	table_add(table, "%zu", row->data.n);
	table_add(table, "%zu", row->data.m);
	table_add_real(table, row->before);
	table_add_real(table, row->after);
	table_add_real(table, row->ratio.value);
	table_add_real(table, row->ratio.lo);
	table_add_real(table, row->ratio.hi);
	table_add_real(table, row->ratio.level > 0 ? row->ratio.level : NAN);
	table_add_real(table, row->test.p_worse);
	table_add_real(table, row->test.p_below);
	table_add_real(table, row->test.p_better);
	table_add_real(table, row->least);
	table_add(table, "%s", row->why);
}

static struct table make_table(const struct gate *gate)
{
	struct table table =
		table_begin(columns, sizeof(columns) / sizeof(*columns));

	for (size_t i = 0; i < gate->nr; i++)
		add_row(&table, gate, &gate->rows[i]);
	return table;
}

int gate_print_csv(FILE *out, const struct gate *gate)
{
	struct table table = make_table(gate);
	int rc = table_print_csv(out, &table);

	table_free(&table);
	return rc;
}

static int print_root(FILE *out, json_t *root)
{
	int rc = root && !json_dumpf(root, out,
				     JSON_INDENT(1) | JSON_REAL_PRECISION(15))
			 ? 0
			 : -ENOMEM;

	fputc('\n', out);
	json_decref(root);
	return rc;
}

int gate_print_json(FILE *out, const struct gate *gate)
{
	const struct gate_rules *rules = &gate->request->rules;
	struct table table = make_table(gate);
	json_t *counts = json_object();
	int rc;

	for (size_t i = 0; i < GATE_NR_VERDICTS; i++)
		json_object_set_new(counts, gate_verdict_names[i],
				    json_integer((json_int_t)gate->counts[i]));
	rc = print_root(
		out,
		json_pack("{s:i, s:i, s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:f, "
			  "s:f, s:o, s:s, s:o}",
			  "schema", 1, "exit_code", gate_exit_code(gate),
			  "before", gate->name_a, "after", gate->name_b,
			  "metric", gate->metric->name, "test",
			  gate->paired ? "sign" : "mann-whitney", "margin",
			  rules->margin, "threshold", rules->threshold, "alpha",
			  rules->alpha, "beta", rules->beta, "injected",
			  gate->request->inject, "counts", counts, "notes",
			  gate->notes ? gate->notes : "", "rows",
			  table_to_json(&table)));
	table_free(&table);
	return rc;
}

int gate_refuse_json(FILE *out, const char *reasons)
{
	return print_root(out, json_pack("{s:i, s:i, s:s}", "schema", 1,
					 "exit_code", 5, "refused", reasons));
}

/* One entry a batch, as if each were a repetition. */
static int add_entries(json_t *list, const char *side,
		       const struct gate_row *row, const double *values,
		       size_t nr)
{
	char name[512];

	snprintf(name, sizeof(name), "%s/%s/%s/%s", side, row->name->backend,
		 row->name->benchmark, row->name->mode);
	for (size_t i = 0; i < nr; i++) {
		json_t *entry = json_pack(
			"{s:s, s:i, s:i, s:s, s:s, s:I, s:I, s:i, s:i, s:f, "
			"s:f, s:s}",
			"name", name, "family_index", 0,
			"per_family_instance_index", 0, "run_name", name,
			"run_type", "iteration", "repetitions", (json_int_t)nr,
			"repetition_index", (json_int_t)i, "threads", 1,
			"iterations", 1, "real_time", values[i], "cpu_time",
			values[i], "time_unit", "ns");

		if (json_array_append_new(list, entry))
			return -ENOMEM;
	}
	return 0;
}

/* The names begin with before/ and after/: compare.py filters FILE before
 * after sets them against each other. */
int gate_print_gbench(FILE *out, const struct gate *gate)
{
	json_t *list = json_array();
	int rc = list ? 0 : -ENOMEM;

	for (size_t i = 0; i < gate->nr && !rc; i++) {
		const struct gate_row *row = &gate->rows[i];

		rc = add_entries(list, "before", row, row->data.a, row->data.n);
		if (!rc)
			rc = add_entries(list, "after", row, row->data.b,
					 row->data.m);
	}
	if (rc) {
		json_decref(list);
		return rc;
	}
	return print_root(
		out, json_pack("{s:{s:s, s:s, s:s, s:i}, s:o}", "context",
			       "executable", "xbench", "library_build_type",
			       "release", "xbench_version", XBENCH_VERSION,
			       "json_schema_version", 1, "benchmarks", list));
}
