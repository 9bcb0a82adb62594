/* view_row.h - a task as a row of an answer. Lists, single tasks and plans of the past share it. */
#ifndef DD_VIEW_VIEW_ROW_H
#define DD_VIEW_VIEW_ROW_H

#include "common/domain/rates.h"
#include "common/view/view_answer.h"
#include "common/view/view_life.h"

#define ROW_NEAR_DEFAULT 7
#define ROW_NEAR_MOST    3650

/* The day by which terms are judged, and how. */
struct row_judging {
	int32_t as_of;
	int near_days;
	struct dd_judge judge;
};

/* As today, with the authority's settings. */
struct row_judging row_judging_now(struct answering *answering);

/* What stands in records of its own beside the task's. Zeros where there is none. */
struct row_beside {
	struct view *of; /* where products are looked up; NULL = the answering view */
	struct view_life life;
	uint32_t children;
	uint32_t rolled_percent;
	uint64_t flags; /* beyond those of the task's record */
};

/* `task`, `fields` (packed TaskFields) and `beside` must live as long as the row. NULL with words
 * where the content cannot be read. */
Dondoc__V1__TaskRow *row_make(struct answering *answering, struct view_task *task,
			      const struct dd_val *fields, const struct row_beside *beside,
			      const struct row_judging *judging);

struct sheet;
struct sheet_place;

/* The row of a task as LMDB has it; all of it in the answer's memory. After sheet_judge. */
Dondoc__V1__TaskRow *row_of_place(struct answering *answering, struct sheet *sheet,
				  const struct sheet_place *place,
				  const struct row_judging *judging);

/* How many files are attached to the task now. */
uint32_t row_files(struct answering *answering, uint64_t task);

/* Tasks by bucket, as a message. */
void row_buckets(Dondoc__V1__Buckets *out, const struct dd_tally *tally);

/* A fan-out's row tells how its parts stand; nothing happens to others. After sheet_judge. */
void row_take_parts(struct answering *answering, struct sheet *sheet, uint32_t at,
		    const struct row_judging *judging, Dondoc__V1__TaskRow *made);

/* The message only reads its texts; protobuf-c calls them char * all the same. */
char *row_borrow(const char *text);

#endif
