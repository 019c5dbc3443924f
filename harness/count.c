// SPDX-License-Identifier: MIT
/* count.c: performance counters over a series. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "catalog.h"
#include "count.h"

/* As for timed samples: series.c. */
#define MIN_CLEAN 5

/* C that reads no counter by itself: what the kernel does is its cost. */
static bool is_witness(uint32_t bench)
{
	return !(catalog[bench].modes & 1u << XB_MODE_counted);
}

/* Event `i` of those that count now; counts an operation, or NaN. */
static int count_event(const struct series_world *world, uint32_t bench,
		       uint32_t i, struct take *take, double *value)
{
	double ops =
		(double)take->rounds * catalog_ops(bench, XB_MODE_throughput);
	const struct backend_counting *counting = world->backend->counting;
	struct samples_cost cost;
	uint32_t ecx, width;
	int result;

	*value = NAN;
	if (!is_witness(bench) &&
	    counting->inside(i, &take->counter, &take->width)) {
		take->clock = XB_CLOCK_COUNTER;
		result = take_samples(world, bench, XB_MODE_throughput, take);
		if (!result && (!counting->inside(i, &ecx, &width) ||
				ecx != take->counter)) {
			snprintf(take->err.text, sizeof(take->err.text),
				 "the kernel moved it to another counter");
			result = -EBUSY;
		}
	} else {
		result = take_outside(world, bench, i, take);
	}
	if (!result && take->mb.status != XB_OK) {
		snprintf(take->err.text, sizeof(take->err.text),
			 "status %u, exception %u", take->mb.status,
			 take->mb.vector);
		result = -EPROTO;
	}
	if (result)
		return result;
	samples_cost(&take->samples, ops, ops, &cost);
	if (cost.clean >= MIN_CLEAN && cost.clean >= take->samples.n / 2)
		*value = cost.tsc;
	return 0;
}

/* Did it count all the time, as far as that can be told afterwards? */
static int check_event(const struct series_world *world, uint32_t i,
		       struct take *take)
{
	const struct backend_counting *counting = world->backend->counting;
	uint64_t value;
	double ns;
	/* A group loses its counters as one, and only its first says so. */
	int result = counting->read(0, &value, &ns, &take->err);

	return result ? result : counting->read(i, &value, &ns, &take->err);
}

/* Events `first` to `end`, which count now. */
static int count_group(const struct series_world *world, uint32_t bench,
		       uint32_t first, uint32_t end, struct take *take,
		       struct engine_record *record)
{
	uint32_t i;
	int result = 0;

	for (i = first; i < end && !result; i++) {
		result = count_event(world, bench, i - first, take,
				     &record->events[i]);
		if (!result)
			result = check_event(world, i - first, take);
	}
	return result;
}

static bool all_counted(const struct event_list *list,
			const struct engine_record *record)
{
	uint32_t i;

	for (i = 0; i < list->nr; i++)
		if (isnan(record->events[i]))
			return false;
	return true;
}

void count_events(const struct series_world *world, const struct take *timed,
		  struct engine_record *record)
{
	const struct backend_counting *counting = world->backend->counting;
	const struct event_list *list = &world->settings->events;
	const struct engine_item item = record->item;
	static struct take take;
	uint32_t first, end = 0;
	int result = 0;

	if (!counting || item.mode != XB_MODE_throughput)
		return;
	take.pairs = timed->pairs;
	take.rounds = timed->rounds;
	for (first = 0; first < list->nr && !result; first = end) {
		end = event_group_end(list, first);
		if (counting->open(&list->at[first], end - first,
				   is_witness(item.bench), &take.err))
			continue;
		result = count_group(world, item.bench, first, end, &take,
				     record);
		counting->close();
	}
	if (!result) {
		if (!all_counted(list, record))
			engine_add_flag(record, "uncounted");
		return;
	}
	*record = engine_empty_record(&item);
	record->status = ENGINE_ERROR;
	snprintf(record->reason, sizeof(record->reason),
		 "counting %s or its group: %s", list->at[end - 1].column,
		 take.err.text);
}

void count_watch_begin(const struct series_world *world,
		       struct count_watch *watch)
{
	const struct backend_counting *counting = world->backend->counting;
	struct event events[EVENT_NR_WATCHED];
	struct backend_error err;
	uint32_t i, n = 0;

	watch->nr = 0;
	for (i = 0; i < EVENT_NR_WATCHED; i++)
		if (world->settings->watch[i].column[0]) {
			events[n] = world->settings->watch[i];
			watch->what[n++] = i;
		}
	if (!n || !counting || counting->open(events, n, true, &err))
		return;
	for (i = 0; i < n; i++)
		if (counting->read(i, &watch->value[i], &watch->ns[i], &err)) {
			counting->close();
			return;
		}
	watch->nr = n;
}

struct count_watched count_watch_end(const struct series_world *world,
				     struct count_watch *watch)
{
	const struct backend_counting *counting = world->backend->counting;
	struct count_watched seen = { NAN, NAN, NAN };
	struct backend_error err;
	uint64_t value;
	double ns, count;
	uint32_t i;

	for (i = 0; i < watch->nr; i++) {
		if (counting->read(i, &value, &ns, &err))
			continue;
		count = (double)(value - watch->value[i]);
		if (watch->what[i] == EVENT_INTERRUPTS)
			seen.interrupts = count;
		else if (watch->what[i] == EVENT_SMIS)
			seen.smis = count;
		else
			seen.cycles_per_tick =
				count / ((ns - watch->ns[i]) *
					 world->settings->tsc_khz * 1e-6);
	}
	if (watch->nr)
		counting->close();
	return seen;
}
