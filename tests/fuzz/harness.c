/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/fuzz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "common/die.h"
#include "common/in.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/xalloc.h"

/* The case under way. */
static struct str fuzz_bytes; /* of the file, which files are all copies of */
static size_t fuzz_at, fuzz_piece;
static char fuzz_output[1 << 20];
static size_t fuzz_output_used;
static jmp_buf fuzz_death;
static bool fuzz_alive; /* a case is: die() has where to go */

/*
 * What the case has allocated and not freed, if AddressSanitizer is there to
 * tell.  A case that dies leaves this behind, and so do readers that a program
 * calls once.
 */
static void *fuzz_live[1 << 16];
static size_t fuzz_live_n;

int __sanitizer_install_malloc_and_free_hooks(
    void (*)(const volatile void *, size_t), void (*)(const volatile void *))
    __attribute__((weak));

static void
fuzz_on_malloc(const volatile void *p, size_t n)
{
	(void)n;
	if (!fuzz_alive || p == NULL)
		return;
	FUZZ_MUST(fuzz_live_n < sizeof(fuzz_live) / sizeof(fuzz_live[0]));
	fuzz_live[fuzz_live_n++] = (void *)(uintptr_t)p;
}

static void
fuzz_on_free(const volatile void *p)
{
	size_t i = fuzz_live_n;

	while (i > 0 && fuzz_live[i - 1] != p)
		i--;
	if (i > 0)
		fuzz_live[i - 1] = fuzz_live[--fuzz_live_n];
}

/* What the first case needs. */
static void
fuzz_begin(void)
{
	static const struct opt none[] = {{.name = NULL}};
	static const struct opt_program fuzz = {
	    .name = "fuzz", .operands = "", .options = none};
	static char word[] = "fuzz", *argv[] = {word, NULL};
	static bool begun;

	if (begun)
		return;
	begun = true;
	/* So that opt_die() knows of whom it speaks. */
	opt_parse(&fuzz, 1, argv);
	if (__sanitizer_install_malloc_and_free_hooks != NULL)
		__sanitizer_install_malloc_and_free_hooks(
		    fuzz_on_malloc, fuzz_on_free);
}

bool in_progress;

void
in_open(struct in *in, const char *path)
{
	*in = (struct in){.name = path, .fd = -1};
	fuzz_at = 0;
}

void
in_close(struct in *in)
{
	in->name = NULL;
}

size_t
in_read(struct in *in, char *to, size_t n)
{
	size_t left = fuzz_bytes.n - fuzz_at;

	FUZZ_MUST(in->name != NULL && n > 0);
	if (n > left)
		n = left;
	if (n > fuzz_piece)
		n = fuzz_piece;
	if (n > 0)
		memcpy(to, fuzz_bytes.p + fuzz_at, n);
	fuzz_at += n;
	return n;
}

void
out_open(struct out *o, const char *path)
{
	*o = (struct out){.path = path, .fd = -1};
	o->buf = xgrow(NULL, &o->room, 1, 1);
}

static void
fuzz_flush(struct out *o)
{
	FUZZ_MUST(o->n <= sizeof(fuzz_output) - fuzz_output_used);
	if (o->n > 0)
		memcpy(fuzz_output + fuzz_output_used, o->buf, o->n);
	fuzz_output_used += o->n;
	o->n = 0;
}

void
out_grow(struct out *o, size_t n)
{
	fuzz_flush(o);
	o->buf = xgrow(o->buf, &o->room, n, 1);
}

void
out_close(struct out *o)
{
	fuzz_flush(o);
	free(o->buf);
}

void
out_number(struct out *o, double x)
{
	o->n += num_format(out_reserve(o, NUM_SIZE), x);
}

void
out_count(struct out *o, uint64_t n)
{
	o->n += num_format_count(out_reserve(o, NUM_SIZE), n);
}

void
out_printf(struct out *o, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_text(o, text);
}

void
die_name(const char *program)
{
	FUZZ_MUST(program != NULL);
}

/* Messages go nowhere, but are made. */
static void
fuzz_say(const char *fmt, va_list ap)
{
	char text[2048];

	FUZZ_MUST(fuzz_alive && vsnprintf(text, sizeof(text), fmt, ap) > 0);
}

void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fuzz_say(fmt, ap);
	va_end(ap);
	longjmp(fuzz_death, 1);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fuzz_say(fmt, ap);
	va_end(ap);
}

const char *
die_quote(char buf[static DIE_QUOTE], struct str text)
{
	size_t n = text.n < DIE_QUOTE - 1 ? text.n : DIE_QUOTE - 1;

	*str_put(buf, (struct str){text.p, n}) = '\0';
	return buf;
}

const struct fuzz_target *
fuzz_find(const char *target)
{
	const struct fuzz_target *t = fuzz_targets;

	while (t->name != NULL && strcmp(t->name, target) != 0)
		t++;
	return t->name != NULL ? t : NULL;
}

bool
fuzz_reads(void (*reader)(void *), void *arg, struct str bytes, size_t piece)
{
	bool died;

	fuzz_begin();
	fuzz_live_n = 0;
	fuzz_bytes = bytes;
	fuzz_piece = piece;
	fuzz_output_used = 0;
	fuzz_alive = true;
	if (setjmp(fuzz_death) == 0) {
		reader(arg);
		fuzz_alive = false;
	}
	died = fuzz_alive;
	fuzz_alive = false;
	/* The compiler may think that free() changes nothing here. */
	while (fuzz_live_n > 0)
		free(fuzz_live[--fuzz_live_n]);
	return !died;
}

struct str
fuzz_written(void)
{
	return (struct str){fuzz_output, fuzz_output_used};
}
