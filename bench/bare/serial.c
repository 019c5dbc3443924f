// SPDX-License-Identifier: MIT
/* serial.c: numbered lines with a checksum, on a 16550 serial port. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "bare.h"

/* Registers of the 16550 (National Semiconductor PC16550D). */
#define DATA 0
#define INTERRUPTS 1
#define FIFO 2
#define LINE_CONTROL 3
#define MODEM_CONTROL 4
#define LINE_STATUS 5
#define DIVISOR_LATCH 0x80
#define EIGHT_BITS 0x03
#define DTR_RTS 0x03
#define EMPTY 0x20

#define CLOCK 115200

/* A port that never gets ready must not stop what comes after: arbitrary. */
#define MAX_SPINS 1000000

#define MAX_LINE 4096

static uint16_t port = BARE_PORT_COM1;
static uint32_t nr_lines;

void serial_open(uint16_t where, uint32_t baud)
{
	uint32_t divisor = CLOCK / baud;

	port = where;
	bare_out8(port + INTERRUPTS, 0);
	bare_out8(port + LINE_CONTROL, DIVISOR_LATCH);
	bare_out8(port + DATA, (uint8_t)divisor);
	bare_out8(port + INTERRUPTS, (uint8_t)(divisor >> 8));
	bare_out8(port + LINE_CONTROL, EIGHT_BITS);
	bare_out8(port + FIFO, 1);
	bare_out8(port + MODEM_CONTROL, DTR_RTS);
}

static void put(const char *text)
{
	uint32_t spins;

	for (; *text; text++) {
		for (spins = 0; spins < MAX_SPINS; spins++)
			if (bare_in8(port + LINE_STATUS) & EMPTY)
				break;
		bare_out8(port + DATA, (uint8_t)*text);
	}
}

static uint32_t crc32(uint32_t crc, const char *text)
{
	int bit;

	for (crc = ~crc; *text; text++) {
		crc ^= (uint8_t)*text;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

void serial_line(const char *content)
{
	char number[16], start[40];

	snprintf(number, sizeof(number), "%06u ", nr_lines++);
	snprintf(start, sizeof(start), "\r\n@xb %s%08x ", number,
		 crc32(crc32(0, number), content));
	/* After a new line of its own: others may use the port, too. */
	put(nr_lines == 1 ? start : start + 2);
	put(content);
	put("\r\n");
}

void serial_print(const char *format, ...)
{
	static char line[MAX_LINE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	serial_line(line);
}

uint32_t serial_nr_lines(void)
{
	return nr_lines;
}
