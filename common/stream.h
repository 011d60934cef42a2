/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STREAM_H
#define COMMON_STREAM_H

/*
 * What the generators draw, as the stream numbers of common/rng.h.  They are
 * kept in one place so that programs that run with the same seed never share
 * a word.  A number is not given twice, nor changed: that would change what a
 * seed stands for.
 */
enum stream {
	STREAM_USER = 1,         /* row: user; words: device, country */
	STREAM_PARTICIPANTS = 2, /* row: experiment; the permutation of users */
	STREAM_EXPOSURE_TIME = 3, /* row: user, experiment */
	STREAM_EVENT = 4,         /* row: user and experiment, event name */
};

#endif
