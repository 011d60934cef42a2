/* SPDX-License-Identifier: MIT */
#ifndef COMMON_AHEAD_H
#define COMMON_AHEAD_H

/*
 * A TSV stream that is read ahead: while the caller uses one batch of rows, a
 * second thread reads the next ones and takes them apart.
 *
 *	ahead_start(&a, &t, take_apart, context, sizeof(struct parts));
 *	while ((b = ahead_next(&a)) != NULL)
 *		use(&b->rows, b->parts);
 *
 * What comes out, and what is said of a fault, is the same as on one thread:
 * a fault in a batch is told when the caller has used those before it.
 */

#include <pthread.h>
#include <semaphore.h>

#include "common/tsv.h"

#define AHEAD_BATCHES 3

/* What is done with each batch of rows on the second thread. */
typedef void ahead_work(void *context, const struct tsv *rows, void *parts);

struct ahead_batch {
	struct tsv rows; /* for the functions of common/tsv.h */
	void *parts;     /* what the work made of them */
};

struct ahead {
	/* All of it belongs to ahead.c. */
	struct tsv *in;
	ahead_work *work;
	void *context;
	pthread_t thread;
	bool threaded;
	sem_t empty, full; /* how many of the batches are */
	struct ahead_batch batches[AHEAD_BATCHES];
	const struct ahead_batch *last; /* the caller's, at first NULL */
};

/*
 * Begin to read.  The parts of a batch are size bytes, zeros at first and then
 * what they were for an earlier batch.  What the work changes in the context
 * is for the other thread alone until the end of the stream; and until then
 * the struct stays where it is.
 */
void ahead_start(struct ahead *a, struct tsv *in, ahead_work *work,
    void *context, size_t size);

/* The next batch, or NULL at the end.  The one before is gone then. */
const struct ahead_batch *ahead_next(struct ahead *);

#endif
