/* SPDX-License-Identifier: MIT */
/* gate_print.h: the outcome of a gate for people and for programs. */
#ifndef GATE_PRINT_H
#define GATE_PRINT_H

#include <stdio.h>

#include "gate.h"

struct gate_format {
	const char *name; /* of --format */
	/* 0 or -errno */
	int (*print)(FILE *out, const struct gate *gate);
	/*
	 * What a program that waits for the format gets when the sides may not
	 * be compared; NULL: nothing, since people read it on stderr.
	 */
	int (*refuse)(FILE *out, const char *reasons);
};

/* The i-th name, NULL after the last. */
const char *gate_format_word(size_t i);

/* NULL if there is none: text, markdown, csv, json, gbench, junit. */
const struct gate_format *gate_format_by_name(const char *name);

int gate_print_text(FILE *out, const struct gate *gate);
int gate_print_markdown(FILE *out, const struct gate *gate);
int gate_print_csv(FILE *out, const struct gate *gate);
int gate_print_json(FILE *out, const struct gate *gate);
int gate_refuse_json(FILE *out, const char *reasons);
/* Needs the metric ns: Google Benchmark knows times only. */
int gate_print_gbench(FILE *out, const struct gate *gate);
int gate_print_junit(FILE *out, const struct gate *gate);
int gate_refuse_junit(FILE *out, const char *reasons);

#endif
