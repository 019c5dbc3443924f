/* SPDX-License-Identifier: MIT */
/* bare.h: the parts of the image that boots without a kernel. */
#ifndef BARE_H
#define BARE_H

/* Loaders put images at 1 MiB; the limit is what has pages of 4 KiB. */
#define BARE_START 0x100000
#define BARE_LIMIT 0x600000

/* Samples of a series are sorted there: harness/samples.c. */
#define BARE_STACK_BYTES 0x20000

#define BARE_PORT_COM1 0x3f8

/* Of QEMU's isa-debug-exit: it leaves with 2 * value + 1.  Arbitrary. */
#define BARE_EXIT_PORT 0xf4
#define BARE_EXIT_DONE 0x58
#define BARE_EXIT_FAILED 0x59

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xbench/abi.h>

struct csv_row;
struct event_list;

/* The linker script's: see there. */
extern char bare_start[], bare_user[], bare_data[], bare_load_end[], bare_end[];

enum bare_end_action {
	BARE_HALT,
	BARE_REBOOT,
	BARE_DEBUG_EXIT
};

/* What the boot command line says, or the default. */
struct bare_options {
	unsigned char selected[XB_NR_BENCHES];
	uint32_t modes; /* 1 << XB_MODE_* */
	uint32_t launches;
	uint32_t pairs;
	uint64_t seed;
	uint16_t port; /* of the serial line */
	uint32_t baud;
	uint64_t tsc_khz; /* 0: find out */
	char host[65];
	enum bare_end_action end;
	char error[128]; /* what is wrong with it, or "" */
};

/* options.c: read `line`. */
void options_parse(const char *line, struct bare_options *options);

/*
 * serial.c: one line of the protocol, whatever has become of the one before:
 *
 *	@xb NUMBER CRC CONTENT
 *
 * NUMBER counts from 0, six digits; CRC is the CRC-32 (IEEE 802.3) in eight
 * hexadecimal digits of "NUMBER CONTENT".  CONTENT is a line of the CSV file;
 * or "! " and what went wrong; or "end N ..." as the last line, number N.
 */
void serial_open(uint16_t port, uint32_t baud);
void serial_line(const char *content);
__attribute__((format(printf, 1, 2))) void serial_print(const char *format,
							...);
uint32_t serial_nr_lines(void);

/* row.c: the CSV header and a row as lines, with columns for these events. */
void row_print_header(const struct event_list *events);
void row_print(const struct csv_row *row, const struct event_list *events);

/* paging.c: everything below 4 GiB to itself; ring 3 sees only .user. */
void paging_init(void);

/* main.c: ticks a millisecond, once they are known. */
extern double bare_tsc_khz;

/*
 * setup.c: control registers, before vm_init(); LFENCE as AMD has to be told,
 * and interrupt controllers that say nothing, after.
 */
void setup_cpu(void);
void setup_lfence(void);
void setup_quiet(void);
_Noreturn void setup_end(enum bare_end_action action, bool done);

/* setup.c: an MSR that may not exist.  False if it does not. */
bool setup_read_msr(uint32_t number, uint64_t *value);
bool setup_write_msr(uint32_t number, uint64_t value);

/* clock.c: ticks a millisecond, and how that is known; 0 if it is not. */
double clock_find_khz(const char **source);

/* clock.c: "2026-11-21T03:04:05Z" by the CMOS clock; "" if it makes none. */
void clock_read_date(char *text, size_t bytes);

static inline void bare_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t bare_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint64_t bare_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

#endif /* __ASSEMBLER__ */
#endif
