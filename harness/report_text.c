// SPDX-License-Identifier: MIT
/* report_text.c: the machine, a table per family, and the notes, wrapped. */
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Below this a terminal shows no list legibly (arbitrary). */
#define MIN_WIDTH 40

static size_t width_of(FILE *out)
{
	struct winsize size;
	int fd = fileno(out);

	if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) ||
	    !size.ws_col)
		return 80;
	return size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
}

/* A terminal must not obey what a result file contains. */
static void print_word(FILE *out, const char *word, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		unsigned char c = word[i];

		fputc(c < ' ' || c == 0x7f ? '?' : c, out);
	}
}

static size_t count_chars(const char *word, size_t bytes)
{
	size_t nr = 0;

	for (size_t i = 0; i < bytes; i++)
		nr += ((unsigned char)word[i] & 0xc0) != 0x80;
	return nr;
}

/* What follows the first line is set two columns further in. */
static void print_wrapped(FILE *out, size_t width, const char *line, size_t len)
{
	size_t indent = strspn(line, " ");
	size_t column = indent;
	bool fresh = true;

	fprintf(out, "%*s", (int)indent, "");
	for (size_t i = indent; i < len;) {
		size_t bytes = strcspn(line + i, " \n");
		size_t chars = count_chars(line + i, bytes);

		if (!fresh && column + 1 + chars > width) {
			column = indent + 2;
			fprintf(out, "\n%*s", (int)column, "");
		} else if (!fresh) {
			fputc(' ', out);
			column++;
		}
		print_word(out, line + i, bytes);
		column += chars;
		fresh = false;
		i += bytes + 1;
	}
	fputc('\n', out);
}

static void print_lines(FILE *out, const char *text)
{
	size_t width = width_of(out);

	while (*text) {
		size_t len = strcspn(text, "\n");

		print_wrapped(out, width, text, len);
		text += len + (text[len] == '\n');
	}
}

static void write_machine(FILE *out, const char *name,
			  const struct csv_file *file)
{
	static const char *const keys[] = { "cpu",     "hypervisor", "kernel",
					    "tsc_khz", "started",    "xbench" };

	fprintf(out, "%s\n", name);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *value = csv_meta(file, keys[i]);

		if (value)
			fprintf(out, "  %s: %s\n", keys[i], value);
	}
}

/* Written to memory first: one place wraps all prose. */
static int print_prose(FILE *out, const char *name, const struct csv_file *file,
		       const struct figures *figures)
{
	char *text = NULL;
	size_t size;
	FILE *prose = open_memstream(&text, &size);
	int rc = 0;

	if (!prose)
		return -errno;
	if (figures)
		rc = report_notes(prose, file, figures);
	else
		write_machine(prose, name, file);
	if (fclose(prose) && !rc)
		rc = -ENOMEM;
	if (!rc)
		print_lines(out, text);
	free(text);
	return rc;
}

int report_text(FILE *out, const char *name, const struct csv_file *file,
		const struct figures *figures)
{
	int rc = print_prose(out, name, file, NULL);

	if (!rc)
		rc = report_tables(out, figures);
	if (!rc)
		rc = print_prose(out, name, file, figures);
	return rc;
}
