/* view_query.h - answers to dondoc.v1.Query from a view. Task and office give the same answers. */
#ifndef DD_VIEW_VIEW_QUERY_H
#define DD_VIEW_VIEW_QUERY_H

#include "common/base/buf.h"
#include "common/view/view.h"
#include "dondoc/v1/query.pb-c.h"

struct view_query_context {
	struct view *view;
	int32_t today;
	/* The record at `sequence`, for histories; borrowed until the next call. DD_ERR_NOT_FOUND
	 * where it may not be seen. */
	int (*record)(void *arg, uint64_t sequence, struct dd_record *record_out);
	void *arg;
};

/* A stream's last_receipt comes without its chain hash: that is the log's to tell
 * (dd_eventlog_position). A list may have fewer rows than asked for, so that it fits a reply:
 * `total` tells, and `offset` goes on from there.
 *
 * Answer list_plans, list_units, list_tasks, show_task, count_tasks, show_stream. Appends a packed
 * Answer to `out`. Lists read LMDB: the caller has made sure that view_stored() is far enough.
 * DD_ERR_NOT_FOUND, DD_ERR_CONFLICT (ambiguous code; err->text lists the plans), DD_ERR_UNSUPPORTED
 * (not a query for a view). */
int view_query(const struct view_query_context *context, const Dondoc__V1__Query *query,
	       struct dd_buf *out, struct dd_error *err) DD_MUST_CHECK;

#endif
