/* office_refresh_tasks.h - asks the centre which tasks the unit may see now, and fetches the
 * history of those that the office has not. */
#ifndef OFFICE_REFRESH_TASKS_H
#define OFFICE_REFRESH_TASKS_H

#include "services/office/office.h"

struct office_tasks;

struct office_tasks *office_tasks_new(struct office *office); /* `office` is borrowed */
void office_tasks_free(struct office_tasks *tasks);           /* NULL is fine */

/* Begin a comparison, unless one is under way. Whatever comes of it, office_refresh_tasks_done is
 * called once, never from inside. */
void office_tasks_begin(struct office_tasks *tasks);
/* What the centre told last does not fit to what was followed; "" = it fits. */
const char *office_tasks_trouble(const struct office_tasks *tasks);

/* In office_refresh.c. `again`: more is known to be missing. */
void office_refresh_tasks_done(struct office *office, bool again);
/* In office_refresh.c: send a question; false: it did not leave, and `on_reply` is not called.
 * `arg` of on_reply is the office's life, which it ends. */
bool office_refresh_send(struct office *office, Dondoc__V1__Query *query, uint64_t min_sequence,
			 dd_bus_reply *on_reply);
/* The answer in a reply, in the office's arena; NULL with words if it is none. */
const Dondoc__V1__Answer *office_refresh_answer(struct office *office, const uint8_t *data,
						size_t len, struct dd_error *err);

#endif
