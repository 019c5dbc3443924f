// SPDX-License-Identifier: MIT
/* printf.c: %s %c %d %u %x %f with flag 0, width, precision, l and z. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include "bare.h"

struct output {
	char *text;
	size_t bytes;
	size_t used; /* what it would be without the limit */
};

struct form {
	char fill;
	int width;
	int precision; /* -1: none */
	int longs;
};

static void put(struct output *out, char c)
{
	if (out->used + 1 < out->bytes)
		out->text[out->used] = c;
	out->used++;
}

static void put_string(struct output *out, const char *text)
{
	while (*text)
		put(out, *text++);
}

static void put_number(struct output *out, const struct form *form,
		       uint64_t value, unsigned int base, bool negative)
{
	char digits[24];
	int n = 0, width = form->width - negative;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (form->fill == ' ')
		for (; width > n; width--)
			put(out, ' ');
	if (negative)
		put(out, '-');
	for (; width > n; width--)
		put(out, '0');
	while (n)
		put(out, digits[--n]);
}

/* Rounded half up; up to nine decimals, and 2^63 before the point. */
static void put_double(struct output *out, const struct form *form,
		       double value)
{
	int i, decimals = form->precision < 0 ? 6 : form->precision;
	struct form part = { .fill = ' ', .width = form->width };
	uint64_t scale = 1, whole, rest;
	bool negative = value < 0;

	value = fabs(value);
	if (!(value < 9e18)) {
		put_string(out, isnan(value) ? "nan" : "inf");
		return;
	}
	for (i = 0; i < decimals && i < 9; i++)
		scale *= 10;
	whole = (uint64_t)value;
	rest = (uint64_t)((value - (double)whole) * (double)scale + 0.5);
	if (rest >= scale) {
		rest -= scale;
		whole++;
	}
	put_number(out, &part, whole, 10, negative && (whole || rest));
	if (scale == 1)
		return;
	put(out, '.');
	put_number(out, &(struct form){ .fill = '0', .width = i }, rest, 10,
		   false);
}

static void put_integer(struct output *out, const struct form *form, char kind,
			uint64_t value)
{
	int64_t number = form->longs ? (int64_t)value : (int32_t)value;

	if (!form->longs)
		value = (uint32_t)value;
	if (kind == 'd' && number < 0)
		put_number(out, form, -(uint64_t)number, 10, true);
	else
		put_number(out, form, value, kind == 'x' ? 16 : 10, false);
}

static const char *read_form(const char *format, struct form *form)
{
	*form = (struct form){ .fill = ' ', .precision = -1 };
	if (*format == '0') {
		form->fill = '0';
		format++;
	}
	while (*format >= '0' && *format <= '9')
		form->width = form->width * 10 + *format++ - '0';
	if (*format == '.')
		for (form->precision = 0, format++;
		     *format >= '0' && *format <= '9'; format++)
			form->precision = form->precision * 10 + *format - '0';
	for (; *format == 'l' || *format == 'z'; format++)
		form->longs++;
	return format;
}

int vsnprintf(char *text, size_t bytes, const char *format, va_list args)
{
	struct output out = { text, bytes, 0 };
	struct form form;

	for (; *format; format++) {
		if (*format != '%') {
			put(&out, *format);
			continue;
		}
		format = read_form(format + 1, &form);
		switch (*format) {
		case 's':
			put_string(&out, va_arg(args, const char *));
			break;
		case 'c':
			put(&out, (char)va_arg(args, int));
			break;
		case 'd':
		case 'u':
		case 'x':
			put_integer(&out, &form, *format,
				    form.longs ? va_arg(args, uint64_t)
					       : va_arg(args, uint32_t));
			break;
		case 'f':
			put_double(&out, &form, va_arg(args, double));
			break;
		case '%':
			put(&out, '%');
			break;
		default:
			/* Not silently wrong: whoever reads will ask. */
			put_string(&out, "(bad format)");
		}
	}
	if (bytes)
		text[out.used < bytes ? out.used : bytes - 1] = 0;
	return (int)out.used;
}

int snprintf(char *text, size_t bytes, const char *format, ...)
{
	va_list args;
	int used;

	va_start(args, format);
	used = vsnprintf(text, bytes, format, args);
	va_end(args);
	return used;
}
