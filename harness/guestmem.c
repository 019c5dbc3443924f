// SPDX-License-Identifier: MIT
/* guestmem.c: a guest's memory: page tables and image.  No KVM call. */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <xbench/abi.h>
#include "guestmem.h"

#define PAGE 4096u
#define PTE_P (1ull << 0)
#define PTE_W (1ull << 1)
#define PTE_U (1ull << 2)
#define PTE_NX (1ull << 63)

/* One PML4, one PDPT, one page directory, then a table each 2 MiB. */
#define NR_TABLES (3 + XB_GUEST_SIZE / (512 * PAGE))

_Static_assert(XB_GUEST_TABLES + NR_TABLES * PAGE <= XB_GUEST_MAILBOX,
	       "page tables run into the mailbox");

static uint64_t *table(unsigned char *memory, unsigned int nr)
{
	return (uint64_t *)(memory + XB_GUEST_TABLES + nr * PAGE);
}

static uint64_t table_entry(unsigned int nr)
{
	return (XB_GUEST_TABLES + nr * PAGE) | PTE_P | PTE_W | PTE_U;
}

static void map(unsigned char *memory, uint64_t address, uint64_t rights)
{
	uint64_t page = address / PAGE;

	table(memory, 3 + (unsigned int)(page / 512))[page % 512] =
		(address & ~(uint64_t)(PAGE - 1)) | PTE_P | rights;
}

static void map_all(unsigned char *memory)
{
	unsigned int i;
	uint64_t address;

	table(memory, 0)[0] = table_entry(1);
	table(memory, 1)[0] = table_entry(2);
	for (i = 0; i < NR_TABLES - 3; i++)
		table(memory, 2)[i] = table_entry(3 + i);
	for (address = PAGE; address < XB_GUEST_SIZE; address += PAGE)
		map(memory, address, PTE_W | PTE_NX);
}

static int load_segment(unsigned char *memory, const unsigned char *image,
			size_t image_bytes, const Elf64_Phdr *segment)
{
	uint64_t rights = 0, at;

	if (segment->p_offset > image_bytes ||
	    segment->p_filesz > image_bytes - segment->p_offset ||
	    segment->p_filesz > segment->p_memsz)
		return -ENOEXEC;
	if (segment->p_paddr < XB_GUEST_IMAGE ||
	    segment->p_paddr > XB_GUEST_SIZE ||
	    segment->p_memsz > XB_GUEST_SIZE - segment->p_paddr)
		return -E2BIG;

	memcpy(memory + segment->p_paddr, image + segment->p_offset,
	       segment->p_filesz);
	if (segment->p_flags & PF_W)
		rights |= PTE_W;
	if (!(segment->p_flags & PF_X))
		rights |= PTE_NX;
	if (segment->p_flags & XB_PF_USER)
		rights |= PTE_U;
	for (at = segment->p_paddr & ~(uint64_t)(PAGE - 1);
	     at < segment->p_paddr + segment->p_memsz; at += PAGE)
		map(memory, at, rights);
	return 0;
}

int guestmem_load(unsigned char *memory, const unsigned char *image,
		  size_t image_bytes, uint64_t *entry)
{
	Elf64_Phdr segment;
	Elf64_Ehdr header;
	unsigned int i;
	int err;

	if (image_bytes < sizeof(header))
		return -ENOEXEC;
	memcpy(&header, image, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_machine != EM_X86_64 || header.e_type != ET_EXEC ||
	    header.e_phentsize != sizeof(segment) ||
	    header.e_phoff > image_bytes ||
	    (image_bytes - header.e_phoff) / sizeof(segment) < header.e_phnum)
		return -ENOEXEC;

	map_all(memory);
	for (i = 0; i < header.e_phnum; i++) {
		memcpy(&segment, image + header.e_phoff + i * sizeof(segment),
		       sizeof(segment));
		if (segment.p_type != PT_LOAD)
			continue;
		err = load_segment(memory, image, image_bytes, &segment);
		if (err)
			return err;
	}
	*entry = header.e_entry;
	return 0;
}
