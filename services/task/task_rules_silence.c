/* task_rules_silence.c - silences, days promised, and what readers say of reminders. */
#include "services/task/task_remind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/task/task_actor.h"
#include "services/task/task_life.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

#define YEAR_DAYS 366

/* --- silences -------------------------------------------------------------------------------- */

/* The agency that follows it up, or the unit's own side. */
static bool silence_reaches(const struct task_case *c, enum dd_command_kind kind,
			    const struct task_scope *scope, enum dd_person_role *role_out,
			    struct task_outcome *out)
{
	if (scope->assigner[0] != '\0' &&
	    task_actor_reaches(c, kind, scope->assigner, role_out, out))
		return true;
	if (scope->assigner[0] != '\0' && scope->unit[0] == '\0')
		return false;
	return task_actor_reaches(c, kind, scope->unit, role_out, out);
}

/* A head does without what is optional; what the authority insists on, the agency silences. */
static bool may_silence(const struct task_case *c, enum dd_command_kind kind,
			const Dondoc__V1__SetSilence *said, struct task_outcome *out)
{
	enum dd_person_role role;
	struct task_scope scope;

	if (!task_scope_known(c, said->scope, &scope, out) ||
	    !silence_reaches(c, kind, &scope, &role, out))
		return false;
	memcpy(out->unit, scope.unit, sizeof(out->unit));
	if (role != DD_PERSON_HEAD ||
	    (said->rule[0] != '\0' && task_rule_optional(c, said->rule, said->scope)) ||
	    task_actor_is(c, DD_PERSON_AGENCY,
			  scope.assigner[0] != '\0' ? scope.assigner : scope.unit))
		return true;
	return task_refused(out, REFUSAL(RULE), "rule", "optional");
}

/* Those that are over have no place to take. */
static bool silences_have_room(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SilenceList *list = view_silences(c->view, true);
	size_t count = 0;

	for (size_t i = 0; list != NULL && i < list->n_rows; i++)
		count += view_silence_last_day(list->rows[i]) >= task_today(c);
	dondoc__v1__silence_list__free_unpacked(list, NULL);
	return count < VIEW_SILENCES_MAX ||
	       task_refused(out, REFUSAL(TOO_LARGE), "silences", "1000");
}

void task_rule_set_silence(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SilenceSet event = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__SetSilence said = *c->body->set_silence;
	const int32_t today = task_today(c);

	if (said.scope == NULL) {
		task_refuse(out, REFUSAL(MISSING), "scope", NULL, NULL);
		return;
	}
	if (said.rule[0] != '\0' && !task_rule_known(c, said.rule, out))
		return;
	if (!may_silence(c, DD_COMMAND_SET_SILENCE, &said, out) ||
	    !task_reason_given(out, "reason", said.reason) || !silences_have_room(c, out))
		return;
	if (said.from_day == 0)
		said.from_day = today;
	if (said.until_day == 0) {
		task_refuse(out, REFUSAL(MISSING), "until_day", NULL, NULL);
		return;
	}
	if (!task_day_within(out, "from_day", said.from_day, today, today + YEAR_DAYS) ||
	    !task_day_within(out, "until_day", said.until_day, said.from_day, today + YEAR_DAYS))
		return;
	event.said = &said;
	task_effect_add(out, EVENT(SILENCE_SET), 0, out->unit, NULL, &event.base);
}

void task_rule_end_silence(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SilenceEnded event = DONDOC__V1__SILENCE_ENDED__INIT;
	const Dondoc__V1__EndSilence *cmd = c->body->end_silence;
	Dondoc__V1__SilenceRow *row = view_silence(c->view, true, cmd->silence);
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, cmd->silence);
	if (row == NULL)
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "silence", number, NULL);
	else if (row->ended_day != 0 || view_silence_last_day(row) < task_today(c))
		task_refuse(out, REFUSAL(NOTHING_TO_DO), number, NULL, NULL);
	else if (may_silence(c, DD_COMMAND_END_SILENCE, row->said, out) &&
		 task_note_fits(out, "reason", cmd->reason)) {
		event.said = c->body->end_silence;
		event.day = task_today(c);
		task_effect_add(out, EVENT(SILENCE_ENDED), 0, out->unit, NULL, &event.base);
	}
	dondoc__v1__silence_row__free_unpacked(row, NULL);
}

/* --- days promised --------------------------------------------------------------------------- */

/* While there is work to be done; a day after the due day is what it is for. */
static bool promise_fits(const struct task_case *c, const Dondoc__V1__PromiseDay *said,
			 struct task_outcome *out)
{
	const enum dd_task_state state = (enum dd_task_state)out->task.state;
	const int32_t today = task_today(c);

	if (state != DD_TASK_ASSIGNED && state != DD_TASK_IN_PROGRESS && state != DD_TASK_RETURNED)
		return task_refused(out, REFUSAL(STATE), dd_task_state_name(state), "promise");
	if (said->day == 0)
		return task_refused(out, REFUSAL(MISSING), "day", NULL);
	return task_note_fits(out, "note", said->note) &&
	       task_day_within(out, "day", said->day, today + 1, today + YEAR_DAYS);
}

void task_rule_promise_day(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__DayPromised event = DONDOC__V1__DAY_PROMISED__INIT;
	Dondoc__V1__PromiseDay *cmd = c->body->promise_day;

	if (!task_find(c, cmd->task, DD_COMMAND_PROMISE_DAY, "promise", out) ||
	    !promise_fits(c, cmd, out))
		return;
	event.said = cmd;
	task_say(out, EVENT(DAY_PROMISED), NULL, &event.base);
}

/* --- "this reminder is not right" ------------------------------------------------------------ */

/* The plan of the digest lies in the log. */
static bool digest_tells(const struct task_case *c, uint64_t planned,
			 const Dondoc__V1__DisputeReminder *said)
{
	Dondoc__V1__DigestPlanned *event = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	bool tells = false;

	if (c->log != NULL && dd_eventlog_get(c->log, planned, &frame, &record, &err) == DD_OK &&
	    record.kind == DD_RECORD_FULL)
		event = dondoc__v1__digest_planned__unpack(NULL, record.body_len, record.body);
	for (size_t i = 0; event != NULL && event->plan != NULL && i < event->plan->n_intents; i++)
		tells = tells || (event->plan->intents[i]->task == said->task &&
				  strcmp(event->plan->intents[i]->rule, said->rule) == 0);
	dondoc__v1__digest_planned__free_unpacked(event, NULL);
	dd_buf_fini(&frame);
	return tells;
}

static bool same_person(const struct task_case *c, const uint8_t person[16])
{
	const Dondoc__V1__Actor *actor = c->body->actor;

	return actor != NULL && actor->person.len == 16 &&
	       memcmp(actor->person.data, person, 16) == 0;
}

/* Whoever was told it answers: the unit, or the person whose copy it was. */
static bool was_told(const struct task_case *c, const Dondoc__V1__DisputeReminder *said,
		     struct task_outcome *out)
{
	struct view_digest digest;
	char hex[2 * DD_HASH_LEN + 1];

	if (said->digest.len != DD_HASH_LEN)
		return task_refused(out, REFUSAL(MISSING), "digest", NULL);
	if (view_digest(c->view, true, said->digest.data, &digest) != DD_OK ||
	    digest.handed_us == 0 || digest.state == DONDOC__V1__DIGEST_STATE__DIGEST_DROPPED ||
	    !digest_tells(c, digest.planned_sequence, said))
		return task_refused(out, REFUSAL(NOT_TOLD),
				    dd_hex(said->digest.data, DD_HASH_LEN, hex), NULL);
	if (strcmp(task_acting_unit(c), digest.unit) == 0 || same_person(c, digest.person))
		return true;
	return task_refused(out, REFUSAL(NOT_PERMITTED),
			    task_acting_unit(c)[0] != '\0' ? task_acting_unit(c) : "-", "dispute");
}

static bool cause_fits(const Dondoc__V1__DisputeReminder *said, struct task_outcome *out)
{
	if ((unsigned)said->cause == 0 || (unsigned)said->cause >= VIEW_CAUSES)
		return task_refused(out, REFUSAL(MISSING), "cause", NULL);
	if (said->cause == DONDOC__V1__DISPUTE_CAUSE__DISPUTE_OTHER)
		return task_reason_given(out, "note", said->note);
	return task_note_fits(out, "note", said->note);
}

void task_rule_dispute_reminder(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__ReminderDisputed event = DONDOC__V1__REMINDER_DISPUTED__INIT;
	Dondoc__V1__DisputeReminder *cmd = c->body->dispute_reminder;
	const char *unit = task_acting_unit(c);
	struct view_task task;

	if (!cause_fits(cmd, out) || !was_told(c, cmd, out))
		return;
	event.said = cmd;
	/* What a unit is told of itself or of a plan is about no task. */
	if (view_task(c->view, true, cmd->task, &task) != DD_OK) {
		task_effect_add(out, EVENT(REMINDER_DISPUTED), 0, unit, NULL, &event.base);
		return;
	}
	task_effect_add(out, EVENT(REMINDER_DISPUTED), task.id, task.lead_unit,
			strcmp(unit, task.lead_unit) != 0 ? unit : NULL, &event.base);
}

/* --- what a reader turns off ----------------------------------------------------------------- */

/* For himself, or with a role for his unit. */
static bool reader_fits(const struct task_case *c, const Dondoc__V1__SetSubscription *said,
			struct task_outcome *out)
{
	const char *unit = task_acting_unit(c);

	if (said->person.len != 0 && said->person.len != 16)
		return task_refused(out, REFUSAL(RANGE), "person", "16 bytes");
	if (strcmp(unit, said->unit) != 0 ||
	    (said->person.len == 16 && c->who->cls != DD_PRINCIPAL_OPERATOR &&
	     !same_person(c, said->person.data)))
		return task_refused(out, REFUSAL(NOT_PERMITTED), unit[0] != '\0' ? unit : "-",
				    "subscribe");
	return said->person.len == 16 || task_actor_for_unit(c, DD_COMMAND_SET_SUBSCRIPTION, out);
}

void task_rule_set_subscription(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SubscriptionSet event = DONDOC__V1__SUBSCRIPTION_SET__INIT;
	Dondoc__V1__SetSubscription *cmd = c->body->set_subscription;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;

	scope.unit = cmd->unit;
	if (!task_unit_known(c, cmd->unit, out) || !reader_fits(c, cmd, out) ||
	    !task_rule_known(c, cmd->rule, out))
		return;
	if (cmd->off && !task_rule_optional(c, cmd->rule, &scope)) {
		task_refuse(out, REFUSAL(RULE), "rule", "optional", NULL);
		return;
	}
	event.said = cmd;
	task_effect_add(out, EVENT(SUBSCRIPTION_SET), 0, cmd->unit, NULL, &event.base);
}
