/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STATS_READ_H
#define COMMON_STATS_READ_H

/*
 * Reading streams of values and of stats into the sums of common/stats.h, as
 * abstat(1) says.  All of it exits with a message on a fault.
 *
 * Memory: while values are read, 130 bytes a metric and arm.
 */

#include "common/opt.h"
#include "common/stats.h"

/* The options that say what to read. */
struct stats_input {
	const char *metrics; /* -m FILE, or NULL */
	const char *by;      /* --by LIST, or NULL */
	const char *columns; /* --columns LIST, or NULL */
	bool no_header;
};

#define STATS_OPTIONS(input)                                                 \
	OPT_METRICS(&(input)->metrics),                                      \
	    {.letter = 'b',                                                  \
		.name = "by",                                                \
		.arg = "LIST",                                               \
		.text = &(input)->by,                                        \
		.help = "keep apart by these columns, e.g. device,country"}, \
	    OPT_NO_HEADER(&(input)->no_header), OPT_COLUMNS(&(input)->columns)

/*
 * Read the files, each with values or with stats, or stdin if there is none,
 * and sort what they give.  reserved, which ends with NULL, has the names of
 * the output's own columns, which no segment may have.
 */
void stats_read(struct stats *, const struct stats_input *,
    const char *const *reserved, char **paths, int n);

/* Write the names of the segments, a tab before each. */
struct out;
void stats_segment_names(struct out *, const struct stats_input *);

#endif
