// SPDX-License-Identifier: MIT
/* doctor_machine.c: what of CPU and kernel disturbs or hides. */
#include <stdio.h>
#include <string.h>
#include <xbench/cpuid.h>
#include "cpu.h"
#include "doctor.h"

static bool in_guest(const struct doctor *doctor)
{
	return strcmp(doctor->state.cpu.hypervisor, "none") != 0;
}

static const char *fact(const struct doctor *doctor, const char *key)
{
	const char *value = csv_meta(&doctor->env, key);

	return value ? value : "";
}

static void tell_hypervisor(struct doctor *doctor)
{
	const struct cpu_identity *cpu = &doctor->state.cpu;

	if (!in_guest(doctor))
		doctor_tell(doctor, DOCTOR_OK, "hypervisor", "none",
			    "Nothing stands between the program and the CPU.",
			    NULL);
	else if (cpu->emulated)
		doctor_tell(
			doctor, DOCTOR_BAD, "hypervisor", cpu->hypervisor,
			"It interprets code: figures are of the interpreter.",
			"run on the machine itself, or in a VM with hardware virtualisation");
	else
		doctor_tell(
			doctor, DOCTOR_CAUTION, "hypervisor", cpu->hypervisor,
			"Instructions that it takes over cost the trip to it, and neighbours on the host cannot be seen.  Rows say what they are under fidelity.",
			"for the CPU's own figures, run on the host");
}

static void tell_model(struct doctor *doctor)
{
	const struct cpu_identity *cpu = &doctor->state.cpu;
	char found[160];

	snprintf(found, sizeof(found), "%s (family %d, model %d, stepping %d)",
		 cpu->brand, cpu->family, cpu->model, cpu->stepping);
	if (cpu->masked)
		doctor_tell(
			doctor, DOCTOR_CAUTION, "CPU model", found,
			"The hypervisor hides which CPU it is: figures cannot be laid to a model.",
			"on the host: give the VM the CPU as it is (QEMU: -cpu host)");
	else
		doctor_tell(doctor, DOCTOR_OK, "CPU model", found,
			    "Results go under this name.", NULL);
}

/* Linux trusts the TSC if it counts time by it, or knows it from a host. */
static void tell_clock(struct doctor *doctor)
{
	bool invariant = xb_cpuid_leaf(0x80000007, 0).edx >> 8 & 1;
	const char *source = fact(doctor, "clocksource");
	bool trusted = !strcmp(source, "tsc") || !strcmp(source, "kvm-clock") ||
		       strstr(source, "hyperv") != NULL;
	char found[160];

	snprintf(found, sizeof(found),
		 "TSC at %.3f MHz in steps of %u, %sinvariant; clocksource %s",
		 doctor->state.tsc_khz / 1e3, cpu_tsc_step(),
		 invariant ? "" : "not declared ",
		 *source ? source : "unknown");
	if (trusted)
		doctor_tell(
			doctor, invariant ? DOCTOR_OK : DOCTOR_NOTE, "clock",
			found,
			invariant
				? "Ticks are time, at one rate."
				: "Ticks are time as far as the kernel can tell; whether they go on in sleep states is not said.",
			NULL);
	else
		doctor_tell(
			doctor, DOCTOR_CAUTION, "clock", found,
			"The kernel does not keep time by the TSC: it may have found it unsteady.  Cycles are calibrated beside each series and stand; ticks and ns may not.",
			"see why: journalctl -k | grep -i tsc");
}

static void tell_lfence(struct doctor *doctor)
{
	bool declared = xb_cpuid_leaf(0x80000021, 0).eax >> 2 & 1;

	if (!xb_cpuid_is_amd())
		doctor_tell(doctor, DOCTOR_OK, "LFENCE", "serialising",
			    "On this vendor's CPUs it always is.", NULL);
	else if (declared)
		doctor_tell(
			doctor, DOCTOR_OK, "LFENCE", "serialising",
			"CPUID says that it always is (leaf 80000021, EAX bit 2).",
			NULL);
	else
		doctor_tell(
			doctor, DOCTOR_NOTE, "LFENCE", "not declared",
			"An AMD CPU before Zen 4 serialises if MSR C001_1029 bit 1 is set, which Linux does; the cost above shows whether it is.",
			NULL);
}

static void tell_governor(struct doctor *doctor)
{
	const char *governor = fact(doctor, "governor");

	if (!*governor)
		doctor_tell(
			doctor, DOCTOR_NOTE, "governor", "none to be seen",
			in_guest(doctor)
				? "The host decides on the frequency; cycles are calibrated beside each series."
				: "Firmware decides on the frequency; cycles are calibrated beside each series.",
			NULL);
	else if (!strcmp(governor, "performance"))
		doctor_tell(doctor, DOCTOR_OK, "governor", governor,
			    "The kernel does not lower the frequency.", NULL);
	else
		doctor_tell(
			doctor, DOCTOR_CAUTION, "governor", governor,
			"The frequency may change within a series: rows get the flag drift.",
			"cpupower frequency-set -g performance");
}

static void tell_turbo(struct doctor *doctor)
{
	const char *turbo = fact(doctor, "turbo");

	if (!*turbo)
		doctor_tell(
			doctor, DOCTOR_NOTE, "turbo", "not to be seen",
			"Whether the core may run faster than its nominal frequency is not said here; compare cycles rather than ns.",
			NULL);
	else if (!strcmp(turbo, "off"))
		doctor_tell(doctor, DOCTOR_OK, "turbo", "off",
			    "The core does not exceed its nominal frequency.",
			    NULL);
	else
		doctor_tell(
			doctor, DOCTOR_CAUTION, "turbo", turbo,
			"The frequency depends on temperature and on the other cores: compare cycles rather than ns.",
			"echo 1 >/sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 >/sys/devices/system/cpu/cpufreq/boost");
}

static void tell_smt(struct doctor *doctor)
{
	const char *smt = fact(doctor, "smt");

	if (!strcmp(smt, "on"))
		doctor_tell(
			doctor, DOCTOR_CAUTION, "SMT", smt,
			"A sibling that is busy takes half of the core's units: costs rise by up to a factor of two and no sample shows why.",
			in_guest(doctor)
				? "on the host: echo off >/sys/devices/system/cpu/smt/control"
				: "echo off >/sys/devices/system/cpu/smt/control");
	else if (!*smt || in_guest(doctor))
		doctor_tell(
			doctor, DOCTOR_NOTE, "SMT", *smt ? smt : "unknown",
			in_guest(doctor)
				? "A VM does not see whether its CPU shares a core with another one."
				: "The kernel does not say.",
			NULL);
	else
		doctor_tell(doctor, DOCTOR_OK, "SMT", smt,
			    "No sibling shares this core.", NULL);
}

void doctor_machine(struct doctor *doctor)
{
	tell_hypervisor(doctor);
	tell_model(doctor);
	tell_clock(doctor);
	tell_lfence(doctor);
	tell_governor(doctor);
	tell_turbo(doctor);
	tell_smt(doctor);
}
