// SPDX-License-Identifier: MIT
/* rows.c: what a series gave, as a row of the result file. */
#include <math.h>
#include "catalog.h"
#include "rows.h"

struct csv_row rows_make(const struct sysstate *state, const char *started,
			 uint32_t batch, const struct engine_settings *settings,
			 const struct engine_record *r)
{
	const struct catalog_entry *entry = &catalog[r->item.bench];
	struct csv_row row = csv_empty_row();
	uint32_t i, n = 0;

	row.machine = state->machine;
	row.subject = state->subject;
	row.cpu = state->cpu.slug;
	row.host = state->host;
	row.batch = batch;
	row.launch = settings->launch;
	row.started = started;
	row.backend = backends[r->item.backend]->name;
	row.family = entry->family;
	row.benchmark = entry->name;
	row.mode = catalog_modes[r->item.mode];
	row.status = engine_status_names[r->status];
	row.flags = r->flags;
	row.reason = r->reason;
	if (r->ops) {
		row.ops = r->ops;
		row.samples = r->samples;
		row.dropped = r->dropped;
	}
	if (r->status == ENGINE_OK) {
		row.fidelity = engine_fidelity_names[r->fidelity];
		row.tsc = r->tsc;
		row.ns = r->tsc * 1e6 / state->tsc_khz;
		row.tsc_min = r->min;
		row.tsc_p25 = r->p25;
		row.tsc_p50 = r->p50;
		row.tsc_p75 = r->p75;
		row.tsc_p99 = r->p99;
		row.quantum = r->quantum;
		if (!isnan(r->cycles_per_tick)) {
			row.cycles = r->tsc * r->cycles_per_tick;
			row.cycles_source =
				r->cycles_counted ? "pmu" : "calibrated";
			row.cycles_per_tick = r->cycles_per_tick;
		}
		for (i = 0; i < settings->events.nr; i++)
			if (!isnan(r->events[i]))
				row.events[n++] = (struct csv_event){
					settings->events.at[i].column,
					r->events[i]
				};
	}
	return row;
}
