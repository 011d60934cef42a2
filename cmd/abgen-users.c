/* SPDX-License-Identifier: MIT */
/*
 * abgen-users writes made-up users, numbered from 0, each with a device and
 * a country drawn by weight.  It reads nothing and holds nothing but the two
 * lists.  A user is a function of the seed and the user's number, so that any
 * piece of the stream can be made alone.
 */
#include <stdint.h>

#include "common/draw.h"
#include "common/num.h"
#include "common/opt.h"
#include "common/out.h"
#include "common/rng.h"
#include "common/share.h"
#include "common/stream.h"

static uint64_t population = 8000, seed = 1;
static const char *device_list = "ios:0.18,android:0.45,web:0.37";
static const char *country_list =
    "USA,Germany,China,Japan,India,UK,France,Italy,Russia,Canada,Australia,"
    "Brazil,South Korea,Indonesia,Netherlands,Argentina";
static const char *shard, *output;
static bool no_header;

static const struct opt options[] = {
    {.letter = 'n',
	.name = "population",
	.arg = "N",
	.count = &population,
	.most = 1e12,
	.help = "how many users (default 8000)"},
    {.name = "devices",
	.arg = "LIST",
	.text = &device_list,
	.help = "NAME[:WEIGHT],... (default ios:0.18,android:0.45,web:0.37)"},
    {.name = "countries",
	.arg = "LIST",
	.text = &country_list,
	.help = "NAME[:WEIGHT],... (default 16 countries, all alike)"},
    OPT_SEED(&seed),
    {.name = "shard",
	.arg = "K/N",
	.text = &shard,
	.help = "piece K of N of the rows, which are in order"},
    OPT_NO_HEADER(&no_header),
    OPT_OUTPUT(&output),
    {.name = NULL},
};

static const struct opt_program program = {
    .name = "abgen-users",
    .operands = "",
    .purpose = "Generate users with a device and a country.",
    .options = options,
};

/* Something that each user has one of. */
static struct attribute {
	struct shares shares;
	struct draw_table table;
} device, country;

static void
read_list(struct attribute *a, const char *option, const char *list)
{
	a->shares = share_parse(option, list);
	/* The sum of the weights is in the table's range. */
	(void)draw_table_init(&a->table, a->shares.weights, a->shares.n);
}

static char *
put_draw(char *p, struct rng *r, const struct attribute *a)
{
	struct str name = a->shares.names[draw_index(r, &a->table)];

	*p++ = '\t';
	memcpy(p, name.p, name.n);
	return p + name.n;
}

static size_t
longest(const struct shares *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->names[i].n > n)
			n = s->names[i].n;
	return n;
}

static void
put_users(struct out *o, struct share_range users)
{
	size_t room =
	    NUM_SIZE + longest(&device.shares) + longest(&country.shares) + 3;

	for (uint64_t user = users.first; user < users.end; user++) {
		char *row = out_reserve(o, room), *p = row;
		struct rng r;

		rng_start(
		    &r, seed, STREAM_USER, (struct rng_row){{user, 0, 0}});
		p += num_format_count(p, user);
		p = put_draw(p, &r, &device);
		p = put_draw(p, &r, &country);
		*p++ = '\n';
		o->n += (size_t)(p - row);
	}
}

int
main(int argc, char **argv)
{
	struct share_range users;
	struct out o;

	opt_parse(&program, argc, argv);
	read_list(&device, "devices", device_list);
	read_list(&country, "countries", country_list);
	users = share_range("shard", shard, population);

	out_open(&o, output);
	if (!no_header)
		out_text(&o, "user_id\tdevice\tcountry\n");
	put_users(&o, users);
	out_close(&o);
	return 0;
}
