// SPDX-License-Identifier: MIT
/* module.c: xbench.ko: into the kernel, out of it, and what forbids it. */
#define _GNU_SOURCE
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <xbench/ioctl.h>

#define NAME "xbench"

const char module_signing[] =
	"sign it with a key that is enrolled by `mokutil --import`: sign-file of the kernel's headers or kmodsign does it, and so does DKMS (docs/kmod.md, \"Signing\")";

bool module_possible(void)
{
	return !access("/proc/modules", F_OK);
}

bool module_loaded(void)
{
	return !access("/sys/module/" NAME, F_OK);
}

static bool read_text(const char *path, char *text, size_t bytes)
{
	FILE *file = fopen(path, "re");
	bool read = file && fgets(text, (int)bytes, file);

	if (file)
		fclose(file);
	return read;
}

bool module_disabled(void)
{
	char text[16];

	return read_text("/proc/sys/kernel/modules_disabled", text,
			 sizeof(text)) &&
	       text[0] == '1';
}

void module_lockdown(char *word, size_t bytes)
{
	char text[80], *chosen; /* "none [integrity] confidentiality" */

	word[0] = 0;
	if (!read_text("/sys/kernel/security/lockdown", text, sizeof(text)))
		return;
	chosen = strchr(text, '[');
	if (chosen)
		snprintf(word, bytes, "%.*s", (int)strcspn(chosen + 1, "]"),
			 chosen + 1);
}

/* What may be the reason that the kernel does not let us. */
static void explain_eperm(char *text, size_t bytes, bool load)
{
	char lockdown[32];

	module_lockdown(lockdown, sizeof(lockdown));
	if (module_disabled())
		snprintf(
			text, bytes,
			"kernel.modules_disabled is 1; only a reboot undoes it");
	else if (load && lockdown[0] && strcmp(lockdown, "none"))
		snprintf(
			text, bytes,
			"the kernel is locked down (%s), as it is with Secure Boot: it takes signed modules only, and even a signed xbench.ko may not measure then; turn Secure Boot off, or use the backends kvm or bare",
			lockdown);
	else
		snprintf(
			text, bytes,
			"it takes root with CAP_SYS_MODULE, which a container rarely has");
}

/* The kernel that the module in `fd` is made for, "" if it does not say. */
static void read_vermagic(int fd, char *text, size_t bytes)
{
	static const char key[] = "vermagic=";
	struct stat file;
	const char *map, *found;
	size_t size;

	text[0] = 0;
	if (fstat(fd, &file) || file.st_size <= 0)
		return;
	size = (size_t)file.st_size;
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return;
	found = memmem(map, size, key, strlen(key));
	if (found) {
		found += strlen(key);
		snprintf(text, bytes, "%.*s",
			 (int)strnlen(found, (size_t)(map + size - found)),
			 found);
	}
	munmap((void *)map, size);
}

static void explain_format(char *text, size_t bytes, int fd)
{
	char vermagic[128];
	struct utsname kernel;

	read_vermagic(fd, vermagic, sizeof(vermagic));
	uname(&kernel);
	if (vermagic[0])
		snprintf(
			text, bytes,
			"it was built for kernel \"%s\", and this is %s; build it for this one: `./run.sh --module`",
			vermagic, kernel.release);
	else
		snprintf(
			text, bytes,
			"it is no kernel module; a plain .ko is wanted, not a compressed one");
}

static void explain_load(char *text, size_t bytes, int error, int fd)
{
	switch (error) {
	case EPERM:
		explain_eperm(text, bytes, true);
		break;
	case ENOSYS:
		snprintf(text, bytes, "this kernel has no loadable modules");
		break;
	case EEXIST:
		snprintf(
			text, bytes,
			"it is loaded already; `xbench doctor --unload` unloads it");
		break;
	case ENOEXEC:
	case EINVAL: /* versions of symbols */
	case ENOENT: /* symbols */
		explain_format(text, bytes, fd);
		break;
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		snprintf(
			text, bytes,
			"the kernel does not accept its signature, or that it has none; %s",
			module_signing);
		break;
	case EOPNOTSUPP:
		snprintf(
			text, bytes,
			"it refuses this machine; the kernel log says why: dmesg | grep xbench");
		break;
	default:
		snprintf(text, bytes, "see the kernel log: dmesg | tail");
	}
}

int module_load(const char *path, struct backend_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;
	char why[400];

	if (fd < 0) {
		error = errno;
		snprintf(err->text, sizeof(err->text), "%s: %s", path,
			 strerror(error));
		return -error;
	}
	error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	if (error) {
		explain_load(why, sizeof(why), error, fd);
		snprintf(err->text, sizeof(err->text), "%s: %s: %s", path,
			 strerror(error), why);
	} else if (access(XB_DEVICE, F_OK)) {
		error = errno;
		snprintf(
			err->text, sizeof(err->text),
			"%s is loaded, but there is no %s: /dev has to be a devtmpfs, or udev to run",
			path, XB_DEVICE);
	}
	close(fd);
	return -error;
}

int module_unload(struct backend_error *err)
{
	char why[400] = "see the kernel log: dmesg | tail";
	int error;

	if (!syscall(SYS_delete_module, NAME, O_NONBLOCK))
		return 0;
	error = errno;
	if (error == EPERM)
		explain_eperm(why, sizeof(why), false);
	else if (error == ENOENT)
		snprintf(why, sizeof(why), "it is not loaded");
	else if (error == ENOSYS)
		snprintf(why, sizeof(why),
			 "this kernel has no loadable modules");
	else if (error == EAGAIN || error == EBUSY)
		snprintf(
			why, sizeof(why),
			"it is in use: wait for the program that has %s open, or end it",
			XB_DEVICE);
	snprintf(err->text, sizeof(err->text), "unloading %s: %s: %s", NAME,
		 strerror(error), why);
	return -error;
}
