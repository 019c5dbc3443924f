// SPDX-License-Identifier: MIT
/* backend.c: the table of backends. */
#include <string.h>
#include "backend.h"

const struct backend *const backends[NR_BACKENDS + 1] = {
	&backend_user,
	&backend_kvm,
	&backend_kmod,
	NULL,
};

const struct backend *backend_by_name(const char *name)
{
	int i;

	for (i = 0; backends[i]; i++)
		if (!strcmp(backends[i]->name, name))
			return backends[i];
	return NULL;
}
