// SPDX-License-Identifier: MIT
/* csv_utf8.c: where a text stops being UTF-8. */
#include "csv_utf8.h"

#include <stdbool.h>

static bool in_range(unsigned char byte, unsigned char first,
		     unsigned char last)
{
	return byte >= first && byte <= last;
}

/* The bytes of the character at `s`, 0 if there is none: RFC 3629, section 4,
 * whose table narrows only the second byte. */
static size_t char_bytes(const unsigned char *s, size_t len)
{
	unsigned char first = 0x80, last = 0xbf;
	size_t bytes;

	if (s[0] < 0x80)
		return 1;
	if (in_range(s[0], 0xc2, 0xdf))
		bytes = 2;
	else if (in_range(s[0], 0xe0, 0xef))
		bytes = 3;
	else if (in_range(s[0], 0xf0, 0xf4))
		bytes = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		first = 0xa0; /* below: overlong */
	else if (s[0] == 0xed)
		last = 0x9f; /* above: surrogates */
	else if (s[0] == 0xf0)
		first = 0x90; /* below: overlong */
	else if (s[0] == 0xf4)
		last = 0x8f; /* above: beyond U+10FFFF */
	if (len < bytes || !in_range(s[1], first, last))
		return 0;
	for (size_t i = 2; i < bytes; i++)
		if (!in_range(s[i], 0x80, 0xbf))
			return 0;
	return bytes;
}

size_t csv_utf8_span(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t done = 0;

	while (done < len) {
		size_t bytes = char_bytes(s + done, len - done);

		if (!bytes)
			break;
		done += bytes;
	}
	return done;
}
