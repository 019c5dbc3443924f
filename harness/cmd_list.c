// SPDX-License-Identifier: MIT
/* cmd_list.c: `list`: the catalog as a table. */
#define _GNU_SOURCE
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "catalog.h"
#include "cmd.h"
#include "cpu.h"
#include "engine.h"
#include "list_print.h"
#include "prose.h"
#include "terminal.h"
#include "options.h"

static void join_backends(uint32_t bits, char *text, size_t bytes)
{
	size_t used = 0;
	int i;

	text[0] = 0;
	for (i = 0; backends[i]; i++)
		if (bits & backends[i]->bit)
			used += (size_t)snprintf(text + used, bytes - used,
						 "%s%s", used ? "," : "",
						 backends[i]->name);
	if (bits & XB_ON_BARE)
		snprintf(text + used, bytes - used, "%sbare", used ? "," : "");
}

static int add_line(struct libscols_table *table, uint32_t bench)
{
	const struct catalog_entry *entry = &catalog[bench];
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char text[64];

	if (!line)
		return -ENOMEM;
	join_backends(entry->backends, text, sizeof(text));
	if (scols_line_set_data(line, 0, entry->name) ||
	    scols_line_set_data(line, 1, entry->family) ||
	    scols_line_set_data(line, 2, text) ||
	    scols_line_set_data(line, 3,
				entry->modes & 1u << XB_MODE_fenced
					? "all"
					: "throughput") ||
	    scols_line_set_data(line, 4, entry->text))
		return -ENOMEM;
	return 0;
}

static struct libscols_table *new_table(const char *const *titles, int n)
{
	struct libscols_table *table = scols_new_table();
	int i;

	for (i = 0; i < n && table; i++) {
		if (!scols_table_new_column(table, titles[i], 0, 0)) {
			scols_unref_table(table);
			table = NULL;
		}
	}
	return table;
}

static int print(const unsigned char selected[XB_NR_BENCHES])
{
	static const char *const titles[] = { "BENCHMARK", "FAMILY", "BACKENDS",
					      "MODES", "ONE OPERATION" };
	struct libscols_table *table = new_table(titles, 5);
	int result = table ? 0 : -ENOMEM;
	uint32_t i;

	for (i = 0; i < XB_NR_BENCHES && !result; i++)
		if (selected[i])
			result = add_line(table, i);
	if (!result)
		result = list_print(table, 1);
	scols_unref_table(table);
	return result;
}

/* What was found out, by backend and benchmark. */
struct findings {
	bool tried[NR_BACKENDS][XB_NR_BENCHES];
	struct engine_record records[NR_BACKENDS][XB_NR_BENCHES];
};

static int note(const struct engine_record *record, void *arg)
{
	const struct engine_item *item = &record->item;
	struct findings *findings = arg;

	findings->tried[item->backend][item->bench] = true;
	findings->records[item->backend][item->bench] = *record;
	return 0;
}

/* Why nothing runs in a backend, if it is the same for all; else NULL. */
static const char *common_reason(const struct findings *findings, uint32_t b)
{
	const char *reason = NULL;
	uint32_t i;

	for (i = 0; i < XB_NR_BENCHES; i++) {
		const struct engine_record *r = &findings->records[b][i];

		if (!findings->tried[b][i])
			continue;
		if (r->status == ENGINE_OK ||
		    (reason && strcmp(r->reason, reason)))
			return NULL;
		reason = r->reason;
	}
	return reason;
}

static int add_finding(struct libscols_table *table,
		       const struct findings *findings, uint32_t bench)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char why[2048] = "";
	size_t used = 0;
	uint32_t b;

	if (!line || scols_line_set_data(line, 0, catalog[bench].name))
		return -ENOMEM;
	for (b = 0; backends[b]; b++) {
		const struct engine_record *r = &findings->records[b][bench];
		bool tried = findings->tried[b][bench];
		bool runs = r->status == ENGINE_OK;

		if (scols_line_set_data(line, 1 + b,
					!tried ? "-"
					: runs ? "yes"
					       : "no"))
			return -ENOMEM;
		if (tried && !runs && used < sizeof(why) &&
		    !common_reason(findings, b))
			used += (size_t)snprintf(why + used, sizeof(why) - used,
						 "%s%s: %s", used ? "; " : "",
						 backends[b]->name, r->reason);
	}
	return scols_line_set_data(line, 1 + b, why) ? -ENOMEM : 0;
}

/* Below the table, once. */
static int print_common(const struct findings *findings)
{
	size_t bytes;
	char *text = NULL;
	FILE *out = open_memstream(&text, &bytes);
	uint32_t b;

	if (!out)
		return -ENOMEM;
	for (b = 0; backends[b]; b++) {
		const char *reason = common_reason(findings, b);

		if (reason)
			fprintf(out, "  %s: %s\n", backends[b]->name, reason);
	}
	if (fclose(out)) {
		free(text);
		return -ENOMEM;
	}
	if (text[0])
		prose_print(stdout, terminal_width(stdout), text);
	free(text);
	return 0;
}

static int print_here(const unsigned char selected[XB_NR_BENCHES])
{
	/* One mode is enough: what runs in one runs in all. */
	const uint32_t mode = 1u << XB_MODE_throughput;
	struct engine_settings settings = { .cpu = sched_getcpu(),
					    .pairs = 1,
					    .tsc_khz = cpu_tsc_khz(),
					    .dry = true };
	size_t n = engine_plan(selected, UINT32_MAX, mode, NULL);
	struct findings *findings = calloc(1, sizeof(*findings));
	struct engine_item *items = calloc(n, sizeof(*items));
	const char *titles[NR_BACKENDS + 2] = { "BENCHMARK" };
	struct libscols_table *table = NULL;
	int result = -ENOMEM, nr = 1;
	uint32_t i;

	for (i = 0; backends[i]; i++)
		titles[nr++] = backends[i]->name;
	titles[nr++] = "WHY NOT";
	if (findings && items)
		table = new_table(titles, nr);
	if (table) {
		engine_plan(selected, UINT32_MAX, mode, items);
		result = engine_launch(&settings, items, n, note, findings);
	}
	for (i = 0; i < XB_NR_BENCHES && !result; i++)
		if (selected[i])
			result = add_finding(table, findings, i);
	if (!result)
		result = list_print(table, 0);
	if (!result)
		result = print_common(findings);
	scols_unref_table(table);
	free(items);
	free(findings);
	return result;
}

int cmd_list(const struct arguments *arguments)
{
	unsigned char selected[XB_NR_BENCHES] = { 0 };
	int result;

	if (!arguments->nr_operands)
		memset(selected, 1, sizeof(selected));
	else if (!catalog_select_all(arguments->nr_operands,
				     arguments->operands, selected))
		return EXIT_USAGE;
	result = options_have(arguments, OPTION_HERE) ? print_here(selected)
						      : print(selected);
	if (result) {
		fprintf(stderr, "xbench: the list: %s\n", strerror(-result));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}
