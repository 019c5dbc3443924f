// SPDX-License-Identifier: MIT
/* main.c: the guest of the kvm backend: one chunk, one exit. */
#include "../vm/vm.h"

_Noreturn void guest_main(struct xb_mailbox *mb);

/* The host prints the registers: RAX the vector, RBX where. */
_Noreturn void vm_dead(const uint64_t frame[7])
{
	for (;;)
		__asm__ volatile("outb %%al, %0"
				 :
				 : "i"(XB_GUEST_DEAD_PORT), "a"(frame[0]),
				   "b"(frame[2])
				 : "memory");
}

_Noreturn void guest_main(struct xb_mailbox *mb)
{
	vm_init(XB_ON_KVM);
	for (;;) {
		vm_serve(mb);
		__asm__ volatile("outb %%al, %0"
				 :
				 : "i"(XB_GUEST_PORT), "a"(0)
				 : "memory");
	}
}
