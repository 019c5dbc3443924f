// SPDX-License-Identifier: MIT
/* nearest.c: which name was meant by a mistyped one. */
#include <stdbool.h>
#include <string.h>
#include "nearest.h"

static bool differ(char a, char b)
{
	a = (char)(a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a);
	b = (char)(b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b);
	return a != b;
}

/* Levenshtein distance; `b` is shorter than 64 characters. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], i, j, n = strlen(b), diagonal, up;

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			up = row[j];
			row[j] = diagonal + differ(a[i - 1], b[j - 1]);
			if (up + 1 < row[j])
				row[j] = up + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			diagonal = up;
		}
	}
	return row[n];
}

struct nearest nearest_to(const char *name)
{
	size_t len = strlen(name);

	return (struct nearest){ name, len < 64 ? len / 3 + 1 : 0, "" };
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	size_t d;

	if (!nearest->best || strlen(candidate) >= sizeof(nearest->found))
		return;
	d = distance(nearest->name, candidate);
	if (d >= nearest->best)
		return;
	nearest->best = d;
	memcpy(nearest->found, candidate, strlen(candidate) + 1);
}
