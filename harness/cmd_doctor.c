// SPDX-License-Identifier: MIT
/* cmd_doctor.c: `doctor`: can this machine be measured on? */
#include <stdio.h>
#include <string.h>
#include <xbench/ioctl.h>
#include "catalog.h"
#include "cmd.h"
#include "doctor.h"
#include "module.h"
#include "prose.h"
#include "request.h"
#include "terminal.h"

/* What is told of a finding stands below its name. */
#define INDENT 10

static const struct {
	const char *word;
	const char *color; /* ECMA-48 SGR */
} verdicts[DOCTOR_NR_VERDICTS] = {
	[DOCTOR_OK] = { "ok", "32" },
	[DOCTOR_NOTE] = { "note", "36" },
	[DOCTOR_CAUTION] = { "caution", "33" },
	[DOCTOR_BAD] = { "bad", "31" },
};

void doctor_section(const char *title)
{
	printf("%s\n", title);
}

void doctor_tell(struct doctor *doctor, enum doctor_verdict verdict,
		 const char *name, const char *found, const char *meaning,
		 const char *mend)
{
	bool colors = terminal_has_colors(stdout);
	size_t width = terminal_width(stdout);
	char text[1024];

	doctor->count[verdict]++;
	if (colors)
		printf("\033[%sm", verdicts[verdict].color);
	printf("  %-*s", INDENT - 2, verdicts[verdict].word);
	if (colors)
		fputs("\033[m", stdout);
	snprintf(text, sizeof(text), "%s: %s", name, found);
	prose_fill(stdout, width, INDENT, INDENT + 2, text);
	prose_item(stdout, width, "", INDENT + 2, meaning);
	if (mend) {
		snprintf(text, sizeof(text), "mend: %s", mend);
		prose_item(stdout, width, "", INDENT + 2, text);
	}
	fflush(stdout);
}

bool doctor_measure(struct doctor *doctor, const char *const *names,
		    uint32_t backend, uint32_t launches, struct csv_file *file)
{
	struct plan plan = request_default_plan();
	struct backend_error err = { "" };
	struct tally tally;

	plan.backends = backend;
	plan.modes = 1u << XB_MODE_throughput;
	plan.launches = launches;
	plan.settings.cpu = doctor->cpu;
	plan.settings.tsc_khz = doctor->state.tsc_khz;
	for (; *names; names++)
		catalog_select(*names, plan.selected);
	if (!launcher_run(&plan, &doctor->state, file, &tally, &err)) {
		doctor->interrupted = tally.interrupted;
		return !tally.interrupted;
	}
	fprintf(stderr, "xbench doctor: %s\n", err.text);
	return false;
}

static bool examine(struct doctor *doctor)
{
	if (!doctor_answers(doctor))
		return false;
	doctor_section("\nThis machine");
	doctor_machine(doctor);
	doctor_pmu(doctor);
	doctor_section("\nRing 0 in a guest of its own");
	if (!doctor_kvm(doctor))
		return false;
	doctor_section("\nRing 0 of the running kernel");
	doctor_kmod(doctor);
	return true;
}

static int conclude(const struct doctor *doctor)
{
	const size_t *count = doctor->count;

	if (count[DOCTOR_BAD]) {
		printf("\nThis machine cannot be measured on: %zu of its answers %s wrong.\n",
		       count[DOCTOR_BAD],
		       count[DOCTOR_BAD] == 1 ? "is" : "are");
		return EXIT_CANNOT;
	}
	printf("\nThis machine can be measured on");
	if (count[DOCTOR_CAUTION])
		printf(", with %zu caution%s", count[DOCTOR_CAUTION],
		       count[DOCTOR_CAUTION] == 1 ? "" : "s");
	printf(".\n");
	return EXIT_DONE;
}

/* --load or --unload, and nothing else. */
static int change_module(const struct arguments *arguments)
{
	const struct argument *argument = &arguments->options[0];
	struct backend_error err;
	bool load = argument->id == OPTION_LOAD;

	if (arguments->nr_options > 1) {
		options_say(arguments, "one of --load and --unload, once");
		return EXIT_USAGE;
	}
	if (load ? module_load(argument->value, &err) : module_unload(&err)) {
		options_say(arguments, "%s", err.text);
		return EXIT_CANNOT;
	}
	printf("xbench.ko is %s\n",
	       load ? "loaded: " XB_DEVICE " is there" : "unloaded");
	return EXIT_DONE;
}

int cmd_doctor(const struct arguments *arguments)
{
	struct doctor doctor = { .cpu = -1 };
	int code;

	if (arguments->nr_operands) {
		options_say(arguments, "it takes no operands");
		return EXIT_USAGE;
	}
	if (arguments->nr_options)
		return change_module(arguments);
	doctor.cpu = sysstate_quiet_cpu();
	if (doctor.cpu < 0 || sysstate_read(&doctor.state, &doctor.env)) {
		options_say(arguments, "this CPU cannot be identified");
		csv_free(&doctor.env);
		return EXIT_CANNOT;
	}
	if (examine(&doctor)) {
		code = conclude(&doctor);
	} else if (doctor.interrupted) {
		options_say(arguments, "interrupted");
		code = EXIT_INCOMPLETE;
	} else {
		code = EXIT_INTERNAL;
	}
	csv_free(&doctor.env);
	return code;
}
