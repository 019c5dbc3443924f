// SPDX-License-Identifier: MIT
/* pmu_list.c: a list of events as it is written. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "pmu_event.h"

#define NAME_BYTES (EVENT_BYTES - sizeof(PMU_EVENT_PREFIX) + 1)

static int add(const char *name, int cpu, uint32_t group,
	       struct event_list *list, struct pmu_event_error *err)
{
	struct event *event = &list->at[list->nr];
	uint32_t i;

	if (list->nr == EVENT_MAX || strlen(name) >= NAME_BYTES) {
		snprintf(err->text, sizeof(err->text),
			 "\"%.63s\": at most %d events, of %zu characters each",
			 name, EVENT_MAX, NAME_BYTES - 1);
		return -EINVAL;
	}
	if (pmu_event_find(name, cpu, event, err))
		return -EINVAL;
	for (i = 0; i < list->nr; i++)
		if (!strcmp(list->at[i].column, event->column)) {
			snprintf(err->text, sizeof(err->text),
				 "\"%s\" is there twice", name);
			return -EINVAL;
		}
	event->group = group;
	list->nr++;
	return 0;
}

static int add_default(int cpu, struct event_list *list)
{
	enum pmu_role role;

	for (role = PMU_CYCLES; role <= PMU_INTERRUPTS; role++)
		if (pmu_event_of_role(role, cpu, &list->at[list->nr])) {
			list->at[list->nr].group = list->nr;
			list->nr++;
		}
	return list->nr ? 0 : -EINVAL;
}

int pmu_event_parse(const char *text, int cpu, struct event_list *list,
		    struct pmu_event_error *err)
{
	bool grouped = false;
	uint32_t group = 0;
	char name[256];
	size_t len;
	int rc = 0;

	*list = (struct event_list){ 0 };
	snprintf(
		err->text, sizeof(err->text),
		"\"%.80s\" is no list of events, as NAME,{NAME,NAME}; `xbench events` shows what there is",
		text);
	if (!strcmp(text, PMU_EVENT_DEFAULT))
		return add_default(cpu, list);
	do {
		if (*text == '{' && !grouped)
			text += grouped = true;
		len = strcspn(text, ",{}");
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		rc = len ? add(name, cpu, group, list, err) : -EINVAL;
		text += len;
		if (*text == '}' && grouped)
			text += !(grouped = false);
		group += !grouped;
	} while (!rc && *text++ == ',');
	return !rc && (text[-1] || grouped) ? -EINVAL : rc;
}

void pmu_event_text(const struct event_list *list, char *text, size_t bytes)
{
	size_t used = 0;
	uint32_t i;

	text[0] = 0;
	for (i = 0; i < list->nr && used < bytes; i++) {
		const struct event *event = &list->at[i];
		bool first = !i || event[-1].group != event->group;
		bool last = i + 1 == list->nr || event[1].group != event->group;

		used += (size_t)snprintf(
			text + used, bytes - used, "%s%s%s%s", i ? "," : "",
			first && !last ? "{" : "",
			event->column + strlen(PMU_EVENT_PREFIX),
			last && !first ? "}" : "");
	}
}
