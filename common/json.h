/* SPDX-License-Identifier: MIT */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

/*
 * JSON as RFC 8259 has it, with nothing added: no comments, no trailing
 * commas, no byte order mark.  Refused beyond its grammar are a key that an
 * object has twice, half of a surrogate pair, and nesting past JSON_DEPTH.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/str.h"

#define JSON_DEPTH 512 /* arrays and objects within each other */

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* What messages call the kinds: "a string". */
extern const char *const json_kinds[];

/* Where something begins; lines, and characters in a line, from 1. */
struct json_place {
	uint32_t line, column;
};

struct json_node {
	struct str key;  /* of a member of an object, in UTF-8 */
	struct str text; /* of a string, in UTF-8; any byte may occur */
	struct json_place key_place, place;
	enum json_kind kind;
	size_t end; /* the index of the node after this and all in it */
};

/*
 * A value stands before what is in it, so that the parts of nodes[i] are
 * nodes[i + 1], then the node at that one's end, and so on before nodes[i].end.
 */
struct json {
	struct json_node *nodes; /* owned; nodes[0] is the whole */
	size_t n, room;
	char *bytes; /* owned, those of the strings */
};

struct json_fault {
	struct json_place place;
	const char *what;
};

/*
 * Parse a text of less than 4 GiB.  On failure the fault is set and there is
 * nothing to free.
 */
bool json_parse(struct json *, struct str text, struct json_fault *);

void json_free(struct json *);

#endif
