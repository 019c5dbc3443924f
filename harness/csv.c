// SPDX-License-Identifier: MIT
/* csv.c: result files in memory, and how they are written. */
#include "csv.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Arbitrary: large enough that malloc() is no cost per text. */
#define CHUNK_BYTES 65536

struct chunk {
	struct chunk *next;
	char text[];
};

struct slot {
	const char *text;
	uint64_t hash;
};

/* The room of the arrays in csv_file lives here: it is nobody else's. */
struct csv_pool {
	struct chunk *chunks;
	char *unused;
	size_t nr_unused;
	struct slot *slots; /* open addressing; nr_slots is a power of two */
	size_t nr_slots;
	size_t nr_texts;
	size_t max_rows;
	size_t max_meta;
};

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a, 64 bits */

	while (*text)
		hash = (hash ^ (unsigned char)*text++) * 0x100000001b3;
	return hash;
}

/* The slot of the text, or the empty one where it belongs. */
static struct slot *find_slot(struct slot *slots, size_t nr_slots,
			      uint64_t hash, const char *text)
{
	size_t i = hash & (nr_slots - 1);

	while (slots[i].text &&
	       (slots[i].hash != hash || strcmp(slots[i].text, text) != 0))
		i = (i + 1) & (nr_slots - 1);
	return &slots[i];
}

static int grow_slots(struct csv_pool *pool)
{
	size_t nr = pool->nr_slots ? 2 * pool->nr_slots : 1024;
	struct slot *slots = calloc(nr, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < pool->nr_slots; i++) {
		const struct slot *old = &pool->slots[i];

		if (old->text)
			*find_slot(slots, nr, old->hash, old->text) = *old;
	}
	free(pool->slots);
	pool->slots = slots;
	pool->nr_slots = nr;
	return 0;
}

static const char *store_text(struct csv_pool *pool, const char *text)
{
	size_t bytes = strlen(text) + 1;
	char *copy;

	if (bytes > pool->nr_unused) {
		size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
		struct chunk *chunk = malloc(sizeof(*chunk) + room);

		if (!chunk)
			return NULL;
		chunk->next = pool->chunks;
		pool->chunks = chunk;
		pool->unused = chunk->text;
		pool->nr_unused = room;
	}
	copy = memcpy(pool->unused, text, bytes);
	pool->unused += bytes;
	pool->nr_unused -= bytes;
	return copy;
}

/* The pool's own copy, one per distinct text; NULL without memory. */
static const char *intern(struct csv_pool *pool, const char *text)
{
	struct slot *slot;
	uint64_t hash;

	if (!text)
		text = "";
	if (2 * pool->nr_texts >= pool->nr_slots && grow_slots(pool))
		return NULL;
	hash = hash_text(text);
	slot = find_slot(pool->slots, pool->nr_slots, hash, text);
	if (!slot->text) {
		slot->text = store_text(pool, text);
		slot->hash = hash;
		pool->nr_texts += slot->text != NULL;
	}
	return slot->text;
}

static struct csv_pool *pool_of(struct csv_file *file)
{
	if (!file->pool)
		file->pool = calloc(1, sizeof(*file->pool));
	return file->pool;
}

/* Room for one more element; NULL without memory, the array then stands. */
static void *reserve(void *array, size_t nr, size_t *max, size_t size)
{
	size_t more = *max ? 2 * *max : 64;

	if (nr < *max)
		return array;
	array = reallocarray(array, more, size);
	if (array)
		*max = more;
	return array;
}

struct csv_row csv_empty_row(void)
{
#define EMPTY_text ""
#define EMPTY_count CSV_NO_COUNT
#define EMPTY_real NAN
#define X(name, kind) .name = EMPTY_##kind,
	return (struct csv_row){ CSV_COLUMNS(X) };
#undef X
}

void csv_free(struct csv_file *file)
{
	if (file->pool) {
		struct chunk *chunk = file->pool->chunks;

		while (chunk) {
			struct chunk *next = chunk->next;

			free(chunk);
			chunk = next;
		}
		free(file->pool->slots);
		free(file->pool);
	}
	free(file->meta);
	free(file->rows);
	*file = (struct csv_file){ 0 };
}

/* What the reader would not find again is no key. */
static bool key_is_readable(const char *key)
{
	return *key && *key != ' ' && !strpbrk(key, "\r\n") &&
	       !strstr(key, ": ");
}

int csv_add_meta(struct csv_file *file, const char *key, const char *value)
{
	struct csv_pool *pool = pool_of(file);
	struct csv_meta meta;
	void *array;

	if (!key_is_readable(key) || strpbrk(value, "\r\n"))
		return -EINVAL;
	if (!pool)
		return -ENOMEM;
	array = reserve(file->meta, file->nr_meta, &pool->max_meta,
			sizeof(*file->meta));
	if (!array)
		return -ENOMEM;
	file->meta = array;
	meta.key = intern(pool, key);
	meta.value = intern(pool, value);
	if (!meta.key || !meta.value)
		return -ENOMEM;
	file->meta[file->nr_meta++] = meta;
	return 0;
}

/* The file's own name of the event; NULL without memory or room. */
static const char *own_event(struct csv_file *file, const char *column,
			     int *result)
{
	struct csv_pool *pool = pool_of(file);
	const char *own = pool ? intern(pool, column) : NULL;
	size_t i = 0;

	*result = -ENOMEM;
	if (!own)
		return NULL;
	while (i < file->nr_events && file->events[i] != own)
		i++;
	*result = i < CSV_MAX_EVENTS ? 0 : -E2BIG;
	if (*result)
		return NULL;
	file->events[i] = own;
	file->nr_events += i == file->nr_events;
	return own;
}

int csv_add_event(struct csv_file *file, const char *column)
{
	int result;

	own_event(file, column, &result);
	return result;
}

double csv_event(const struct csv_row *row, const char *column)
{
	for (size_t i = 0; i < CSV_MAX_EVENTS && row->events[i].column; i++)
		if (strcmp(row->events[i].column, column) == 0)
			return row->events[i].value;
	return NAN;
}

int csv_add_row(struct csv_file *file, const struct csv_row *row)
{
	struct csv_pool *pool = pool_of(file);
	struct csv_row copy = *row;
	bool whole = true;
	void *array;

	if (!pool)
		return -ENOMEM;
	array = reserve(file->rows, file->nr_rows, &pool->max_rows,
			sizeof(*file->rows));
	if (!array)
		return -ENOMEM;
	file->rows = array;
#define OWN_text(name) whole = (copy.name = intern(pool, copy.name)) && whole;
#define OWN_count(name)
#define OWN_real(name)
#define X(name, kind) OWN_##kind(name)
	CSV_COLUMNS(X)
#undef X
	if (!whole)
		return -ENOMEM;
	for (size_t i = 0; i < CSV_MAX_EVENTS && copy.events[i].column; i++) {
		int result;

		copy.events[i].column =
			own_event(file, copy.events[i].column, &result);
		if (result)
			return result;
	}
	file->rows[file->nr_rows++] = copy;
	return 0;
}

const char *csv_meta(const struct csv_file *file, const char *key)
{
	for (size_t i = 0; i < file->nr_meta; i++)
		if (strcmp(file->meta[i].key, key) == 0)
			return file->meta[i].value;
	return NULL;
}
