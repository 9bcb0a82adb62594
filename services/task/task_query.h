/* task_query.h - questions to the task service: the view's answers, cut to what an office may see,
 * after the position that the asker must have seen. */
#ifndef TASK_QUERY_H
#define TASK_QUERY_H

#include "common/base/buf.h"
#include "common/eventlog/eventlog.h"
#include "common/files/files.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "services/task/task_records.h"
#include "services/task/task_visible.h"

struct task_query_source {
	struct view *view;
	struct dd_eventlog *log;
	struct dd_files *files; /* NULL = none are handed out */
	struct dd_buf frame;    /* of the record last read for a history */
	struct task_records records;
};

/* Whether LMDB has seen what the question needs. */
bool task_query_ready(const struct task_query_source *source, const Dondoc__V1__Request *request);

/* Answer anything but show_status. Fills *answer_out with a packed Answer (cleared first).
 * Negative: an Error reply with *code_out and err->text. `query` may be narrowed to the office's
 * own unit. */
int task_query_answer(struct task_query_source *source, const struct dd_principal *who,
		      Dondoc__V1__Query *query, struct dd_buf *answer_out,
		      Dondoc__V1__ErrorCode *code_out, struct dd_error *err) DD_MUST_CHECK;

#endif
