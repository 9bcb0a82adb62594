/* view_at.h - a plan as of a position: who stood in it, and each task's row. */
#ifndef DD_VIEW_VIEW_AT_H
#define DD_VIEW_VIEW_AT_H

#include "common/view/view_past.h"
#include "common/view/view_row.h"

struct at_member {
	uint64_t task;
	uint64_t version; /* of today: where the list of its events begins */
	uint32_t position;
	bool there; /* at that time, as far as its content tells; a removal shows with its row */
};

/* The position that is meant; the view's own for an empty moment or one that is still to come. */
int at_resolve(struct answering *answering, const char *plan, const Dondoc__V1__PlanMoment *moment,
	       uint64_t *sequence_out) DD_MUST_CHECK;

/* Every task that stands or ever stood in the plan as its own, in the order of that time; headings
 * too. In the answer's memory. */
int at_members(struct answering *answering, const char *plan, uint64_t at,
	       struct at_member **members_out, size_t *count_out) DD_MUST_CHECK;

/* The task's row as of `at`, in the answer's memory; *row_out = NULL: it was not in the plan then.
 * Names of units are today's; sub-tasks are not told, and a fan-out's state is its own until
 * at_take_parts. */
int at_row(struct answering *answering, struct view_past *past, const char *plan,
	   const struct at_member *member, uint64_t at,
	   Dondoc__V1__TaskRow **row_out) DD_MUST_CHECK;

/* By the day of the record at `at`; today for the newest. */
struct row_judging at_judging(struct answering *answering, uint64_t at);

/* A fan-out's state, day of submission and lateness as its parts stood at `at`; nothing happens to
 * another row, to NULL, or where it had no parts. */
int at_take_parts(struct answering *answering, uint64_t at, Dondoc__V1__TaskRow *row) DD_MUST_CHECK;

/* The tasks of which a part has had an event after `since`. */
struct at_moved {
	uint64_t *parents; /* sorted; in the answer's memory */
	size_t count;
};
int at_parts_moved(struct answering *answering, const struct at_member *members, size_t count,
		   uint64_t since, struct at_moved *moved_out) DD_MUST_CHECK;
bool at_has_moved(const struct at_moved *moved, uint64_t task);

#endif
