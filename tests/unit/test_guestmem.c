// SPDX-License-Identifier: MIT
/* test_guestmem.c: the guest's page tables walked, damaged images refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xbench/abi.h>

#include "guestmem.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))
#define PAGE 4096u
#define IMAGE_BYTES ((size_t)(guest_image_end - guest_image))

/* Rights that all levels grant: SDM volume 3, 4.6.1. */
struct rights {
	bool present, write, user, execute;
	uint64_t physical;
};

/* As the CPU walks from CR3, but each table must lie in the guest's memory. */
static struct rights walk(const unsigned char *memory, uint64_t address)
{
	struct rights rights = { true, true, true, true, 0 };
	uint64_t entry, table = XB_GUEST_TABLES;
	int shift;

	for (shift = 39; shift >= 12; shift -= 9) {
		assert_true(table + PAGE <= XB_GUEST_SIZE);
		memcpy(&entry, memory + table + (address >> shift & 511) * 8,
		       8);
		if (!(entry & 1)) {
			/* Nothing is half written. */
			assert_true(entry == 0);
			return (struct rights){ 0 };
		}
		rights.write &= !!(entry & 2);
		rights.user &= !!(entry & 4);
		rights.execute &= !(entry >> 63);
		/* No large page, no attribute, no reserved bit. */
		assert_true((entry & 0x7ff0000000000ff8) == 0);
		table = entry & 0x000ffffffffff000;
	}
	rights.physical = table;
	return rights;
}

/* On the heap, so that a sanitizer sees what is touched outside. */
static unsigned char *new_memory(void)
{
	unsigned char *memory = calloc(1, XB_GUEST_SIZE);

	assert_non_null(memory);
	return memory;
}

enum kind {
	NOTHING,
	PLAIN,
	TEXT,
	USER,
	DATA,
	NR_KINDS
};

static const struct rights rights_of[NR_KINDS] = {
	[PLAIN] = { .present = true, .write = true },
	[TEXT] = { .present = true, .execute = true },
	[USER] = { .present = true, .execute = true, .user = true },
	[DATA] = { .present = true, .write = true },
};

static enum kind kind_of_segment(const Elf64_Phdr *segment)
{
	if (segment->p_flags & XB_PF_USER)
		return USER;
	return segment->p_flags & PF_W ? DATA : TEXT;
}

/* What the image says of a page. */
static enum kind kind_of_page(uint64_t address)
{
	enum kind kind = address ? PLAIN : NOTHING;
	Elf64_Phdr segment;
	Elf64_Ehdr header;
	unsigned int i;

	memcpy(&header, guest_image, sizeof(header));
	for (i = 0; i < header.e_phnum; i++) {
		memcpy(&segment,
		       guest_image + header.e_phoff + i * sizeof(segment),
		       sizeof(segment));
		if (segment.p_type == PT_LOAD &&
		    segment.p_paddr < address + PAGE &&
		    segment.p_paddr + segment.p_memsz > address)
			kind = kind_of_segment(&segment);
	}
	return kind;
}

static void every_page_has_its_rights(void **state)
{
	unsigned char *memory = new_memory();
	size_t seen[NR_KINDS] = { 0 };
	struct rights got, want;
	uint64_t at, entry;
	enum kind kind;

	(void)state;
	assert_int_equal(
		guestmem_load(memory, guest_image, IMAGE_BYTES, &entry), 0);
	for (at = 0; at < XB_GUEST_SIZE; at += PAGE) {
		kind = kind_of_page(at);
		seen[kind]++;
		got = walk(memory, at);
		want = rights_of[kind];
		want.physical = want.present ? at : 0;
		if (got.present != want.present || got.write != want.write ||
		    got.user != want.user || got.execute != want.execute ||
		    got.physical != want.physical)
			fail_msg("page 0x%llx: P %d W %d U %d X %d at 0x%llx",
				 (unsigned long long)at, got.present, got.write,
				 got.user, got.execute,
				 (unsigned long long)got.physical);
	}
	/* The image has all that is told apart here. */
	assert_int_equal(seen[NOTHING], 1);
	for (kind = PLAIN; kind < NR_KINDS; kind++)
		assert_true(seen[kind] > 0);
	got = walk(memory, entry);
	assert_true(got.execute && !got.user && !got.write);
	got = walk(memory, XB_GUEST_MAILBOX);
	assert_true(got.write && !got.user && !got.execute);
	free(memory);
}

/* Entries of a table that are not 0; where the first one leads. */
static unsigned int count_entries(const unsigned char *memory, uint64_t *table)
{
	uint64_t entries[512];
	unsigned int i, nr = 0;

	memcpy(entries, memory + *table, sizeof(entries));
	for (i = 0; i < 512; i++)
		nr += entries[i] != 0;
	*table = entries[0] & 0x000ffffffffff000;
	return nr;
}

static void nothing_is_mapped_beyond(void **state)
{
	unsigned char *memory = new_memory();
	uint64_t bit, entry, table = XB_GUEST_TABLES;

	(void)state;
	assert_int_equal(
		guestmem_load(memory, guest_image, IMAGE_BYTES, &entry), 0);
	assert_int_equal(count_entries(memory, &table), 1);
	assert_int_equal(count_entries(memory, &table), 1);
	assert_int_equal(count_entries(memory, &table), XB_GUEST_SIZE >> 21);
	for (bit = XB_GUEST_SIZE; bit < 1ull << 48; bit <<= 1) {
		assert_false(walk(memory, bit).present);
		assert_false(walk(memory, bit + XB_GUEST_IMAGE).present);
	}
	assert_false(walk(memory, -(uint64_t)PAGE).present);
	free(memory);
}

/* The bytes of the segments, and zero everywhere else but in the tables. */
static void memory_holds_the_image(void **state)
{
	unsigned char *memory = new_memory(), *want = new_memory();
	Elf64_Phdr segment;
	Elf64_Ehdr header;
	uint64_t entry = 0;
	unsigned int i;

	(void)state;
	memcpy(&header, guest_image, sizeof(header));
	for (i = 0; i < header.e_phnum; i++) {
		memcpy(&segment,
		       guest_image + header.e_phoff + i * sizeof(segment),
		       sizeof(segment));
		if (segment.p_type == PT_LOAD)
			memcpy(want + segment.p_paddr,
			       guest_image + segment.p_offset,
			       segment.p_filesz);
	}
	assert_int_equal(
		guestmem_load(memory, guest_image, IMAGE_BYTES, &entry), 0);
	assert_true(entry == header.e_entry);
	memset(memory + XB_GUEST_TABLES, 0, XB_GUEST_MAILBOX - XB_GUEST_TABLES);
	assert_int_equal(memcmp(memory, want, XB_GUEST_SIZE), 0);
	free(want);
	free(memory);
}

/* A small image of our own: two segments of 16 and 8 bytes. */
struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segments[2];
	unsigned char bytes[24];
};

#define HEADERS (offsetof(struct image, bytes))

static struct image small_image(void)
{
	struct image image = {
		.header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64,
					 ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_EXEC,
			    .e_machine = EM_X86_64,
			    .e_version = EV_CURRENT,
			    .e_entry = XB_GUEST_IMAGE + 4,
			    .e_phoff = offsetof(struct image, segments),
			    .e_ehsize = sizeof(Elf64_Ehdr),
			    .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = 2 },
		.segments = { { .p_type = PT_LOAD,
				.p_flags = PF_R | PF_X,
				.p_offset = HEADERS,
				.p_paddr = XB_GUEST_IMAGE,
				.p_filesz = 16,
				.p_memsz = 16 },
			      /* Over a page's end, and more than its bytes. */
			      { .p_type = PT_LOAD,
				.p_flags = PF_R | PF_X | XB_PF_USER,
				.p_offset = HEADERS + 16,
				.p_paddr = XB_GUEST_IMAGE + 2 * PAGE - 4,
				.p_filesz = 8,
				.p_memsz = PAGE } },
	};

	memset(image.bytes, 0xa5, sizeof(image.bytes));
	return image;
}

/* What the first `bytes` of it give, from a block of that very size. */
static int load(const struct image *image, size_t bytes, unsigned char *memory)
{
	unsigned char *exact = malloc(bytes ? bytes : 1);
	uint64_t entry;
	int result;

	assert_non_null(exact);
	memcpy(exact, image, bytes);
	result = guestmem_load(memory, exact, bytes, &entry);
	free(exact);
	return result;
}

static void segment_may_begin_and_end_within_pages(void **state)
{
	const struct image image = small_image();
	unsigned char *memory = new_memory();
	uint64_t at;

	(void)state;
	assert_int_equal(load(&image, sizeof(image), memory), 0);
	assert_true(walk(memory, XB_GUEST_IMAGE).execute);
	assert_false(walk(memory, XB_GUEST_IMAGE).user);
	for (at = XB_GUEST_IMAGE + PAGE; at <= XB_GUEST_IMAGE + 2 * PAGE;
	     at += PAGE)
		assert_true(walk(memory, at).user);
	assert_false(walk(memory, at).user);
	assert_int_equal(memory[XB_GUEST_IMAGE + 2 * PAGE - 5], 0);
	assert_int_equal(memory[XB_GUEST_IMAGE + 2 * PAGE - 4], 0xa5);
	assert_int_equal(memory[XB_GUEST_IMAGE + 2 * PAGE + 3], 0xa5);
	assert_int_equal(memory[XB_GUEST_IMAGE + 2 * PAGE + 4], 0);
	free(memory);
}

static void torn_image_is_refused(void **state)
{
	const struct image image = small_image();
	unsigned char *memory = new_memory();
	size_t bytes;

	(void)state;
	for (bytes = 0; bytes < sizeof(image); bytes++)
		if (load(&image, bytes, memory) != -ENOEXEC)
			fail_msg("the first %zu bytes are accepted", bytes);
	free(memory);
}

/* A field of the small image, what is written over it, and the answer. */
#define HEADER(field)                                                          \
	offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field)
#define IDENT(i) offsetof(Elf64_Ehdr, e_ident) + (i), 1
#define SEGMENT(field)                                                         \
	offsetof(struct image, segments[1]) + offsetof(Elf64_Phdr, field),     \
		sizeof(((Elf64_Phdr *)0)->field)

static const struct {
	const char *what;
	size_t offset;
	size_t bytes;
	uint64_t value;
	int result;
} damages[] = {
	{ "nothing", HEADER(e_entry), XB_GUEST_IMAGE, 0 },
	{ "magic", IDENT(0), 'E', -ENOEXEC },
	{ "end of magic", IDENT(3), 'f', -ENOEXEC },
	{ "32 bits", IDENT(EI_CLASS), ELFCLASS32, -ENOEXEC },
	{ "no class", IDENT(EI_CLASS), ELFCLASSNONE, -ENOEXEC },
	{ "other machine", HEADER(e_machine), EM_386, -ENOEXEC },
	{ "shared object", HEADER(e_type), ET_DYN, -ENOEXEC },
	{ "object", HEADER(e_type), ET_REL, -ENOEXEC },
	{ "small program headers", HEADER(e_phentsize), 32, -ENOEXEC },
	{ "program headers of 0 bytes", HEADER(e_phentsize), 0, -ENOEXEC },
	{ "one program header too many", HEADER(e_phnum), 3, -ENOEXEC },
	{ "very many program headers", HEADER(e_phnum), 0xffff, -ENOEXEC },
	{ "program headers at the end", HEADER(e_phoff), sizeof(struct image),
	  -ENOEXEC },
	{ "program headers outside", HEADER(e_phoff), sizeof(struct image) + 1,
	  -ENOEXEC },
	{ "program headers far outside", HEADER(e_phoff), UINT64_MAX,
	  -ENOEXEC },
	{ "program headers that wrap", HEADER(e_phoff),
	  -(uint64_t)sizeof(Elf64_Phdr), -ENOEXEC },
	{ "no load segment", SEGMENT(p_type), PT_NOTE, 0 },
	{ "bytes at the end", SEGMENT(p_offset), sizeof(struct image) - 8, 0 },
	{ "bytes one too far", SEGMENT(p_offset), sizeof(struct image) - 7,
	  -ENOEXEC },
	{ "bytes outside", SEGMENT(p_offset), sizeof(struct image) + 1,
	  -ENOEXEC },
	{ "bytes far outside", SEGMENT(p_offset), UINT64_MAX, -ENOEXEC },
	/* The sum of offset and size is 0, or small. */
	{ "bytes that wrap", SEGMENT(p_offset), -(uint64_t)8, -ENOEXEC },
	{ "bytes that wrap further", SEGMENT(p_offset), -(uint64_t)4,
	  -ENOEXEC },
	{ "more bytes than memory", SEGMENT(p_memsz), 7, -ENOEXEC },
	{ "as many bytes as memory", SEGMENT(p_memsz), 8, 0 },
	{ "no bytes", SEGMENT(p_filesz), 0, 0 },
	{ "one byte too many", SEGMENT(p_filesz), 9, -ENOEXEC },
	{ "very many bytes", SEGMENT(p_filesz), UINT64_MAX, -ENOEXEC },
	{ "at the least address", SEGMENT(p_paddr), XB_GUEST_IMAGE, 0 },
	{ "below it", SEGMENT(p_paddr), XB_GUEST_IMAGE - 1, -E2BIG },
	{ "over the tables", SEGMENT(p_paddr), XB_GUEST_TABLES, -E2BIG },
	{ "over the mailbox", SEGMENT(p_paddr), XB_GUEST_MAILBOX, -E2BIG },
	{ "at address 0", SEGMENT(p_paddr), 0, -E2BIG },
	{ "up to the end", SEGMENT(p_paddr), XB_GUEST_SIZE - PAGE, 0 },
	{ "one byte over it", SEGMENT(p_paddr), XB_GUEST_SIZE - PAGE + 1,
	  -E2BIG },
	{ "at the end", SEGMENT(p_paddr), XB_GUEST_SIZE, -E2BIG },
	{ "beyond the end", SEGMENT(p_paddr), XB_GUEST_SIZE + 1, -E2BIG },
	{ "far beyond", SEGMENT(p_paddr), UINT64_MAX, -E2BIG },
	/* The sum of address and size is small. */
	{ "at an address that wraps", SEGMENT(p_paddr), -(uint64_t)PAGE,
	  -E2BIG },
	{ "large", SEGMENT(p_memsz), XB_GUEST_SIZE, -E2BIG },
	{ "very large", SEGMENT(p_memsz), UINT64_MAX, -E2BIG },
	{ "of a size that wraps", SEGMENT(p_memsz), -(uint64_t)XB_GUEST_IMAGE,
	  -E2BIG },
};

static void damaged_image_is_refused(void **state)
{
	unsigned char *memory;
	struct image image;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < NR(damages); i++) {
		memory = new_memory();
		image = small_image();
		memcpy((unsigned char *)&image + damages[i].offset,
		       &damages[i].value, damages[i].bytes);
		result = load(&image, sizeof(image), memory);
		if (result != damages[i].result)
			fail_msg("%s: %d, not %d", damages[i].what, result,
				 damages[i].result);
		free(memory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_has_its_rights),
		cmocka_unit_test(nothing_is_mapped_beyond),
		cmocka_unit_test(memory_holds_the_image),
		cmocka_unit_test(segment_may_begin_and_end_within_pages),
		cmocka_unit_test(torn_image_is_refused),
		cmocka_unit_test(damaged_image_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
