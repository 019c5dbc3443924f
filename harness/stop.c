// SPDX-License-Identifier: MIT
/* stop.c: SIGINT, SIGTERM and SIGHUP as a request to end. */
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
#define NR_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static struct sigaction old_actions[NR_NUMBERS];
static volatile sig_atomic_t noted;

static void note(int number)
{
	noted = number;
}

void stop_begin(void)
{
	/* No SA_RESTART: a wait must end. */
	struct sigaction action = { .sa_handler = note };
	size_t i;

	noted = 0;
	for (i = 0; i < NR_NUMBERS; i++) {
		sigaction(numbers[i], &action, &old_actions[i]);
		if (numbers[i] == SIGHUP &&
		    old_actions[i].sa_handler == SIG_IGN)
			sigaction(SIGHUP, &old_actions[i], NULL);
	}
}

void stop_end(void)
{
	size_t i;

	for (i = 0; i < NR_NUMBERS; i++)
		sigaction(numbers[i], &old_actions[i], NULL);
}

int stop_signal(void)
{
	return noted;
}

void stop_ignore(void)
{
	size_t i;

	for (i = 0; i < NR_NUMBERS; i++)
		signal(numbers[i], SIG_IGN);
}
