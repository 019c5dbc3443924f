// SPDX-License-Identifier: MIT
/* main.c: the guest of the kvm backend: one chunk, one exit. */
#include "../vm/vm.h"

_Noreturn void guest_main(struct xb_mailbox *mb);

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
