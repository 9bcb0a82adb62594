/* time_text_impl.h - what the files of the time text share. For them only.
 *
 * The text is cut into tokens; from left to right each stretch that says something about time
 * becomes an item; the items between two separators are a part; the parts together are the
 * meaning. A function that reads at token `at` returns the token behind what it has read, or 0. */
#ifndef DD_DOMAIN_TIME_TEXT_IMPL_H
#define DD_DOMAIN_TIME_TEXT_IMPL_H

#include "common/domain/time_text.h"
#include <stdbool.h>
#include <stddef.h>

/* --- time_text_token.c ----------------------------------------------------------------------- */

enum tt_token_kind { TT_WORD, TT_NUMBER, TT_MARK };
struct tt_token {
	uint16_t from; /* bytes of key and of shown */
	uint16_t to;
	uint8_t kind;
	char mark; /* of TT_MARK; every dash is '-' */
	bool line; /* the first of its line */
	bool capital;
	uint8_t digits;
	uint32_t value; /* of TT_NUMBER */
};
struct tt_text {
	char *shown;             /* owned; as written, one line */
	char *key;               /* owned; the same in small letters */
	struct tt_token *tokens; /* owned */
	size_t count;
	bool cut; /* there was more than is read */
};
void tt_open(struct tt_text *text, const char *written);
void tt_close(struct tt_text *text);

/* Words as spelled, and as typed on a keyboard without marks: "kể từ", "ke tu". */
struct tt_phrase {
	const char *spelled;
	const char *plain;
	int value;
};
size_t tt_phrase(const struct tt_text *text, size_t at, const char *spelled, const char *plain);
/* The longest of a list that ends with {NULL}; its value in *value_out. */
size_t tt_any(const struct tt_text *text, size_t at, const struct tt_phrase *list, int *value_out);
bool tt_mark(const struct tt_text *text, size_t at, char mark);
bool tt_word(const struct tt_text *text, size_t at);
bool tt_number(const struct tt_text *text, size_t at, uint32_t low, uint32_t high);
/* A number of four digits that is a year. */
bool tt_year(const struct tt_text *text, size_t at);
/* The words of tokens [from, to) without marks at the ends. */
void tt_words(const struct tt_text *text, size_t from, size_t to, char out[DD_TIME_WORDS_MAX]);

/* --- time_text_point.c: a day, month, quarter, part of a year or year --------------------------
 */

enum tt_point_kind {
	TT_DATE,
	TT_MONTH,
	TT_BARE_MONTH, /* 12/2026, without the word */
	TT_QUARTER,
	TT_HALF, /* months a to b of a year */
	TT_YEAR,
	TT_DAY, /* of the month that ends the range */
};
struct tt_point {
	uint8_t kind;
	bool short_year; /* 26 for 2026 */
	int year;        /* 0 = not told */
	int a;           /* day, quarter or first month */
	int b;           /* month */
};
size_t tt_point(const struct tt_text *text, size_t at, struct tt_point *point_out);
/* What follows in a list or range without its word: "II/2026" after "Quý I". */
size_t tt_point_like(const struct tt_text *text, size_t at, const struct tt_point *like,
		     struct tt_point *point_out);
/* First and last day; false: there is no such day. */
bool tt_point_days(const struct tt_point *point, int32_t *first_out, int32_t *last_out);

/* --- items ------------------------------------------------------------------------------------ */

enum tt_item_kind {
	TT_MOMENT,
	TT_EVERY,
	TT_CONTINUOUS,
	TT_AFTER,      /* so many days after an event */
	TT_FROM_ISSUE, /* from the day of the plan's own document on */
	TT_EVENT,
	TT_PROPOSAL,
	TT_VAGUE, /* it speaks of a time, but of none that can be told */
};
enum tt_mode { TT_PLAIN, TT_IN, TT_BY, TT_BEFORE, TT_FROM, TT_LATER };
struct tt_item {
	uint8_t kind;
	uint8_t mode;
	bool range;
	bool until_before; /* of a range: "đến trước" */
	bool bracket;      /* inside of brackets */
	bool own;          /* the event is the issue of the plan's own document */
	bool left;         /* something in it was not understood */
	uint8_t recurrence;
	uint8_t every_weeks;
	uint8_t weekday;
	uint8_t day_of_month;
	uint8_t span;
	uint16_t minute;
	uint32_t count;
	struct tt_point from_point;
	struct tt_point to_point;
	size_t from; /* tokens */
	size_t to;
	size_t event; /* where the event begins; = to: none */
};

/* Each fills *item (zeroed) but for from, to and bracket. */
size_t tt_moment(const struct tt_text *text, size_t at, struct tt_item *item);
size_t tt_every(const struct tt_text *text, size_t at, struct tt_item *item);
size_t tt_continuous(const struct tt_text *text, size_t at, struct tt_item *item);
size_t tt_after(const struct tt_text *text, size_t at, struct tt_item *item);
size_t tt_event(const struct tt_text *text, size_t at, struct tt_item *item);
size_t tt_proposal(const struct tt_text *text, size_t at, struct tt_item *item);
/* "16h00", "16 giờ", "16:30". */
size_t tt_clock(const struct tt_text *text, size_t at, uint16_t *minute_out);
/* "thứ Sáu", "chủ nhật": 1 = Monday. */
size_t tt_weekday(const struct tt_text *text, size_t at, uint8_t *weekday_out);
/* Where the clause that holds `at` ends: at ';', '.', or a bracket that closes. */
size_t tt_clause_end(const struct tt_text *text, size_t at);

/* --- time_text_part.c: items between separators ------------------------------------------------
 */

enum { TT_ITEMS_MAX = 64, TT_PARTS_MAX = 32 };
struct tt_part {
	size_t from; /* tokens */
	size_t to;
	size_t first_item;
	size_t items;
	bool strong; /* a ';' or '.' stands before it, not only a comma */
};
struct tt_reading {
	const struct tt_text *text;
	struct tt_item items[TT_ITEMS_MAX];
	size_t item_count;
	struct tt_part parts[TT_PARTS_MAX];
	size_t part_count;
	bool overflow;
};
/* Fill items and parts. */
void tt_scan(struct tt_reading *reading);
/* The first item of this kind in the part; NULL if there is none. Those outside of brackets first.
 */
const struct tt_item *tt_part_find(const struct tt_reading *reading, const struct tt_part *part,
				   enum tt_item_kind kind);
size_t tt_part_count(const struct tt_reading *reading, const struct tt_part *part,
		     enum tt_item_kind kind);
/* Whether tokens outside of items speak of time or are numbers. */
bool tt_part_left(const struct tt_reading *reading, const struct tt_part *part);
/* Whether tokens [from, to) name an office. */
bool tt_names_unit(const struct tt_text *text, size_t from, size_t to);
/* The words of the part beside `item`. */
void tt_part_what(const struct tt_reading *reading, const struct tt_part *part,
		  const struct tt_item *item, char out[DD_TIME_WORDS_MAX]);

#endif
