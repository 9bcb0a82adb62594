/* view_query.h - answers to dondoc.v1.Query from a view. Task and office give the same answers. */
#ifndef DD_VIEW_VIEW_QUERY_H
#define DD_VIEW_VIEW_QUERY_H

#include "common/base/buf.h"
#include "common/view/view.h"
#include "dondoc/v1/query.pb-c.h"

struct view_query_context {
	struct view *view;
	int32_t today;
	const char *principal; /* of the asker, whose streams are told; NULL: no streams here */
	/* The record at `sequence`, for histories and plans of digests; borrowed until the next
	 * call. DD_ERR_NOT_FOUND where it may not be seen. */
	int (*record)(void *arg, uint64_t sequence, struct dd_record *record_out);
	void *arg;
};

/* Streams are the asker's own. A stream's last_receipt comes without its chain hash: that is the
 * log's to tell (dd_eventlog_position). A list may have fewer rows than asked for, so that it fits
 * a reply: `total` tells, and `offset` goes on from there.
 *
 * list_tasks tells the tasks as they are now; its as_of_day only moves the clock by which they are
 * due or overdue. count_tasks for a day before `today` counts each task as it was recorded by the
 * end of that day - its plan, state, dates, area and lead - and not those that were added later;
 * names of units and areas are today's. Digests and reports come newest first; a digest comes
 * without its plan where its record is redacted or may not be seen.
 *
 * prove_told names a unit or a task: each reminder that it was told by the messages of those days,
 * and what was told by hand, the newest first; where a message's record may not be seen, it stands
 * there without its rule.
 *
 * Answer list_plans, list_units, list_tasks, show_task, count_tasks, show_stream, list_digests,
 * show_digest, list_reports. Appends a packed
 * Answer to `out`. Lists read LMDB: the caller has made sure that view_stored() is far enough.
 * DD_ERR_NOT_FOUND, DD_ERR_CONFLICT (ambiguous code; err->text lists the plans), DD_ERR_UNSUPPORTED
 * (not a query for a view). */
int view_query(const struct view_query_context *context, const Dondoc__V1__Query *query,
	       struct dd_buf *out, struct dd_error *err) DD_MUST_CHECK;

#endif
