/* history_reminders.h - rules of reminders and what people say of reminders, in a history: rules
 * set and taken back, beginnings, silences, days promised, answers, decisions about reports to
 * superiors, what was told by hand, what readers turn off. */
#ifndef TESTS_COMMON_VIEW_HISTORY_REMINDERS_H
#define TESTS_COMMON_VIEW_HISTORY_REMINDERS_H

#include "dondoc/v1/remind.pb-c.h"
#include "tests/common/view/history_notices.h"

static inline uint64_t history_say(struct history *h, Dondoc__V1__EventType type,
				   struct history_task *task, const ProtobufCMessage *body)
{
	struct history_event e;

	history_header(h, &e, type);
	history_cause(h, &e);
	if (task == NULL)
		return history_add(h, &e.header, body);
	history_subject(&e, task);
	task->version = history_add(h, &e.header, body);
	return task->version;
}

static inline void history_scope(struct history *h, Dondoc__V1__RuleScope *scope)
{
	dondoc__v1__rule_scope__init(scope);
	switch (history_random(h, 4)) {
	case 0:
		scope->plan = lent("P1");
		break;
	case 1:
		scope->unit = lent("U03");
		break;
	case 2:
		scope->task = h->tasks[history_random(h, h->task_count)].id;
		break;
	default:
		break;
	}
}

static inline void history_rule(struct history *h)
{
	static const char *const ids[] = {"before", "after", "khan"};
	Dondoc__V1__ReminderRuleSet body = DONDOC__V1__REMINDER_RULE_SET__INIT;
	Dondoc__V1__SetReminderRule said = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;
	Dondoc__V1__RuleScope scope;
	int32_t step = 1 + (int32_t)history_random(h, 9);

	history_scope(h, &scope);
	rule.rule = lent(ids[history_random(h, 3)]);
	rule.kind = rule.rule[0] == 'b' ? DONDOC__V1__RULE_KIND__RULE_BEFORE
					: DONDOC__V1__RULE_KIND__RULE_AFTER;
	if (rule.kind == DONDOC__V1__RULE_KIND__RULE_BEFORE)
		step = -step;
	rule.scope = &scope;
	rule.on = history_random(h, 2) == 0;
	rule.steps = &step;
	rule.n_steps = 1;
	said.rule = &rule;
	said.removed = history_random(h, 4) == 0;
	body.said = &said;
	history_say(h, EVENT_TYPE(REMINDER_RULE_SET), NULL, &body.base);
}

static inline void history_start(struct history *h)
{
	Dondoc__V1__RemindersStarted body = DONDOC__V1__REMINDERS_STARTED__INIT;
	Dondoc__V1__StartReminders said = DONDOC__V1__START_REMINDERS__INIT;

	said.plan = lent("P1");
	said.day = dd_day_of(h->now_us) + (int32_t)history_random(h, 5);
	said.seen_sequence = h->next - 1;
	said.stop = history_random(h, 3) == 0;
	body.said = &said;
	history_say(h, EVENT_TYPE(REMINDERS_STARTED), NULL, &body.base);
}

/* One that goes on for a while, or the end of the last one, before its time or once more. */
static inline void history_silence(struct history *h)
{
	Dondoc__V1__SilenceSet set = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__SetSilence said = DONDOC__V1__SET_SILENCE__INIT;
	Dondoc__V1__SilenceEnded ended = DONDOC__V1__SILENCE_ENDED__INIT;
	Dondoc__V1__EndSilence end = DONDOC__V1__END_SILENCE__INIT;
	Dondoc__V1__RuleScope scope;

	if (h->silence != 0 && history_random(h, 3) == 0) {
		end.silence = h->silence;
		ended.said = &end;
		ended.day = dd_day_of(h->now_us);
		history_say(h, EVENT_TYPE(SILENCE_ENDED), NULL, &ended.base);
		return;
	}
	history_scope(h, &scope);
	said.scope = &scope;
	said.rule = lent(history_random(h, 2) == 0 ? "after" : "");
	said.from_day = dd_day_of(h->now_us);
	said.until_day = said.from_day + (int32_t)history_random(h, 30);
	said.reason = lent("Chờ trung ương hướng dẫn");
	set.said = &said;
	h->silence = history_say(h, EVENT_TYPE(SILENCE_SET), NULL, &set.base);
}

static inline void history_promise(struct history *h, struct history_task *task)
{
	Dondoc__V1__DayPromised body = DONDOC__V1__DAY_PROMISED__INIT;
	Dondoc__V1__PromiseDay said = DONDOC__V1__PROMISE_DAY__INIT;

	said.task = task->id;
	said.day = dd_day_of(h->now_us) + 1 + (int32_t)history_random(h, 10);
	body.said = &said;
	history_say(h, EVENT_TYPE(DAY_PROMISED), task, &body.base);
}

/* Again and again of the same few: the newest answer counts. */
static inline void history_dispute(struct history *h, struct history_task *task)
{
	Dondoc__V1__ReminderDisputed body = DONDOC__V1__REMINDER_DISPUTED__INIT;
	Dondoc__V1__DisputeReminder said = DONDOC__V1__DISPUTE_REMINDER__INIT;

	if (h->digest_count == 0)
		return;
	said.task = task->id;
	said.rule = lent("before");
	said.digest = (ProtobufCBinaryData){
		.data = h->digests[history_random(h, h->digest_count) % 3].id, .len = DD_HASH_LEN};
	said.cause = (Dondoc__V1__DisputeCause)(1 + history_random(h, 5));
	body.said = &said;
	history_say(h, EVENT_TYPE(REMINDER_DISPUTED), task, &body.base);
}

static inline void history_subscription(struct history *h)
{
	Dondoc__V1__SubscriptionSet body = DONDOC__V1__SUBSCRIPTION_SET__INIT;
	Dondoc__V1__SetSubscription said = DONDOC__V1__SET_SUBSCRIPTION__INIT;
	uint8_t person[16] = {1};

	said.unit = lent("U03");
	said.rule = lent("behind");
	if (history_random(h, 2) == 0)
		said.person = (ProtobufCBinaryData){.data = person, .len = sizeof(person)};
	said.off = history_random(h, 2) == 0;
	body.said = &said;
	history_say(h, EVENT_TYPE(SUBSCRIPTION_SET), NULL, &body.base);
}

static inline void history_told(struct history *h, struct history_task *task)
{
	Dondoc__V1__ToldByHand body = DONDOC__V1__TOLD_BY_HAND__INIT;
	Dondoc__V1__RecordTold said = DONDOC__V1__RECORD_TOLD__INIT;

	said.unit = lent("U03");
	said.tasks = &task->id;
	said.n_tasks = 1;
	said.way = lent("zalo");
	said.group = lent("Nhóm CCHC");
	body.said = &said;
	history_say(h, EVENT_TYPE(TOLD_BY_HAND), NULL, &body.base);
}

/* A report to a superior that waits, and what is decided about it, perhaps not for the last time.
 */
static inline void history_superior(struct history *h, struct history_task *task)
{
	Dondoc__V1__DigestPlanned planned = DONDOC__V1__DIGEST_PLANNED__INIT;
	Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;
	Dondoc__V1__DigestReleased released = DONDOC__V1__DIGEST_RELEASED__INIT;
	Dondoc__V1__ReleaseDigest said = DONDOC__V1__RELEASE_DIGEST__INIT;
	Dondoc__V1__Intent intent = DONDOC__V1__INTENT__INIT, *row = &intent;
	uint8_t id[1][DD_HASH_LEN], digest[DD_HASH_LEN];

	intent.rule = lent("superior");
	intent.task = task->id;
	intent.step = ++h->intents;
	plan.unit = lent("U00");
	plan.day = dd_day_of(h->now_us);
	plan.kind = DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR;
	plan.intents = &row;
	plan.n_intents = 1;
	dd_intent_id(intent.rule, intent.task, 0, intent.step, plan.unit, id[0]);
	dd_digest_id_of(plan.kind, plan.unit, plan.day, (const uint8_t(*)[DD_HASH_LEN])id, 1,
			digest);
	planned.digest = (ProtobufCBinaryData){.data = digest, .len = DD_HASH_LEN};
	planned.plan = &plan;
	history_say(h, EVENT_TYPE(DIGEST_PLANNED), NULL, &planned.base);
	said.digest = planned.digest;
	said.action = (Dondoc__V1__ReleaseAction)(1 + history_random(h, 3));
	said.reason = lent("Đang làm việc với đơn vị");
	released.said = &said;
	released.by_time = history_random(h, 4) == 0;
	history_say(h, EVENT_TYPE(DIGEST_RELEASED), NULL, &released.base);
}

/* One event of these, as it may come. There is a task. */
static inline void history_reminder(struct history *h)
{
	struct history_task *task = &h->tasks[history_random(h, h->task_count)];

	switch (history_random(h, 8)) {
	case 0:
		history_rule(h);
		break;
	case 1:
		history_start(h);
		break;
	case 2:
		history_silence(h);
		break;
	case 3:
		history_promise(h, task);
		break;
	case 4:
		history_dispute(h, task);
		break;
	case 5:
		history_subscription(h);
		break;
	case 6:
		history_told(h, task);
		break;
	default:
		history_superior(h, task);
		break;
	}
}

#endif
