/* task_rules_ask.c - asking another unit, with a date of its own: its delay is not the lead's. */
#include "services/task/task_life.h"
#include "services/task/task_rules_all.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"

#define DAYS_MAX (30 * 366)

/* The asked unit reads the event but not the task: the question says what it is about. */
static char *with_code(const char *plan, const char *code, const char *what)
{
	struct dd_buf words = {0};
	char *text;

	dd_buf_printf(&words, "%s/%s: %s", plan, code, what);
	text = dd_strdup(dd_buf_cstr(&words));
	dd_buf_fini(&words);
	return text;
}

void task_rule_ask_unit(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__UnitAsked event = DONDOC__V1__UNIT_ASKED__INIT;
	Dondoc__V1__AskUnit said = *c->body->ask_unit;
	Dondoc__V1__TaskFields *content;
	int32_t today = task_today(c);

	if (!task_open(c, said.task, DD_COMMAND_ASK_UNIT, DD_ACT_ASK_UNIT, out) ||
	    !task_unit_lives(c, said.unit, out))
		return;
	if (strcmp(said.unit, task_acting_unit(c)) == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO, said.unit, NULL,
			    NULL);
		return;
	}
	if (!task_day_within(out, "due_day", said.due_day, today, today + DAYS_MAX) ||
	    !task_reason_given(out, "what", said.what))
		return;
	content = task_content(c, out->task.id);
	if (content != NULL)
		event.code = content->code;
	event.plan = out->task.plan;
	said.what = with_code(event.plan, event.code, said.what);
	event.said = &said;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ASKED, said.unit, &event.base);
	free(said.what);
	dondoc__v1__task_fields__free_unpacked(content, NULL);
}

/* Find the question; the task at hand is its. */
static bool find_ask(const struct task_case *c, uint64_t number, struct view_ask *ask,
		     struct task_outcome *out)
{
	if (view_ask_get(c->view, true, out->task.id, number, ask) == DD_OK)
		return true;
	task_refuse_entry(out, "ask", number);
	return false;
}

/* A question is answered by the unit asked, and closed by the one that asked. */
static bool is_acting(const struct task_case *c, const char *unit, enum dd_task_action action,
		      struct task_outcome *out)
{
	const char *acting = task_acting_unit(c);

	if (strcmp(acting, unit) == 0)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
		    acting[0] != '\0' ? acting : "-", dd_task_action_name(action), NULL);
	return false;
}

void task_rule_answer_ask(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__AskAnswered event = DONDOC__V1__ASK_ANSWERED__INIT;
	Dondoc__V1__AnswerAsk *cmd = c->body->answer_ask;
	struct view_ask ask;

	if (!task_open(c, cmd->task, DD_COMMAND_ANSWER_ASK, DD_ACT_ANSWER, out) ||
	    !find_ask(c, cmd->ask, &ask, out) || !is_acting(c, ask.unit, DD_ACT_ANSWER, out))
		return;
	if (ask.state != DONDOC__V1__ASK_STATE__ASK_OPEN) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_REQUEST, NULL, NULL, NULL);
		return;
	}
	if (!task_document_named(cmd->document) && !task_reason_given(out, "note", cmd->note))
		return;
	if (!task_note_fits(out, "note", cmd->note) ||
	    !task_files_known(c, cmd->files, cmd->n_files, out))
		return;
	event.said = cmd;
	event.day = task_today(c);
	event.days_late = event.day > ask.due_day ? (uint32_t)(event.day - ask.due_day) : 0;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_ASK_ANSWERED, ask.unit, &event.base);
}

/* Closing what was not answered takes the question back. */
void task_rule_close_ask(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__AskClosed event = DONDOC__V1__ASK_CLOSED__INIT;
	Dondoc__V1__CloseAsk *cmd = c->body->close_ask;
	struct view_ask ask;

	if (!task_open(c, cmd->task, DD_COMMAND_CLOSE_ASK, DD_ACT_CLOSE_ASK, out) ||
	    !find_ask(c, cmd->ask, &ask, out) || !is_acting(c, ask.asker, DD_ACT_CLOSE_ASK, out))
		return;
	if (ask.state > DONDOC__V1__ASK_STATE__ASK_ANSWERED ||
	    (cmd->satisfied && ask.state != DONDOC__V1__ASK_STATE__ASK_ANSWERED)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_REQUEST, NULL, NULL, NULL);
		return;
	}
	if (!cmd->satisfied && !task_reason_given(out, "reason", cmd->reason))
		return;
	if (cmd->satisfied)
		event.state = DONDOC__V1__ASK_STATE__ASK_CLOSED;
	else if (ask.state == DONDOC__V1__ASK_STATE__ASK_ANSWERED)
		event.state = DONDOC__V1__ASK_STATE__ASK_OPEN;
	else
		event.state = DONDOC__V1__ASK_STATE__ASK_WITHDRAWN;
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_ASK_CLOSED, ask.unit, &event.base);
}
