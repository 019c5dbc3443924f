// SPDX-License-Identifier: MIT
/* doctor_pmu.c: what counts events here, who may, and what else does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "doctor.h"
#include "pmu_counter.h"
#include "pmu_event.h"

#define RDPMC "/sys/bus/event_source/devices/cpu/rdpmc"

/* A number in a file of the kernel; false if there is none. */
static bool read_number(const char *path, int *value)
{
	FILE *file = fopen(path, "re");
	bool read = file && fscanf(file, "%d", value) == 1;

	if (file)
		fclose(file);
	return read;
}

/* 0 or the errno of counting cycles, of this ring or of all. */
static int try_cycles(int cpu, bool everything)
{
	struct event cycles = pmu_event_cycles(cpu);
	struct backend_error err;
	int rc = pmu_counter_user.open(&cycles, 1, everything, &err);

	if (!rc)
		pmu_counter_user.close();
	return -rc;
}

static void tell_none(struct doctor *doctor, int code)
{
	static const char calibrated[] =
		"Cycles are calibrated by a chain of ADDs, and --events counts what the kernel counts, no more.";
	const char *hypervisor = doctor->state.cpu.hypervisor;
	char found[120] = "no cycle counter here";

	if (code == EACCES || code == EPERM) {
		doctor_tell(doctor, DOCTOR_NOTE, "PMU", strerror(code),
			    calibrated,
			    "as root: sysctl kernel.perf_event_paranoid=1");
	} else if (code == EBUSY) {
		doctor_tell(
			doctor, DOCTOR_NOTE, "PMU", "its counters are taken",
			calibrated,
			"as root: sysctl kernel.nmi_watchdog=0; end other `perf`");
	} else if (code == ENOSYS) {
		doctor_tell(doctor, DOCTOR_NOTE, "PMU",
			    "this kernel has no perf events", calibrated, NULL);
	} else if (strcmp(hypervisor, "none") != 0) {
		snprintf(found, sizeof(found),
			 "the hypervisor %.40s shows no cycle counter",
			 hypervisor);
		doctor_tell(
			doctor, DOCTOR_NOTE, "PMU", found, calibrated,
			"on the host: give the VM one (QEMU: -cpu host,pmu=on)");
	} else {
		doctor_tell(doctor, DOCTOR_NOTE, "PMU", found, calibrated,
			    NULL);
	}
}

static void tell_counters(struct doctor *doctor)
{
	int ring3 = try_cycles(doctor->cpu, false);

	if (ring3)
		tell_none(doctor, ring3);
	else if (try_cycles(doctor->cpu, true))
		doctor_tell(
			doctor, DOCTOR_NOTE, "PMU", "counts ring 3 only",
			"Cycles stay calibrated, because the kernel's part of a sample is not counted; --events counts payloads of ring 3.",
			"as root: sysctl kernel.perf_event_paranoid=1");
	else
		doctor_tell(
			doctor, DOCTOR_OK, "PMU", "counts cycles in all rings",
			"Cycles are counted, and --events can count others.",
			NULL);
}

static void tell_events(struct doctor *doctor)
{
	char text[PMU_EVENT_TEXT_BYTES];
	struct pmu_event_error err;
	struct event_list list;

	if (pmu_event_parse(PMU_EVENT_DEFAULT, doctor->cpu, &list, &err))
		snprintf(text, sizeof(text), "none");
	else
		pmu_event_text(&list, text, sizeof(text));
	doctor_tell(doctor, DOCTOR_NOTE, "--events default", text,
		    "What libpfm4 knows of this CPU that explains its costs.",
		    NULL);
}

/* What the kernel lets users do. */
static void tell_permissions(struct doctor *doctor)
{
	char found[80];
	FILE *file;
	int value;

	if (read_number("/proc/sys/kernel/perf_event_paranoid", &value)) {
		snprintf(found, sizeof(found), "%d", value);
		doctor_tell(
			doctor, DOCTOR_NOTE, "perf_event_paranoid", found,
			value > 1
				? "Above 1, users without privilege count events of ring 3 only, or none."
				: "Users may count their own events.",
			NULL);
	}
	if (read_number(RDPMC, &value) && !value)
		doctor_tell(
			doctor, DOCTOR_NOTE, "RDPMC", "kept from ring 3",
			"A counter is read around a region by a system call, not inside it; the kernel module cannot read it either.",
			"as root: echo 1 >" RDPMC);
	file = fopen("/sys/kernel/security/lockdown", "re");
	if (file && fgets(found, sizeof(found), file)) {
		found[strcspn(found, "\n")] = 0;
		doctor_tell(
			doctor, DOCTOR_NOTE, "lockdown", found,
			"Counting is allowed in any case; from [integrity] on, unsigned modules and writes of MSRs are not.",
			NULL);
	}
	if (file)
		fclose(file);
}

static void tell_watchdog(struct doctor *doctor)
{
	int value;

	if (!read_number("/proc/sys/kernel/nmi_watchdog", &value))
		doctor_tell(doctor, DOCTOR_NOTE, "NMI watchdog",
			    "this kernel has none", "No NMI comes from it.",
			    NULL);
	else if (value)
		doctor_tell(
			doctor, DOCTOR_CAUTION, "NMI watchdog", "on",
			"It takes a counter of the PMU and sends NMIs, which no masking keeps out of a sample; such samples are dropped.",
			"sysctl kernel.nmi_watchdog=0");
	else
		doctor_tell(doctor, DOCTOR_OK, "NMI watchdog", "off",
			    "No NMI comes from it.", NULL);
}

void doctor_pmu(struct doctor *doctor)
{
	tell_counters(doctor);
	tell_events(doctor);
	tell_permissions(doctor);
	tell_watchdog(doctor);
}
