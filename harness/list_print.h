/* SPDX-License-Identifier: MIT */
/* list_print.h: a table whose last column is prose. */
#ifndef LIST_PRINT_H
#define LIST_PRINT_H

#include <stddef.h>

struct libscols_table;

/*
 * On a terminal the last column is wrapped between words; where that leaves
 * too little for it, column `expendable` is hidden (0: none).  0 or -errno.
 */
int list_print(struct libscols_table *table, size_t expendable);

#endif
