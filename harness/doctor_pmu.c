// SPDX-License-Identifier: MIT
/* doctor_pmu.c: is there a cycle counter, who may use it, and the watchdog. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "doctor.h"

/* A number in a file of /proc/sys; false if there is none. */
static bool read_number(const char *path, int *value)
{
	FILE *file = fopen(path, "re");
	bool read = file && fscanf(file, "%d", value) == 1;

	if (file)
		fclose(file);
	return read;
}

/* 0 or the errno of opening a counter of this thread's cycles in ring 3. */
static int try_counter(void)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_HARDWARE,
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			  PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return errno;
	close((int)fd);
	return 0;
}

static void tell_counter(struct doctor *doctor, int code)
{
	static const char calibrated[] =
		"Cycles are calibrated by a chain of ADDs either way; there is no second opinion on them here.";

	if (!code)
		doctor_tell(
			doctor, DOCTOR_OK, "PMU", "counts cycles",
			"`perf stat` can check the cycles, which are calibrated.",
			NULL);
	else if (code == EACCES || code == EPERM)
		doctor_tell(doctor, DOCTOR_NOTE, "PMU", strerror(code),
			    calibrated,
			    "as root: sysctl kernel.perf_event_paranoid=1");
	else if (code == ENOSYS)
		doctor_tell(doctor, DOCTOR_NOTE, "PMU",
			    "this kernel has no perf events", calibrated, NULL);
	else
		doctor_tell(doctor, DOCTOR_NOTE, "PMU", "no cycle counter here",
			    calibrated,
			    "in a VM, give it one (QEMU: -cpu host,pmu=on)");
}

void doctor_pmu(struct doctor *doctor)
{
	int value, code = try_counter();
	char found[40];

	tell_counter(doctor, code);
	if (read_number("/proc/sys/kernel/perf_event_paranoid", &value)) {
		snprintf(found, sizeof(found), "%d", value);
		doctor_tell(
			doctor, DOCTOR_NOTE, "perf_event_paranoid", found,
			value > 1
				? "Above 1, users without privilege count events of ring 3 only, or none; no figure depends on it."
				: "Users may count their own events; no figure depends on it.",
			NULL);
	}
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
