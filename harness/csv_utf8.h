/* SPDX-License-Identifier: MIT */
/* csv_utf8.h: the one rule of text that csv.c and csv_read.c share. */
#ifndef CSV_UTF8_H
#define CSV_UTF8_H

#include <stddef.h>

/*
 * The number of leading bytes that are whole UTF-8 characters: `len` if all
 * are.  Overlong forms, surrogates and anything above U+10FFFF are none
 * (RFC 3629).
 */
size_t csv_utf8_span(const char *text, size_t len);

#endif
