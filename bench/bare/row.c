// SPDX-License-Identifier: MIT
/* row.c: the header and the rows of the CSV file, as lines. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "bare.h"
#include "csv.h"
#include "event.h"

struct line {
	char text[3072];
	size_t used;
};

static void put_char(struct line *line, char c)
{
	if (line->used + 1 < sizeof(line->text))
		line->text[line->used++] = c;
}

static void put_text(struct line *line, const char *text)
{
	bool quote = strpbrk(text, ",\"\r\n");

	if (quote)
		put_char(line, '"');
	for (; *text; text++) {
		if (*text == '"')
			put_char(line, '"');
		put_char(line, *text);
	}
	if (quote)
		put_char(line, '"');
}

static void put_count(struct line *line, uint64_t count)
{
	char text[24];

	if (count == CSV_NO_COUNT)
		return;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)count);
	put_text(line, text);
}

/* A billionth of a tick is far below what a clock tells. */
static void put_real(struct line *line, double real)
{
	char text[48];
	size_t n;

	if (isnan(real))
		return;
	snprintf(text, sizeof(text), "%.9f", real);
	for (n = strlen(text); text[n - 1] == '0'; n--)
		;
	text[n - (text[n - 1] == '.')] = 0;
	put_text(line, text);
}

static struct line line;

void row_print_header(const struct event_list *events)
{
	uint32_t i;

	line.used = 0;
	put_text(&line, "schema");
#define X(name, kind)                                                          \
	put_char(&line, ',');                                                  \
	put_text(&line, #name);
	CSV_COLUMNS(X)
#undef X
	for (i = 0; i < events->nr; i++) {
		put_char(&line, ',');
		put_text(&line, events->at[i].column);
	}
	line.text[line.used] = 0;
	serial_line(line.text);
}

void row_print(const struct csv_row *row, const struct event_list *events)
{
	uint32_t i;

	line.used = 0;
	put_count(&line, CSV_SCHEMA);
#define X(name, kind)                                                          \
	put_char(&line, ',');                                                  \
	put_##kind(&line, row->name);
	CSV_COLUMNS(X)
#undef X
	for (i = 0; i < events->nr; i++) {
		put_char(&line, ',');
		put_real(&line, csv_event(row, events->at[i].column));
	}
	line.text[line.used] = 0;
	serial_line(line.text);
}
