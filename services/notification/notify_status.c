/* notify_status.c - see notify_status.h. */
#include "services/notification/notify_status.h"

#include "common/base/clock.h"
#include "common/base/sys.h"
#include "common/view/view_notice.h"
#include "common/view/view_query.h"
#include <stdio.h>
#include <string.h>

#define METRICS_MAX     24
#define FAILED_DAYS     7 /* a mail given up that long ago calls nobody any more */
#define UNSENT_LATE_US  (3600 * DD_SECOND_US)
#define DIGEST_STATE(s) DONDOC__V1__DIGEST_STATE__DIGEST_##s

struct facts {
	struct notify_engine_status engine;
	size_t unsent;
	int64_t oldest_us; /* when the oldest unsent digest was planned; 0 = none */
	size_t failed;
	size_t held;     /* reports to superiors that wait for their release */
	int64_t held_us; /* since when; 0 = none does */
};

struct sheet {
	Dondoc__V1__Metric metrics[METRICS_MAX];
	Dondoc__V1__Metric *list[METRICS_MAX];
	size_t count;
	char health[800];
	bool healthy;
};

/* --- facts ----------------------------------------------------------------------------------- */

static int count_unsent(void *arg, const struct view_digest *digest)
{
	struct facts *facts = arg;

	if (digest->state == DIGEST_STATE(HELD)) {
		facts->held++;
		if (facts->held_us == 0 || digest->planned_us < facts->held_us)
			facts->held_us = digest->planned_us;
		return 0;
	}
	facts->unsent++;
	if (facts->oldest_us == 0 || digest->planned_us < facts->oldest_us)
		facts->oldest_us = digest->planned_us;
	return 0;
}

static int count_failed(struct notify *notify, struct facts *facts, struct dd_error *err)
{
	const int32_t today = dd_day_of(dd_wall_us());
	const struct view_query_context context = {.view = notify->view, .today = today};
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer *answer = NULL;
	struct dd_buf packed = {0};
	int rc;

	list.from_day = today - FAILED_DAYS;
	list.to_day = today + 1;
	list.state = DIGEST_STATE(FAILED);
	list.limit = 1000;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	rc = view_query(&context, &query, &packed, err);
	if (rc == 0)
		answer = dondoc__v1__answer__unpack(NULL, packed.len, packed.data);
	if (answer != NULL && answer->what_case == DONDOC__V1__ANSWER__WHAT_DIGESTS)
		facts->failed = answer->digests->n_rows;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&packed);
	return rc;
}

/* --- words ----------------------------------------------------------------------------------- */

static void tell(struct sheet *sheet, const char *words)
{
	const size_t used = strlen(sheet->health);

	sheet->healthy = false;
	(void)snprintf(sheet->health + used, sizeof(sheet->health) - used, "%s%s",
		       used > 0 ? " " : "", words);
}

static void judge_mails(const struct facts *facts, struct sheet *sheet)
{
	char words[200];

	if (facts->failed > 0) {
		(void)snprintf(words, sizeof(words),
			       "%zu mails of the last %d days were given up: see the list of "
			       "digests for the reasons.",
			       facts->failed, FAILED_DAYS);
		tell(sheet, words);
	}
	if (facts->engine.parked > 0) {
		(void)snprintf(words, sizeof(words),
			       "The task service refuses the digests of %u units: see the log.",
			       facts->engine.parked);
		tell(sheet, words);
	}
	if (facts->engine.working_time && facts->oldest_us != 0 &&
	    dd_wall_us() - facts->oldest_us > UNSENT_LATE_US && !facts->engine.sending_held)
		tell(sheet, "Mails wait for more than an hour: is the mail server there?");
}

static void judge(const struct notify *notify, const struct facts *facts, struct sheet *sheet)
{
	char words[300];

	sheet->healthy = true;
	if (notify->stopped)
		tell(sheet, notify->trouble);
	else if (!notify->live)
		tell(sheet, "The log has not been read to its end yet.");
	if (notify->disk_full)
		tell(sheet, "The disk is full: make space under notification.data_dir.");
	if (notify->contacts_trouble[0] != '\0')
		tell(sheet, notify->contacts_trouble);
	if (!notify->policy.enabled)
		tell(sheet, "Reminders are switched off (remind.enabled).");
	if (facts->engine.sending_held)
		tell(sheet, "The log was restored: nothing is sent until an operator has looked: "
			    "dondoc restore release --reason ...");
	judge_mails(facts, sheet);
	if (notify_hooks_trouble(notify->hooks, words, sizeof(words)))
		tell(sheet, words);
	if (sheet->healthy)
		(void)snprintf(sheet->health, sizeof(sheet->health), "ok");
}

static void metric(struct sheet *sheet, const char *name, double value)
{
	Dondoc__V1__Metric *item = &sheet->metrics[sheet->count];

	dondoc__v1__metric__init(item);
	item->name = (char *)name;
	item->value = value;
	sheet->list[sheet->count++] = item;
}

/* To the next day on which there is something to look at; -1: none is known. */
static double days_ahead(const struct notify_engine_status *engine)
{
	if (engine->next_day == NOTIFY_NEVER)
		return -1;
	return engine->next_day - dd_day_of(dd_wall_us());
}

static void measure(struct notify *notify, const struct facts *facts, struct sheet *sheet)
{
	const int64_t age_us = facts->oldest_us != 0 ? dd_wall_us() - facts->oldest_us : 0;
	const int64_t held_us = facts->held_us != 0 ? dd_wall_us() - facts->held_us : 0;
	struct view_lease lease = {.epoch = 0};

	(void)view_lease(notify->view, false, &lease);
	metric(sheet, "digests_unsent", (double)facts->unsent);
	metric(sheet, "oldest_unsent_seconds", age_us > 0 ? (double)age_us / 1e6 : 0);
	metric(sheet, "reports_waiting_release", (double)facts->held);
	metric(sheet, "oldest_waiting_release_seconds", held_us > 0 ? (double)held_us / 1e6 : 0);
	metric(sheet, "digests_failed_recently", (double)facts->failed);
	metric(sheet, "digests_refused", (double)facts->engine.parked);
	metric(sheet, "mails_under_way", (double)facts->engine.busy_slots);
	metric(sheet, "mails_delivered_total", (double)facts->engine.mails_delivered);
	metric(sheet, "mails_not_delivered_total", (double)facts->engine.mails_failed);
	metric(sheet, "lease_epoch", (double)lease.epoch);
	metric(sheet, "lease_held", facts->engine.holds_lease ? 1 : 0);
	metric(sheet, "agenda_tasks", (double)facts->engine.tasks);
	metric(sheet, "agenda_bytes", (double)facts->engine.agenda_bytes);
	metric(sheet, "agenda_days_ahead", days_ahead(&facts->engine));
	metric(sheet, "working_time", facts->engine.working_time ? 1 : 0);
	metric(sheet, "contacts", (double)notify_contacts_count(notify->contacts));
	metric(sheet, "view_lag_events", (double)view_lag(notify->view));
}

int notify_status(struct notify *notify, struct dd_buf *answer_out, struct dd_error *err)
{
	const struct dd_position *at = view_position(notify->view);
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Status status = DONDOC__V1__STATUS__INIT;
	Dondoc__V1__Position head = DONDOC__V1__POSITION__INIT;
	struct sheet sheet = {.count = 0};
	struct facts facts = {.unsent = 0};
	char authority[256] = "";
	int rc = view_open_digests(notify->view, count_unsent, &facts, err);

	if (rc == 0)
		rc = count_failed(notify, &facts, err);
	if (rc != 0)
		return rc;
	notify_engine_status(notify->engine, &facts.engine);
	judge(notify, &facts, &sheet);
	measure(notify, &facts, &sheet);
	head.log_id.data = (uint8_t *)at->log_id;
	head.log_id.len = DD_ID_LEN;
	head.incarnation = at->incarnation;
	head.sequence = at->sequence;
	head.chain.data = (uint8_t *)at->chain;
	head.chain.len = DD_HASH_LEN;
	status.service = (char *)"notification";
	status.build = (char *)notify->context.build;
	status.started_us = notify->context.started_us;
	status.now_us = dd_wall_us();
	status.trial_clock = dd_sys_trial() != 0;
	status.head = &head;
	status.view_sequence = view_stored(notify->view);
	status.health = sheet.health;
	status.healthy = sheet.healthy;
	status.metrics = sheet.list;
	status.n_metrics = sheet.count;
	status.resident_bytes = dd_app_resident_bytes();
	if (view_authority(notify->view, authority) == 0)
		status.authority = authority;
	answer.view_sequence = status.view_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status;
	answer_out->len += dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(answer_out, dondoc__v1__answer__get_packed_size(&answer)));
	return 0;
}
