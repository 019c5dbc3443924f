// SPDX-License-Identifier: MIT
/* request.c: what `run` and `all` were asked for. */
#include "request.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include <xbench/ioctl.h>

#include "backend_bare.h"
#include "catalog.h"

#define DEFAULT_PAIRS 31
#define QUICK_PAIRS 9
#define MAX_LAUNCHES 1000

/* A baseline: batches that span 2.5 minutes, 10 s apart (gate.h says why). */
#define THOROUGH_BATCHES 10
#define THOROUGH_SPACING 20

struct plan request_default_plan(void)
{
	struct plan plan = {
		.launches = 5,
		.batches = 1,
		.settings = { .cpu = -1, .pairs = DEFAULT_PAIRS },
	};

	if (getrandom(&plan.settings.seed, 4, 0) != 4)
		plan.settings.seed = (uint64_t)time(NULL);
	return plan;
}

static bool take_number(const struct arguments *arguments,
			const struct argument *argument, struct plan *plan)
{
	bool is_cpu = argument->id == OPTION_CPU;
	uint64_t n;

	if (!options_number(arguments, argument, !is_cpu,
			    is_cpu ? 1023 : MAX_LAUNCHES, &n))
		return false;
	if (is_cpu)
		plan->settings.cpu = (int)n;
	else if (argument->id == OPTION_LAUNCHES)
		plan->launches = (uint32_t)n;
	else
		plan->batches = (uint32_t)n;
	return true;
}

static bool take(const struct arguments *arguments,
		 const struct argument *argument, struct plan *plan,
		 const char **output)
{
	size_t i;

	switch (argument->id) {
	case OPTION_BACKEND:
		if (!options_word(arguments, argument, &i))
			return false;
		/* The last word is the one that is no entry of the table. */
		plan->backends |= i < NR_BACKENDS ? backends[i]->bit
						  : (uint32_t)XB_ON_BARE;
		return true;
	case OPTION_MODE:
		if (!options_word(arguments, argument, &i))
			return false;
		plan->modes |= 1u << i;
		return true;
	case OPTION_SPACING:
		return options_seconds(arguments, argument, &plan->spacing);
	case OPTION_SEED:
		return options_number(arguments, argument, 0, UINT64_MAX,
				      &plan->settings.seed);
	case OPTION_EVENTS: /* taken when the CPU is known */
		return true;
	case OPTION_OUTPUT:
		*output = argument->value;
		return true;
	case OPTION_QUICK:
	case OPTION_THOROUGH:
		return true; /* taken already */
	default:
		return take_number(arguments, argument, plan);
	}
}

/* Before all others, which change what these set. */
static bool take_presets(const struct arguments *arguments, struct plan *plan)
{
	bool quick = options_have(arguments, OPTION_QUICK);
	bool thorough = options_have(arguments, OPTION_THOROUGH);

	if (quick && thorough) {
		options_say(arguments,
			    "--quick and --thorough contradict each other");
		return false;
	}
	if (quick) {
		plan->launches = 2;
		plan->settings.pairs = QUICK_PAIRS;
	}
	if (thorough) {
		plan->batches = THOROUGH_BATCHES;
		plan->spacing = THOROUGH_SPACING;
	}
	return true;
}

/* All but a machine of its own, and a module that nobody loaded. */
static uint32_t default_backends(void)
{
	return ~(uint32_t)(XB_ON_BARE |
			   (access(XB_DEVICE, F_OK) ? XB_ON_KMOD : 0));
}

static bool select_all(const struct arguments *arguments, bool all,
		       struct plan *plan)
{
	if (all && arguments->nr_operands) {
		options_say(arguments, "it takes no names: use `xbench run`");
		return false;
	}
	if (!all && !arguments->nr_operands) {
		options_say(arguments,
			    "run what? Name benchmarks, or use `xbench all`");
		return false;
	}
	if (all)
		memset(plan->selected, 1, sizeof(plan->selected));
	else if (!catalog_select_all(arguments->nr_operands,
				     arguments->operands, plan->selected))
		return false;
	if (!plan->backends)
		plan->backends = default_backends();
	if (!plan->modes)
		plan->modes = UINT32_MAX;
	if (engine_plan(plan->selected, plan->backends, plan->modes, NULL) ||
	    backend_bare_count(plan))
		return true;
	options_say(
		arguments,
		"none of these has such a mode in such a backend; `xbench list` shows what has");
	return false;
}

bool request_read(const struct arguments *arguments, bool all,
		  struct plan *plan, const char **output)
{
	size_t i;

	*plan = request_default_plan();
	*output = NULL;
	if (!take_presets(arguments, plan))
		return false;
	for (i = 0; i < arguments->nr_options; i++)
		if (!take(arguments, &arguments->options[i], plan, output))
			return false;
	return select_all(arguments, all, plan);
}
