/* SPDX-License-Identifier: MIT */
/*
 * The batches go round a ring: the second thread fills them in turn and waits
 * where the next one is not empty yet, the caller uses them in turn and waits
 * where the next one is not full yet.  Semaphores cost nothing where nobody
 * has to wait.
 */
#include "common/ahead.h"

#include <malloc.h>
#include <sched.h>

#include "common/die.h"
#include "common/xalloc.h"

/* Enough for what a message takes, and little for those who bound memory. */
#define STACK ((size_t)256 << 10)

/* What this thread reads. */
static _Thread_local struct ahead *reading;

static void
wait_for(sem_t *s)
{
	while (sem_wait(s) != 0)
		; /* a signal came */
}

static struct ahead_batch *
after(struct ahead *a, const struct ahead_batch *b)
{
	size_t next = b == NULL ? 0 : (size_t)(b - a->batches) + 1;

	return &a->batches[next % AHEAD_BATCHES];
}

/* Read the next rows; there are none at the end. */
static void
fill(struct ahead *a, struct ahead_batch *b)
{
	b->rows.rows = 0;
	if (!tsv_read(a->in))
		return;
	tsv_pass(a->in, &b->rows);
	a->work(a->context, &b->rows, b->parts);
}

/* A fault is told when all other batches are empty, and the caller waits for
 * the one in which it is. */
static void
wait_turn(void)
{
	for (int others = AHEAD_BATCHES - 1; others > 0; others--)
		wait_for(&reading->empty);
}

static void *
read_all(void *ahead)
{
	struct ahead *a = reading = ahead;
	struct ahead_batch *b = NULL;

	die_turn(wait_turn);
	do {
		b = after(a, b);
		wait_for(&a->empty);
		fill(a, b);
		sem_post(&a->full);
	} while (b->rows.rows > 0);
	return NULL;
}

/*
 * Ask the scheduler, for both threads, not to put one off as soon as another
 * is awake: where two programs of a pipe have four threads on two cores, that
 * takes some 4 % off the time.  What it answers does not matter.
 */
static void
work_in_batches(void)
{
	const struct sched_param none = {.sched_priority = 0};

	pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
}

void
ahead_start(struct ahead *a, struct tsv *in, ahead_work *work, void *context,
    size_t size)
{
	pthread_attr_t attr;

	*a = (struct ahead){.in = in, .work = work, .context = context};
	for (int i = 0; i < AHEAD_BATCHES; i++)
		a->batches[i].parts = xcalloc(1, size);
	sem_init(&a->empty, 0, AHEAD_BATCHES);
	sem_init(&a->full, 0, 0);
#ifdef M_ARENA_MAX
	/* A thread that allocates would reserve 128 MB of addresses. */
	mallopt(M_ARENA_MAX, 1);
#endif
	work_in_batches();
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	a->threaded = pthread_create(&a->thread, &attr, read_all, a) == 0;
	pthread_attr_destroy(&attr);
}

const struct ahead_batch *
ahead_next(struct ahead *a)
{
	struct ahead_batch *b = after(a, a->last);

	if (a->threaded && a->last != NULL)
		sem_post(&a->empty);
	if (a->threaded)
		wait_for(&a->full);
	else
		fill(a, b);
	a->last = b;
	if (b->rows.rows > 0)
		return b;
	if (a->threaded)
		pthread_join(a->thread, NULL);
	return NULL;
}
