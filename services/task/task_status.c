/* task_status.c - how the service is: for `dondoc status`, for monitoring, for whoever is called at
 * night. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/sys.h"
#include "common/view/view_backup.h"
#include "common/view/view_daily.h"
#include "services/task/task.h"

#define METRICS_MAX 32
#define SPACE_LOW   (INT64_C(512) << 20)

struct metrics {
	Dondoc__V1__Metric items[METRICS_MAX];
	Dondoc__V1__Metric *list[METRICS_MAX];
	size_t count;
};

static void metric(struct metrics *metrics, const char *name, double value)
{
	Dondoc__V1__Metric *item = &metrics->items[metrics->count];

	assert(metrics->count < METRICS_MAX);
	dondoc__v1__metric__init(item);
	item->name = (char *)name;
	item->value = value;
	metrics->list[metrics->count++] = item;
}

/* What came to the doors and went no further: a wrong key, a broken client or an attack. */
static void collect_doors(const struct task *task, struct metrics *metrics)
{
	struct dd_bus_stats bus;

	dd_bus_server_stats(task->server, &bus);
	metric(metrics, "requests_received_total", (double)bus.received);
	metric(metrics, "request_trains_total", (double)bus.trains);
	metric(metrics, "requests_misshapen_total", (double)bus.misshapen);
	metric(metrics, "requests_unidentified_total", (double)bus.unidentified);
	metric(metrics, "requests_of_revoked_keys_total", (double)bus.not_admitted);
	metric(metrics, "replies_peer_gone_total", (double)bus.unroutable);
	metric(metrics, "replies_peer_full_total", (double)bus.full);
	metric(metrics, "requests_malformed_total", (double)task->malformed);
}

static void collect(struct task *task, struct metrics *metrics)
{
	struct task_engine_stats engine = task_engine_stats(task->engine);
	struct dd_eventlog_stats log = dd_eventlog_stats(task->log);

	metric(metrics, "commands_accepted_total", (double)engine.accepted);
	metric(metrics, "commands_refused_total", (double)engine.refused);
	metric(metrics, "commands_repeated_total", (double)engine.duplicates);
	metric(metrics, "commands_conflicting_total", (double)engine.conflicts);
	metric(metrics, "commands_out_of_order_total", (double)engine.gaps);
	metric(metrics, "commands_denied_total", (double)engine.denied);
	metric(metrics, "commands_put_off_total", (double)engine.busy);
	metric(metrics, "commands_queued", (double)engine.queued);
	metric(metrics, "batches_total", (double)engine.batches);
	metric(metrics, "batch_records_max", (double)engine.largest_batch);
	metric(metrics, "log_bytes_total", (double)log.bytes);
	metric(metrics, "log_flushes_total", (double)log.flushes);
	metric(metrics, "log_full_total", (double)log.full);
	metric(metrics, "log_segments", (double)log.segments);
	metric(metrics, "log_last_flush_us", (double)log.last_flush_us);
	metric(metrics, "view_lag_events", (double)view_lag(task->view));
	metric(metrics, "daily_refused_open", (double)view_daily_count(task->view));
	metric(metrics, "log_followers", (double)dd_log_server_followers(task->log_server));
	metric(metrics, "disk_free_bytes",
	       (double)dd_sys()->free_bytes(dd_sys()->ctx, task->config->data_dir));
}

/* How much a backup covers, and since when; whether reminders wait after a restore. */
static void collect_backup(const struct task *task, struct metrics *metrics)
{
	struct view_restore restore = {.released = 1};
	struct view_covered covered = {0};

	(void)view_covered(task->view, false, &covered);
	(void)view_restore(task->view, false, &restore);
	metric(metrics, "backup_covers_sequence", (double)covered.covered);
	metric(metrics, "restore_holds_reminders", restore.released == 0 ? 1 : 0);
}

static bool restore_waits(const struct task *task)
{
	struct view_restore restore;

	return view_restore(task->view, false, &restore) == DD_OK && restore.released == 0;
}

static bool judge(struct task *task, char *words, size_t size)
{
	int64_t free_bytes = dd_sys()->free_bytes(dd_sys()->ctx, task->config->data_dir);
	const char *held = task_engine_held(task->engine);
	uint32_t refused = view_daily_count(task->view);

	snprintf(words, size, "ok");
	if (held != NULL)
		snprintf(words, size, "commands wait: %s", held);
	else if (free_bytes >= 0 && free_bytes < SPACE_LOW)
		snprintf(words, size, "only %lld MiB free under %s: make space",
			 (long long)(free_bytes >> 20), task->config->data_dir);
	else if (restore_waits(task))
		snprintf(words, size,
			 "the log was restored: no reminder leaves until dondoc restore release "
			 "--reason ...");
	else if (refused > 0)
		snprintf(words, size,
			 "of the daily work %u could not be done: dondoc daily list says why",
			 refused);
	else
		return true;
	return false;
}

void task_status(struct task *task, struct dd_buf *answer_out)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Status status = DONDOC__V1__STATUS__INIT;
	Dondoc__V1__Position head = DONDOC__V1__POSITION__INIT;
	struct dd_position at = dd_eventlog_head(task->log);
	struct metrics metrics = {.count = 0};
	char words[256];
	char authority[256] = "";

	collect(task, &metrics);
	collect_doors(task, &metrics);
	collect_backup(task, &metrics);
	head.log_id.data = at.log_id;
	head.log_id.len = DD_ID_LEN;
	head.incarnation = at.incarnation;
	head.sequence = at.sequence;
	head.chain.data = at.chain;
	head.chain.len = DD_HASH_LEN;
	status.service = (char *)"task";
	status.build = (char *)task->build;
	status.started_us = task->started_us;
	status.now_us = dd_wall_us();
	status.trial_clock = dd_sys_trial() != 0;
	status.head = &head;
	status.view_sequence = view_stored(task->view);
	status.healthy = judge(task, words, sizeof(words));
	status.health = words;
	status.metrics = metrics.list;
	status.n_metrics = metrics.count;
	status.resident_bytes = dd_app_resident_bytes();
	if (view_authority(task->view, authority) == DD_OK)
		status.authority = authority;
	answer.view_sequence = status.view_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status;
	dd_buf_clear(answer_out);
	answer_out->len = dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(answer_out, dondoc__v1__answer__get_packed_size(&answer)));
}
