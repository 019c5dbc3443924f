// SPDX-License-Identifier: MIT
/* kvm_stats.c: KVM's own count of exits and of emulated instructions. */
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "kvm_vm.h"

/*
 * The binary statistics interface (Linux Documentation/virt/kvm/api.rst,
 * 4.133 KVM_GET_STATS_FD): a header, descriptors with names, and the data.
 * Counters are looked up by name, because vendors add their own.
 */
static uint64_t find(int fd, const struct kvm_stats_header *header,
		     const char *name)
{
	size_t bytes = sizeof(struct kvm_stats_desc) + header->name_size;
	struct kvm_stats_desc *desc = malloc(bytes + 1);
	uint64_t at = 0;
	uint32_t i;

	for (i = 0; desc && i < header->num_desc && !at; i++) {
		if (pread(fd, desc, bytes,
			  (off_t)(header->desc_offset + i * bytes)) !=
		    (ssize_t)bytes)
			break;
		((char *)desc)[bytes] = 0;
		if (!strcmp(desc->name, name))
			at = header->data_offset + desc->offset;
	}
	free(desc);
	return at;
}

void kvm_stats_open(struct kvm_vm *vm)
{
	struct kvm_stats_header header;

	vm->stats = ioctl(vm->vcpu, KVM_GET_STATS_FD, NULL);
	if (vm->stats < 0) {
		vm->stats = -1;
		return;
	}
	if (pread(vm->stats, &header, sizeof(header), 0) == sizeof(header)) {
		vm->exits_at = find(vm->stats, &header, "exits");
		vm->emulated_at = find(vm->stats, &header, "insn_emulation");
	}
	if (!vm->exits_at || !vm->emulated_at) {
		close(vm->stats);
		vm->stats = -1;
	}
}

struct backend_facts kvm_vm_facts(const struct kvm_vm *vm)
{
	struct backend_facts facts = { 0 };
	uint64_t exits, emulated;

	if (vm->stats < 0 ||
	    pread(vm->stats, &exits, sizeof(exits), (off_t)vm->exits_at) !=
		    sizeof(exits) ||
	    pread(vm->stats, &emulated, sizeof(emulated),
		  (off_t)vm->emulated_at) != sizeof(emulated))
		return facts;
	facts.counted = true;
	facts.exits = exits;
	facts.emulated = emulated;
	return facts;
}
