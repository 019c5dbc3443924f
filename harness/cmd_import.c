// SPDX-License-Identifier: MIT
/* cmd_import.c: `import`: a serial log of the bare image becomes a file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cmd.h"
#include "options.h"
#include "serial_log.h"

/* Who has more faults than this has another problem: arbitrary. */
#define MAX_TOLD 20

static void tell_faults(const char *path, const struct serial_log *log)
{
	char text[200];
	size_t i;

	for (i = 0; i < log->nr_faults && i < MAX_TOLD; i++) {
		serial_fault_text(&log->faults[i], text, sizeof(text));
		fprintf(stderr, "xbench: %s: %s\n", path, text);
	}
	if (i < log->nr_faults)
		fprintf(stderr, "xbench: %s: and %zu faults more\n", path,
			log->nr_faults - i);
}

/* Launches that a boot has, so that the next one counts on. */
static uint64_t last_launch(const struct csv_file *file)
{
	uint64_t last = 0;
	size_t i;

	for (i = 0; i < file->nr_rows; i++)
		if (file->rows[i].launch > last)
			last = file->rows[i].launch;
	return last;
}

/* All boots into one file; how many of them are not whole, or -errno. */
static int collect(const char *path, const struct serial_log *log,
		   struct csv_file *file)
{
	struct csv_error err = { "" };
	int incomplete = log->nr_faults != 0, result;
	size_t i;

	for (i = 0; i < log->nr_boots; i++) {
		const struct serial_boot *boot = &log->boots[i];

		if (boot->error[0])
			fprintf(stderr, "xbench: %s: boot %zu says: %s\n", path,
				i + 1, boot->error);
		if (boot->nmis)
			fprintf(stderr,
				"xbench: %s: boot %zu saw %llu NMIs, %llu of them in ring 3\n",
				path, i + 1, (unsigned long long)boot->nmis,
				(unsigned long long)boot->user_nmis);
		incomplete |= !boot->done;
		if (!boot->has_header) {
			fprintf(stderr,
				"xbench: %s: boot %zu has no header: its %u rows are lost\n",
				path, i + 1, boot->nr_rows);
			incomplete = 1;
			continue;
		}
		result = serial_log_append(boot, i + 1, last_launch(file), "",
					   file, &err);
		if (result) {
			fprintf(stderr, "xbench: %s: boot %zu: %s\n", path,
				i + 1,
				err.text[0] ? err.text : strerror(-result));
			return result;
		}
	}
	return incomplete;
}

static int write_file(const char *path, const char *output,
		      const struct serial_log *log, struct csv_file *file)
{
	struct csv_error err;
	char text[200];
	int incomplete = collect(path, log, file);

	if (incomplete < 0)
		return EXIT_USAGE;
	if (!file->nr_rows) {
		fprintf(stderr,
			"xbench: %s: no row of a bare image in it; was this the serial port that it was told to use?\n",
			path);
		return EXIT_USAGE;
	}
	if (log->nr_faults) {
		serial_fault_text(&log->faults[0], text, sizeof(text));
		if (csv_add_meta(file, "incomplete", text))
			return EXIT_INTERNAL;
	}
	if (csv_write(output, file, &err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_CANNOT;
	}
	if (strcmp(output, "-"))
		printf("%s: %zu rows, %llu launches, %zu boots\n", output,
		       file->nr_rows, (unsigned long long)last_launch(file),
		       log->nr_boots);
	return incomplete ? EXIT_INCOMPLETE : EXIT_DONE;
}

int cmd_import(const struct arguments *arguments)
{
	const char *output = NULL;
	struct csv_file file = { 0 };
	struct serial_log log;
	int result;
	size_t i;

	for (i = 0; i < arguments->nr_options; i++)
		output = arguments->options[i].value;
	if (arguments->nr_operands != 1 || !output) {
		fprintf(stderr,
			"xbench: import needs one log, and --output for the CSV file\n");
		return EXIT_USAGE;
	}
	result = serial_log_read(arguments->operands[0], &log);
	if (result) {
		fprintf(stderr, "xbench: %s: %s\n", arguments->operands[0],
			strerror(-result));
		result = EXIT_USAGE;
	} else {
		tell_faults(arguments->operands[0], &log);
		result =
			write_file(arguments->operands[0], output, &log, &file);
	}
	csv_free(&file);
	serial_log_free(&log);
	return result;
}
