/* report_ledger.h - what reports show of the past beside the figures: names, plans, the content of
 * tasks, and which units reported on which day, in an LMDB of its own.
 *
 * It has no rules of its own: the view applies a frame, and the ledger notes how the tasks that the
 * frame touched look afterwards, under the position behind the frame. So a report as of a position
 * reads what stood there, names and all, and no later change reaches it. Which tasks count, and how
 * they stood, is the view's to tell (view_figures.h), for it knows what was taken back.
 *
 * The ledger is committed before the view stores the same frames, hence it is never behind the
 * view's LMDB: what a frame touched can be read from the view when its turn comes. */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include "common/base/buf.h"
#include "common/store/store.h"
#include "common/view/view.h"

struct report_ledger;

/* Open or begin the ledger in folder `dir`. `map_bytes` 0 = default. */
int report_ledger_open(const char *dir, uint64_t map_bytes, struct report_ledger **ledger_out,
		       struct dd_error *err) DD_MUST_CHECK;
void report_ledger_close(
	struct report_ledger *ledger); /* NULL is fine; not committed = not there */

/* Behind the last frame noted. */
const struct dd_position *report_ledger_position(const struct report_ledger *ledger);

/* Note a frame that the view has just replayed. Frames already noted are passed over; a frame that
 * ends elsewhere than the ledger remembers is DD_ERR_CORRUPT: another log. */
int report_ledger_note(struct report_ledger *ledger, struct view *view, const uint8_t *frame,
		       const struct dd_frame_info *info, const struct dd_position *after,
		       struct dd_error *err) DD_MUST_CHECK;
/* Durable when this returns 0. Nothing noted since: does nothing. */
int report_ledger_commit(struct report_ledger *ledger, struct dd_error *err) DD_MUST_CHECK;

/* What is told of a task. Without holes. */
struct report_version {
	int32_t first_due_day;
	uint32_t position;
};

/* --- reading; everything noted is committed -------------------------------------------------- */

/* The position behind the last frame recorded by the end of `day`. DD_ERR_NOT_FOUND: the log begins
 * later. */
int report_ledger_at_day(struct report_ledger *ledger, int32_t day,
			 struct dd_position *position_out, struct dd_error *err) DD_MUST_CHECK;
int report_ledger_authority(struct report_ledger *ledger, struct dd_buf *name_out);

/* The past as of one sequence. One at a time. */
int report_ledger_look(struct report_ledger *ledger, uint64_t sequence,
		       struct dd_error *err) DD_MUST_CHECK;
void report_ledger_look_end(struct report_ledger *ledger);
/* With its packed TaskFields; borrowed until the next of these. DD_ERR_NOT_FOUND. */
int report_ledger_task(struct report_ledger *ledger, uint64_t task,
		       struct report_version *version_out, struct dd_val *fields_out);
/* Names and packed PlanFields; borrowed until look_end. DD_ERR_NOT_FOUND. */
int report_ledger_unit(struct report_ledger *ledger, const char *code, struct dd_val *name_out);
int report_ledger_kind(struct report_ledger *ledger, const char *code, struct dd_val *kind_out);
/* Whether the unit reported on a task of its own on one of the days; -1: cannot be read. */
int report_ledger_reported(struct report_ledger *ledger, const char *unit, int32_t from_day,
			   int32_t to_day);
int report_ledger_area(struct report_ledger *ledger, uint32_t area, struct dd_val *name_out);
int report_ledger_plan(struct report_ledger *ledger, const char *code, struct dd_val *fields_out);

#endif
