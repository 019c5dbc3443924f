// SPDX-License-Identifier: MIT
/* prose.c: text wrapped to a width. */
#include "prose.h"

#include <stdbool.h>
#include <string.h>

#include "terminal.h"

static void print_word(FILE *out, const char *word, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		fputc(terminal_char(word[i]), out);
}

static size_t count_chars(const char *word, size_t bytes)
{
	size_t nr = 0;

	for (size_t i = 0; i < bytes; i++)
		nr += ((unsigned char)word[i] & 0xc0) != 0x80;
	return nr;
}

static void fill(FILE *out, size_t width, size_t column, size_t indent,
		 const char *text, size_t len)
{
	bool fresh = true;

	for (size_t i = 0; i < len;) {
		size_t bytes = strcspn(text + i, " \n");
		size_t chars = count_chars(text + i, bytes);

		if (!fresh && column + 1 + chars > width) {
			column = indent;
			fprintf(out, "\n%*s", (int)column, "");
		} else if (!fresh) {
			fputc(' ', out);
			column++;
		}
		print_word(out, text + i, bytes);
		column += chars;
		fresh = false;
		i += bytes + 1;
	}
	fputc('\n', out);
}

void prose_print(FILE *out, size_t width, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t indent = strspn(text, " ");

		if (indent > len)
			indent = len;
		fprintf(out, "%*s", (int)indent, "");
		fill(out, width, indent, indent ? indent + 2 : 0, text + indent,
		     len - indent);
		text += len + (text[len] == '\n');
	}
}

void prose_fill(FILE *out, size_t width, size_t column, size_t indent,
		const char *text)
{
	fill(out, width, column, indent, text, strlen(text));
}

void prose_item(FILE *out, size_t width, const char *head, size_t column,
		const char *text)
{
	size_t chars = count_chars(head, strlen(head));

	print_word(out, head, strlen(head));
	if (chars + 1 > column)
		fprintf(out, "\n%*s", (int)column, "");
	else
		fprintf(out, "%*s", (int)(column - chars), "");
	fill(out, width, column, column, text, strlen(text));
}
