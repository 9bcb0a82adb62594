/* cli_event_list.h - functions that say an event in words, one each; a block a theme. The tables
 * are cli_events_<theme>.inc: CLI_EVENT(type, name in Vietnamese, in English, function). */
#ifndef DD_SERVICES_CLI_EVENT_LIST_H
#define DD_SERVICES_CLI_EVENT_LIST_H

#include "common/base/buf.h"
#include "services/cli/cli_text.h"
#include <protobuf-c/protobuf-c.h>

/* `body` is the unpacked message of the event's type; appends to `out`, which is empty. */
typedef void cli_describe(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out);

/* Building blocks: ": text" or "text"; ", part" or "part"; " [38/KH-UBND, ...]" or nothing. */
void cli_add_text(struct dd_buf *out, const char *text);
void cli_add_part(struct dd_buf *out, const char *text);
/* " (sheet filled in by: văn thư)", or nothing. In cli_event_life.c. */
void cli_add_filler(enum cli_lang lang, const char *filled_by, struct dd_buf *out);

/* annex */

/* list */

/* plan */
cli_describe cli_on_plan_published, cli_on_plan_acknowledged, cli_on_plan_placed,
	cli_on_plan_closed, cli_on_plan_drafted, cli_on_baseline_frozen, cli_on_occurrence_recorded,
	cli_on_task_dated, cli_on_dependency_set, cli_on_task_carried, cli_on_task_kept,
	cli_on_indicator_set, cli_on_indicator_measured, cli_on_filter_saved, cli_on_label_set,
	cli_on_settings_set;

/* life */
cli_describe cli_on_task_received, cli_on_refusal_requested, cli_on_refusal_decided,
	cli_on_transfer_requested, cli_on_transfer_decided, cli_on_task_paused, cli_on_task_resumed,
	cli_on_task_cancelled, cli_on_task_removed, cli_on_task_passed_on,
	cli_on_unchanged_reported, cli_on_product_reported, cli_on_delay_explained,
	cli_on_explanation_decided, cli_on_unit_asked, cli_on_ask_answered, cli_on_ask_closed,
	cli_on_commented;

/* fix */
cli_describe cli_on_entry_withdrawn, cli_on_update_replaced, cli_on_decision_taken_back,
	cli_on_group_undone, cli_on_conflict_resolved;

/* unit */
cli_describe cli_on_units_change_planned, cli_on_units_change_moves, cli_on_units_change_withdrawn,
	cli_on_units_changed, cli_on_charge_set, cli_on_role_granted, cli_on_role_revoked,
	cli_on_deputy_set, cli_on_handed_over, cli_on_outgoing_held, cli_on_outgoing_decided;

/* evidence */
cli_describe cli_on_file_attached, cli_on_file_arrived, cli_on_file_detached,
	cli_on_destruction_ordered, cli_on_destruction_confirmed, cli_on_destruction_done,
	cli_on_destruction_rest;

/* backup */
cli_describe cli_on_backup_covered, cli_on_restore_released;

/* rules */
cli_describe cli_on_reminder_rule_set, cli_on_reminders_started, cli_on_silence_set,
	cli_on_silence_ended, cli_on_day_promised, cli_on_reminder_disputed,
	cli_on_subscription_set;

/* enrol */
cli_describe cli_on_office_invited, cli_on_office_joined, cli_on_office_key_revoked,
	cli_on_office_key_rotated;

/* told */
cli_describe cli_on_told_by_hand;

/* superior */
cli_describe cli_on_digest_released;

#endif
