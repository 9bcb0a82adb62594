/* office_replica.h - the unit's own tasks as the centre last told them, so that they can be looked
 * at while the centre is away. A copy for reading: nothing here is ever sent. */
#ifndef OFFICE_REPLICA_H
#define OFFICE_REPLICA_H

#include "common/base/alloc.h"
#include "common/base/err.h"
#include "common/domain/task_state.h"
#include "common/eventlog/eventlog.h"
#include "common/store/store.h"
#include "dondoc/v1/query.pb-c.h"

struct office_replica;

/* `store` and `unit` are borrowed. */
int office_replica_open(struct dd_store *store, const char *unit,
			struct office_replica **replica_out, struct dd_error *err) DD_MUST_CHECK;
void office_replica_close(struct office_replica *replica); /* NULL is fine */

/* Begin to fetch anew: what was fetched of an unfinished round is forgotten. */
void office_replica_begin(struct office_replica *replica);
/* The centre's status, before the first page: where its log was. Kept for the round. */
int office_replica_take_head(struct office_replica *replica, const Dondoc__V1__Answer *answer,
			     struct dd_error *err) DD_MUST_CHECK;
/* The question for the next page. Its text is borrowed. Returns how far the centre's store must be
 * to answer it: at the round's head. */
uint64_t office_replica_ask(const struct office_replica *replica, Dondoc__V1__ListTasks *list_out);
/* Take a page. *more_out: there is another one; else all is stored, in one transaction.
 * DD_ERR_INVALID also for a page that is older than the round's head. */
int office_replica_take(struct office_replica *replica, const Dondoc__V1__Answer *answer,
			int64_t now_us, bool *more_out, struct dd_error *err) DD_MUST_CHECK;

/* Stored as it is, by memcpy, from zeroed memory. */
struct office_replica_state {
	uint64_t view_sequence;
	int64_t fetched_us; /* 0 = never */
	uint64_t tasks;
	/* Of the centre's log; the tasks show all of it and perhaps more, so it is what a client of
	 * ours may say it had seen. Sequence 0 = none. */
	struct dd_position head;
};
struct office_replica_state office_replica_state(const struct office_replica *replica);

/* How the centre judged "on time" when the copy was made. */
struct dd_judge office_replica_judge(const struct office_replica *replica);

/* Answer list_tasks or show_task, without history. The answer lies in `arena`. DD_ERR_RETRY:
 * nothing was ever fetched, or not as much as `min_sequence`. DD_ERR_UNSUPPORTED: another question.
 * DD_ERR_NOT_FOUND; DD_ERR_CONFLICT: several plans have that code, the words tell them. */
struct office_replica_query {
	const Dondoc__V1__Query *query;
	uint64_t min_sequence;
	int32_t today;
	struct dd_arena *arena;
};
int office_replica_answer(struct office_replica *replica, const struct office_replica_query *query,
			  Dondoc__V1__Answer *answer_out, struct dd_error *err) DD_MUST_CHECK;

/* For office_replica_query.c: the rows of the store, by the task's id; `on_row` returns false to
 * stop. */
int office_replica_walk(struct office_replica *replica, uint64_t from,
			bool (*on_row)(void *arg, const uint8_t *data, size_t len), void *arg);

#endif
