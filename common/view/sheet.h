/* sheet.h - all tasks in memory, as LMDB holds them: lists are filtered, sorted and counted here,
 * and only the rows of a page are then read from LMDB.
 *
 * Built at the first list, by one walk; from then on each step that LMDB has taken is taken over
 * (sheet_take), so that the sheet shows just what LMDB's snapshot shows. Rows are in the order of
 * their ids, which is that of their coming; texts that name things (plans, units, labels) are
 * numbers. All on the view's owner's thread. */
#ifndef DD_VIEW_SHEET_H
#define DD_VIEW_SHEET_H

#include "common/base/err.h"
#include "common/domain/task_state.h"
#include "common/view/memtable.h"
#include "dondoc/v1/query.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view;
struct view_task;
struct sheet;

#define SHEET_NONE UINT32_MAX /* no row, no name */
#define SHEET_KEY  64         /* bytes of the content's sort key that are kept */

struct sheet_row {
	uint64_t id;
	uint64_t parent; /* 0 = none */
	int64_t updated_us;
	int64_t reported_us;           /* the same, as far as it was its lead; 0 = never */
	uint32_t plan, lead, division; /* numbers of names; SHEET_NONE = none */
	uint32_t passed_to;            /* the division in force, where the unit passed it on */
	uint32_t occurrence;           /* the event that it waits for */
	uint32_t flags;    /* of TaskFlag, all but those that need the day or the place */
	uint32_t tags_at;  /* its labels and coordinating units */
	uint32_t children; /* that were not removed */
	uint32_t position;
	uint32_t waited_days;
	int32_t start_day, first_due_day, due_day, submitted_day, decided_day;
	int32_t assigned_day, pause_until_day;
	/* Of a fan-out with parts, as sheet_judge found them; its state and its submitted day are
	 * then those that follow from them. */
	int32_t parts_late;    /* days of the worst; 0 = in time */
	int32_t parts_due_day; /* the next of those that are open; 0 = none */
	uint8_t parts_bucket;  /* enum dd_bucket */
	uint8_t own_state;     /* of its record */
	bool from_parts;
	uint16_t labels, coordinating; /* how many of each lie at tags_at, in this order */
	uint16_t weight;               /* in its parent */
	uint16_t extensions;           /* granted */
	uint8_t area, area_second;
	uint8_t recurrence;
	uint8_t state, receipt, step, percent;
	bool group;
};

/* Where a task stands: in the order of the annex, in its own plan or as a guest in another. */
enum sheet_place_kind { SHEET_PLACE_TASK = 0, SHEET_PLACE_HEADING, SHEET_PLACE_GUEST };
struct sheet_place {
	uint64_t task;
	uint32_t row;
	uint32_t plan;
	uint32_t position;
	uint32_t kind;
};

/* The view's sheet, built if there is none, complete as of the view's snapshot. */
int sheet_of(struct view *view, struct sheet **sheet_out, struct dd_error *err) DD_MUST_CHECK;
void sheet_free(struct sheet *sheet); /* NULL is fine */

/* A step has been stored. Marks the sheet for being built anew where that is cheaper. */
void sheet_take(struct sheet *sheet, const struct memtable *step);

size_t sheet_count(const struct sheet *sheet);
const struct sheet_row *sheet_rows(const struct sheet *sheet);
uint32_t sheet_find(const struct sheet *sheet, uint64_t id); /* SHEET_NONE if there is none */
const uint8_t *sheet_content_key(const struct sheet *sheet, uint32_t row); /* SHEET_KEY bytes */

/* The number of a text, SHEET_NONE if no task has it; and the text of a number. */
uint32_t sheet_name(const struct sheet *sheet, const char *text);
const char *sheet_text(const struct sheet *sheet, uint32_t name);
uint32_t sheet_names(const struct sheet *sheet); /* how many there are */
const uint32_t *sheet_labels(const struct sheet *sheet, const struct sheet_row *row);
const uint32_t *sheet_coordinating(const struct sheet *sheet, const struct sheet_row *row);

/* Before texts are asked for. */
int sheet_sign_texts(struct view *view, struct sheet *sheet, struct dd_error *err) DD_MUST_CHECK;
/* Whether the row's texts may hold `text` (folded): false is sure, true is to be looked at. */
bool sheet_may_hold(const struct sheet *sheet, const struct sheet_row *row, const char *text);

/* The places of a plan, or of all ("": own places only are to be counted then), in order. */
const struct sheet_place *sheet_places(const struct sheet *sheet, const char *plan,
				       size_t *count_out);

/* Stored flags, and those that follow from the record. */
uint32_t sheet_task_flags(const struct view_task *task);

/* Before rows are chosen or shown for that day: fan-outs stand as their parts do. */
void sheet_judge(struct sheet *sheet, const struct dd_judge *judge, int32_t as_of);

/* Progress from sub-tasks, one byte a row; worked out when asked for after a change. */
const uint8_t *sheet_rolled(struct sheet *sheet);

#endif
