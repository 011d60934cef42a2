/* SPDX-License-Identifier: MIT */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

/*
 * Byte strings numbered 0, 1, 2, ... in the order in which they were added.
 * The table keeps its own copy of each.  The numbers depend only on what is
 * added, while where a string lies depends on a key drawn for each process,
 * so that nobody can choose strings that collide.
 *
 * A zeroed struct is an empty table.  Memory: a string takes its own bytes
 * and 15 to 20 more.
 */

#include <stdint.h>

#include "common/str.h"

#define TABLE_NONE UINT32_MAX

struct table {
	uint32_t n; /* strings in the table */

	/* The rest belongs to table.c. */
	uint64_t *slots; /* hash and number */
	size_t n_slots, slot_room;
	char *bytes; /* the entries, one after the other */
	size_t used, room;
	uint32_t *where; /* of each entry in bytes, in units of 2 */
	size_t where_room;
	struct table_recent {
		uint64_t first, last;  /* its bytes, of 16 at most */
		uint32_t size, number; /* one byte more than it has; 0: none */
	} recent[16];
	uint64_t mixes; /* which mixes of bits the strings have */
	uint32_t next;  /* the number that many at once may go on from */
};

/* The number of a string, which is added if it is new. */
uint32_t table_add(struct table *, struct str);

/* The number of a string, or TABLE_NONE. */
uint32_t table_find(struct table *, struct str);

/*
 * The same for each of n strings, in their order: faster where the table is
 * larger than the cache, for the memory accesses of many go on at once, and
 * where a string follows itself or comes in the order of the numbers.
 */
void table_add_all(
    struct table *, const struct str *strings, uint32_t *numbers, size_t n);
void table_find_all(
    struct table *, const struct str *strings, uint32_t *numbers, size_t n);

/* The string of a number; valid until the next one is added. */
struct str table_string(const struct table *, uint32_t number);
void table_string_all(const struct table *, const uint32_t *numbers,
    struct str *strings, size_t n);

/* Forget all strings; the memory is kept for others, unless it is much. */
void table_clear(struct table *);

void table_free(struct table *);

#endif
