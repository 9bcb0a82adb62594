/* view_told.h - what people have told by hand, found by unit and by task.
 *
 *   VIEW_TOLD  "unit", unit, day (the newest first), sequence -> u32 length, packed ToldRow without
 *                                                                a task, u64 each task
 *              "task", task, day, sequence                    -> unit
 *              "event", sequence                              -> i32 day */
#ifndef DD_VIEW_VIEW_TOLD_H
#define DD_VIEW_VIEW_TOLD_H

#include "common/view/view_impl.h"

static inline void view_key_told_unit(struct dd_key *key, const char *unit)
{
	view_key_texts(key, VIEW_TOLD, "unit", unit);
}

static inline void view_key_told_task(struct dd_key *key, uint64_t task)
{
	view_key_text(key, VIEW_TOLD, "task");
	dd_key_u64(key, task);
}

static inline void view_key_told_event(struct dd_key *key, uint64_t sequence)
{
	view_key_text(key, VIEW_TOLD, "event");
	dd_key_u64(key, sequence);
}

/* Behind a unit's or a task's. */
static inline void view_key_told_at(struct dd_key *key, int32_t day, uint64_t sequence)
{
	dd_key_u32(key, view_day_bits(day) ^ UINT32_MAX);
	dd_key_u64(key, sequence);
}

#endif
