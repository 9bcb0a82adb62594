/* task_units_fixture.h - commands about units and persons, decided by the rules, and all events
 * that they become. */
#ifndef TESTS_SERVICES_TASK_UNITS_FIXTURE_H
#define TESTS_SERVICES_TASK_UNITS_FIXTURE_H

#include "common/base/text.h"
#include "common/view/view_unit.h"
#include "tests/services/task/task_rules_fixture.h"

/* A person by one letter. */
static inline ProtobufCBinaryData person_of(char letter)
{
	static uint8_t ids[128][16];
	size_t at = (size_t)letter;

	memset(ids[at], letter, sizeof(ids[at]));
	return (ProtobufCBinaryData){.data = ids[at], .len = sizeof(ids[at])};
}

/* From now on a person speaks for the unit, through the gateway. */
static inline void as_person(struct deciding *test, char person, const char *unit)
{
	become(test, DD_PRINCIPAL_GATEWAY, unit, 'p');
	test->actor.person = person_of(person);
}

static inline void as_operator(struct deciding *test)
{
	become(test, DD_PRINCIPAL_OPERATOR, "", 'o');
}

/* The command with its message; rules that walk lists find everything stored. */
static inline void give(struct deciding *test, Dondoc__V1__CommandBody__ActionCase action,
			const void *message)
{
	dondoc__v1__command_body__init(&test->body);
	dondoc__v1__base__init(&test->base);
	test->body.actor = &test->actor;
	test->body.based_on = &test->base;
	test->body.action_case = action;
	memcpy(&test->body.report_progress, &message, sizeof(message)); /* all are pointers */
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
}

static inline uint64_t happen_effects(struct deciding *test)
{
	uint64_t first = test->sequence + 1;

	for (size_t i = 0; i < test->out.effects.count; i++) {
		const struct task_event *event = &test->out.effects.items[i];
		Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
		struct dd_position after = *view_position(test->view);
		struct view_task task;

		header.type = (Dondoc__V1__EventType)event->type;
		header.subject = event->subject;
		header.unit = text_of(event->unit);
		header.actor = &test->actor;
		header.principal = test->who.text;
		header.record_us = test->now_us;
		if (event->subject != 0 &&
		    view_task(test->view, true, event->subject, &task) == DD_OK)
			header.subject_previous = task.version;
		after.sequence = ++test->sequence;
		view_batch_begin(test->view);
		if (view_apply(test->view, test->sequence, &header,
			       &(struct view_body){event->body, event->body_len, NULL},
			       &test->err) != DD_OK)
			fail_msg("%s", test->err.text);
		view_batch_commit(test->view, &after);
	}
	task_events_free(&test->out.effects);
	return first;
}

/* The command is accepted, and its events happen; the first one's sequence. */
static inline uint64_t accepted(struct deciding *test, Dondoc__V1__CommandBody__ActionCase action,
				const void *message)
{
	give(test, action, message);
	decide(test);
	if (test->out.effects.count == 0)
		fail_msg("refused: %d %s %s", (int)test->out.refusal, test->out.arguments[0],
			 test->out.arguments[1]);
	return happen_effects(test);
}

static inline void denied(struct deciding *test, Dondoc__V1__CommandBody__ActionCase action,
			  const void *message, Dondoc__V1__RefusalCode code, const char *first)
{
	give(test, action, message);
	decide(test);
	assert_int_equal(test->out.effects.count, 0);
	assert_int_equal(test->out.type, EVENT(UNKNOWN));
	assert_int_equal(test->out.refusal, code);
	if (first != NULL)
		assert_string_equal(test->out.arguments[0], first);
}

static inline Dondoc__V1__UnitFields unit_named(const char *code, const char *name,
						const char *parent)
{
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;

	fields.code = text_of(code);
	fields.name = text_of(name);
	fields.parent = text_of(parent);
	return fields;
}

static inline Dondoc__V1__Document paper(const char *number)
{
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;

	document.number = text_of(number);
	return document;
}

static inline uint64_t set_unit(struct deciding *test, Dondoc__V1__UnitFields *fields)
{
	Dondoc__V1__SetUnit cmd = DONDOC__V1__SET_UNIT__INIT;

	cmd.unit = fields;
	return accepted(test, COMMAND(SET_UNIT), &cmd);
}

static inline uint64_t grant(struct deciding *test, char person, int role, int scope,
			     const char *unit)
{
	Dondoc__V1__GrantRole cmd = DONDOC__V1__GRANT_ROLE__INIT;

	cmd.person = person_of(person);
	cmd.role = (Dondoc__V1__Role)role;
	cmd.scope = (Dondoc__V1__Scope)scope;
	cmd.unit = text_of(unit);
	return accepted(test, COMMAND(GRANT_ROLE), &cmd);
}

/* A setting as an event, whatever the rules of settings say. */
static inline void setting(struct deciding *test, const char *name, const char *value,
			   const char *unit)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows = &row;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__SettingsSet body = DONDOC__V1__SETTINGS_SET__INIT;

	row.name = text_of(name);
	row.value = text_of(value);
	row.unit = text_of(unit);
	said.settings = &rows;
	said.n_settings = 1;
	body.said = &said;
	header.type = EVENT(SETTINGS_SET);
	happen(test, &header, &body.base);
}

static inline void tomorrow(struct deciding *test, int days)
{
	test->now_us += days * INT64_C(86400) * DD_SECOND_US;
}

/* The task service has looked at the day. */
static inline void effect(struct deciding *test, uint64_t change)
{
	Dondoc__V1__EffectUnitsChange cmd = DONDOC__V1__EFFECT_UNITS_CHANGE__INIT;

	become(test, DD_PRINCIPAL_TASK, "", 't');
	cmd.change = change;
	(void)accepted(test, COMMAND(EFFECT_UNITS_CHANGE), &cmd);
}

static inline struct view_unit unit_now(struct deciding *test, const char *code)
{
	struct view_unit unit;

	assert_int_equal(view_unit(test->view, true, code, &unit), DD_OK);
	return unit;
}

static inline struct view_task task_now(struct deciding *test, uint64_t id)
{
	struct view_task task;

	assert_int_equal(view_task(test->view, true, id, &task), DD_OK);
	return task;
}

#endif
