/* task_rules.c - the table of rules: who may do what to a task, when, and what follows. */
#include "services/task/task_rules.h"

#include <string.h>

#include "services/task/task_actor.h"
#include "services/task/task_outgoing.h"
#include "services/task/task_rules_all.h"
#include "services/task/task_rules_notice.h"
#include "services/task/task_sheet.h"

_Static_assert((int)DD_COMMAND_REPORT == (int)DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS,
	       "kinds");
_Static_assert((int)DD_COMMAND_REQUEST_COMPLETION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION,
	       "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_COMPLETION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION,
	       "kinds");
_Static_assert((int)DD_COMMAND_REQUEST_EXTENSION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION,
	       "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_EXTENSION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXTENSION,
	       "kinds");
_Static_assert((int)DD_COMMAND_ASSIGN == (int)DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_IMPORT_PLAN == (int)DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN,
	       "kinds");
_Static_assert((int)DD_COMMAND_IMPORT_CALENDAR ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR,
	       "kinds");
_Static_assert((int)DD_COMMAND_CONFIRM_CLOCK == (int)DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK,
	       "kinds");
_Static_assert((int)DD_COMMAND_TAKE_LEASE == (int)DONDOC__V1__COMMAND_BODY__ACTION_TAKE_LEASE,
	       "kinds");
_Static_assert((int)DD_COMMAND_PLAN_DIGEST == (int)DONDOC__V1__COMMAND_BODY__ACTION_PLAN_DIGEST,
	       "kinds");
_Static_assert((int)DD_COMMAND_HAND_OVER == (int)DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER_DIGEST,
	       "kinds");
_Static_assert((int)DD_COMMAND_SETTLE == (int)DONDOC__V1__COMMAND_BODY__ACTION_SETTLE_DIGEST,
	       "kinds");
_Static_assert((int)DD_COMMAND_ISSUE_REPORT == (int)DONDOC__V1__COMMAND_BODY__ACTION_ISSUE_REPORT,
	       "kinds");
_Static_assert((int)DD_COMMAND_RECEIVE_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_RECEIVE_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_REQUEST_REFUSAL ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_REFUSAL,
	       "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_REFUSAL ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_REFUSAL,
	       "kinds");
_Static_assert((int)DD_COMMAND_REQUEST_TRANSFER ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_TRANSFER,
	       "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_TRANSFER ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_TRANSFER,
	       "kinds");
_Static_assert((int)DD_COMMAND_PAUSE_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_PAUSE_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_RESUME_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_RESUME_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_CANCEL_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_CANCEL_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_REMOVE_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_REMOVE_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_WITHDRAW_ENTRY ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_ENTRY,
	       "kinds");
_Static_assert((int)DD_COMMAND_REPLACE_UPDATE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REPLACE_UPDATE,
	       "kinds");
_Static_assert((int)DD_COMMAND_TAKE_BACK == (int)DONDOC__V1__COMMAND_BODY__ACTION_TAKE_BACK,
	       "kinds");
_Static_assert((int)DD_COMMAND_UNDO_GROUP == (int)DONDOC__V1__COMMAND_BODY__ACTION_UNDO_GROUP,
	       "kinds");
_Static_assert((int)DD_COMMAND_RESOLVE_CONFLICT ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_RESOLVE_CONFLICT,
	       "kinds");
_Static_assert((int)DD_COMMAND_PASS_ON == (int)DONDOC__V1__COMMAND_BODY__ACTION_PASS_ON, "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_OUTGOING ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_OUTGOING,
	       "kinds");
_Static_assert((int)DD_COMMAND_REPORT_UNCHANGED ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REPORT_UNCHANGED,
	       "kinds");
_Static_assert((int)DD_COMMAND_REPORT_PRODUCT ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PRODUCT,
	       "kinds");
_Static_assert((int)DD_COMMAND_EXPLAIN_DELAY == (int)DONDOC__V1__COMMAND_BODY__ACTION_EXPLAIN_DELAY,
	       "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_EXPLANATION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXPLANATION,
	       "kinds");
_Static_assert((int)DD_COMMAND_ASK_UNIT == (int)DONDOC__V1__COMMAND_BODY__ACTION_ASK_UNIT, "kinds");
_Static_assert((int)DD_COMMAND_ANSWER_ASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_ANSWER_ASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_CLOSE_ASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_CLOSE_ASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_COMMENT == (int)DONDOC__V1__COMMAND_BODY__ACTION_COMMENT, "kinds");
_Static_assert((int)DD_COMMAND_CHANGE_MANY == (int)DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_MANY,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_PLAN == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_PLAN, "kinds");
_Static_assert((int)DD_COMMAND_PUBLISH_PLAN == (int)DONDOC__V1__COMMAND_BODY__ACTION_PUBLISH_PLAN,
	       "kinds");
_Static_assert((int)DD_COMMAND_ACKNOWLEDGE_PLAN ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_ACKNOWLEDGE_PLAN,
	       "kinds");
_Static_assert((int)DD_COMMAND_ADD_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_ADD_TASK, "kinds");
_Static_assert((int)DD_COMMAND_CHANGE_TASK == (int)DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_TASK,
	       "kinds");
_Static_assert((int)DD_COMMAND_PLACE_PLAN == (int)DONDOC__V1__COMMAND_BODY__ACTION_PLACE_PLAN,
	       "kinds");
_Static_assert((int)DD_COMMAND_RECORD_OCCURRENCE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_RECORD_OCCURRENCE,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_DEPENDENCY ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_DEPENDENCY,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_INDICATOR == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_INDICATOR,
	       "kinds");
_Static_assert((int)DD_COMMAND_MEASURE_INDICATOR ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_MEASURE_INDICATOR,
	       "kinds");
_Static_assert((int)DD_COMMAND_FREEZE_BASELINE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_FREEZE_BASELINE,
	       "kinds");
_Static_assert((int)DD_COMMAND_SAVE_FILTER == (int)DONDOC__V1__COMMAND_BODY__ACTION_SAVE_FILTER,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_LABEL == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_LABEL,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_AREA == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_AREA, "kinds");
_Static_assert((int)DD_COMMAND_SET_SETTINGS == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_SETTINGS,
	       "kinds");
_Static_assert((int)DD_COMMAND_DECIDE_YEAR_END ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_YEAR_END,
	       "kinds");
_Static_assert((int)DD_COMMAND_CLOSE_PLAN == (int)DONDOC__V1__COMMAND_BODY__ACTION_CLOSE_PLAN,
	       "kinds");
_Static_assert((int)DD_COMMAND_DRAFT_PLAN == (int)DONDOC__V1__COMMAND_BODY__ACTION_DRAFT_PLAN,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_UNIT == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_UNIT, "kinds");
_Static_assert((int)DD_COMMAND_SET_ALIAS == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_ALIAS,
	       "kinds");
_Static_assert((int)DD_COMMAND_CHANGE_UNITS == (int)DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_UNITS,
	       "kinds");
_Static_assert((int)DD_COMMAND_WITHDRAW_UNITS_CHANGE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_UNITS_CHANGE,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_CHARGE == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_CHARGE,
	       "kinds");
_Static_assert((int)DD_COMMAND_GRANT_ROLE == (int)DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE,
	       "kinds");
_Static_assert((int)DD_COMMAND_REVOKE_ROLE == (int)DONDOC__V1__COMMAND_BODY__ACTION_REVOKE_ROLE,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_DEPUTY == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_DEPUTY,
	       "kinds");
_Static_assert((int)DD_COMMAND_HAND_OVER_WORK == (int)DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER,
	       "kinds");
_Static_assert((int)DD_COMMAND_ATTACH_FILE == (int)DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE,
	       "kinds");
_Static_assert((int)DD_COMMAND_DETACH_FILE == (int)DONDOC__V1__COMMAND_BODY__ACTION_DETACH_FILE,
	       "kinds");
_Static_assert((int)DD_COMMAND_ORDER_DESTRUCTION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_ORDER_DESTRUCTION,
	       "kinds");
_Static_assert((int)DD_COMMAND_CONFIRM_DESTRUCTION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_DESTRUCTION,
	       "kinds");
_Static_assert((int)DD_COMMAND_COVER_BACKUP == (int)DONDOC__V1__COMMAND_BODY__ACTION_COVER_BACKUP,
	       "kinds");
_Static_assert((int)DD_COMMAND_RELEASE_RESTORE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_RESTORE,
	       "kinds");
_Static_assert((int)DD_COMMAND_MAKE_INSTANCES ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_MAKE_INSTANCES,
	       "kinds");
_Static_assert((int)DD_COMMAND_EFFECT_UNITS_CHANGE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_EFFECT_UNITS_CHANGE,
	       "kinds");
_Static_assert((int)DD_COMMAND_FILE_CAME == (int)DONDOC__V1__COMMAND_BODY__ACTION_FILE_CAME,
	       "kinds");
_Static_assert((int)DD_COMMAND_DESTRUCTION_RUN ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DESTRUCTION_RUN,
	       "kinds");

_Static_assert((int)DD_COMMAND_INVITE_OFFICE == (int)DONDOC__V1__COMMAND_BODY__ACTION_INVITE_OFFICE,
	       "kinds");
_Static_assert((int)DD_COMMAND_JOIN_OFFICE == (int)DONDOC__V1__COMMAND_BODY__ACTION_JOIN_OFFICE,
	       "kinds");
_Static_assert((int)DD_COMMAND_REVOKE_OFFICE == (int)DONDOC__V1__COMMAND_BODY__ACTION_REVOKE_OFFICE,
	       "kinds");
_Static_assert((int)DD_COMMAND_ROTATE_OFFICE_KEY ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_ROTATE_OFFICE_KEY,
	       "kinds");

_Static_assert((int)DD_COMMAND_SET_REMINDER_RULE ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_REMINDER_RULE,
	       "kinds");
_Static_assert((int)DD_COMMAND_START_REMINDERS ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_START_REMINDERS,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_SILENCE == (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_SILENCE,
	       "kinds");
_Static_assert((int)DD_COMMAND_END_SILENCE == (int)DONDOC__V1__COMMAND_BODY__ACTION_END_SILENCE,
	       "kinds");
_Static_assert((int)DD_COMMAND_PROMISE_DAY == (int)DONDOC__V1__COMMAND_BODY__ACTION_PROMISE_DAY,
	       "kinds");
_Static_assert((int)DD_COMMAND_DISPUTE_REMINDER ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_DISPUTE_REMINDER,
	       "kinds");
_Static_assert((int)DD_COMMAND_RELEASE_DIGEST ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_DIGEST,
	       "kinds");
_Static_assert((int)DD_COMMAND_RECORD_TOLD == (int)DONDOC__V1__COMMAND_BODY__ACTION_RECORD_TOLD,
	       "kinds");
_Static_assert((int)DD_COMMAND_SET_SUBSCRIPTION ==
		       (int)DONDOC__V1__COMMAND_BODY__ACTION_SET_SUBSCRIPTION,
	       "kinds");

/* `wants_all`: the rule walks lists, and these are LMDB's: everything before it must be there. */
static const struct {
	task_rule_fn *rule;
	bool wants_all;
} rules[DD_COMMAND_KIND_COUNT] = {
	[DD_COMMAND_WITHDRAWN] = {task_rule_withdrawn, false},
	[DD_COMMAND_REPORT] = {task_rule_report, false},
	[DD_COMMAND_REQUEST_COMPLETION] = {task_rule_request_completion, false},
	[DD_COMMAND_DECIDE_COMPLETION] = {task_rule_decide_completion, false},
	[DD_COMMAND_REQUEST_EXTENSION] = {task_rule_request_extension, false},
	[DD_COMMAND_DECIDE_EXTENSION] = {task_rule_decide_extension, false},
	[DD_COMMAND_ASSIGN] = {task_rule_assign, false},
	[DD_COMMAND_CONFIRM_CLOCK] = {task_rule_confirm_clock, false},
	[DD_COMMAND_TAKE_LEASE] = {task_rule_take_lease, false},
	[DD_COMMAND_PLAN_DIGEST] = {task_rule_plan_digest, false},
	[DD_COMMAND_HAND_OVER] = {task_rule_hand_over, false},
	[DD_COMMAND_SETTLE] = {task_rule_settle, false},
	[DD_COMMAND_ISSUE_REPORT] = {task_rule_issue_report, false},
	[DD_COMMAND_RECEIVE_TASK] = {task_rule_receive_task, false},
	[DD_COMMAND_REQUEST_REFUSAL] = {task_rule_request_refusal, false},
	[DD_COMMAND_DECIDE_REFUSAL] = {task_rule_decide_refusal, false},
	[DD_COMMAND_REQUEST_TRANSFER] = {task_rule_request_transfer, false},
	[DD_COMMAND_DECIDE_TRANSFER] = {task_rule_decide_transfer, false},
	[DD_COMMAND_PAUSE_TASK] = {task_rule_pause_task, false},
	[DD_COMMAND_RESUME_TASK] = {task_rule_resume_task, false},
	[DD_COMMAND_CANCEL_TASK] = {task_rule_cancel_task, false},
	[DD_COMMAND_REMOVE_TASK] = {task_rule_remove_task, true},
	[DD_COMMAND_WITHDRAW_ENTRY] = {task_rule_withdraw_entry, false},
	[DD_COMMAND_REPLACE_UPDATE] = {task_rule_replace_update, false},
	[DD_COMMAND_TAKE_BACK] = {task_rule_take_back, false},
	[DD_COMMAND_UNDO_GROUP] = {task_rule_undo_group, true},
	[DD_COMMAND_RESOLVE_CONFLICT] = {task_rule_resolve_conflict, false},
	[DD_COMMAND_PASS_ON] = {task_rule_pass_on, false},
	[DD_COMMAND_DECIDE_OUTGOING] = {task_rule_decide_outgoing, false},
	[DD_COMMAND_REPORT_UNCHANGED] = {task_rule_report_unchanged, false},
	[DD_COMMAND_REPORT_PRODUCT] = {task_rule_report_product, false},
	[DD_COMMAND_EXPLAIN_DELAY] = {task_rule_explain_delay, false},
	[DD_COMMAND_DECIDE_EXPLANATION] = {task_rule_decide_explanation, false},
	[DD_COMMAND_ASK_UNIT] = {task_rule_ask_unit, false},
	[DD_COMMAND_ANSWER_ASK] = {task_rule_answer_ask, false},
	[DD_COMMAND_CLOSE_ASK] = {task_rule_close_ask, false},
	[DD_COMMAND_COMMENT] = {task_rule_comment, false},
	[DD_COMMAND_CHANGE_MANY] = {task_rule_change_many, false},
	[DD_COMMAND_SET_PLAN] = {task_rule_set_plan, false},
	[DD_COMMAND_PUBLISH_PLAN] = {task_rule_publish_plan, true},
	[DD_COMMAND_ACKNOWLEDGE_PLAN] = {task_rule_acknowledge_plan, false},
	[DD_COMMAND_ADD_TASK] = {task_rule_add_task, true},
	[DD_COMMAND_CHANGE_TASK] = {task_rule_change_task, false},
	[DD_COMMAND_PLACE_PLAN] = {task_rule_place_plan, false},
	[DD_COMMAND_RECORD_OCCURRENCE] = {task_rule_record_occurrence, true},
	[DD_COMMAND_SET_DEPENDENCY] = {task_rule_set_dependency, true},
	[DD_COMMAND_SET_INDICATOR] = {task_rule_set_indicator, false},
	[DD_COMMAND_MEASURE_INDICATOR] = {task_rule_measure_indicator, false},
	[DD_COMMAND_FREEZE_BASELINE] = {task_rule_freeze_baseline, true},
	[DD_COMMAND_SAVE_FILTER] = {task_rule_save_filter, false},
	[DD_COMMAND_SET_LABEL] = {task_rule_set_label, false},
	[DD_COMMAND_SET_AREA] = {task_rule_set_area, false},
	[DD_COMMAND_SET_SETTINGS] = {task_rule_set_settings, false},
	[DD_COMMAND_DECIDE_YEAR_END] = {task_rule_decide_year_end, true},
	[DD_COMMAND_CLOSE_PLAN] = {task_rule_close_plan, true},
	[DD_COMMAND_DRAFT_PLAN] = {task_rule_draft_plan, true},
	[DD_COMMAND_SET_UNIT] = {task_rule_set_unit, false},
	[DD_COMMAND_SET_ALIAS] = {task_rule_set_alias, false},
	[DD_COMMAND_CHANGE_UNITS] = {task_rule_change_units, true},
	[DD_COMMAND_WITHDRAW_UNITS_CHANGE] = {task_rule_withdraw_units_change, true},
	[DD_COMMAND_SET_CHARGE] = {task_rule_set_charge, false},
	[DD_COMMAND_GRANT_ROLE] = {task_rule_grant_role, false},
	[DD_COMMAND_REVOKE_ROLE] = {task_rule_revoke_role, false},
	[DD_COMMAND_SET_DEPUTY] = {task_rule_set_deputy, false},
	[DD_COMMAND_HAND_OVER_WORK] = {task_rule_hand_over_work, true},
	[DD_COMMAND_ATTACH_FILE] = {task_rule_attach_file, false},
	[DD_COMMAND_DETACH_FILE] = {task_rule_detach_file, false},
	[DD_COMMAND_ORDER_DESTRUCTION] = {task_rule_order_destruction, true},
	[DD_COMMAND_CONFIRM_DESTRUCTION] = {task_rule_confirm_destruction, true},
	[DD_COMMAND_COVER_BACKUP] = {task_rule_cover_backup, false},
	[DD_COMMAND_RELEASE_RESTORE] = {task_rule_release_restore, false},
	[DD_COMMAND_MAKE_INSTANCES] = {task_rule_make_instances, false},
	[DD_COMMAND_EFFECT_UNITS_CHANGE] = {task_rule_effect_units_change, true},
	[DD_COMMAND_FILE_CAME] = {task_rule_file_came, false},
	[DD_COMMAND_DESTRUCTION_RUN] = {task_rule_destruction_run, true},
	[DD_COMMAND_INVITE_OFFICE] = {task_rule_invite_office, false},
	[DD_COMMAND_JOIN_OFFICE] = {task_rule_join_office, false},
	[DD_COMMAND_REVOKE_OFFICE] = {task_rule_revoke_office, false},
	[DD_COMMAND_ROTATE_OFFICE_KEY] = {task_rule_rotate_office_key, false},
	[DD_COMMAND_SET_REMINDER_RULE] = {task_rule_set_reminder_rule, false},
	[DD_COMMAND_START_REMINDERS] = {task_rule_start_reminders, false},
	[DD_COMMAND_SET_SILENCE] = {task_rule_set_silence, false},
	[DD_COMMAND_END_SILENCE] = {task_rule_end_silence, false},
	[DD_COMMAND_PROMISE_DAY] = {task_rule_promise_day, false},
	[DD_COMMAND_DISPUTE_REMINDER] = {task_rule_dispute_reminder, false},
	[DD_COMMAND_RELEASE_DIGEST] = {task_rule_release_digest, false},
	[DD_COMMAND_RECORD_TOLD] = {task_rule_record_told, false},
	[DD_COMMAND_SET_SUBSCRIPTION] = {task_rule_set_subscription, false},
};

enum dd_command_kind task_rules_kind(const Dondoc__V1__CommandBody *body)
{
	int kind = (int)body->action_case;

	return kind > DD_COMMAND_WITHDRAWN && kind < DD_COMMAND_KIND_COUNT
		       ? (enum dd_command_kind)kind
		       : DD_COMMAND_KIND_COUNT;
}

/* Who sent an entry is asked of the log. */
bool task_rules_want_log(enum dd_command_kind kind)
{
	return kind == DD_COMMAND_WITHDRAW_ENTRY || kind == DD_COMMAND_REPLACE_UPDATE ||
	       kind == DD_COMMAND_DETACH_FILE || kind == DD_COMMAND_DECIDE_OUTGOING ||
	       kind == DD_COMMAND_COVER_BACKUP || kind == DD_COMMAND_DISPUTE_REMINDER;
}

bool task_rules_want_all(enum dd_command_kind kind)
{
	return kind < DD_COMMAND_KIND_COUNT && rules[kind].wants_all;
}

void task_rules_decide(const struct task_case *c, enum dd_command_kind kind,
		       struct task_outcome *out)
{
	out->type = DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN;
	out->subject = 0;
	out->previous = 0;
	out->unit[0] = '\0';
	out->other_unit = NULL;
	out->argument_count = 0;
	out->effects = (struct task_events){0};
	out->group = NULL;
	out->group_plan[0] = '\0';
	out->faults = NULL;
	out->refusal = DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE;
	if (kind >= DD_COMMAND_KIND_COUNT || rules[kind].rule == NULL) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NEWER_CLIENT, NULL, NULL, NULL);
		return;
	}
	/* An office speaks for its own unit only; the unit comes from its key. */
	if (c->who->cls == DD_PRINCIPAL_OFFICE && kind != DD_COMMAND_WITHDRAWN && !c->released &&
	    (c->body->actor == NULL || strcmp(c->body->actor->unit, c->who->unit) != 0)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
			    c->body->actor != NULL ? c->body->actor->unit : "-", c->who->unit,
			    NULL);
		return;
	}
	if (c->body != NULL && !task_documents_fit(c->body, kind, out))
		return;
	if (!task_actor_admits(c, kind, out))
		return;
	if (c->body != NULL && c->body->sheet != NULL && !task_sheet_news(c, out))
		return;
	rules[kind].rule(c, out);
	task_outgoing_hold(c, kind, out);
}
