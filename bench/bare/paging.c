// SPDX-License-Identifier: MIT
/* paging.c: page tables: memory to itself, ring 3 sees only .user. */
#include "bare.h"

#define PAGE 4096ull
#define LARGE 0x200000ull
#define PTE_P (1ull << 0)
#define PTE_W (1ull << 1)
#define PTE_U (1ull << 2)
#define PTE_PWT (1ull << 3)
#define PTE_PCD (1ull << 4)
#define PTE_LARGE (1ull << 7)
#define PTE_NX (1ull << 63)

/* Devices are mapped below 4 GiB, from here on at most. */
#define DEVICES 0xc0000000ull

#define NR_SMALL (BARE_LIMIT / LARGE)

static uint64_t pml4[512] __attribute__((aligned(4096)));
static uint64_t pdpt[512] __attribute__((aligned(4096)));
static uint64_t pd[4 * 512] __attribute__((aligned(4096)));
static uint64_t small[NR_SMALL * 512] __attribute__((aligned(4096)));

_Static_assert(BARE_LIMIT % LARGE == 0, "tables cover whole large pages");

static bool within(uint64_t at, const char *start, const char *end)
{
	return at >= (uintptr_t)start && at < (uintptr_t)end;
}

/* What guestmem.c gives a guest: W^X, page 0 not at all. */
static uint64_t rights(uint64_t at)
{
	if (!at)
		return 0;
	if (within(at, bare_start, bare_user))
		return PTE_P;
	if (within(at, bare_user, bare_data))
		return PTE_P | PTE_U;
	return PTE_P | PTE_W | PTE_NX;
}

static uint64_t large(uint64_t at)
{
	return at | PTE_P | PTE_W | PTE_LARGE | PTE_NX |
	       (at < DEVICES ? 0 : PTE_PWT | PTE_PCD);
}

void paging_init(void)
{
	const uint64_t table = PTE_P | PTE_W | PTE_U;
	uint64_t i;

	for (i = 0; i < NR_SMALL * 512; i++)
		small[i] = i * PAGE | rights(i * PAGE);
	/* These may be in use: no entry is ever anything but what it will be.
	 */
	for (i = 0; i < 4 * 512; i++)
		pd[i] = i < NR_SMALL ? (uintptr_t)&small[i * 512] | table
				     : large(i * LARGE);
	for (i = 0; i < 4; i++)
		pdpt[i] = (uintptr_t)&pd[i * 512] | table;
	pml4[0] = (uintptr_t)pdpt | table;
	__asm__ volatile("mov %0, %%cr3" : : "r"((uintptr_t)pml4) : "memory");
}
