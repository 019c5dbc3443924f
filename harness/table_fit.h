/* SPDX-License-Identifier: MIT */
/* table_fit.h: leave columns out of a table until it fits. */
#ifndef TABLE_FIT_H
#define TABLE_FIT_H

#include <stdbool.h>

#include "table.h"

/*
 * Drop columns until the table, as text, is no wider than `width`: those whose
 * title ends with the first word of `order` (NULL-terminated), then the next.
 * `columns` is what table->columns points to.  True: all of them stayed.
 */
bool table_fit(struct table *table, struct table_column *columns, size_t width,
	       const char *const *order);

#endif
