// SPDX-License-Identifier: MIT
/* cpu.c: which CPU this is. */
#include <errno.h>
#include <libcpuid/libcpuid.h>
#include <stdio.h>
#include <string.h>
#include "cpu.h"

int cpu_identify_here(struct cpu_identity *cpu)
{
	struct cpu_raw_data_t raw;
	struct cpu_id_t id;

	memset(cpu, 0, sizeof(*cpu));
	if (!cpuid_present() || cpuid_get_raw_data(&raw) < 0 ||
	    cpu_identify(&raw, &id) < 0)
		return -ENOTSUP;
	snprintf(cpu->vendor, sizeof(cpu->vendor), "%s", id.vendor_str);
	snprintf(cpu->brand, sizeof(cpu->brand), "%s", id.brand_str);
	cpu->family = id.ext_family;
	cpu->model = id.ext_model;
	cpu->stepping = id.stepping;
	cpu_find_hypervisor(cpu);
	cpu_make_slug(cpu);
	cpu->masked = strcmp(cpu->hypervisor, "none") &&
		      !strpbrk(cpu->brand, "0123456789");
	return 0;
}
