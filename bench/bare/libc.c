// SPDX-License-Identifier: MIT
/* libc.c: what files shared with the harness call of the C library. */
#define _GNU_SOURCE
#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "bare.h"

/* By one instruction: a loop might be compiled into a call of itself. */
void *memcpy(void *to, const void *from, size_t bytes)
{
	void *start = to;

	__asm__ volatile("rep movsb"
			 : "+D"(to), "+S"(from), "+c"(bytes)
			 :
			 : "memory");
	return start;
}

void *memset(void *to, int byte, size_t bytes)
{
	void *start = to;

	__asm__ volatile("rep stosb"
			 : "+D"(to), "+c"(bytes)
			 : "a"(byte)
			 : "memory");
	return start;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
	const unsigned char *x = a, *y = b;

	for (; bytes; bytes--, x++, y++)
		if (*x != *y)
			return *x < *y ? -1 : 1;
	return 0;
}

size_t strlen(const char *text)
{
	const char *end = text;

	while (*end)
		end++;
	return (size_t)(end - text);
}

int strncmp(const char *a, const char *b, size_t bytes)
{
	for (; bytes; bytes--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *text, int c)
{
	for (; *text != (char)c; text++)
		if (!*text)
			return NULL;
	return (char *)text;
}

char *strpbrk(const char *text, const char *set)
{
	for (; *text; text++)
		if (strchr(set, *text))
			return (char *)text;
	return NULL;
}

int isprint(int c)
{
	return c >= ' ' && c <= '~';
}

int isalnum(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

int tolower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

/* `*` and `?`; brackets are no part of a benchmark's name or of ours. */
int fnmatch(const char *glob, const char *text, int flags)
{
	for (; *glob; glob++, text++) {
		if (*glob == '*') {
			do {
				if (!fnmatch(glob + 1, text, flags))
					return 0;
			} while (*text++);
			return FNM_NOMATCH;
		}
		if (!*text || (*glob != '?' && *glob != *text))
			return FNM_NOMATCH;
	}
	return *text ? FNM_NOMATCH : 0;
}

/* Insertion: some hundreds of values that are nearly in order. */
void qsort(void *values, size_t n, size_t bytes,
	   int (*compare)(const void *, const void *))
{
	char *first = values, *at, *to, other[64];
	size_t i;

	if (bytes > sizeof(other))
		__builtin_trap();
	for (i = 1; i < n; i++) {
		at = first + i * bytes;
		for (to = at; to > first; to -= bytes)
			if (compare(to - bytes, at) <= 0)
				break;
		memcpy(other, at, bytes);
		for (; at > to; at -= bytes)
			memcpy(at, at - bytes, bytes);
		memcpy(to, other, bytes);
	}
}

double fabs(double x)
{
	return __builtin_fabs(x);
}

double fmax(double x, double y)
{
	return __builtin_isnan(x) || y > x ? y : x;
}

double fmin(double x, double y)
{
	return __builtin_isnan(x) || y < x ? y : x;
}

double floor(double x)
{
	double whole;

	/* Beyond 2^52 there are no fractions; NaN is neither. */
	if (!(fabs(x) < 4503599627370496.0))
		return x;
	whole = (double)(int64_t)x;
	return whole > x ? whole - 1 : whole;
}

/* No kernel: nothing is switched, and there is one CPU. */
int getrusage(__rusage_who_t who, struct rusage *usage)
{
	(void)who;
	memset(usage, 0, sizeof(*usage));
	return 0;
}

int sched_getcpu(void)
{
	return 0;
}

int sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t *set)
{
	(void)pid;
	(void)bytes;
	(void)set;
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	double ns = (double)bare_tsc() / bare_tsc_khz * 1e6;

	(void)clock;
	now->tv_sec = (time_t)(ns / 1e9);
	now->tv_nsec = (long)(ns - (double)now->tv_sec * 1e9);
	return 0;
}
