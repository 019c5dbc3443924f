// SPDX-License-Identifier: MIT
/* cmd_list.c: `list`: the catalog as a table. */
#include <errno.h>
#include <getopt.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "backend.h"
#include "catalog.h"
#include "cmd.h"

static const char usage[] =
	"usage: xbench list [GLOB...]\n"
	"\n"
	"Show the benchmarks, or those that the shell patterns name: family, the\n"
	"backends that can run it, its modes, and what one operation is.\n"
	"\n"
	"  --help  this text\n";

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
				entry->modes == 1u << XB_MODE_throughput
					? "throughput"
					: "all") ||
	    scols_line_set_data(line, 4, entry->text))
		return -ENOMEM;
	return 0;
}

static int print(const unsigned char selected[XB_NR_BENCHES])
{
	static const char *const titles[] = { "BENCHMARK", "FAMILY", "BACKENDS",
					      "MODES", "ONE OPERATION" };
	struct libscols_table *table = scols_new_table();
	int result = table ? 0 : -ENOMEM;
	uint32_t i;

	for (i = 0; i < 5 && !result; i++)
		if (!scols_table_new_column(table, titles[i], 0,
					    i == 4 && isatty(STDOUT_FILENO)
						    ? SCOLS_FL_WRAP
						    : 0))
			result = -ENOMEM;
	for (i = 0; i < XB_NR_BENCHES && !result; i++)
		if (selected[i])
			result = add_line(table, i);
	if (!result)
		result = scols_print_table(table);
	scols_unref_table(table);
	return result;
}

int cmd_list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	unsigned char selected[XB_NR_BENCHES] = { 0 };
	int i, result;

	optind = 1;
	while ((i = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (i != 'h') {
			fprintf(stderr, "xbench: try `xbench list --help`\n");
			return EXIT_USAGE;
		}
		fputs(usage, stdout);
		return EXIT_DONE;
	}
	if (optind == argc)
		memset(selected, 1, sizeof(selected));
	else if (!catalog_select_all(argc - optind, argv + optind, selected))
		return EXIT_USAGE;
	result = print(selected);
	if (result) {
		fprintf(stderr, "xbench: the list: %s\n", strerror(-result));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}
