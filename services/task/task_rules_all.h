/* task_rules_all.h - every rule by its command, one function each; the table is in task_rules.c. */
#ifndef TASK_RULES_ALL_H
#define TASK_RULES_ALL_H

#include "services/task/task_rules.h"

/* Each looks at c->body and fills *out, which is empty, with events or a refusal. */
typedef void task_rule_fn(const struct task_case *c, struct task_outcome *out);

/* task_rules_work.c and task_rules_notice.c */
task_rule_fn task_rule_report, task_rule_request_completion, task_rule_decide_completion,
	task_rule_request_extension, task_rule_decide_extension, task_rule_assign,
	task_rule_confirm_clock, task_rule_withdrawn;

/* task_rules_work.c */
task_rule_fn task_rule_report_unchanged, task_rule_report_product, task_rule_receive_task;

/* task_rules_life.c */
task_rule_fn task_rule_request_refusal, task_rule_decide_refusal, task_rule_request_transfer,
	task_rule_decide_transfer, task_rule_pause_task, task_rule_resume_task,
	task_rule_cancel_task, task_rule_remove_task, task_rule_pass_on;

/* task_rules_correct.c */
task_rule_fn task_rule_withdraw_entry, task_rule_replace_update, task_rule_take_back,
	task_rule_undo_group, task_rule_resolve_conflict;

/* task_rules_many.c */
task_rule_fn task_rule_change_many;

/* task_rules_explain.c */
task_rule_fn task_rule_explain_delay, task_rule_decide_explanation;

/* task_rules_ask.c */
task_rule_fn task_rule_ask_unit, task_rule_answer_ask, task_rule_close_ask;

/* task_rules_talk.c */
task_rule_fn task_rule_comment;

/* task_rules_plan.c */
task_rule_fn task_rule_set_plan, task_rule_place_plan, task_rule_set_label, task_rule_set_area,
	task_rule_save_filter, task_rule_freeze_baseline;

/* task_rules_add.c */
task_rule_fn task_rule_add_task, task_rule_change_task, task_rule_record_occurrence,
	task_rule_set_dependency, task_rule_make_instances;

/* task_rules_publish.c */
task_rule_fn task_rule_publish_plan, task_rule_acknowledge_plan;

/* task_rules_indicator.c */
task_rule_fn task_rule_set_indicator, task_rule_measure_indicator;

/* task_rules_year.c */
task_rule_fn task_rule_decide_year_end, task_rule_close_plan, task_rule_draft_plan;

/* task_rules_setting.c */
task_rule_fn task_rule_set_settings;

/* task_rules_units.c */
task_rule_fn task_rule_set_unit, task_rule_set_alias, task_rule_change_units,
	task_rule_withdraw_units_change, task_rule_set_charge, task_rule_effect_units_change;

/* task_rules_people.c */
task_rule_fn task_rule_grant_role, task_rule_revoke_role, task_rule_set_deputy,
	task_rule_hand_over_work;

/* task_rules_outgoing.c */
task_rule_fn task_rule_decide_outgoing;

/* task_rules_evidence.c */
task_rule_fn task_rule_attach_file, task_rule_detach_file, task_rule_order_destruction,
	task_rule_confirm_destruction, task_rule_file_came, task_rule_destruction_run;

/* task_rules_backup.c */
task_rule_fn task_rule_cover_backup, task_rule_release_restore;

/* task_rules_remind.c */
task_rule_fn task_rule_set_reminder_rule, task_rule_start_reminders;

/* task_rules_silence.c */
task_rule_fn task_rule_set_silence, task_rule_end_silence, task_rule_promise_day,
	task_rule_dispute_reminder, task_rule_set_subscription;

/* task_rules_release.c */
task_rule_fn task_rule_release_digest;

/* task_rules_told.c */
task_rule_fn task_rule_record_told;

/* task_rules_office.c */
task_rule_fn task_rule_invite_office, task_rule_join_office, task_rule_revoke_office,
	task_rule_rotate_office_key;

#endif
