/* SPDX-License-Identifier: MIT */
/* guestmem.h: a guest's memory: page tables and image.  No KVM call. */
#ifndef GUESTMEM_H
#define GUESTMEM_H

#include <stddef.h>
#include <stdint.h>

/* The guest image, embedded in the program: a 64-bit ELF file. */
extern const unsigned char guest_image[];
extern const unsigned char guest_image_end[];

/*
 * Lay `image` (an ELF64 executable of `image_bytes`) out in `memory`, which
 * is XB_GUEST_SIZE zero bytes of guest-physical memory from 0: LOAD segments
 * at their physical addresses, and page tables at XB_GUEST_TABLES that map
 * all of it to itself: image segments with their own rights, ring 3 only
 * where XB_PF_USER says so, everything else for ring 0, writable, not
 * executable; page 0 not at all.
 * 0 and the entry point; -ENOEXEC if it is no such image, -E2BIG if a segment
 * does not fit between XB_GUEST_IMAGE and XB_GUEST_SIZE.
 */
int guestmem_load(unsigned char *memory, const unsigned char *image,
		  size_t image_bytes, uint64_t *entry);

#endif
