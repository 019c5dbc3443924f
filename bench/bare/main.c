// SPDX-License-Identifier: MIT
/* main.c: the image that boots without a kernel, from entry to end. */
#include <stdio.h>
#include <string.h>
#include "../vm/vm.h"
#include "bare.h"
#include "engine.h"
#include "identity.h"
#include "pmu.h"
#include "rows.h"

#define MULTIBOOT_LOADER 0x2badb002
#define MULTIBOOT_HAS_COMMAND (1 << 2)
#define MULTIBOOT_FLAGS 0
#define MULTIBOOT_COMMAND 16

double bare_tsc_khz;

static struct bare_options options;
static struct sysstate state;
static char started[32];

/* An exception where none is caught: not one of a payload. */
_Noreturn void vm_dead(const uint64_t frame[7])
{
	serial_print(
		"! exception %llu, error code 0x%llx, at RIP 0x%llx: the image stops",
		(unsigned long long)frame[0], (unsigned long long)frame[1],
		(unsigned long long)frame[2]);
	setup_end(options.end, false);
}

/* A record becomes a row. */
static int emit(const struct engine_record *record, void *arg)
{
	const struct engine_settings *settings = arg;
	struct csv_row row = rows_make(&state, started, 1, settings, record);

	row_print(&row, &settings->events);
	return 0;
}

static void launch(struct engine_settings *settings, struct engine_item *items,
		   size_t n)
{
	settings->launch++;
	clock_read_date(started, sizeof(started));
	engine_plan(options.selected, XB_ON_BARE, options.modes, items);
	engine_launch(settings, items, n, emit, settings);
}

/* Everything selected, so often as asked for. */
static bool measure(const char *command)
{
	static struct engine_item items[XB_NR_BENCHES * XB_NR_MODES];
	static struct engine_settings settings;
	const char *source = "tsc_khz= of the boot command line";
	size_t n =
		engine_plan(options.selected, XB_ON_BARE, options.modes, items);
	uint32_t i;

	if (!n) {
		serial_line("! nothing of what is selected runs here");
		return false;
	}
	bare_tsc_khz = (double)options.tsc_khz;
	if (!options.tsc_khz)
		bare_tsc_khz = clock_find_khz(&source);
	if (!(bare_tsc_khz > 0)) {
		serial_line(
			"! no clock tells how fast the TSC runs: say so by tsc_khz=");
		return false;
	}
	state.tsc_khz = bare_tsc_khz;
	identity_tell(&state, &options, source, command);
	settings.seed = options.seed;
	settings.pairs = options.pairs;
	settings.tsc_khz = state.tsc_khz;
	pmu_find(&settings.events, settings.watch);
	row_print_header(&settings.events);
	for (i = 0; i < options.launches; i++)
		launch(&settings, items, n);
	return true;
}

/* What the loader passed on; copied before anything else is written. */
static void read_command(const char *information, uint32_t magic, char *command,
			 size_t bytes)
{
	uint32_t flags, address;

	command[0] = 0;
	if (magic != MULTIBOOT_LOADER)
		return;
	memcpy(&flags, information + MULTIBOOT_FLAGS, sizeof(flags));
	memcpy(&address, information + MULTIBOOT_COMMAND, sizeof(address));
	if (flags & MULTIBOOT_HAS_COMMAND)
		snprintf(command, bytes, "%s",
			 (const char *)(uintptr_t)address);
}

_Noreturn void bare_main(const char *information, uint32_t magic);

_Noreturn void bare_main(const char *information, uint32_t magic)
{
	static char command[4096];
	bool done = false;

	read_command(information, magic, command, sizeof(command));
	options_parse(command, &options);
	serial_open(options.port, options.baud);
	setup_cpu();
	vm_init(XB_ON_BARE);
	setup_lfence();
	setup_quiet();
	if (options.error[0])
		serial_print("! %s", options.error);
	else
		done = measure(command);
	serial_print("end %u %s nmis=%llu user_nmis=%llu", serial_nr_lines(),
		     done ? "done" : "failed", (unsigned long long)vm_nr_nmis,
		     (unsigned long long)vm_nr_user_nmis);
	setup_end(options.end, done);
}
