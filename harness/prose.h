/* SPDX-License-Identifier: MIT */
/* prose.h: text wrapped to a width.  Control characters come out as '?'. */
#ifndef PROSE_H
#define PROSE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Each line of `text` is a paragraph, as far in as it begins; what follows
 * its first line is set two columns further in.
 */
void prose_print(FILE *out, size_t width, const char *text);

/* Words from `column`, where the line stands; further lines from `indent`. */
void prose_fill(FILE *out, size_t width, size_t column, size_t indent,
		const char *text);

/* `head`, then `text` from `column` on, all of its lines. */
void prose_item(FILE *out, size_t width, const char *head, size_t column,
		const char *text);

#endif
