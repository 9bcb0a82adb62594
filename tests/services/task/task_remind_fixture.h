/* task_remind_fixture.h - commands about reminders, given by anybody, to an engine with a log. */
#ifndef TESTS_SERVICES_TASK_REMIND_FIXTURE_H
#define TESTS_SERVICES_TASK_REMIND_FIXTURE_H

#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include "common/view/view_remind.h"
#include "tests/services/task/task_engine_fixture.h"

#define ACTION(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

static const struct dd_principal remind_gateway = {.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"};
static const struct dd_principal remind_service = {.cls = DD_PRINCIPAL_NOTIFICATION,
						   .text = "notification"};

/* Who gives a command: through which door, for which unit, as which person (0 = nobody). */
struct giver {
	const struct dd_principal *who;
	const char *unit;
	uint8_t person;
};
static const struct giver by_operator = {&hall_operator, "HN", 0};
static const struct giver by_syt = {&hall_syt, "SYT", 0};
static const struct giver by_stc = {&hall_stc, "STC", 0};

/* A command under the next number of a stream of its giver's. All members of the oneof are pointers
 * in one place. */
static inline const struct given *give(struct hall *hall, const struct giver *giver,
				       Dondoc__V1__CommandBody__ActionCase action,
				       ProtobufCMessage *said)
{
	static uint64_t number;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct sent sent = {.who = giver->who, .stream = (char)++number, .number = 1};
	uint8_t person[16];
	void *message = said;

	memset(person, giver->person, sizeof(person));
	actor.unit = text_of(giver->unit);
	if (giver->person != 0)
		actor.person = (ProtobufCBinaryData){.data = person, .len = sizeof(person)};
	if (giver->who->cls != DD_PRINCIPAL_NOTIFICATION) {
		body.actor = &actor;
		body.fact_us = dd_wall_us();
	}
	body.action_case = action;
	memcpy(&body.report_progress, &message, sizeof(message));
	sent_body(&sent, &body);
	return hall_do(hall, &sent);
}

static inline void assert_accepted(const struct given *given)
{
	if (given->outcome != OUTCOME(ACCEPTED))
		fail_msg("refused: %d %s %s", given->refusal, given->arguments[0],
			 given->arguments[1]);
}

static inline void assert_refused(const struct given *given, Dondoc__V1__RefusalCode code,
				  const char *argument)
{
	assert_int_equal(given->refusal, code);
	if (argument != NULL)
		assert_string_equal(given->arguments[0], argument);
}

/* The person may from now on what the role may, in the unit. */
static inline void grant(struct hall *hall, uint8_t person, Dondoc__V1__Role role, const char *unit)
{
	Dondoc__V1__GrantRole said = DONDOC__V1__GRANT_ROLE__INIT;
	uint8_t id[16];

	memset(id, person, sizeof(id));
	said.person = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	said.role = role;
	said.unit = text_of(unit);
	if (unit[0] == '\0')
		said.scope = DONDOC__V1__SCOPE__SCOPE_ALL;
	assert_accepted(give(hall, &by_operator, ACTION(GRANT_ROLE), &said.base));
}

/* A rule as it would be set: its shipped self, for all. */
struct made_rule {
	Dondoc__V1__SetReminderRule set;
	Dondoc__V1__ReminderRule rule;
	Dondoc__V1__RuleScope scope;
	int32_t steps[4];
};
static inline void make_rule(struct made_rule *made, const char *id, Dondoc__V1__RuleKind kind)
{
	dondoc__v1__set_reminder_rule__init(&made->set);
	dondoc__v1__reminder_rule__init(&made->rule);
	dondoc__v1__rule_scope__init(&made->scope);
	made->set.rule = &made->rule;
	made->rule.scope = &made->scope;
	made->rule.rule = text_of(id);
	made->rule.kind = kind;
	made->rule.on = 1;
	made->rule.steps = made->steps;
}

/* SYT is told of a task by "after"; the digest's id. `handed`: it went out too. */
static inline void tell(struct hall *hall, uint64_t task, bool handed, uint8_t digest_out[32])
{
	Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;
	Dondoc__V1__HandOverDigest over = DONDOC__V1__HAND_OVER_DIGEST__INIT;
	Dondoc__V1__TakeLease lease = DONDOC__V1__TAKE_LEASE__INIT;
	Dondoc__V1__Intent intent = DONDOC__V1__INTENT__INIT, *intents[] = {&intent};
	struct giver service = {&remind_service, "", 0};
	struct view_digest digest = {0};
	uint8_t intent_id[32], holder[16] = {1};

	intent.rule = text_of("after");
	intent.task = task;
	intent.due_day = test_day("2026-06-30");
	intent.step = 1;
	plan.unit = text_of("SYT");
	plan.day = test_day("2026-07-01");
	plan.subject = plan.text = text_of("Quá hạn");
	plan.intents = intents;
	plan.n_intents = 1;
	assert_accepted(give(hall, &service, ACTION(PLAN_DIGEST), &plan.base));
	dd_intent_id("after", task, intent.due_day, 1, "SYT", intent_id);
	assert_int_equal(view_intent(hall->view, false, intent_id, digest_out), DD_OK);
	assert_int_equal(view_digest(hall->view, false, digest_out, &digest), DD_OK);
	if (!handed)
		return;
	lease.holder = (ProtobufCBinaryData){.data = holder, .len = sizeof(holder)};
	assert_accepted(give(hall, &service, ACTION(TAKE_LEASE), &lease.base));
	over.digest = (ProtobufCBinaryData){.data = digest_out, .len = 32};
	over.epoch = 1;
	over.attempt = 1;
	assert_accepted(give(hall, &service, ACTION(HAND_OVER_DIGEST), &over.base));
}

#endif
