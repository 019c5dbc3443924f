/* SPDX-License-Identifier: MIT */
/* rows.h: what a series gave, as a row of the result file. */
#ifndef ROWS_H
#define ROWS_H

#include "csv.h"
#include "engine.h"
#include "sysstate.h"

/* The row points to the texts of its arguments. */
struct csv_row rows_make(const struct sysstate *state, const char *started,
			 uint32_t batch, const struct engine_settings *settings,
			 const struct engine_record *r);

#endif
