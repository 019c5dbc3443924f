// SPDX-License-Identifier: MIT
/* csv_key.c: no two rows of a result file may have the same key. */
#include "csv_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Equal texts of one file are one pointer: the pool holds each once. */
static bool same_key(const struct csv_row *a, const struct csv_row *b)
{
	return a->host == b->host && a->subject == b->subject &&
	       a->started == b->started && a->launch == b->launch &&
	       a->backend == b->backend && a->benchmark == b->benchmark &&
	       a->mode == b->mode;
}

static uint64_t hash_key(const struct csv_row *row)
{
	const uint64_t parts[] = {
		(uintptr_t)row->host,	 (uintptr_t)row->subject,
		(uintptr_t)row->started, row->launch,
		(uintptr_t)row->backend, (uintptr_t)row->benchmark,
		(uintptr_t)row->mode,
	};
	uint64_t hash = 0;

	/* An odd multiplier (2^64 over the golden ratio) and a fold, so that
	 * the low bits, which are used, depend on all. */
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		hash = (hash ^ parts[i]) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	return hash;
}

static int refuse_key(const struct csv_reader *r, size_t first, size_t again)
{
	const struct csv_row *row = &r->file->rows[again];
	size_t column;
	size_t line = csv_line(r, r->starts[first], &column);
	char launch[24] = "";

	if (row->launch != CSV_NO_COUNT)
		snprintf(launch, sizeof(launch), "%" PRIu64, row->launch);
	return csv_refuse(
		r, r->starts[again],
		"the key of line %zu again: host \"%.40s\", subject \"%.40s\", started \"%.40s\", launch %s, backend \"%.40s\", benchmark \"%.40s\", mode \"%.40s\"",
		line, row->host, row->subject, row->started, launch,
		row->backend, row->benchmark, row->mode);
}

int csv_check_keys(const struct csv_reader *r)
{
	const struct csv_row *rows = r->file->rows;
	size_t nr_slots = 64;
	size_t *slots; /* the number of a row, from 1; 0 is free */

	while (nr_slots < 2 * r->file->nr_rows)
		nr_slots *= 2;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t row = 0; row < r->file->nr_rows; row++) {
		size_t i = hash_key(&rows[row]) & (nr_slots - 1);

		while (slots[i] && !same_key(&rows[slots[i] - 1], &rows[row]))
			i = (i + 1) & (nr_slots - 1);
		if (slots[i]) {
			int rc = refuse_key(r, slots[i] - 1, row);

			free(slots);
			return rc;
		}
		slots[i] = row + 1;
	}
	free(slots);
	return 0;
}
