// SPDX-License-Identifier: MIT
/* take.c: samples of one benchmark and mode out of a world. */
#include <errno.h>
#include <stdio.h>
#include "catalog.h"
#include "take.h"

/*
 * A world that bounds a chunk's time refuses rounds that seem too many to it.
 * On a noisy CPU that may be an error: so often it is asked again.
 */
#define MAX_REFUSALS 20

static void begin(struct take *take)
{
	take->samples.n = 0;
	take->ops = 0;
	take->nmis = take->smis = 0;
	take->facts = (struct backend_facts){ .counted = true };
	take->err.text[0] = 0;
}

/* One request, which asks for `pairs`. */
static int take_chunk(const struct series_world *world, uint32_t bench,
		      uint32_t mode, uint32_t pairs, struct take *take)
{
	struct xb_mailbox *mb = &take->mb;
	struct backend_facts facts;
	int result, refusals = 0;

again:
	*mb = (struct xb_mailbox){
		.version = XB_ABI_VERSION,
		.op = XB_OP_RUN,
		.bench = bench,
		.mode = mode,
		.pairs = pairs < XB_MAX_PAIRS ? pairs : XB_MAX_PAIRS,
		.rounds = take->rounds,
		.max_ticks = UINT64_MAX,
		.clock = take->clock,
		.counter = take->counter,
	};
	result = world->backend->run(mb, &facts, &take->err);
	if (!result && mb->status == XB_ERROR &&
	    mb->bad_field == offsetof(struct xb_mailbox, rounds) &&
	    refusals++ < MAX_REFUSALS)
		goto again;
	if (result || mb->status != XB_OK)
		return result;
	if (!mb->taken || mb->taken > mb->pairs) {
		snprintf(take->err.text, sizeof(take->err.text),
			 "the world says that it took %u of %u pairs",
			 mb->taken, mb->pairs);
		return -EPROTO;
	}
	take->nmis += mb->nr_nmis;
	take->smis += mb->nr_smis;
	take->facts.counted &= facts.counted;
	/* The last exit of a chunk is its end. */
	take->facts.exits += facts.exits ? facts.exits - 1 : 0;
	take->facts.emulated += facts.emulated;
	take->ops += 3.0 * (double)(take->rounds * mb->taken + 1) *
		     catalog_ops(bench, mode);
	return 0;
}

int take_samples(const struct series_world *world, uint32_t bench,
		 uint32_t mode, struct take *take)
{
	const struct xb_mailbox *mb = &take->mb;
	/* A counter's difference is right modulo its width. */
	uint64_t mask = take->clock == XB_CLOCK_COUNTER && take->width < 64
				? (1ull << take->width) - 1
				: UINT64_MAX;
	uint32_t r, i;
	int result;

	begin(take);
	while (take->samples.n < take->pairs) {
		result = take_chunk(world, bench, mode,
				    take->pairs - take->samples.n, take);
		if (result || mb->status != XB_OK)
			return result;
		for (r = 0; r < XB_NR_REGIONS; r++)
			for (i = 0; i < mb->taken; i++)
				take->samples.ticks[r][take->samples.n + i] =
					(double)(mb->ticks[r][i] & mask);
		take->samples.n += mb->taken;
	}
	return 0;
}

int take_outside(const struct series_world *world, uint32_t bench, uint32_t i,
		 struct take *take)
{
	const struct backend_counting *counting = world->backend->counting;
	uint64_t before, after;
	uint32_t n, r;
	int result;

	begin(take);
	take->clock = XB_CLOCK_OUTSIDE;
	for (n = 0; n < take->pairs; n++) {
		for (r = XB_U; r <= XB_2U; r++) {
			take->counter = r;
			result = counting->read(i, &before, NULL, &take->err);
			if (!result)
				result =
					take_chunk(world, bench,
						   XB_MODE_throughput, 1, take);
			if (!result && take->mb.status == XB_OK)
				result = counting->read(i, &after, NULL,
							&take->err);
			if (result || take->mb.status != XB_OK)
				return result;
			take->samples.ticks[r][n] = (double)(after - before);
			take->samples.ticks[XB_EMPTY_U + r][n] = 0;
		}
		take->samples.n++;
	}
	return 0;
}
