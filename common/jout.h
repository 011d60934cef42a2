/* SPDX-License-Identifier: MIT */
#ifndef COMMON_JOUT_H
#define COMMON_JOUT_H

/*
 * Writing objects in JSON (RFC 8259), laid out as json.dumps(..., indent=2) of
 * Python does.  Names and strings are UTF-8, and the caller sees to it that
 * the names in an object differ.
 */

#include <stdbool.h>
#include <stddef.h>

#include "common/out.h"

struct jout {
	struct out *out;
	size_t depth; /* objects begun and not ended, but for the root */
	bool fresh;   /* nothing is in the innermost object yet */
};

/* Begin the root object; end whatever is not ended, the root too. */
void jout_open(struct jout *, struct out *);
void jout_close(struct jout *);

/* Begin an object in the innermost one; end it. */
void jout_begin(struct jout *, struct str name);
void jout_end(struct jout *);

/* Add to the innermost object a number, null for NaN; a string; or a word,
 * which is true, false or null. */
void jout_number(struct jout *, struct str name, double);
void jout_string(struct jout *, struct str name, struct str value);
void jout_word(struct jout *, struct str name, const char *word);

#endif
