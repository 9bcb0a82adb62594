/* report_said.h - a log said event by event, and what view and report tell of it. */
#ifndef TESTS_SERVICES_REPORTING_REPORT_SAID_H
#define TESTS_SERVICES_REPORTING_REPORT_SAID_H

#include "tests/services/reporting/report_history.h"

#define TASKS_MAX 21920

/* A log said event by event, each in a frame of its own unless a frame is open. */
struct said {
	struct history *h; /* owned */
	struct fed fed;
	size_t fed_frames;
	uint64_t *versions; /* owned; by the id of the task */
	bool open;
};

static inline void begin(struct said *said)
{
	said->h = dd_alloc(sizeof(*said->h));
	said->versions = dd_alloc(4 * TASKS_MAX * sizeof(*said->versions));
	said->fed = (struct fed){.dir = test_tmpdir()};
	said->fed_frames = 0;
	said->open = false;
	history_begin(said->h, 5);
	history_found(said->h);
	fed_open(&said->fed, "a");
}

static inline void end(struct said *said)
{
	fed_close(&said->fed);
	test_tmpdir_end(said->fed.dir);
	history_end(said->h);
	free(said->versions);
	free(said->h);
}

/* Days count from the first of the log. */
static inline int32_t on(struct said *said, int32_t day)
{
	said->h->now_us = dd_day_start_us(HISTORY_DAY0 + day) + 9 * 3600 * DD_SECOND_US;
	return HISTORY_DAY0 + day;
}

static inline uint64_t say(struct said *said, Dondoc__V1__EventType type, uint64_t task,
			   const ProtobufCMessage *body)
{
	struct history *h = said->h;
	struct history_event e;
	uint64_t sequence;

	if (!said->open)
		history_open_frame(h);
	history_header(h, &e, type);
	e.header.fact_us = 0;
	if (type == EVENT_TYPE(TASK_ADDED)) {
		e.header.subject = h->next;
	} else if (task != 0) {
		e.header.subject = task;
		e.header.subject_previous = said->versions[task];
	}
	sequence = history_add(h, &e.header, body);
	if (e.header.subject != 0)
		said->versions[e.header.subject] = sequence;
	if (!said->open)
		history_close_frame(h);
	return sequence;
}

static inline void open_frame(struct said *said)
{
	history_open_frame(said->h);
	said->open = true;
}

static inline void close_frame(struct said *said)
{
	history_close_frame(said->h);
	said->open = false;
}

static inline void settle(struct said *said)
{
	feed_frames(&said->fed, said->h, said->fed_frames, said->h->frame_count);
	said->fed_frames = said->h->frame_count;
}

/* --- events ---------------------------------------------------------------------------------- */

static inline uint64_t add(struct said *said, const char *code, const char *lead,
			   const char *parent, int32_t due_day)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;

	fields.plan = lent("P0");
	fields.code = lent(code);
	fields.content = lent("Việc được giao");
	fields.lead_unit = lent(lead);
	fields.parent = lent(parent);
	fields.fan_out = lead[0] == '\0';
	fields.due_day = due_day;
	fields.area = 2;
	body.task = &fields;
	return say(said, EVENT_TYPE(TASK_ADDED), 0, &body.base);
}

static inline void progress(struct said *said, uint64_t task)
{
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;

	body.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	body.percent = 40;
	(void)say(said, EVENT_TYPE(PROGRESS_REPORTED), task, &body.base);
}

static inline uint64_t hand_in(struct said *said, uint64_t task, int32_t day)
{
	Dondoc__V1__CompletionRequested body = DONDOC__V1__COMPLETION_REQUESTED__INIT;

	body.submitted_day = day;
	return say(said, EVENT_TYPE(COMPLETION_REQUESTED), task, &body.base);
}

static inline uint64_t confirm(struct said *said, uint64_t task, uint64_t request)
{
	Dondoc__V1__CompletionDecided body = DONDOC__V1__COMPLETION_DECIDED__INIT;

	body.request = request;
	body.confirmed = 1;
	return say(said, EVENT_TYPE(COMPLETION_DECIDED), task, &body.base);
}

static inline void take_back(struct said *said, uint64_t task, uint64_t decision, uint64_t request)
{
	Dondoc__V1__TakeBack what = DONDOC__V1__TAKE_BACK__INIT;
	Dondoc__V1__DecisionTakenBack body = DONDOC__V1__DECISION_TAKEN_BACK__INIT;

	what.task = task;
	what.decision = decision;
	body.said = &what;
	body.event_type = (uint32_t)EVENT_TYPE(COMPLETION_DECIDED);
	body.state = DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION;
	body.request = request;
	(void)say(said, EVENT_TYPE(DECISION_TAKEN_BACK), task, &body.base);
}

static inline void withdraw(struct said *said, uint64_t task, uint64_t request)
{
	Dondoc__V1__WithdrawEntry what = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	Dondoc__V1__EntryWithdrawn body = DONDOC__V1__ENTRY_WITHDRAWN__INIT;

	what.task = task;
	what.entry = request;
	body.said = &what;
	body.event_type = (uint32_t)EVENT_TYPE(COMPLETION_REQUESTED);
	(void)say(said, EVENT_TYPE(ENTRY_WITHDRAWN), task, &body.base);
}

static inline void remove_task(struct said *said, uint64_t task)
{
	Dondoc__V1__RemoveTask what = DONDOC__V1__REMOVE_TASK__INIT;
	Dondoc__V1__TaskRemoved body = DONDOC__V1__TASK_REMOVED__INIT;

	what.task = task;
	body.said = &what;
	(void)say(said, EVENT_TYPE(TASK_REMOVED), task, &body.base);
}

static inline void set(struct said *said, const char *name, const char *value)
{
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows[] = {&setting};
	Dondoc__V1__SetSettings what = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__SettingsSet body = DONDOC__V1__SETTINGS_SET__INIT;

	setting.name = lent(name);
	setting.value = lent(value);
	what.settings = rows;
	what.n_settings = 1;
	body.said = &what;
	(void)say(said, EVENT_TYPE(SETTINGS_SET), 0, &body.base);
}

/* --- the two answers ---------------------------------------------------------------------------
 */

static inline void run(struct said *said, int32_t day, struct report *report)
{
	struct report_ask ask = {.plan = "", .as_of_day = day};
	const uint64_t head = report_ledger_position(said->fed.ledger)->sequence;

	must(report_ledger_at_day(said->fed.ledger, day, &ask.position, &why));
	must(report_known(said->fed.view, "", day, head, &ask.known, &why));
	must(report_make(said->fed.ledger, said->fed.view, &ask, report, &why));
}

static inline void assert_same_buckets(const Dondoc__V1__Buckets *told,
				       const struct dd_tally *tally)
{
	assert_int_equal(told->completed_on_time, tally->in[DD_BUCKET_DONE_ON_TIME]);
	assert_int_equal(told->completed_late, tally->in[DD_BUCKET_DONE_LATE]);
	assert_int_equal(told->open_in_term, tally->in[DD_BUCKET_OPEN_IN_TERM]);
	assert_int_equal(told->open_overdue, tally->in[DD_BUCKET_OPEN_OVERDUE]);
	assert_int_equal(told->no_due_date, tally->in[DD_BUCKET_NO_DUE]);
	assert_int_equal(told->total, dd_tally_total(tally));
	assert_int_equal(told->late_excused, tally->late_excused);
}

/* Both agree on the day; the report is the caller's. */
static inline void agree(struct said *said, int32_t day, struct report *report)
{
	struct asked asked = {
		.view = said->fed.view, .h = said->h, .today = dd_day_of(said->h->now_us) + 1};
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *got;

	settle(said);
	what.as_of_day = day;
	got = count(&asked, &what);
	run(said, day, report);
	assert_same_buckets(got->counts->all, &report->all);
	assert_int_equal(got->counts->n_by_unit, report->unit_count);
	for (size_t i = 0; i < report->unit_count; i++)
		assert_same_buckets(got->counts->by_unit[i]->buckets, &report->units[i].tally);
	assert_int_equal(got->counts->fan_outs, report->fan_outs);
	assert_int_equal(got->counts->parts, report->parts);
	let_go(got);
	dd_buf_fini(&asked.out);
}

/* Tasks in the bucket on that day, by both. */
static inline uint32_t in_bucket(struct said *said, int32_t day, enum dd_bucket bucket)
{
	struct report report;
	uint32_t found;

	agree(said, day, &report);
	found = report.all.in[bucket];
	report_fini(&report);
	return found;
}

#endif
