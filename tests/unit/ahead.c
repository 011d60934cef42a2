/* SPDX-License-Identifier: MIT */

/* That a stream read ahead gives each row once and in order, however small
 * the pieces in which it comes and whichever thread is the slower one, and
 * that a fault is told when all before it has been used. */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/ahead.h"
#include "common/xalloc.h"
#include "tests/unit/check.h"

#define ROWS 10000

/* What the second thread makes of a batch: the numbers in its second column,
 * and how many rows there were until then. */
struct parts {
	uint64_t *numbers, before;
	size_t room;
};

struct context {
	uint64_t rows;
	unsigned pause; /* every so many batches; 0: never */
};

static void
rest(unsigned every, uint64_t batch)
{
	static const struct timespec pause = {.tv_nsec = 100000};

	if (every > 0 && batch % every == 0)
		nanosleep(&pause, NULL);
}

static void
take_numbers(void *context, const struct tsv *t, void *parts)
{
	struct context *c = context;
	struct parts *p = parts;

	p->numbers = xgrow(p->numbers, &p->room, t->rows, sizeof(*p->numbers));
	for (size_t row = 0; row < t->rows; row++)
		p->numbers[row] = strtoull(tsv_field(t, row, 1).p, NULL, 10);
	p->before = c->rows;
	c->rows += t->rows;
	rest(c->pause, c->rows);
}

/* Write the stream in pieces of 1 byte, of 2, and so on up to most. */
static _Noreturn void
write_pieces(int fd, size_t most)
{
	static char text[ROWS * 24];
	size_t n = 0, k = 0;

	for (unsigned i = 0; i < ROWS; i++)
		n += (size_t)sprintf(text + n, "%u\t%u\n", i * i, i);
	for (size_t done = 0; done < n; done += k) {
		k = k % most + 1 < n - done ? k % most + 1 : n - done;
		if (write(fd, text + done, k) != (ssize_t)k)
			_exit(1);
	}
	_exit(0);
}

static void
check_row(const struct ahead_batch *b, size_t row, uint64_t n)
{
	const struct parts *p = b->parts;
	char text[16];

	sprintf(text, "%u", (unsigned)n * (unsigned)n);
	CHECK_MSG(p->numbers[row] == n &&
		      str_eq(tsv_field(&b->rows, row, 0), str_of(text)) &&
		      b->rows.line + row == n + 2,
	    "row %llu is another", (unsigned long long)n);
}

/* A pipe to read from; with O_DIRECT a read gives what one write wrote. */
static void
open_pipe(struct tsv *t, int ends[2])
{
	char path[32];

	if (pipe2(ends, O_DIRECT) != 0 ||
	    write(ends[1], "text\tnumber\n", 12) != 12)
		abort();
	sprintf(path, "/dev/fd/%d", ends[0]);
	tsv_open(t, path, NULL);
}

/* A stream that comes in pieces of up to most bytes, with pauses of either
 * thread. */
static void
check_pieces(size_t most, unsigned reader_pause, unsigned user_pause)
{
	/* What a stream owns is never freed, but stays where it is seen. */
	static struct {
		struct ahead ahead;
		struct tsv t;
	} streams[4], *s = streams;
	struct context context = {.pause = reader_pause};
	const struct ahead_batch *b;
	uint64_t rows = 0, batches = 0;
	int ends[2];

	while (s->t.name != NULL)
		s++;
	open_pipe(&s->t, ends);
	if (fork() == 0)
		write_pieces(ends[1], most);
	close(ends[1]);
	ahead_start(
	    &s->ahead, &s->t, take_numbers, &context, sizeof(struct parts));
	while ((b = ahead_next(&s->ahead)) != NULL) {
		CHECK(((const struct parts *)b->parts)->before == rows);
		for (size_t row = 0; row < b->rows.rows; row++)
			check_row(b, row, rows++);
		rest(user_pause, ++batches);
	}
	CHECK(rows == ROWS);
	CHECK(most > 100 || batches > AHEAD_BATCHES * 10);
	close(ends[0]);
	wait(NULL);
}

/* What check_fault() finds in its child at the end: rows that were used. */
static uint64_t used;
static int report;

static void
tell_used(void)
{
	if (write(report, &used, sizeof(used)) != sizeof(used))
		_exit(1);
}

/* Read three rows, a batch each, and a faulty one. */
static _Noreturn void
read_fault(void)
{
	static struct ahead ahead;
	struct context context = {.pause = 0};
	const struct ahead_batch *b;
	struct tsv t;
	int ends[2];

	open_pipe(&t, ends);
	for (int i = 0; i < 4; i++)
		if (write(ends[1], i < 3 ? "a\t1\n" : "short\n",
			i < 3 ? 4 : 6) < 0)
			abort();
	close(ends[1]);
	atexit(tell_used);
	fclose(stderr);
	ahead_start(&ahead, &t, take_numbers, &context, sizeof(struct parts));
	while ((b = ahead_next(&ahead)) != NULL) {
		for (int i = 0; i < 100; i++)
			rest(1, 0);
		used += b->rows.rows;
	}
	exit(0);
}

static void
check_fault(void)
{
	uint64_t rows = 0;
	int ends[2], status;

	if (pipe(ends) != 0)
		abort();
	report = ends[1];
	if (fork() == 0)
		read_fault();
	wait(&status);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 2);
	CHECK(read(ends[0], &rows, sizeof(rows)) == sizeof(rows) && rows == 3);
}

int
main(void)
{
	check_fault();
	check_pieces(30, 0, 0);
	check_pieces(100, 3, 0);
	check_pieces(100, 0, 3);
	check_pieces(10000, 0, 0);
	return check_end();
}
