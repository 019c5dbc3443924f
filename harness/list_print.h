/* SPDX-License-Identifier: MIT */
/* list_print.h: a table whose last column is prose. */
#ifndef LIST_PRINT_H
#define LIST_PRINT_H

struct libscols_table;

/* On a terminal the last column is wrapped between words.  0 or -errno. */
int list_print(struct libscols_table *table);

#endif
