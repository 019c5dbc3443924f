// SPDX-License-Identifier: MIT
/* terminal.c: what may be sent to a stream, and how wide it is. */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Below this a terminal shows no list legibly (arbitrary). */
#define MIN_WIDTH 40

static bool is_terminal(FILE *out)
{
	int fd = fileno(out);

	return fd >= 0 && isatty(fd);
}

size_t terminal_width(FILE *out)
{
	struct winsize size;

	if (!is_terminal(out) || ioctl(fileno(out), TIOCGWINSZ, &size) ||
	    !size.ws_col)
		return 80;
	return size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
}

bool terminal_obeys(FILE *out)
{
	const char *kind = getenv("TERM");

	return is_terminal(out) && kind && *kind && strcmp(kind, "dumb") != 0;
}

bool terminal_has_colors(FILE *out)
{
	const char *none = getenv("NO_COLOR");

	return terminal_obeys(out) && !(none && *none);
}

int terminal_char(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f ? '?' : c;
}
