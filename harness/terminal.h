/* SPDX-License-Identifier: MIT */
/* terminal.h: what may be sent to a stream, and how wide it is. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Columns of the terminal behind `out`, at least 40; 80 if it is none. */
size_t terminal_width(FILE *out);

/* A terminal that obeys control sequences: not TERM=dumb, and not unset. */
bool terminal_obeys(FILE *out);

/* The same, and NO_COLOR (no-color.org) is unset or empty. */
bool terminal_has_colors(FILE *out);

/* A character as a terminal may be given it: '?' for one that steers it. */
int terminal_char(char c);

#endif
