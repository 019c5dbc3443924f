// SPDX-License-Identifier: MIT
/* make_docs.c: writes man page and completions when xbench is built. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "help.h"

static const struct {
	const char *name;
	void (*print)(FILE *out);
} files[] = {
	{ "xbench.1", help_man },
	{ "xbench.bash", help_bash },
	{ "_xbench", help_zsh },
	{ "xbench.fish", help_fish },
};

static int make(const char *directory, size_t i)
{
	char path[4096];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/%s", directory, files[i].name);
	file = fopen(path, "w");
	if (file) {
		files[i].print(file);
		failed = ferror(file);
		if (!fclose(file) && !failed)
			return 0;
	}
	fprintf(stderr, "make_docs: %s: %s\n", path, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: make_docs DIRECTORY\n");
		return 2;
	}
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (make(argv[1], i))
			return EXIT_FAILURE;
	return 0;
}
