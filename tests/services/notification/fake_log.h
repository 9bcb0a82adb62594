/* fake_log.h - a task service's log in memory, one event a frame, and the work of people in it:
 * units, holidays, tasks that come, move, change their date and are done. */
#ifndef TESTS_SERVICES_NOTIFICATION_FAKE_LOG_H
#define TESTS_SERVICES_NOTIFICATION_FAKE_LOG_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/domain/notice_id.h"
#include "common/domain/rule.h"
#include "common/domain/task_state.h"
#include "common/eventlog/eventlog.h"
#include "dondoc/v1/event.pb-c.h"
#include "dondoc/v1/query.pb-c.h"
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAKE_UNIT 16
#ifndef FAKE_TASKS /* a test that lives longer says so before */
#define FAKE_TASKS   64
#define FAKE_DIGESTS 512
#define FAKE_INTENTS 4096
#endif

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name
#define STATE(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name
#define FAKE_PLAN   "KH1"

struct fake_frame {
	struct dd_buf bytes;
	struct dd_position after;
};

struct fake_command {
	uint8_t stream[16];
	uint64_t number;
	uint8_t digest[32];
	uint64_t sequence;
	bool refused;
};

struct fake_digest {
	uint8_t id[32];
	char unit[FAKE_UNIT];
	int32_t day;
	int state; /* DigestState */
	uint32_t attempts;
	uint64_t epoch;
	uint64_t planned;
	uint32_t kind;    /* DigestKind */
	uint32_t decided; /* ReleaseAction: what was said last of a report to a superior */
	bool by_time;     /* and the setting said it */
	int64_t released_us;
	bool unsure;        /* an attempt ended that nobody has told the end of */
	struct dd_buf plan; /* packed PlanDigest */
	char reply[256];
};

struct fake_work { /* one task */
	uint64_t id, version;
	char unit[FAKE_UNIT];
	int32_t due_day;
	int state;
	int64_t changed_us; /* monotonic: when state, date or unit last changed */
	bool held;          /* silenced, or a day was promised: not every step is told */
};

struct fake_told { /* one intent */
	char rule[16];
	uint64_t task;
	int32_t due_day, step;
	char unit[DD_RECIPIENT_TEXT]; /* the recipient's text */
	size_t digest;
	bool gone; /* with a digest that was dropped unsaid: it may be told in another */
};

struct fake_task {
	struct fake_frame *frames;
	size_t frame_count, frame_cap;
	struct dd_position head;
	uint64_t next;
	int64_t record_us; /* never goes back */
	int64_t mono_us;   /* for changed_us */
	struct dd_buf frame;
	struct fake_command *commands;
	size_t command_count, command_cap;
	uint64_t epoch; /* of the lease */
	uint8_t holder[16];
	struct fake_digest digests[FAKE_DIGESTS];
	size_t digest_count;
	struct fake_told told[FAKE_INTENTS];
	size_t told_count;
	struct fake_work works[FAKE_TASKS];
	size_t work_count;
	uint64_t refusals;
};

/* --- the log --------------------------------------------------------------------------------- */

/* The clock of the task service, before each of the following. */
static inline void fake_task_time(struct fake_task *task, int64_t wall_us, int64_t mono_us)
{
	if (wall_us > task->record_us)
		task->record_us = wall_us;
	task->mono_us = mono_us;
}

static inline void close_frame(struct fake_task *task)
{
	struct fake_frame *frame;
	struct dd_frame_info info;
	int rc;

	dd_frame_seal(&task->frame, task->head.chain, NULL, NULL);
	rc = dd_frame_info(task->frame.data, task->frame.len, &info);
	assert(rc == 0);
	memcpy(task->head.chain, info.chain_after, DD_HASH_LEN);
	task->head.sequence = task->next - 1;
	if (task->frame_count == task->frame_cap) {
		task->frame_cap = task->frame_cap > 0 ? task->frame_cap * 2 : 64;
		task->frames = dd_realloc(task->frames, task->frame_cap * sizeof(*task->frames));
	}
	frame = &task->frames[task->frame_count++];
	memset(frame, 0, sizeof(*frame));
	dd_buf_add(&frame->bytes, task->frame.data, task->frame.len);
	frame->after = task->head;
}

struct origin {
	Dondoc__V1__Cause *cause;
	const char *unit;
	struct fake_work *work;
	bool adds; /* the event makes the task */
};

/* One event in a frame of its own. */
static inline uint64_t append(struct fake_task *task, Dondoc__V1__EventType type,
			      const ProtobufCMessage *body, const struct origin *origin)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	const size_t body_len = protobuf_c_message_get_packed_size(body);
	uint8_t *header_at, *body_at;
	size_t header_len;
	int rc;

	header.type = type;
	header.version = 1;
	header.must_understand = 1;
	header.fact_us = task->record_us;
	header.record_us = task->record_us;
	header.principal = (char *)(origin->cause != NULL ? "notification" : "operator");
	header.unit = (char *)origin->unit;
	header.cause = origin->cause;
	if (origin->work != NULL) {
		header.subject = origin->adds ? task->next : origin->work->id;
		header.subject_previous = origin->adds ? 0 : origin->work->version;
	}
	header_len = dondoc__v1__event_header__get_packed_size(&header);
	dd_frame_begin(&task->frame, task->head.log_id, 1, task->next, task->record_us);
	rc = dd_frame_add(&task->frame, (uint32_t)header_len, (uint32_t)body_len, &header_at,
			  &body_at);
	assert(rc == 0);
	dondoc__v1__event_header__pack(&header, header_at);
	protobuf_c_message_pack(body, body_at);
	task->next++;
	close_frame(task);
	if (origin->work != NULL) {
		origin->work->version = task->head.sequence;
		origin->work->changed_us = task->mono_us;
	}
	return task->head.sequence;
}

/* --- people's work --------------------------------------------------------------------------- */

static inline void fake_setting(struct fake_task *task, const char *name, const char *value)
{
	Dondoc__V1__SettingsSet set = DONDOC__V1__SETTINGS_SET__INIT;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT;
	Dondoc__V1__Setting *list[] = {&setting};
	const struct origin origin = {.unit = ""};

	setting.name = (char *)name;
	setting.value = (char *)value;
	said.settings = list;
	said.n_settings = 1;
	set.said = &said;
	(void)append(task, EVENT(SETTINGS_SET), &set.base, &origin);
}

/* A shipped rule that speaks, or does not. */
static inline void fake_rule(struct fake_task *task, const char *id, bool on)
{
	const struct dd_rule *shipped = dd_rule_shipped_by_id(id);
	Dondoc__V1__ReminderRuleSet set = DONDOC__V1__REMINDER_RULE_SET__INIT;
	Dondoc__V1__SetReminderRule said = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;
	int32_t steps[DD_RULE_STEPS_MAX];
	const struct origin origin = {.unit = ""};

	rule.rule = (char *)id;
	rule.kind = (Dondoc__V1__RuleKind)shipped->kind;
	rule.on = on;
	rule.optional = shipped->optional;
	rule.immediate = shipped->immediate;
	rule.days = shipped->days;
	rule.percent = shipped->percent;
	for (size_t i = 0; i < shipped->step_count; i++)
		steps[i] = shipped->steps[i];
	rule.steps = steps;
	rule.n_steps = shipped->step_count;
	said.rule = &rule;
	set.said = &said;
	(void)append(task, EVENT(REMINDER_RULE_SET), &set.base, &origin);
}

/* Reports to superiors, of the first `count` of these rungs. */
static inline void fake_superior(struct fake_task *task, const Dondoc__V1__Rung *rungs,
				 size_t count)
{
	Dondoc__V1__ReminderRuleSet set = DONDOC__V1__REMINDER_RULE_SET__INIT;
	Dondoc__V1__SetReminderRule said = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;
	Dondoc__V1__Rung *list[DD_RULE_RUNGS_MAX];
	const struct origin origin = {.unit = ""};

	for (size_t i = 0; i < count; i++)
		list[i] = (Dondoc__V1__Rung *)&rungs[i];
	rule.rule = (char *)"superior";
	rule.kind = DONDOC__V1__RULE_KIND__RULE_SUPERIOR;
	rule.on = 1;
	rule.rungs = list;
	rule.n_rungs = count;
	said.rule = &rule;
	set.said = &said;
	(void)append(task, EVENT(REMINDER_RULE_SET), &set.base, &origin);
}

/* The plan's units are reminded from that day on. */
static inline void fake_start(struct fake_task *task, const char *plan, int32_t day)
{
	Dondoc__V1__RemindersStarted started = DONDOC__V1__REMINDERS_STARTED__INIT;
	Dondoc__V1__StartReminders said = DONDOC__V1__START_REMINDERS__INIT;
	const struct origin origin = {.unit = ""};

	said.plan = (char *)plan;
	said.day = day;
	said.seen_sequence = task->head.sequence;
	started.said = &said;
	(void)append(task, EVENT(REMINDERS_STARTED), &started.base, &origin);
}

/* Of what the scope means; rule "" = of all. */
static inline void fake_silence(struct fake_task *task, Dondoc__V1__RuleScope *scope,
				const char *rule, int32_t from, int32_t until)
{
	Dondoc__V1__SilenceSet set = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__SetSilence said = DONDOC__V1__SET_SILENCE__INIT;
	const struct origin origin = {.unit = ""};

	said.scope = scope;
	said.rule = (char *)rule;
	said.from_day = from;
	said.until_day = until;
	said.reason = (char *)"có lý do";
	set.said = &said;
	(void)append(task, EVENT(SILENCE_SET), &set.base, &origin);
}

static inline void fake_promise(struct fake_task *task, struct fake_work *work, int32_t day)
{
	Dondoc__V1__DayPromised promised = DONDOC__V1__DAY_PROMISED__INIT;
	Dondoc__V1__PromiseDay said = DONDOC__V1__PROMISE_DAY__INIT;

	said.task = work->id;
	said.day = day;
	promised.said = &said;
	(void)append(task, EVENT(DAY_PROMISED), &promised.base,
		     &(struct origin){.unit = work->unit, .work = work});
}

static inline void fake_task_begin(struct fake_task *task, int64_t wall_us)
{
	Dondoc__V1__Genesis genesis = DONDOC__V1__GENESIS__INIT;
	Dondoc__V1__PlanSet set = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	const struct origin origin = {.unit = ""};

	memset(task, 0, sizeof(*task));
	memset(task->head.log_id, 7, sizeof(task->head.log_id));
	task->head.incarnation = 1;
	dd_chain_first(task->head.log_id, task->head.chain);
	task->next = 1;
	task->record_us = wall_us;
	genesis.authority = (char *)"UBND tỉnh";
	(void)append(task, EVENT(GENESIS), &genesis.base, &origin);
	plan.code = (char *)FAKE_PLAN;
	plan.title = (char *)"Kế hoạch";
	plan.assigner_unit = (char *)"TD";
	set.plan = &plan;
	(void)append(task, EVENT(PLAN_SET), &set.base, &origin);
	fake_setting(task, "remind.from", "08:00");
	fake_rule(task, "due", true);
	fake_rule(task, "period-report", false);
	fake_start(task, FAKE_PLAN, dd_day_of(wall_us) - 60);
}

static inline void fake_task_end(struct fake_task *task)
{
	for (size_t i = 0; i < task->frame_count; i++)
		dd_buf_fini(&task->frames[i].bytes);
	for (size_t i = 0; i < task->digest_count; i++)
		dd_buf_fini(&task->digests[i].plan);
	free(task->frames);
	free(task->commands);
	dd_buf_fini(&task->frame);
}

static inline void fake_unit(struct fake_task *task, const char *code, const char *name)
{
	Dondoc__V1__UnitSet set = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	const struct origin origin = {.unit = code};

	fields.code = (char *)code;
	fields.name = (char *)name;
	set.unit = &fields;
	(void)append(task, EVENT(UNIT_SET), &set.base, &origin);
}

/* Of one unit; "" = of all. */
static inline void fake_day(struct fake_task *task, const char *unit, int32_t day,
			    Dondoc__V1__DayKind kind)
{
	Dondoc__V1__CalendarDaySet set = DONDOC__V1__CALENDAR_DAY_SET__INIT;
	const struct origin origin = {.unit = ""};

	set.day = day;
	set.kind = kind;
	set.unit = (char *)unit;
	(void)append(task, EVENT(CALENDAR_DAY_SET), &set.base, &origin);
}

static inline void fake_holiday(struct fake_task *task, int32_t day)
{
	fake_day(task, "", day, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
}

static inline void fill_fields(Dondoc__V1__TaskFields *fields, const struct fake_work *work,
			       size_t at, char code[16])
{
	dondoc__v1__task_fields__init(fields);
	(void)snprintf(code, 16, "%zu", at + 1);
	fields->plan = (char *)FAKE_PLAN;
	fields->code = code;
	fields->lead_unit = (char *)work->unit;
	fields->due_day = work->due_day;
	fields->position = (uint32_t)at + 1;
}

static inline struct fake_work *fake_add(struct fake_task *task, const char *unit, int32_t due_day,
					 const char *content)
{
	const size_t at = task->work_count++;
	struct fake_work *work = &task->works[at];
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;
	char code[16];

	assert(at < FAKE_TASKS);
	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
	work->due_day = due_day;
	work->state = DD_TASK_ASSIGNED;
	fill_fields(&fields, work, at, code);
	fields.content = (char *)content;
	added.task = &fields;
	work->id = append(task, EVENT(TASK_ADDED), &added.base,
			  &(struct origin){.unit = unit, .work = work, .adds = true});
	return work;
}

static inline void fake_due(struct fake_task *task, struct fake_work *work, int32_t due_day)
{
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields;
	char code[16];

	work->due_day = due_day;
	fill_fields(&fields, work, (size_t)(work - task->works), code);
	fields.content = (char *)"Nội dung đã sửa";
	changed.task = &fields;
	(void)append(task, EVENT(TASK_CHANGED), &changed.base,
		     &(struct origin){.unit = work->unit, .work = work});
}

static inline void fake_complete(struct fake_task *task, struct fake_work *work)
{
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	Dondoc__V1__CompletionDecided decided = DONDOC__V1__COMPLETION_DECIDED__INIT;
	const struct origin origin = {.unit = work->unit, .work = work};

	decided.request = append(task, EVENT(COMPLETION_REQUESTED), &request.base, &origin);
	decided.confirmed = 1;
	(void)append(task, EVENT(COMPLETION_DECIDED), &decided.base, &origin);
	work->state = DD_TASK_COMPLETED;
}

static inline void fake_assign(struct fake_task *task, struct fake_work *work, const char *unit)
{
	Dondoc__V1__TaskAssigned assigned = DONDOC__V1__TASK_ASSIGNED__INIT;
	char former[FAKE_UNIT];

	memcpy(former, work->unit, sizeof(former));
	assigned.from_unit = former;
	assigned.to_unit = (char *)unit;
	(void)append(task, EVENT(TASK_ASSIGNED), &assigned.base,
		     &(struct origin){.unit = unit, .work = work});
	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
}

#endif
