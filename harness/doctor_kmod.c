// SPDX-License-Identifier: MIT
/* doctor_kmod.c: is the helper module loaded, and if not, can it be? */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "doctor.h"
#include "module.h"

/* The variable of UEFI; its value stands behind 4 bytes of attributes. */
#define SECURE_BOOT                                                            \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static void tell_secure_boot(struct doctor *doctor)
{
	FILE *file = fopen(SECURE_BOOT, "re");
	unsigned char value[5];
	bool known = file && fread(value, sizeof(value), 1, file) == 1;

	if (file)
		fclose(file);
	if (!known)
		doctor_tell(
			doctor, DOCTOR_NOTE, "Secure Boot",
			access("/sys/firmware/efi", F_OK)
				? "none: not booted by UEFI"
				: "not to be seen",
			"Where it is on, most distributions lock the kernel down.",
			NULL);
	else if (value[4])
		doctor_tell(doctor, DOCTOR_CAUTION, "Secure Boot", "on",
			    "The kernel may take signed modules only.",
			    module_signing);
	else
		doctor_tell(doctor, DOCTOR_OK, "Secure Boot", "off",
			    "It asks for no signature of modules.", NULL);
}

static void tell_lockdown(struct doctor *doctor)
{
	char word[32];

	module_lockdown(word, sizeof(word));
	if (!word[0])
		doctor_tell(
			doctor, DOCTOR_NOTE, "lockdown", "not to be seen",
			"This kernel has none, or securityfs is not mounted.",
			NULL);
	else if (!strcmp(word, "none"))
		doctor_tell(doctor, DOCTOR_OK, "lockdown", word,
			    "Root may load modules and write MSRs.", NULL);
	else
		doctor_tell(
			doctor, DOCTOR_CAUTION, "lockdown", word,
			"The kernel takes signed modules only, and the module does not measure even so: it heeds the ban on writing MSRs.",
			"boot without Secure Boot and lockdown=, or use the backends kvm and bare");
}

static void tell_absent(struct doctor *doctor)
{
	if (!module_possible()) {
		doctor_tell(
			doctor, DOCTOR_NOTE, "module",
			"this kernel has no loadable modules",
			"Ring 0 is a guest's or the bare image's, not that of the running kernel.",
			NULL);
		return;
	}
	if (module_disabled())
		doctor_tell(doctor, DOCTOR_NOTE, "module",
			    "not loaded, and kernel.modules_disabled is 1",
			    "No module can be loaded until the next boot.",
			    "reboot");
	else
		doctor_tell(
			doctor, DOCTOR_NOTE, "module", "not loaded",
			"Ring 0 is a guest's or the bare image's, not that of the running kernel.",
			"./run.sh --module builds, loads, measures and unloads; `xbench doctor --load FILE.ko` only loads");
	tell_lockdown(doctor);
	tell_secure_boot(doctor);
}

static void tell_loaded(struct doctor *doctor)
{
	struct backend_error err = { "" };
	char found[80];
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(doctor->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	if (backend_kmod.open(&err)) {
		doctor_tell(doctor, DOCTOR_CAUTION, "module",
			    "loaded, not usable",
			    "Benchmarks of the backend kmod are skipped.",
			    err.text);
		tell_lockdown(doctor);
		return;
	}
	snprintf(found, sizeof(found), "loaded, of this version (ABI %d)",
		 XB_ABI_VERSION);
	doctor_tell(
		doctor, DOCTOR_OK, "module", found,
		"`xbench all` measures in the ring 0 of the running kernel, too; `xbench doctor --unload` ends that.",
		NULL);
	doctor_probes(doctor, &backend_kmod);
	backend_kmod.close();
}

void doctor_kmod(struct doctor *doctor)
{
	if (module_loaded())
		tell_loaded(doctor);
	else
		tell_absent(doctor);
}
