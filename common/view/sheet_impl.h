/* sheet_impl.h - what the files of the sheet share. */
#ifndef DD_VIEW_SHEET_IMPL_H
#define DD_VIEW_SHEET_IMPL_H

#include "common/view/pool.h"
#include "common/view/sheet.h"
#include "common/view/view_impl.h"
#include "common/view/view_life.h"
#include "common/view/view_walk.h"

/* A place that came or went since the places were last put in order. */
struct sheet_move {
	struct sheet_place place;
	uint32_t turn; /* the later one counts */
	bool gone;
};

#define SHEET_SIGN_BITS 10 /* 1,024 bits a row */

struct sheet {
	struct view *view;      /* borrowed: whose it is */
	struct sheet_row *rows; /* owned */
	uint8_t (*keys)[SHEET_KEY];
	uint8_t *rolled;
	size_t count, room;
	bool rolled_known;
	bool judged; /* fan-outs stand as sheet_judge found them, by these */
	struct dd_judge judge;
	int32_t judged_as_of;
	bool asked; /* since the last step */
	/* What is searched of each row (sheet_text.c); NULL until a text is asked for. */
	uint64_t (*signatures)[(1 << SHEET_SIGN_BITS) / 64];
	size_t signatures_room;

	struct memtable *numbers; /* owned; text -> u32 */
	const char **texts;       /* owned; the texts lie in the pool behind */
	struct pool texts_pool;
	uint32_t names, names_room;

	uint32_t *tags; /* owned; those of changed rows stay behind until it is built anew */
	size_t tags_count, tags_room;

	struct sheet_place *places; /* owned; in order */
	size_t places_count;
	struct sheet_move *moves; /* owned */
	size_t moves_count, moves_room;

	uint32_t *relink; /* owned; rows that have a parent to be told */
	size_t relink_count, relink_room;

	struct pool scratch; /* of one TaskFields */
	bool stale;          /* to be built anew */
};

/* Room for one more in a row of items. */
void *sheet_grown(void *items, size_t count, size_t *room, size_t size);
/* The number of a text, made if it is new; SHEET_NONE for an empty one. */
uint32_t sheet_number(struct sheet *sheet, const char *text);

/* The row of a task, made if it is new. False: it is older than the last one, which only happens
 * where what was hidden is seen afterwards: the sheet is to be built anew. */
bool sheet_put_task(struct sheet *sheet, const struct view_task *task);
void sheet_put_fields(struct sheet *sheet, uint64_t task, const uint8_t *bytes, size_t len);
void sheet_put_life(struct sheet *sheet, uint64_t task, const struct view_life *life);
/* The folded text of VIEW_SEARCH. */
void sheet_put_text(struct sheet *sheet, uint64_t task, const uint8_t *text, size_t len);
/* From a key of VIEW_ORDER. */
void sheet_put_place(struct sheet *sheet, const uint8_t *key, size_t len, const uint8_t *kind);
/* After some of those above: parents know their children, places are in order. */
void sheet_link(struct sheet *sheet);
void sheet_settle(struct sheet *sheet);

#endif
