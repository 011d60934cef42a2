/* SPDX-License-Identifier: MIT */
#ifndef COMMON_ORDER_H
#define COMMON_ORDER_H

/*
 * That the rows of a stream are sorted by one column as LC_ALL=C sort does,
 * and where its values change.
 */

#include "common/tsv.h"

/* A zeroed struct is the beginning of a stream. */
struct order {
	struct str last; /* of the batch before; owned */
	size_t room;
};

/*
 * To be called for each row of each batch: whether the column has another
 * value than in the row before.  Exits where it is empty or sorts before that.
 */
bool order_next(struct order *, const struct tsv *, size_t row, size_t column);

void order_free(struct order *);

#endif
