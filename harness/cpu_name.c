// SPDX-License-Identifier: MIT
/* cpu_name.c: the hypervisor's name, and the CPU's as a file name. */
#include <cpuid.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "cpu.h"

void cpu_find_hypervisor(struct cpu_identity *cpu)
{
	unsigned int eax, ebx, ecx, edx;
	bool guest;

	__cpuid(1, eax, ebx, ecx, edx);
	guest = ecx & 1u << 31;
	/* Without a hypervisor this is another leaf's; TCG shows itself here
	 * even if it has been told to hide. */
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(cpu->hypervisor, &ebx, 4);
	memcpy(cpu->hypervisor + 4, &ecx, 4);
	memcpy(cpu->hypervisor + 8, &edx, 4);
	cpu->hypervisor[12] = 0;
	cpu->emulated = !strcmp(cpu->hypervisor, "TCGTCGTCGTCG");
	if (!guest && !cpu->emulated)
		snprintf(cpu->hypervisor, sizeof(cpu->hypervisor), "none");
	else if (!isprint((unsigned char)cpu->hypervisor[0]))
		snprintf(cpu->hypervisor, sizeof(cpu->hypervisor), "unnamed");
}

/* Lower case, anything else than letters and digits one hyphen. */
void cpu_make_slug(struct cpu_identity *cpu)
{
	const char *from;
	size_t n = 0;

	for (from = cpu->brand; *from && n + 1 < sizeof(cpu->slug); from++) {
		if (isalnum((unsigned char)*from))
			cpu->slug[n++] = (char)tolower((unsigned char)*from);
		else if (n && cpu->slug[n - 1] != '-')
			cpu->slug[n++] = '-';
	}
	while (n && cpu->slug[n - 1] == '-')
		n--;
	cpu->slug[n] = 0;
	if (!n)
		snprintf(cpu->slug, sizeof(cpu->slug), "unknown-cpu");
}
