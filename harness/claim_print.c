// SPDX-License-Identifier: MIT
/* claim_print.c: judged claims as text, Markdown and JSON. */
#include "claim_print.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

static void print_published(FILE *out, const struct claim *claim)
{
	fprintf(out, "%s", claim_rule_text(claim->rule));
	if (claim->rule != CLAIM_SIGN)
		fprintf(out, " %g %s", claim->published, claim->unit_name);
}

/* "36.1 ns (34.7 to 54.7)"; ratios are small numbers or large ones. */
static void print_figure(FILE *out, const struct claim *claim,
			 const struct claim_result *r)
{
	if (claim->unit == CLAIM_ratio)
		fprintf(out, "%.3g (%.3g to %.3g)", r->value, r->lo, r->hi);
	else
		fprintf(out, "%.1f %s (%.1f to %.1f)", r->value,
			claim->unit_name, r->lo, r->hi);
}

static void print_machine(FILE *out, const struct csv_row *like)
{
	fprintf(out, "%s on %s", like->cpu, like->host);
}

static void print_result(FILE *out, const struct claim *claim,
			 const struct claim_result *r)
{
	if (!isnan(r->value)) {
		print_figure(out, claim, r);
		fprintf(out, ", %s, %zu launches: ", r->backend,
			r->nr_launches);
	}
	fprintf(out, "%s", claim_verdict_names[r->verdict]);
	if (r->verdict == CLAIM_NOT_JUDGED)
		fprintf(out, ": %s", r->reason);
}

static int print_text(FILE *out, const struct claim_column *columns, size_t nr)
{
	const char *argument = "";

	for (size_t i = 0; i < nr_claims; i++) {
		const struct claim *claim = &claims[i];

		if (strcmp(argument, claim->argument)) {
			argument = claim->argument;
			fprintf(out, "%s%s\n", i ? "\n" : "", argument);
		}
		fprintf(out, "\n  %s: %s\n    source: %s\n    rows: %s\n",
			claim->id, claim->sentence, claim->source,
			claim->formula);
		fprintf(out, "    published: ");
		print_published(out, claim);
		fputc('\n', out);
		for (size_t c = 0; c < nr; c++) {
			fprintf(out, "    ");
			if (nr > 1)
				print_machine(out, columns[c].like);
			else
				fprintf(out, "here");
			fprintf(out, ": ");
			print_result(out, claim, &columns[c].results[i]);
			fputc('\n', out);
		}
	}
	return 0;
}

static int print_markdown(FILE *out, const struct claim_column *columns,
			  size_t nr)
{
	fprintf(out, "| argument | claim | source | rows | published |");
	for (size_t c = 0; c < nr; c++) {
		fputc(' ', out);
		print_machine(out, columns[c].like);
		fprintf(out, " |");
	}
	fprintf(out, "\n|---|---|---|---|---|");
	for (size_t c = 0; c < nr; c++)
		fprintf(out, "---|");
	fputc('\n', out);
	for (size_t i = 0; i < nr_claims; i++) {
		const struct claim *claim = &claims[i];

		fprintf(out, "| %s, %u | %s | %s | `%s` | ", claim->argument,
			claim->year, claim->sentence, claim->source,
			claim->formula);
		print_published(out, claim);
		fprintf(out, " |");
		for (size_t c = 0; c < nr; c++) {
			fputc(' ', out);
			print_result(out, claim, &columns[c].results[i]);
			fprintf(out, " |");
		}
		fputc('\n', out);
	}
	return 0;
}

/* No NaN in JSON: what there is no figure of is null. */
static json_t *number(double value)
{
	return isnan(value) || isinf(value) ? json_null() : json_real(value);
}

static json_t *json_result(const struct claim_column *column,
			   const struct claim_result *r)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:s, s:s}",
		"cpu", column->like->cpu, "host", column->like->host, "machine",
		column->like->machine, "subject", column->like->subject,
		"backend", r->backend, "value", number(r->value), "low",
		number(r->lo), "high", number(r->hi), "launches",
		(json_int_t)r->nr_launches, "verdict",
		claim_verdict_names[r->verdict], "reason", r->reason);
}

static json_t *json_claim(const struct claim *claim, size_t at,
			  const struct claim_column *columns, size_t nr)
{
	json_t *here = json_array();

	for (size_t c = 0; c < nr; c++)
		json_array_append_new(
			here,
			json_result(&columns[c], &columns[c].results[at]));
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:o}",
			 "id", claim->id, "argument", claim->argument, "year",
			 (int)claim->year, "source", claim->source, "sentence",
			 claim->sentence, "formula", claim->formula, "unit",
			 claim->unit_name, "rule", claim_rule_text(claim->rule),
			 "published",
			 claim->rule == CLAIM_SIGN ? json_null()
						   : number(claim->published),
			 "here", here);
}

static int print_json(FILE *out, const struct claim_column *columns, size_t nr)
{
	json_t *list = json_array();
	int result = 0;

	for (size_t i = 0; i < nr_claims && !result; i++)
		result = json_array_append_new(
			list, json_claim(&claims[i], i, columns, nr));
	if (result || json_dumpf(list, out, JSON_INDENT(2)))
		result = -ENOMEM;
	fputc('\n', out);
	json_decref(list);
	return result;
}

static const struct {
	const char *name;
	claim_printer *print;
} printers[] = {
	{ "text", print_text },
	{ "markdown", print_markdown },
	{ "json", print_json },
};

#define NR_PRINTERS (sizeof(printers) / sizeof(printers[0]))

const char *claim_format_word(size_t i)
{
	return i < NR_PRINTERS ? printers[i].name : NULL;
}

claim_printer *claim_printer_by_name(const char *format)
{
	for (size_t i = 0; i < NR_PRINTERS; i++)
		if (!strcmp(printers[i].name, format))
			return printers[i].print;
	return NULL;
}
