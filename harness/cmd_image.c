// SPDX-License-Identifier: MIT
/* cmd_image.c: `image`: the bare image as an ELF file or a bootable ISO. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bare_image.h"
#include "cmd.h"
#include "options.h"

/* Where grub-mkrescue of Debian looks for the two firmwares' GRUB. */
#define GRUB_BIOS "/usr/lib/grub/i386-pc/moddep.lst"
#define GRUB_UEFI "/usr/lib/grub/x86_64-efi/moddep.lst"

/*
 * The menu is on the screen and, where there is a COM1, on that too.  GRUB
 * would ask for a screen mode on UEFI if a console were promised.
 */
static const char menu[] =
	"set timeout=3\n"
	"if serial --unit=0 --speed=115200; then\n"
	"    terminal_input console serial\n"
	"    terminal_output console serial\n"
	"fi\n"
	"menuentry \"xbench %s\" {\n"
	"    multiboot /boot/xbench.elf %s\n"
	"}\n"
	"menuentry \"xbench on the second serial port (often IPMI)\" {\n"
	"    multiboot /boot/xbench.elf serial=com2\n"
	"}\n";

static int write_menu(const char *path, const char *append)
{
	FILE *file = fopen(path, "wex");
	int result = 0;

	if (!file)
		return -errno;
	errno = 0;
	if (fprintf(file, menu, append, append) < 0)
		result = -EIO;
	if (fclose(file) && !result)
		result = errno ? -errno : -EIO;
	return result;
}

/* boot/xbench.elf and boot/grub/grub.cfg below `directory`. */
static int fill_directory(const char *directory, const char *append)
{
	static const char *const parts[] = { "boot", "boot/grub" };
	char path[512];
	size_t i;
	int result;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, parts[i]);
		if (mkdir(path, 0777))
			return -errno;
	}
	snprintf(path, sizeof(path), "%s/boot/grub/grub.cfg", directory);
	result = write_menu(path, append);
	if (result)
		return result;
	snprintf(path, sizeof(path), "%s/boot/xbench.elf", directory);
	return bare_image_write(path, 1);
}

static void show_log(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		fputs(line, stderr);
	if (file)
		fclose(file);
}

static int run_mkrescue(const char *directory, const char *iso)
{
	char log[512], tree[512];
	const char *argv[] = { "grub-mkrescue", "-o", iso, tree, NULL };
	int result;

	snprintf(log, sizeof(log), "%s/log", directory);
	snprintf(tree, sizeof(tree), "%s/iso", directory);
	result = bare_image_spawn(argv, log, NULL, 0);
	if (!result)
		return EXIT_DONE;
	if (result < 0) {
		fprintf(stderr,
			"xbench: grub-mkrescue: %s; on Debian: apt-get install grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools\n",
			strerror(-result));
		return EXIT_CANNOT;
	}
	show_log(log);
	unlink(iso);
	fprintf(stderr,
		"xbench: grub-mkrescue ended with %d; it needs xorriso and mtools\n",
		result);
	return EXIT_CANNOT;
}

static int make_iso(const char *iso, const char *append)
{
	const char *tmp = getenv("TMPDIR");
	char directory[256], tree[300];
	int result, code;

	if (strpbrk(append, "\"'{}\\$;#\n")) {
		fprintf(stderr,
			"xbench: --append: GRUB would not pass on \"%s\" as it is\n",
			append);
		return EXIT_USAGE;
	}
	if (access(GRUB_BIOS, F_OK))
		fprintf(stderr,
			"xbench: no GRUB for BIOS (Debian package grub-pc-bin): the ISO will not boot there\n");
	if (access(GRUB_UEFI, F_OK))
		fprintf(stderr,
			"xbench: no GRUB for UEFI (Debian package grub-efi-amd64-bin): the ISO will not boot there\n");
	snprintf(directory, sizeof(directory), "%s/xbench-iso.XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(directory)) {
		fprintf(stderr, "xbench: %s: %s\n", directory, strerror(errno));
		return EXIT_CANNOT;
	}
	snprintf(tree, sizeof(tree), "%s/iso", directory);
	result = mkdir(tree, 0777) ? -errno : fill_directory(tree, append);
	if (result) {
		fprintf(stderr, "xbench: %s: %s\n", tree, strerror(-result));
		code = EXIT_CANNOT;
	} else {
		code = run_mkrescue(directory, iso);
	}
	bare_image_remove(directory);
	return code;
}

static int make_elf(const char *path)
{
	int result = bare_image_write(path, 0);

	if (!result)
		return EXIT_DONE;
	fprintf(stderr, "xbench: %s: %s\n", path, strerror(-result));
	return EXIT_CANNOT;
}

int cmd_image(const struct arguments *arguments)
{
	const char *elf = NULL, *iso = NULL, *append = NULL;
	int code = EXIT_DONE;
	size_t i;

	for (i = 0; i < arguments->nr_options; i++) {
		const char *value = arguments->options[i].value;

		if (arguments->options[i].id == OPTION_ISO)
			iso = value;
		else if (arguments->options[i].id == OPTION_APPEND)
			append = value;
		else
			elf = value;
	}
	if (arguments->nr_operands || (!elf && !iso) || (append && !iso)) {
		fprintf(stderr,
			"xbench: image needs --output or --iso; --append goes with --iso\n");
		return EXIT_USAGE;
	}
	if (elf)
		code = make_elf(elf);
	if (!code && iso)
		code = make_iso(iso, append ? append : "");
	return code;
}
