// SPDX-License-Identifier: MIT
/* backend_bare.c: a launch of the bare image in QEMU. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "backend_bare.h"
#include "bare_image.h"
#include "catalog.h"
#include "serial_log.h"

#define QEMU "qemu-system-x86_64"

/* bench/bare/bare.h: 2 * BARE_EXIT_DONE + 1. */
#define QEMU_DONE 177

/* A payload may never end.  TCG takes some seconds: arbitrary. */
#define LIMIT_SECONDS 300

/* Files of one boot. */
struct boot {
	char directory[256];
	char elf[300];
	char serial[300];
	char messages[300]; /* of QEMU */
	char command[8192];
	int code; /* of QEMU's end; 128 + signal */
};

size_t backend_bare_count(const struct plan *plan)
{
	size_t n = 0;
	uint32_t i, m;

	for (i = 0; i < XB_NR_BENCHES && plan->backends & XB_ON_BARE; i++)
		for (m = 0; m < XB_NR_MODES; m++)
			n += plan->selected[i] &&
			     catalog[i].backends & XB_ON_BARE &&
			     catalog[i].modes & plan->modes & 1u << m;
	return n;
}

int backend_bare_check(struct backend_error *err)
{
	const char *const argv[] = { QEMU, "--version", NULL };
	int code = bare_image_spawn(argv, "/dev/null", NULL, 0);

	if (!code)
		return 0;
	snprintf(
		err->text, sizeof(err->text),
		"backend bare: %s does not run: %s; on Debian: apt-get install qemu-system-x86",
		QEMU, code < 0 ? strerror(-code) : "it fails");
	return code < 0 ? code : -ENOEXEC;
}

static size_t add(struct boot *boot, size_t used, const char *text)
{
	size_t room = sizeof(boot->command) - used;

	return used + (size_t)snprintf(boot->command + used, room, "%s", text);
}

/* The plan as boot command line; bench/bare/options.c reads it. */
static void make_command(const struct plan *plan, const struct sysstate *state,
			 struct boot *boot)
{
	char text[160];
	const char *comma = " select=";
	size_t i, used;

	snprintf(text, sizeof(text),
		 "end=debug-exit launches=1 pairs=%u seed=%llu host=%s",
		 plan->settings.pairs < XB_MAX_PAIRS ? plan->settings.pairs
						     : XB_MAX_PAIRS,
		 (unsigned long long)(plan->settings.seed +
				      plan->settings.launch - 1),
		 state->host);
	used = add(boot, 0, text);
	for (i = 0; i < XB_NR_BENCHES; i++)
		if (plan->selected[i] && catalog[i].backends & XB_ON_BARE) {
			used = add(boot, used, comma);
			used = add(boot, used, catalog[i].name);
			comma = ",";
		}
	comma = " mode=";
	for (i = 0; i < XB_NR_MODES; i++)
		if (plan->modes & 1u << i) {
			used = add(boot, used, comma);
			used = add(boot, used, catalog_modes[i]);
			comma = ",";
		}
}

static int prepare(struct boot *boot, struct backend_error *err)
{
	const char *tmp = getenv("TMPDIR");
	int result = 0;

	snprintf(boot->directory, sizeof(boot->directory),
		 "%s/xbench-bare.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(boot->directory)) {
		result = -errno;
	} else {
		snprintf(boot->elf, sizeof(boot->elf), "%s/xbench.elf",
			 boot->directory);
		snprintf(boot->serial, sizeof(boot->serial), "%s/serial",
			 boot->directory);
		snprintf(boot->messages, sizeof(boot->messages), "%s/messages",
			 boot->directory);
		result = bare_image_write(boot->elf, 1);
		if (result)
			bare_image_remove(boot->directory);
	}
	if (result)
		snprintf(err->text, sizeof(err->text), "%s: %s",
			 boot->directory, strerror(-result));
	return result;
}

static int run_qemu(struct boot *boot, bool (*wait)(int fd, int ms),
		    struct backend_error *err)
{
	char serial[320];
	const char *const argv[] = {
		QEMU,
		"-accel",
		"tcg",
		"-cpu",
		"max",
		"-smp",
		"1",
		"-m",
		"256",
		"-nodefaults",
		"-display",
		"none",
		"-no-reboot",
		"-device",
		"isa-debug-exit,iobase=0xf4,iosize=4",
		"-serial",
		serial,
		"-kernel",
		boot->elf,
		"-append",
		boot->command,
		NULL,
	};

	snprintf(serial, sizeof(serial), "file:%s", boot->serial);
	boot->code = bare_image_spawn(argv, boot->messages, wait,
				      LIMIT_SECONDS * 1000);
	if (boot->code >= 0)
		return 0;
	snprintf(err->text, sizeof(err->text), QEMU ": %s",
		 strerror(-boot->code));
	return boot->code;
}

static int status_of(const char *name)
{
	int i;

	for (i = 0; i < ENGINE_NR_STATUSES; i++)
		if (!strcmp(name, engine_status_names[i]))
			return i;
	return ENGINE_ERROR;
}

/* Why rows are missing. */
static void describe(const struct boot *boot, const struct serial_log *log,
		     char *text, size_t bytes)
{
	const struct serial_boot *last =
		log->nr_boots ? &log->boots[log->nr_boots - 1] : NULL;

	if (last && last->error[0])
		snprintf(text, bytes, "the image says: %s", last->error);
	else if (boot->code == 0)
		snprintf(text, bytes,
			 "the virtual machine was reset: a triple fault?");
	else if (boot->code == 128 + SIGKILL)
		snprintf(text, bytes, "the image did not end within %d s",
			 LIMIT_SECONDS);
	else if (boot->code != QEMU_DONE)
		snprintf(text, bytes, QEMU " ended with %d", boot->code);
	else
		snprintf(text, bytes, "its line did not come whole");
}

static bool has_row(const struct csv_file *file, size_t first, uint32_t bench,
		    uint32_t mode)
{
	size_t i;

	for (i = first; i < file->nr_rows; i++)
		if (!strcmp(file->rows[i].benchmark, catalog[bench].name) &&
		    !strcmp(file->rows[i].mode, catalog_modes[mode]))
			return true;
	return false;
}

/* A row with status error for each series that has none from `first` on. */
static int add_missing(const struct plan *plan, const struct sysstate *state,
		       uint32_t batch, const char *reason, size_t first,
		       struct csv_file *file)
{
	struct csv_row row = csv_empty_row();
	uint32_t i, m;
	int result = 0;

	row.host = state->host;
	row.batch = batch;
	row.launch = plan->settings.launch;
	row.backend = "bare";
	row.status = engine_status_names[ENGINE_ERROR];
	row.reason = reason;
	for (i = 0; i < XB_NR_BENCHES; i++)
		for (m = 0; m < XB_NR_MODES && !result; m++) {
			if (!plan->selected[i] ||
			    !(catalog[i].backends & XB_ON_BARE) ||
			    !(catalog[i].modes & plan->modes & 1u << m) ||
			    has_row(file, first, i, m))
				continue;
			row.family = catalog[i].family;
			row.benchmark = catalog[i].name;
			row.mode = catalog_modes[m];
			result = csv_add_row(file, &row);
		}
	return result;
}

static int take_rows(const struct plan *plan, const struct sysstate *state,
		     uint32_t batch, const struct boot *boot,
		     struct csv_file *file, struct tally *tally,
		     struct backend_error *err)
{
	struct csv_error csv_err = { "" };
	struct serial_log log;
	size_t i, first = file->nr_rows;
	char reason[400];
	int result = serial_log_read(boot->serial, &log);

	for (i = 0; i < log.nr_boots && !result; i++)
		if (log.boots[i].has_header)
			result = serial_log_append(&log.boots[i], batch,
						   plan->settings.launch - 1,
						   "bare ", file, &csv_err);
	describe(boot, &log, reason, sizeof(reason));
	if (!result)
		result = add_missing(plan, state, batch, reason, first, file);
	for (i = first; i < file->nr_rows && !result; i++)
		tally->by_status[status_of(file->rows[i].status)]++;
	if (result)
		snprintf(err->text, sizeof(err->text), "backend bare: %.480s",
			 csv_err.text[0] ? csv_err.text : strerror(-result));
	serial_log_free(&log);
	return result;
}

int backend_bare_launch(const struct plan *plan, const struct sysstate *state,
			uint32_t batch, bool (*wait)(int fd, int ms),
			const uint32_t *stop, struct csv_file *file,
			struct tally *tally, struct backend_error *err)
{
	static struct boot boot;
	int result = prepare(&boot, err);

	if (result)
		return result;
	make_command(plan, state, &boot);
	result = run_qemu(&boot, wait, err);
	if (!result && !*stop)
		result = take_rows(plan, state, batch, &boot, file, tally, err);
	bare_image_remove(boot.directory);
	return result;
}
