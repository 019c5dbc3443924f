// SPDX-License-Identifier: MIT
/* report_text.c: machines, tables and notes, as text or Markdown. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prose.h"
#include "terminal.h"

void report_letter(size_t i, char name[REPORT_LETTER_BYTES])
{
	if (i < 26)
		snprintf(name, REPORT_LETTER_BYTES, "%c", 'A' + (int)i);
	else
		snprintf(name, REPORT_LETTER_BYTES, "%zu", i + 1);
}

static void write_machine(FILE *out, const struct report_file *file,
			  const char *letter)
{
	static const char *const keys[] = { "cpu",	  "hypervisor",
					    "kernel",	  "tsc_khz",
					    "started",	  "xbench",
					    "interrupted" };

	if (letter)
		fprintf(out, "%s = %s\n", letter, file->name);
	else
		fprintf(out, "%s\n", file->name);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *value = csv_meta(&file->csv, keys[i]);

		if (value)
			fprintf(out, "  %s: %s\n", keys[i], value);
	}
}

static void write_machines(FILE *out, const struct report_file *files,
			   size_t nr)
{
	char letter[REPORT_LETTER_BYTES];

	for (size_t i = 0; i < nr; i++) {
		report_letter(i, letter);
		write_machine(out, &files[i], nr > 1 ? letter : NULL);
	}
}

/* What would be markup; words of files are shown, not obeyed. */
static void put_escaped(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr("\\`*<|", text[i]))
			fputc('\\', out);
		fputc(terminal_char(text[i]), out);
	}
}

/* Lines that are not set in are headings, the others nested lists. */
static void print_markdown(FILE *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t indent = strspn(text, " ");

		if (indent >= 2)
			fprintf(out, "%*s- ", (int)indent - 2, "");
		else if (len)
			fputs("\n## ", out);
		put_escaped(out, text + (len < indent ? len : indent),
			    len < indent ? 0 : len - indent);
		fputs(!indent && len ? "\n\n" : "\n", out);
		text += len + (text[len] == '\n');
	}
}

/* Written to memory first: one place wraps all prose. */
static int print_prose(FILE *out, const struct report_style *style,
		       const struct report_file *files, size_t nr, bool notes)
{
	char *text = NULL;
	size_t size;
	FILE *prose = open_memstream(&text, &size);
	int rc = 0;

	if (!prose)
		return -errno;
	if (notes)
		rc = report_notes(prose, files, nr);
	else
		write_machines(prose, files, nr);
	if (fclose(prose) && !rc)
		rc = -ENOMEM;
	if (!rc && style->is_markdown)
		print_markdown(out, text);
	else if (!rc)
		prose_print(out, terminal_width(out), text);
	free(text);
	return rc;
}

int report_text(FILE *out, const struct report_style *style,
		const struct report_file *files, size_t nr)
{
	bool whole = true;
	int rc = print_prose(out, style, files, nr, false);

	if (!rc && nr == 1)
		rc = report_tables(out, style, files, &whole);
	else if (!rc)
		rc = report_sides(out, style, files, nr, &whole);
	if (!rc && !whole)
		prose_print(
			out, style->width,
			"\nThis terminal is too narrow for all columns: a wider one, a file or a pipe gets them.\n");
	if (!rc)
		rc = print_prose(out, style, files, nr, true);
	return rc;
}
