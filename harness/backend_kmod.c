// SPDX-License-Identifier: MIT
/* backend_kmod.c: ring 0 of the running kernel; a chunk is one ioctl. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <xbench/cpuid.h>
#include <xbench/ioctl.h>
#include "backend.h"
#include "pmu_counter.h"

static const uint32_t probes[] = {
#define X(name, bit, why) XB_NEED_##name,
	XB_PROBES(X)
#undef X
};

#define MAX_TRIES 10

static int device = -1;
static bool hypervisor;

static const char *open_advice(int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
		return "the module is not loaded; `./run.sh --module` builds and loads it";
	case EACCES:
	case EPERM:
		return "it takes root with CAP_SYS_RAWIO, and a kernel that is not locked down (Secure Boot)";
	case EBUSY:
		return "another program measures; wait for it, or end it";
	}
	return "see the kernel log";
}

static const char *run_advice(int error)
{
	switch (error) {
	case EAGAIN:
		return "a guest has this CPU; measure on another (--cpu), or stop the guest";
	case EXDEV:
		return "the CPU went off line, or the program was moved";
	case EPROTO:
	case ENOTTY:
		return "the module loaded is of another version; rebuild it with `./run.sh --module`";
	case EIO:
		return "the CPU was not as before and was put right: `dmesg` says what; please report it";
	}
	return "see the kernel log";
}

static int transact(struct xb_mailbox *mb, struct backend_error *err)
{
	int result = 0, i;

	memset(&mb->status, 0,
	       sizeof(*mb) - offsetof(struct xb_mailbox, status));
	/* A few times: each needs a guest that ran here meanwhile. */
	for (i = 0; i < MAX_TRIES; i++) {
		result = ioctl(device, XB_IOCTL_RUN, mb) ? -errno : 0;
		if (result != -EAGAIN)
			break;
	}
	if (result)
		snprintf(err->text, sizeof(err->text), "%s: ioctl: %s: %s",
			 XB_DEVICE, strerror(-result), run_advice(-result));
	return result;
}

static void kmod_close(void)
{
	close(device);
	device = -1;
}

static int kmod_open(struct backend_error *err)
{
	int result;
	size_t i;

	hypervisor = xb_cpuid(1, 0).ecx & 1u << 31;
	device = open(XB_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0) {
		result = -errno;
		snprintf(err->text, sizeof(err->text), "%s: %s: %s", XB_DEVICE,
			 strerror(-result), open_advice(-result));
		return result;
	}
	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		struct xb_mailbox mb = { .version = XB_ABI_VERSION,
					 .op = XB_OP_PROBE,
					 .probe = probes[i] };

		result = transact(&mb, err);
		if (result) {
			kmod_close();
			return result;
		}
	}
	return 0;
}

static const char *refusal_text(uint32_t refusal)
{
	switch (refusal) {
#define X(name, value, text)                                                   \
	case value:                                                            \
		return text;
		XB_REFUSALS(X)
#undef X
	}
	return "";
}

static int kmod_run(struct xb_mailbox *mb, struct backend_facts *facts,
		    struct backend_error *err)
{
	int result = transact(mb, err);

	/* Without a hypervisor nothing exits; with one, nobody counts. */
	*facts = (struct backend_facts){ .counted = !hypervisor };
	if (!result && mb->status == XB_SKIP)
		snprintf(err->text, sizeof(err->text), "%s",
			 refusal_text(mb->refusal));
	return result;
}

const struct backend backend_kmod = {
	.name = "kmod",
	.bit = XB_ON_KMOD,
	.open = kmod_open,
	.run = kmod_run,
	.close = kmod_close,
	.counting = &pmu_counter_kernel,
};
