/* task_records.h - answers ListReadable and ReadRecords: which tasks a unit's office may have in
 * its copy, and the records of one of them, with the hashes by which they stand in the log's chain.
 */
#ifndef TASK_RECORDS_H
#define TASK_RECORDS_H

#include "common/base/buf.h"
#include "common/eventlog/eventlog.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "dondoc/v1/envelope.pb-c.h"

#define TASK_CHAINS_KEPT 8

/* The chain hashes of a frame of which several records were asked for; they never change. */
struct task_chains {
	uint64_t base;        /* of the frame; 0 = none */
	uint64_t used;        /* the larger the later */
	struct dd_buf hashes; /* before its first record, then after each */
};

#define TASK_LISTS_KEPT  16
#define TASK_LISTS_BYTES ((size_t)2 << 20) /* of all; the one in use may be more */

/* All records of a task; offices read them page by page, several at a time. */
struct task_list {
	uint64_t task; /* 0 = none */
	uint64_t version;
	uint64_t used;           /* the larger the later */
	struct dd_buf sequences; /* u64, ascending */
};

/* What is at hand from one question to the next. Zeroed is empty. */
struct task_records {
	struct task_chains chains[TASK_CHAINS_KEPT];
	struct task_list lists[TASK_LISTS_KEPT];
	struct task_list named; /* what speaks to one unit: of this question */
	uint64_t uses;
	struct dd_buf frame;       /* the one that was read last, and ... */
	struct dd_frame_info info; /* ... what it is; count 0 = of a question before */
};
void task_records_fini(struct task_records *records);

struct task_records_source {
	struct view *view;
	struct dd_eventlog *log;
	struct task_records *records;
};

/* Fill *answer_out with a packed Answer (cleared first). DD_ERR_REFUSED: only offices ask that;
 * DD_ERR_NOT_FOUND: the unit may read nothing of the task. */
int task_records_list(const struct task_records_source *source, const struct dd_principal *who,
		      const Dondoc__V1__ListReadable *ask, struct dd_buf *answer_out,
		      struct dd_error *err) DD_MUST_CHECK;
int task_records_read(const struct task_records_source *source, const struct dd_principal *who,
		      const Dondoc__V1__ReadRecords *ask, struct dd_buf *answer_out,
		      struct dd_error *err) DD_MUST_CHECK;

#endif
