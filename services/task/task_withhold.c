/* task_withhold.c - see task_withhold.h. */
#include "services/task/task_withhold.h"

#include <stdlib.h>

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "services/task/task_daily_files.h"

#define ORDERS_MAX 4096u /* that wait at a time; each takes two persons */

struct gathering {
	struct dd_redact *records; /* owned; what they point to lies in `rests` */
	size_t count;
	struct task_rests *rests; /* owned */
	size_t rest_count;
};

static int gather(const struct task_daily *daily, const struct view_ready *ready,
		  struct gathering *all, struct dd_error *err)
{
	struct task_rests *rests = &all->rests[all->rest_count++];
	int rc = task_rests_find(daily, ready, rests, err);

	if (rc != DD_OK)
		return rc;
	all->records =
		dd_realloc(all->records, (all->count + rests->count + 1) * sizeof(*all->records));
	for (size_t i = 0; i < rests->count; i++)
		all->records[all->count++] = rests->events[i];
	return DD_OK;
}

static int tell(const struct task_daily *daily, struct dd_error *err)
{
	struct view_ready *ready = dd_alloc(ORDERS_MAX * sizeof(*ready));
	struct gathering all = {.rests = dd_alloc(ORDERS_MAX * sizeof(*all.rests))};
	size_t count;
	int rc = view_flush(daily->view, err); /* orders are found in LMDB */

	count = rc == DD_OK ? view_orders_ready(daily->view, ready, ORDERS_MAX) : 0;
	for (size_t i = 0; i < count; i++) {
		if (rc == DD_OK)
			rc = gather(daily, &ready[i], &all, err);
		dondoc__v1__order_destruction__free_unpacked(ready[i].said, NULL);
	}
	if (rc == DD_OK)
		dd_eventlog_withhold(daily->log, all.records, all.count);
	for (size_t i = 0; i < all.rest_count; i++)
		task_rests_free(&all.rests[i]);
	free(all.rests);
	free(all.records);
	free(ready);
	return rc;
}

static void try(struct task_withhold *withhold)
{
	struct dd_error err;

	withhold->seen = view_orders_changed(withhold->daily->view);
	withhold->again = tell(withhold->daily, &err) != DD_OK;
	if (withhold->again)
		dd_log(DD_LOG_ERROR, "task.not_withheld", dd_f_text("why", err.text));
}

void task_withhold_begin(struct task_withhold *withhold, const struct task_daily *daily)
{
	*withhold = (struct task_withhold){.daily = daily};
	try(withhold);
}

void task_withhold_turn(struct task_withhold *withhold)
{
	uint64_t changed;

	if (withhold->daily == NULL)
		return;
	changed = view_orders_changed(withhold->daily->view);
	if (changed != withhold->seen && view_position(withhold->daily->view)->sequence >= changed)
		try(withhold);
}

void task_withhold_tick(struct task_withhold *withhold)
{
	if (withhold->daily != NULL && withhold->again)
		try(withhold);
}
