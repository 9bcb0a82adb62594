/* task_daily_files.h - files that were to follow and came; carrying out an order of destruction. */
#ifndef TASK_DAILY_FILES_H
#define TASK_DAILY_FILES_H

#include "common/eventlog/segment_redact.h"
#include "common/view/view_evidence.h"
#include "services/task/task_daily.h"

/* The content of a file that was to follow is here: say so by a command, or remove what is of a
 * type that is not taken. Said again it does nothing. */
void task_daily_came(struct task_daily *daily, const struct view_awaited *awaited);

/* The events whose words an order takes, ascending, each with what its records say stays. The
 * caller's to free, also after a failure. */
struct task_rests {
	uint64_t order;
	struct dd_redact *events; /* owned */
	size_t count;
	uint8_t **bytes; /* owned, as what they point to */
	size_t byte_count;
};
int task_rests_find(const struct task_daily *daily, const struct view_ready *ready,
		    struct task_rests *out, struct dd_error *err) DD_MUST_CHECK;
void task_rests_free(struct task_rests *rests);

/* Destroy what the order names: file, bodies in the log, and at the next start the view's pages.
 * On the owner's thread while no batch is flying. Done again it does nothing. DD_ERR_FULL,
 * DD_ERR_INVALID, DD_ERR_CORRUPT as dd_eventlog_redact: nothing, or a part, is done; DD_ERR_IO: end
 * the process. */
int task_destroy(struct task_daily *daily, const struct view_ready *ready, uint32_t *generation_out,
		 struct dd_error *err) DD_MUST_CHECK;

#endif
