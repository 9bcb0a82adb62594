/* view_visible.h - which tasks a unit may read, and why: the one rule for what its office is
 * answered, for what it is told of the log, and for what it keeps.
 *
 * The lead and the coordinating units read all of a task. A unit that is asked, or mentioned in a
 * talk, or that has to decide about a request, reads what speaks to it and no more. */
#ifndef DD_VIEW_VIEW_VISIBLE_H
#define DD_VIEW_VIEW_VISIBLE_H

#include "common/view/view.h"

/* READABLE_LEAD, READABLE_COORDINATING or both: `unit` may read all of the task. 0: not all of it,
 * or there is no such task, or no such unit. */
uint32_t view_visible_task(struct view *view, const char *unit, uint64_t task);

/* The same question from a thread that is not the view's owner, answered from what LMDB holds. One
 * thread at a time; opened after view_live and closed before the view. */
struct view_visible_reader;
int view_visible_reader_open(struct view *view, struct view_visible_reader **reader_out,
			     struct dd_error *err) DD_MUST_CHECK;
void view_visible_reader_close(struct view_visible_reader *reader); /* NULL is fine */
/* *version_out is the last event about the task that LMDB has taken in. DD_ERR_NOT_FOUND: it knows
 * no such task, or none yet. */
int view_visible_read(struct view_visible_reader *reader, const char *unit, uint64_t task,
		      uint64_t *version_out, uint32_t *flags_out) DD_MUST_CHECK;

/* Records that speak to the unit: questions and their answers, talks that mention it, requests that
 * wait for it. By task, then by sequence; each once. */
struct view_visible_record {
	uint64_t task; /* 0 = of no task */
	uint64_t sequence;
};

/* A task of which it may read something. */
struct view_visible_row {
	uint64_t task;
	uint64_t version; /* sequence of the last record of it that the unit may read */
	uint32_t flags;   /* bits of ReadableFlag */
	uint32_t reserved;
};

struct view_visible {
	struct view_visible_record *records; /* owned */
	size_t record_count;
	struct view_visible_row *rows; /* owned; ascending */
	size_t row_count;
};
/* As LMDB holds it. */
int view_visible_records(struct view *view, const char *unit, struct view_visible *out,
			 struct dd_error *err) DD_MUST_CHECK;
/* Fills `records` as well. */
int view_visible_rows(struct view *view, const char *unit, struct view_visible *out,
		      struct dd_error *err) DD_MUST_CHECK;
void view_visible_free(struct view_visible *visible); /* of zeros is fine */

/* The digest by which a list of such rows is compared (ListReadable). */
void view_visible_digest(const struct view_visible_row *rows, size_t count, uint8_t digest_out[32]);

#endif
