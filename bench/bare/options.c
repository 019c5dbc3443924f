// SPDX-License-Identifier: MIT
/* options.c: the boot command line. */
#include <stdio.h>
#include <string.h>
#include "bare.h"
#include "catalog.h"

#define MAX_LAUNCHES 1000

/* As `xbench run` takes them. */
#define DEFAULT_LAUNCHES 5
#define DEFAULT_PAIRS 31

/* A whole number, decimal or 0x; false if it is none or beyond `max`. */
static bool parse_number(const char *text, uint64_t max, uint64_t *value)
{
	unsigned int base = 10, digit;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	*value = 0;
	do {
		digit = *text >= '0' && *text <= '9' ? *text - (unsigned int)'0'
			: *text >= 'a' && *text <= 'f' ? *text - 'a' + 10u
						       : 99;
		if (digit >= base || *value > (max - digit) / base)
			return false;
		*value = *value * base + digit;
	} while (*++text);
	return true;
}

/* Cut the next word off a comma-separated list; NULL at its end. */
static char *next_item(char **list)
{
	char *item = *list, *comma;

	if (!item || !*item)
		return NULL;
	comma = strchr(item, ',');
	if (comma)
		*comma = 0;
	*list = comma ? comma + 1 : NULL;
	return item;
}

static bool parse_select(char *list, struct bare_options *o)
{
	char *item;

	memset(o->selected, 0, sizeof(o->selected));
	if (!*list)
		return false;
	while ((item = next_item(&list)))
		if (!catalog_select(item, o->selected))
			return false;
	return true;
}

static bool parse_modes(char *list, struct bare_options *o)
{
	uint32_t mode;
	char *item;

	o->modes = 0;
	while ((item = next_item(&list))) {
		for (mode = 0; mode < XB_NR_MODES; mode++)
			if (!strcmp(item, catalog_modes[mode]))
				break;
		if (mode == XB_NR_MODES)
			return false;
		o->modes |= 1u << mode;
	}
	return o->modes;
}

/* PORT or PORT,BAUD; a port is com1 to com4 or a number. */
static bool parse_serial(char *list, struct bare_options *o)
{
	static const uint16_t com[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
	char *port = next_item(&list), *baud = next_item(&list);
	uint64_t n;

	if (!port || next_item(&list))
		return false;
	if (!strncmp(port, "com", 3) && port[3] >= '1' && port[3] <= '4' &&
	    !port[4])
		o->port = com[port[3] - '1'];
	else if (parse_number(port, 0xfff8, &n) && n)
		o->port = (uint16_t)n;
	else
		return false;
	if (!baud)
		return true;
	if (!parse_number(baud, 115200, &n) || !n || 115200 % n)
		return false;
	o->baud = (uint32_t)n;
	return true;
}

static bool parse_end(const char *value, struct bare_options *o)
{
	static const char *const names[] = { "halt", "reboot", "debug-exit" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(value, names[i])) {
			o->end = (enum bare_end_action)i;
			return true;
		}
	return false;
}

/* One line of a file, and a cell of its rows. */
static bool parse_host(const char *value, struct bare_options *o)
{
	snprintf(o->host, sizeof(o->host), "%s", value);
	return *value && strlen(value) < sizeof(o->host);
}

static bool parse_count(const char *value, uint64_t max, uint32_t *count)
{
	uint64_t n;

	if (!parse_number(value, max, &n) || !n)
		return false;
	*count = (uint32_t)n;
	return true;
}

static bool parse_word(const char *name, char *value, struct bare_options *o)
{
	if (!strcmp(name, "select"))
		return parse_select(value, o);
	if (!strcmp(name, "mode"))
		return parse_modes(value, o);
	if (!strcmp(name, "launches"))
		return parse_count(value, MAX_LAUNCHES, &o->launches);
	if (!strcmp(name, "pairs"))
		return parse_count(value, XB_MAX_PAIRS, &o->pairs);
	if (!strcmp(name, "seed"))
		return parse_number(value, UINT64_MAX, &o->seed);
	if (!strcmp(name, "serial"))
		return parse_serial(value, o);
	if (!strcmp(name, "tsc_khz"))
		return parse_number(value, 100000000, &o->tsc_khz);
	if (!strcmp(name, "host"))
		return parse_host(value, o);
	if (!strcmp(name, "end"))
		return parse_end(value, o);
	return false;
}

/* The next word of `*line`, copied; false if there is none. */
static bool next_word(const char **line, char *word, size_t bytes)
{
	size_t n = 0;

	while (**line == ' ' || **line == '\t')
		(*line)++;
	for (; **line && **line != ' ' && **line != '\t'; (*line)++)
		if (n + 1 < bytes)
			word[n++] = **line;
	word[n] = 0;
	return n;
}

void options_parse(const char *line, struct bare_options *o)
{
	char word[4096], shown[64], *value;
	bool first = true;

	*o = (struct bare_options){
		.modes = UINT32_MAX,
		.launches = DEFAULT_LAUNCHES,
		.pairs = DEFAULT_PAIRS,
		.port = BARE_PORT_COM1,
		.baud = 115200,
		.host = "bare",
		/* Another order each boot, unless asked for one. */
		.seed = bare_tsc() & 0xffffffff,
	};
	memset(o->selected, 1, sizeof(o->selected));
	for (; next_word(&line, word, sizeof(word)); first = false) {
		snprintf(shown, sizeof(shown), "%s", word);
		value = strchr(word, '=');
		/* Some loaders put the image's path first. */
		if (first && (!value || strchr(word, '/')))
			continue;
		if (value)
			*value++ = 0;
		/* Go on: `serial` and `end` decide who reads of the mistake. */
		if ((!value || !parse_word(word, value, o)) && !o->error[0])
			snprintf(o->error, sizeof(o->error),
				 "boot command line: \"%s\" is not understood",
				 shown);
	}
}
