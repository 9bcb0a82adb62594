/* notify_card.h - a copy for hand as a picture for a phone: 1,080 pixels wide, as high as it needs.
 * It shows what the text says and no person. */
#ifndef NOTIFY_CARD_H
#define NOTIFY_CARD_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "services/notification/notify_print.h"

#define NOTIFY_CARD_WIDTH 1080
#define NOTIFY_CARD_ROWS  8

/* All borrowed. */
struct notify_card {
	const char *title; /* the unit's name; empty = of several */
	const char *day;
	size_t sums[NOTIFY_SUMS];
	const struct notify_value *const
		*tasks;                      /* by enum notify_in_row; at most NOTIFY_CARD_ROWS */
	const enum notify_section *sections; /* of each */
	size_t count;
	size_t others;
	const char *link; /* empty = none */
	bool english;
	bool trial;
};

/* Appends a PNG to `out`. */
int notify_card(const struct notify_card *card, struct dd_buf *out,
		struct dd_error *err) DD_MUST_CHECK;

#endif
