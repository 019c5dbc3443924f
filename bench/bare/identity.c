// SPDX-License-Identifier: MIT
/* identity.c: which machine this is, and its facts as preamble lines. */
#include <stdio.h>
#include <string.h>
#include <xbench/cpuid.h>
#include "bare.h"
#include "identity.h"
#include "version.h"

#define MSR_MICROCODE 0x8b

/* Displayed family and model: Intel SDM volume 2, CPUID leaf 1. */
static void read_numbers(struct cpu_identity *cpu)
{
	uint32_t eax = xb_cpuid(1, 0).eax;

	cpu->stepping = eax & 15;
	cpu->family = eax >> 8 & 15;
	cpu->model = eax >> 4 & 15;
	if (cpu->family == 6 || cpu->family == 15)
		cpu->model |= eax >> 12 & 0xf0;
	if (cpu->family == 15)
		cpu->family += eax >> 20 & 0xff;
}

static void read_brand(struct cpu_identity *cpu)
{
	struct xb_cpuid words;
	uint32_t i;

	for (i = 0; i < 3; i++) {
		words = xb_cpuid_leaf(0x80000002 + i, 0);
		memcpy(cpu->brand + i * sizeof(words), &words, sizeof(words));
	}
	cpu->brand[3 * sizeof(words)] = 0;
}

int cpu_identify_here(struct cpu_identity *cpu)
{
	struct xb_cpuid vendor = xb_cpuid(0, 0);

	memset(cpu, 0, sizeof(*cpu));
	memcpy(cpu->vendor, &vendor.ebx, 4);
	memcpy(cpu->vendor + 4, &vendor.edx, 4);
	memcpy(cpu->vendor + 8, &vendor.ecx, 4);
	read_numbers(cpu);
	read_brand(cpu);
	cpu_find_hypervisor(cpu);
	cpu_make_slug(cpu);
	return 0;
}

static void tell(const char *key, const char *value, uint64_t *identity)
{
	if (identity) {
		sysstate_hash(identity, key);
		sysstate_hash(identity, value);
	}
	if (value[0])
		serial_print("# %s: %s", key, value);
}

/* The revision, which reading CPUID puts into the MSR (Intel SDM 3, 10.11). */
static void read_microcode(char *text, size_t bytes)
{
	uint64_t value;

	text[0] = 0;
	if (!xb_cpuid_is_amd())
		setup_write_msr(MSR_MICROCODE, 0);
	xb_cpuid(1, 0);
	if (!setup_read_msr(MSR_MICROCODE, &value))
		return;
	/* AMD: in the lower half. */
	value = value >> 32 ? value >> 32 : value & 0xffffffff;
	snprintf(text, bytes, "0x%llx", (unsigned long long)value);
}

static void tell_cpu(const struct sysstate *state, uint64_t *machine)
{
	const struct cpu_identity *cpu = &state->cpu;
	char text[64];

	tell("cpu", cpu->brand, NULL);
	tell("vendor", cpu->vendor, machine);
	snprintf(text, sizeof(text), "%d/%d/%d", cpu->family, cpu->model,
		 cpu->stepping);
	tell("family/model/stepping", text, machine);
	tell("hypervisor", cpu->hypervisor, machine);
	read_microcode(text, sizeof(text));
	tell("microcode", text, machine);
	snprintf(text, sizeof(text), "%.0f", state->tsc_khz);
	tell("tsc_khz", text, NULL);
	tell("timing", SYSSTATE_TIMING, machine);
}

static void print_id(char *text, uint64_t id)
{
	snprintf(text, SYSSTATE_ID_BYTES, "%016llx", (unsigned long long)id);
}

void identity_tell(struct sysstate *state, const struct bare_options *options,
		   const char *tsc_source, const char *command)
{
	uint64_t machine = SYSSTATE_HASH_START, subject = machine;
	char text[32];

	cpu_identify_here(&state->cpu);
	snprintf(state->host, sizeof(state->host), "%s", options->host);
	tell("host", state->host, NULL);
	tell_cpu(state, &machine);
	tell("tsc_khz_by", tsc_source, NULL);
	tell("kernel", "none: the bare image", &subject);
	tell("xbench", XBENCH_VERSION, &subject);
	tell("command", command, NULL);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)options->seed);
	tell("seed", text, NULL);
	print_id(state->machine, machine);
	print_id(state->subject, subject);
}
