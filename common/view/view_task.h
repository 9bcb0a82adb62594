/* view_task.h - what a task was before, and how tasks hang together: keys, and a task's leaving. */
#ifndef DD_VIEW_VIEW_TASK_H
#define DD_VIEW_VIEW_TASK_H

#include "common/view/view_apply.h"
#include "common/view/view_impl.h"

/* The subject leaves its plan: no list, no count and no code has it any more; its record and its
 * content stay, marked as removed. */
void view_task_leave(struct apply *apply);
/* What is searched: all that a person may remember of a task. */
int view_task_put_search(struct apply *apply, uint64_t task,
			 const Dondoc__V1__TaskFields *fields) DD_MUST_CHECK;

/* Packed TaskFields as they were until the event `sequence` replaced them or removed the task. */
static inline void view_key_fields_was(struct dd_key *key, uint64_t task, uint64_t sequence)
{
	view_key_u64(key, VIEW_FIELDS_WAS, task);
	dd_key_u64(key, sequence);
}

/* -> nothing. */
static inline void view_key_child(struct dd_key *key, uint64_t parent, uint32_t position,
				  uint64_t task)
{
	view_key_u64(key, VIEW_CHILD, parent);
	dd_key_u32(key, position);
	dd_key_u64(key, task);
}

/* -> nothing; stays where the task comes back. */
static inline void view_key_left(struct dd_key *key, const char *plan, uint64_t task)
{
	view_key_text(key, VIEW_LEFT, plan);
	dd_key_u64(key, task);
}

/* plan, code of the event waited for, task -> nothing. */
static inline void view_key_waiting(struct dd_key *key, const char *plan, const char *occurrence,
				    uint64_t task)
{
	view_key_texts(key, VIEW_WAITING, plan, occurrence);
	dd_key_u64(key, task);
}

/* template, first day of the period -> u64 instance. */
static inline void view_key_instance(struct dd_key *key, uint64_t of, int32_t period_from)
{
	view_key_u64(key, VIEW_INSTANCE, of);
	dd_key_u32(key, view_day_bits(period_from));
}

#endif
