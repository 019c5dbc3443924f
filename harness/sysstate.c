// SPDX-License-Identifier: MIT
/* sysstate.c: the state of this machine that a result must tell. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "sysstate.h"
#include "version.h"

#define CPU_DIR "/sys/devices/system/cpu/"

/* The first line of a small file, without its newline; "" if unreadable. */
static void read_line(const char *path, char *line, size_t bytes)
{
	FILE *file = fopen(path, "re");

	line[0] = 0;
	if (!file)
		return;
	if (!fgets(line, (int)bytes, file))
		line[0] = 0;
	line[strcspn(line, "\n")] = 0;
	fclose(file);
}

/* The value of the first line of /proc/cpuinfo that begins with `key`. */
static void read_cpuinfo(const char *key, char *value, size_t bytes)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[4096], *colon;

	value[0] = 0;
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		colon = strstr(line, ": ");
		if (!colon || strncmp(line, key, strlen(key)))
			continue;
		line[strcspn(line, "\n")] = 0;
		snprintf(value, bytes, "%s", colon + 2);
		break;
	}
	fclose(file);
}

/* A fact goes into the preamble, and into an identity if it belongs there. */
struct facts {
	struct csv_file *file;
	int result;
};

static void tell(struct facts *facts, const char *key, const char *value,
		 uint64_t *identity)
{
	if (identity) {
		sysstate_hash(identity, key);
		sysstate_hash(identity, value);
	}
	if (value[0] && !facts->result)
		facts->result = csv_add_meta(facts->file, key, value);
}

static void tell_file(struct facts *facts, const char *key, const char *path,
		      uint64_t *identity)
{
	char line[4096];

	read_line(path, line, sizeof(line));
	tell(facts, key, line, identity);
}

static void tell_mitigations(struct facts *facts, uint64_t *subject)
{
	struct dirent **names;
	char key[300], path[400];
	int i, n = scandir(CPU_DIR "vulnerabilities", &names, NULL, alphasort);

	for (i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			snprintf(key, sizeof(key), "mitigation %s",
				 names[i]->d_name);
			snprintf(path, sizeof(path),
				 CPU_DIR "vulnerabilities/%s",
				 names[i]->d_name);
			tell_file(facts, key, path, subject);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void tell_turbo(struct facts *facts, uint64_t *machine)
{
	char line[16];

	read_line(CPU_DIR "intel_pstate/no_turbo", line, sizeof(line));
	if (line[0]) {
		tell(facts, "turbo", line[0] == '0' ? "on" : "off", machine);
		return;
	}
	read_line(CPU_DIR "cpufreq/boost", line, sizeof(line));
	tell(facts, "turbo",
	     !line[0]	      ? ""
	     : line[0] == '1' ? "on"
			      : "off",
	     machine);
}

static void tell_cpu(struct facts *facts, const struct sysstate *state,
		     uint64_t *machine)
{
	const struct cpu_identity *cpu = &state->cpu;
	char text[128];

	tell(facts, "cpu", cpu->brand, NULL);
	tell(facts, "vendor", cpu->vendor, machine);
	snprintf(text, sizeof(text), "%d/%d/%d", cpu->family, cpu->model,
		 cpu->stepping);
	tell(facts, "family/model/stepping", text, machine);
	tell(facts, "hypervisor", cpu->hypervisor, machine);
	if (cpu->masked)
		tell(facts, "cpu_masked",
		     "the hypervisor hides the model: the brand names none",
		     NULL);
	read_cpuinfo("microcode", text, sizeof(text));
	tell(facts, "microcode", text, machine);
	tell_file(facts, "smt", CPU_DIR "smt/control", machine);
	tell_file(facts, "governor", CPU_DIR "cpu0/cpufreq/scaling_governor",
		  machine);
	tell_turbo(facts, machine);
	snprintf(text, sizeof(text), "%.0f", state->tsc_khz);
	tell(facts, "tsc_khz", text, NULL);
	tell(facts, "timing", SYSSTATE_TIMING, machine);
}

static void tell_kernel(struct facts *facts, const struct utsname *uts,
			uint64_t *subject)
{
	char text[300];

	snprintf(text, sizeof(text), "%s %s %s", uts->sysname, uts->release,
		 uts->version);
	tell(facts, "kernel", text, subject);
	tell_file(facts, "kernel_command_line", "/proc/cmdline", NULL);
	tell_file(
		facts, "clocksource",
		"/sys/devices/system/clocksource/clocksource0/current_clocksource",
		NULL);
	tell_mitigations(facts, subject);
	tell(facts, "xbench", XBENCH_VERSION, subject);
}

int sysstate_read(struct sysstate *state, struct csv_file *file)
{
	uint64_t machine = SYSSTATE_HASH_START, subject = machine;
	struct facts facts = { .file = file };
	struct utsname uts;
	int result = cpu_identify_here(&state->cpu);

	if (result)
		return result;
	if (uname(&uts))
		return -errno;
	state->tsc_khz = cpu_tsc_khz();
	snprintf(state->host, sizeof(state->host), "%s", uts.nodename);
	tell(&facts, "host", state->host, NULL);
	tell_cpu(&facts, state, &machine);
	tell_kernel(&facts, &uts, &subject);
	snprintf(state->machine, sizeof(state->machine), "%016" PRIx64,
		 machine);
	snprintf(state->subject, sizeof(state->subject), "%016" PRIx64,
		 subject);
	return facts.result;
}
