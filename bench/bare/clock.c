// SPDX-License-Identifier: MIT
/* clock.c: how fast the TSC runs, and what day it is. */
#include <stdio.h>
#include <xbench/cpuid.h>
#include "bare.h"

/* The PIT (Intel 8254) counts at this rate on every PC. */
#define PIT_HZ 1193182.0
#define PIT_CHANNEL_2 0x42
#define PIT_COMMAND 0x43
#define PORT_B 0x61
#define PORT_B_GATE 1
#define PORT_B_SPEAKER 2
#define PORT_B_OUT 0x20

/* 50 ms, near the longest that 16 bits hold. */
#define PIT_COUNT 59659

/* Reads of a port take 0.1 us or more: long past the end of the count. */
#define PIT_SPINS 10000000

#define LEAF_TSC 0x15
#define LEAF_FREQUENCY 0x16
#define LEAF_HYPERVISOR 0x40000000

/* Intel SDM, CPUID leaf 15h: TSC = crystal * EBX / EAX. */
static double by_crystal(void)
{
	struct xb_cpuid tsc = xb_cpuid_leaf(LEAF_TSC, 0);

	if (!tsc.eax || !tsc.ebx || !tsc.ecx)
		return 0;
	return tsc.ecx * 1e-3 * tsc.ebx / tsc.eax;
}

/* The same of VMware and KVM: leaf 0x40000010, EAX in kHz. */
static double by_hypervisor(void)
{
	if (!(xb_cpuid(1, 0).ecx & 1u << 31) ||
	    xb_cpuid(LEAF_HYPERVISOR, 0).eax < LEAF_HYPERVISOR + 0x10)
		return 0;
	return xb_cpuid(LEAF_HYPERVISOR + 0x10, 0).eax;
}

/* Channel 2 counts down once; OUT2 goes high at its end. */
static double by_pit_once(void)
{
	uint8_t port_b = bare_in8(PORT_B);
	uint64_t start, end;
	uint32_t spins;

	bare_out8(PORT_B, (port_b & ~PORT_B_SPEAKER) | PORT_B_GATE);
	bare_out8(PIT_COMMAND, 0xb0); /* channel 2, both bytes, mode 0 */
	bare_out8(PIT_CHANNEL_2, PIT_COUNT & 0xff);
	bare_out8(PIT_CHANNEL_2, PIT_COUNT >> 8);
	start = bare_tsc();
	for (spins = 0; spins < PIT_SPINS; spins++)
		if (bare_in8(PORT_B) & PORT_B_OUT)
			break;
	end = bare_tsc();
	bare_out8(PORT_B, port_b);
	/* Absent, its port reads as ones: done at once. */
	if (spins < 10 || spins == PIT_SPINS)
		return 0;
	return (double)(end - start) * PIT_HZ / PIT_COUNT * 1e-3;
}

/* The least of three: whatever falls in between makes it longer. */
static double by_pit(void)
{
	double khz, best = 0;
	int i;

	for (i = 0; i < 3; i++) {
		khz = by_pit_once();
		if (khz > 0 && (!best || khz < best))
			best = khz;
	}
	return best;
}

/* Leaf 16h is the name on the box in MHz: the TSC's rate to 1 % or so. */
static double by_name(void)
{
	return (xb_cpuid_leaf(LEAF_FREQUENCY, 0).eax & 0xffff) * 1e3;
}

double clock_find_khz(const char **source)
{
	static const struct {
		double (*find)(void);
		const char *name;
	} ways[] = {
		{ by_crystal, "CPUID leaf 0x15" },
		{ by_hypervisor, "CPUID leaf 0x40000010" },
		{ by_pit, "PIT" },
		{ by_name, "CPUID leaf 0x16" },
	};
	unsigned int i;
	double khz;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		khz = ways[i].find();
		*source = ways[i].name;
		if (khz > 0)
			return khz;
	}
	return 0;
}

static uint8_t cmos(uint8_t index)
{
	bare_out8(0x70, index);
	return bare_in8(0x71);
}

/* Of a chip that is not there; an update lasts 2 ms: arbitrary. */
#define MAX_RTC_SPINS 100000

/* Registers of the MC146818: seconds to years, then two of control. */
enum {
	SECOND,
	MINUTE,
	HOUR,
	DAY,
	MONTH,
	YEAR,
	NR_FIELDS
};

static void read_fields(uint8_t fields[NR_FIELDS])
{
	static const uint8_t index[NR_FIELDS] = { 0, 2, 4, 7, 8, 9 };
	uint32_t i, spins;

	for (spins = 0; spins < MAX_RTC_SPINS && cmos(0x0a) & 0x80; spins++)
		;
	for (i = 0; i < NR_FIELDS; i++)
		fields[i] = cmos(index[i]);
}

static uint8_t from_bcd(uint8_t value)
{
	return (uint8_t)((value >> 4) * 10 + (value & 15));
}

void clock_read_date(char *text, size_t bytes)
{
	uint8_t f[NR_FIELDS], again[NR_FIELDS], control = cmos(0x0b), pm;
	int i, tries = 0;

	do { /* An update in between shows as a difference. */
		read_fields(f);
		read_fields(again);
	} while (__builtin_memcmp(f, again, sizeof(f)) && ++tries < 10);
	pm = f[HOUR] & 0x80;
	f[HOUR] &= 0x7f;
	for (i = 0; i < NR_FIELDS && !(control & 4); i++)
		f[i] = from_bcd(f[i]);
	if (!(control & 2)) /* twelve hours */
		f[HOUR] = (uint8_t)(f[HOUR] % 12 + (pm ? 12 : 0));
	text[0] = 0;
	if (f[SECOND] < 60 && f[MINUTE] < 60 && f[HOUR] < 24 && f[DAY] &&
	    f[DAY] < 32 && f[MONTH] && f[MONTH] < 13 && f[YEAR] < 100)
		snprintf(text, bytes, "20%02u-%02u-%02uT%02u:%02u:%02uZ",
			 f[YEAR], f[MONTH], f[DAY], f[HOUR], f[MINUTE],
			 f[SECOND]);
}
