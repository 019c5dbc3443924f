// SPDX-License-Identifier: MIT
/* state_check.c: does every payload leave the guest as it found it? */
#include <stdio.h>
#include <string.h>
#include "backend.h"
#include "catalog.h"

static const char *const names[XB_NR_STATES] = {
#define X(name) #name,
	XB_STATES(X)
#undef X
};

static struct xb_mailbox mb;

static int transact(void)
{
	struct backend_error err = { "" };
	struct backend_facts facts;
	int result = backend_kvm.run(&mb, &facts, &err);

	if (result)
		printf("%s\n", err.text);
	return result;
}

static int snapshot(uint64_t state[XB_NR_STATES])
{
	mb = (struct xb_mailbox){ .version = XB_ABI_VERSION,
				  .op = XB_OP_STATE };
	if (transact() || mb.status != XB_OK)
		return -1;
	memcpy(state, mb.ticks[0], XB_NR_STATES * sizeof(*state));
	return 0;
}

/* The status of one run, or -1. */
static int run(uint32_t bench, uint32_t mode)
{
	mb = (struct xb_mailbox){ .version = XB_ABI_VERSION,
				  .op = XB_OP_RUN,
				  .bench = bench,
				  .mode = mode,
				  .pairs = 2,
				  .rounds = 1,
				  .max_ticks = UINT64_MAX };
	return transact() ? -1 : (int)mb.status;
}

/* 1 if something is not as before. */
static int compare(const char *what, const uint64_t *before,
		   const uint64_t *after)
{
	int i, changed = 0;

	for (i = 0; i < XB_NR_STATES; i++) {
		if (before[i] == after[i])
			continue;
		printf("%s: %s was 0x%llx and is 0x%llx\n", what, names[i],
		       (unsigned long long)before[i],
		       (unsigned long long)after[i]);
		changed = 1;
	}
	return changed;
}

int main(void)
{
	uint64_t before[XB_NR_STATES], after[XB_NR_STATES];
	unsigned int ran = 0, skipped = 0, bad = 0;
	struct backend_error err;
	uint32_t bench, mode;
	int status;

	if (backend_kvm.open(&err)) {
		printf("%s\n", err.text);
		return 77;
	}
	/* The first run leaves the RFLAGS that the others are held to. */
	if (run(XB_ID_empty, XB_MODE_throughput) != XB_OK)
		return 1;
	for (bench = 0; bench < XB_NR_BENCHES; bench++)
		for (mode = 0; mode < XB_NR_MODES; mode++) {
			if (!(catalog[bench].backends & XB_ON_KVM) ||
			    !(catalog[bench].modes & 1u << mode))
				continue;
			if (snapshot(before))
				return 1;
			status = run(bench, mode);
			if (status == XB_SKIP) {
				skipped++;
				continue;
			}
			if (status != XB_OK || snapshot(after)) {
				printf("%s: status %d\n", catalog[bench].name,
				       status);
				bad++;
				continue;
			}
			ran++;
			bad += (unsigned int)compare(catalog[bench].name,
						     before, after);
		}
	backend_kvm.close();
	printf("%u series left everything as it was, %u did not, %u skipped\n",
	       ran, bad, skipped);
	return bad || ran < 100;
}
