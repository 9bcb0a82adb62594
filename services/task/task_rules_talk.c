/* task_rules_talk.c - comments. */
#include "services/task/task_life.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>

#define MENTIONS_MAX 32u
#define PERSON_LEN   16u

static bool mentions_fit(const struct task_case *c, const Dondoc__V1__Comment *cmd,
			 struct task_outcome *out)
{
	char limit[16];

	if (cmd->n_mention_units > MENTIONS_MAX || cmd->n_mention_persons > MENTIONS_MAX) {
		snprintf(limit, sizeof(limit), "%u", MENTIONS_MAX);
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "mention", limit,
			    NULL);
		return false;
	}
	for (size_t i = 0; i < cmd->n_mention_units; i++) {
		if (!task_unit_lives(c, cmd->mention_units[i], out))
			return false;
	}
	for (size_t i = 0; i < cmd->n_mention_persons; i++) {
		if (cmd->mention_persons[i].len == PERSON_LEN)
			continue;
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, "mention_persons", NULL,
			    NULL);
		return false;
	}
	return true;
}

static bool replies_to_one(const struct task_case *c, const Dondoc__V1__Comment *cmd,
			   struct task_outcome *out)
{
	struct dd_key key;
	struct dd_val val;

	view_key_talk(&key, cmd->task, cmd->reply_to);
	if (cmd->reply_to == 0 || view_get(c->view, true, &key, &val) == DD_OK)
		return true;
	task_refuse_entry(out, "comment", cmd->reply_to);
	return false;
}

void task_rule_comment(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__Commented event = DONDOC__V1__COMMENTED__INIT;
	Dondoc__V1__Comment *cmd = c->body->comment;

	if (!task_open(c, cmd->task, DD_COMMAND_COMMENT, DD_ACT_COMMENT, out))
		return;
	if (task_text_empty(cmd->text)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "text", NULL, NULL);
		return;
	}
	if (!task_note_fits(out, "text", cmd->text) || !mentions_fit(c, cmd, out) ||
	    !replies_to_one(c, cmd, out))
		return;
	event.said = cmd;
	/* The first unit named reads it at its office too. */
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_COMMENTED,
		 cmd->n_mention_units > 0 ? cmd->mention_units[0] : NULL, &event.base);
}
