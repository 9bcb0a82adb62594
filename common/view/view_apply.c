/* view_apply.c - the one way by which an event changes the view: live, in replay, at an office. */
#include "common/view/view_apply.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_watch.h"
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* `body` NULL = a type we do not know; `apply` NULL = nothing but bookkeeping follows. */
struct rule {
	const ProtobufCMessageDescriptor *body;
	apply_fn *apply;
	bool about_task;
};

static const struct rule rules[] = {
	[TYPE(GENESIS)] = {&dondoc__v1__genesis__descriptor, apply_genesis, false},
	[TYPE(INCARNATION)] = {&dondoc__v1__incarnation__descriptor, apply_incarnation, false},
	[TYPE(COMMAND_REFUSED)] = {&dondoc__v1__command_refused__descriptor, apply_command_refused,
				   false},
	[TYPE(COMMAND_WITHDRAWN)] = {&dondoc__v1__command_withdrawn__descriptor, NULL, false},
	[TYPE(CLOCK_CONFIRMED)] = {&dondoc__v1__clock_confirmed__descriptor, NULL, false},
	[TYPE(UNIT_SET)] = {&dondoc__v1__unit_set__descriptor, apply_unit_set, false},
	[TYPE(UNIT_ALIAS_SET)] = {&dondoc__v1__unit_alias_set__descriptor, apply_unit_alias_set,
				  false},
	[TYPE(AREA_SET)] = {&dondoc__v1__area_set__descriptor, apply_area_set, false},
	[TYPE(CALENDAR_DAY_SET)] = {&dondoc__v1__calendar_day_set__descriptor,
				    apply_calendar_day_set, false},
	[TYPE(PLAN_SET)] = {&dondoc__v1__plan_set__descriptor, apply_plan_set, false},
	[TYPE(TASK_ADDED)] = {&dondoc__v1__task_added__descriptor, apply_task_added, true},
	[TYPE(TASK_CHANGED)] = {&dondoc__v1__task_changed__descriptor, apply_task_changed, true},
	[TYPE(PROGRESS_REPORTED)] = {&dondoc__v1__progress_reported__descriptor,
				     apply_progress_reported, true},
	[TYPE(COMPLETION_REQUESTED)] = {&dondoc__v1__completion_requested__descriptor,
					apply_completion_requested, true},
	[TYPE(COMPLETION_DECIDED)] = {&dondoc__v1__completion_decided__descriptor,
				      apply_completion_decided, true},
	[TYPE(EXTENSION_REQUESTED)] = {&dondoc__v1__extension_requested__descriptor,
				       apply_extension_requested, true},
	[TYPE(EXTENSION_DECIDED)] = {&dondoc__v1__extension_decided__descriptor,
				     apply_extension_decided, true},
	[TYPE(TASK_ASSIGNED)] = {&dondoc__v1__task_assigned__descriptor, apply_task_assigned, true},
	[TYPE(LEASE_TAKEN)] = {&dondoc__v1__lease_taken__descriptor, apply_lease_taken, false},
	[TYPE(DIGEST_PLANNED)] = {&dondoc__v1__digest_planned__descriptor, apply_digest_planned,
				  false},
	[TYPE(DIGEST_HANDING_OVER)] = {&dondoc__v1__digest_handing_over__descriptor,
				       apply_digest_handing_over, false},
	[TYPE(DIGEST_SETTLED)] = {&dondoc__v1__digest_settled__descriptor, apply_digest_settled,
				  false},
	[TYPE(REPORT_ISSUED)] = {&dondoc__v1__report_issued__descriptor, apply_report_issued,
				 false},
	[TYPE(TASK_RECEIVED)] = {&dondoc__v1__task_received__descriptor, apply_task_received, true},
	[TYPE(REFUSAL_REQUESTED)] = {&dondoc__v1__refusal_requested__descriptor,
				     apply_refusal_requested, true},
	[TYPE(REFUSAL_DECIDED)] = {&dondoc__v1__refusal_decided__descriptor, apply_refusal_decided,
				   true},
	[TYPE(TRANSFER_REQUESTED)] = {&dondoc__v1__transfer_requested__descriptor,
				      apply_transfer_requested, true},
	[TYPE(TRANSFER_DECIDED)] = {&dondoc__v1__transfer_decided__descriptor,
				    apply_transfer_decided, true},
	[TYPE(TASK_PAUSED)] = {&dondoc__v1__task_paused__descriptor, apply_task_paused, true},
	[TYPE(TASK_RESUMED)] = {&dondoc__v1__task_resumed__descriptor, apply_task_resumed, true},
	[TYPE(TASK_CANCELLED)] = {&dondoc__v1__task_cancelled__descriptor, apply_task_cancelled,
				  true},
	[TYPE(TASK_REMOVED)] = {&dondoc__v1__task_removed__descriptor, apply_task_removed, true},
	[TYPE(TASK_PASSED_ON)] = {&dondoc__v1__task_passed_on__descriptor, apply_task_passed_on,
				  true},
	[TYPE(UNCHANGED_REPORTED)] = {&dondoc__v1__unchanged_reported__descriptor,
				      apply_unchanged_reported, true},
	[TYPE(PRODUCT_REPORTED)] = {&dondoc__v1__product_reported__descriptor,
				    apply_product_reported, true},
	[TYPE(ENTRY_WITHDRAWN)] = {&dondoc__v1__entry_withdrawn__descriptor, apply_entry_withdrawn,
				   true},
	[TYPE(UPDATE_REPLACED)] = {&dondoc__v1__update_replaced__descriptor, apply_update_replaced,
				   true},
	[TYPE(DECISION_TAKEN_BACK)] = {&dondoc__v1__decision_taken_back__descriptor,
				       apply_decision_taken_back, true},
	[TYPE(GROUP_UNDONE)] = {&dondoc__v1__group_undone__descriptor, apply_group_undone, false},
	[TYPE(CONFLICT_RESOLVED)] = {&dondoc__v1__conflict_resolved__descriptor,
				     apply_conflict_resolved, true},
	[TYPE(DELAY_EXPLAINED)] = {&dondoc__v1__delay_explained__descriptor, apply_delay_explained,
				   true},
	[TYPE(EXPLANATION_DECIDED)] = {&dondoc__v1__explanation_decided__descriptor,
				       apply_explanation_decided, true},
	[TYPE(UNIT_ASKED)] = {&dondoc__v1__unit_asked__descriptor, apply_unit_asked, true},
	[TYPE(ASK_ANSWERED)] = {&dondoc__v1__ask_answered__descriptor, apply_ask_answered, true},
	[TYPE(ASK_CLOSED)] = {&dondoc__v1__ask_closed__descriptor, apply_ask_closed, true},
	[TYPE(COMMENTED)] = {&dondoc__v1__commented__descriptor, apply_commented, true},
	[TYPE(OUTGOING_HELD)] = {&dondoc__v1__outgoing_held__descriptor, apply_outgoing_held,
				 false},
	[TYPE(OUTGOING_DECIDED)] = {&dondoc__v1__outgoing_decided__descriptor,
				    apply_outgoing_decided, false},
	[TYPE(PLAN_PUBLISHED)] = {&dondoc__v1__plan_published__descriptor, apply_plan_published,
				  false},
	[TYPE(PLAN_ACKNOWLEDGED)] = {&dondoc__v1__plan_acknowledged__descriptor,
				     apply_plan_acknowledged, false},
	[TYPE(PLAN_PLACED)] = {&dondoc__v1__plan_placed__descriptor, apply_plan_placed, true},
	[TYPE(OCCURRENCE_RECORDED)] = {&dondoc__v1__occurrence_recorded__descriptor,
				       apply_occurrence_recorded, false},
	[TYPE(TASK_DATED)] = {&dondoc__v1__task_dated__descriptor, apply_task_dated, true},
	[TYPE(DEPENDENCY_SET)] = {&dondoc__v1__dependency_set__descriptor, apply_dependency_set,
				  true},
	[TYPE(TASK_CARRIED)] = {&dondoc__v1__task_carried__descriptor, apply_task_carried, true},
	[TYPE(TASK_KEPT)] = {&dondoc__v1__task_kept__descriptor, apply_task_kept, true},
	[TYPE(PLAN_CLOSED)] = {&dondoc__v1__plan_closed__descriptor, apply_plan_closed, false},
	[TYPE(PLAN_DRAFTED)] = {&dondoc__v1__plan_drafted__descriptor, apply_plan_drafted, false},
	[TYPE(INDICATOR_SET)] = {&dondoc__v1__indicator_set__descriptor, apply_indicator_set,
				 false},
	[TYPE(INDICATOR_MEASURED)] = {&dondoc__v1__indicator_measured__descriptor,
				      apply_indicator_measured, false},
	[TYPE(BASELINE_FROZEN)] = {&dondoc__v1__baseline_frozen__descriptor, apply_baseline_frozen,
				   false},
	[TYPE(FILTER_SAVED)] = {&dondoc__v1__filter_saved__descriptor, apply_filter_saved, false},
	[TYPE(LABEL_SET)] = {&dondoc__v1__label_set__descriptor, apply_label_set, false},
	[TYPE(SETTINGS_SET)] = {&dondoc__v1__settings_set__descriptor, apply_settings_set, false},
	[TYPE(UNITS_CHANGE_PLANNED)] = {&dondoc__v1__units_change_planned__descriptor,
					apply_units_change_planned, false},
	[TYPE(UNITS_CHANGE_WITHDRAWN)] = {&dondoc__v1__units_change_withdrawn__descriptor,
					  apply_units_change_withdrawn, false},
	[TYPE(UNITS_CHANGED)] = {&dondoc__v1__units_changed__descriptor, apply_units_changed,
				 false},
	[TYPE(CHARGE_SET)] = {&dondoc__v1__charge_set__descriptor, apply_charge_set, false},
	[TYPE(ROLE_GRANTED)] = {&dondoc__v1__role_granted__descriptor, apply_role_granted, false},
	[TYPE(ROLE_REVOKED)] = {&dondoc__v1__role_revoked__descriptor, apply_role_revoked, false},
	[TYPE(UNITS_CHANGE_MOVES)] = {&dondoc__v1__units_change_moves__descriptor,
				      apply_units_change_moves, false},
	[TYPE(DEPUTY_SET)] = {&dondoc__v1__deputy_set__descriptor, apply_deputy_set, false},
	[TYPE(HANDED_OVER)] = {&dondoc__v1__handed_over__descriptor, apply_handed_over, false},
	[TYPE(FILE_ATTACHED)] = {&dondoc__v1__file_attached__descriptor, apply_file_attached, true},
	[TYPE(FILE_ARRIVED)] = {&dondoc__v1__file_arrived__descriptor, apply_file_arrived, false},
	[TYPE(FILE_DETACHED)] = {&dondoc__v1__file_detached__descriptor, apply_file_detached, true},
	[TYPE(DESTRUCTION_ORDERED)] = {&dondoc__v1__destruction_ordered__descriptor,
				       apply_destruction_ordered, false},
	[TYPE(DESTRUCTION_CONFIRMED)] = {&dondoc__v1__destruction_confirmed__descriptor,
					 apply_destruction_confirmed, false},
	[TYPE(DESTRUCTION_DONE)] = {&dondoc__v1__destruction_done__descriptor,
				    apply_destruction_done, false},
	[TYPE(OFFICE_INVITED)] = {&dondoc__v1__office_invited__descriptor, apply_office_invited,
				  false},
	[TYPE(OFFICE_JOINED)] = {&dondoc__v1__office_joined__descriptor, apply_office_joined,
				 false},
	[TYPE(OFFICE_KEY_REVOKED)] = {&dondoc__v1__office_key_revoked__descriptor,
				      apply_office_key_revoked, false},
	[TYPE(OFFICE_KEY_ROTATED)] = {&dondoc__v1__office_key_rotated__descriptor,
				      apply_office_key_rotated, false},
	[TYPE(DESTRUCTION_REST)] = {&dondoc__v1__destruction_rest__descriptor,
				    apply_destruction_rest, false},
	[TYPE(BACKUP_COVERED)] = {&dondoc__v1__backup_covered__descriptor, apply_backup_covered,
				  false},
	[TYPE(RESTORE_RELEASED)] = {&dondoc__v1__restore_released__descriptor,
				    apply_restore_released, false},
	[TYPE(REMINDER_RULE_SET)] = {&dondoc__v1__reminder_rule_set__descriptor,
				     apply_reminder_rule_set, false},
	[TYPE(REMINDERS_STARTED)] = {&dondoc__v1__reminders_started__descriptor,
				     apply_reminders_started, false},
	[TYPE(SILENCE_SET)] = {&dondoc__v1__silence_set__descriptor, apply_silence_set, false},
	[TYPE(SILENCE_ENDED)] = {&dondoc__v1__silence_ended__descriptor, apply_silence_ended,
				 false},
	[TYPE(DAY_PROMISED)] = {&dondoc__v1__day_promised__descriptor, apply_day_promised, true},
	[TYPE(REMINDER_DISPUTED)] = {&dondoc__v1__reminder_disputed__descriptor,
				     apply_reminder_disputed, false},
	[TYPE(DIGEST_RELEASED)] = {&dondoc__v1__digest_released__descriptor, apply_digest_released,
				   false},
	[TYPE(TOLD_BY_HAND)] = {&dondoc__v1__told_by_hand__descriptor, apply_told_by_hand, false},
	[TYPE(SUBSCRIPTION_SET)] = {&dondoc__v1__subscription_set__descriptor,
				    apply_subscription_set, false},
};

static const struct rule *rule_of(Dondoc__V1__EventType type)
{
	size_t at = (size_t)type;

	if (at >= sizeof(rules) / sizeof(rules[0]) || !rules[at].body)
		return NULL;
	return &rules[at];
}

const ProtobufCMessageDescriptor *view_body_of(Dondoc__V1__EventType type)
{
	const struct rule *rule = rule_of(type);

	return rule ? rule->body : NULL;
}

int apply_contradiction(const struct apply *apply, const char *fmt, ...)
{
	char words[300];
	va_list args;

	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	return dd_fail(apply->err, DD_ERR_CORRUPT,
		       "event %" PRIu64 " (type %d, task %" PRIu64 "): %s; the log or the view is "
		       "damaged: verify the log, then delete the view's folder to have it rebuilt",
		       apply->event->sequence, (int)apply->event->header->type,
		       apply->event->header->subject, words);
}

int apply_code(const struct apply *apply, char *into, size_t cap, const char *code)
{
	size_t len = strlen(code);

	if (len >= cap)
		return apply_contradiction(apply, "a code of %zu bytes is too long", len);
	memset(into, 0, cap);
	memcpy(into, code, len + 1);
	return DD_OK;
}

/* Bring the subject into apply->task. DD_ERR_NOT_FOUND: earlier events about it were hidden. */
static int load_subject(struct apply *apply)
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	int rc = view_task(apply->view, true, header->subject, &apply->task);

	if (rc == DD_ERR_NOT_FOUND && apply->view->partial)
		return rc;
	if (rc == DD_ERR_NOT_FOUND)
		return apply_contradiction(apply, "there is no such task");
	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	apply->has_task = true;
	apply->had_task = true;
	apply->before = view_moment_of(&apply->task, 0);
	if (header->subject_previous == apply->task.version || apply->view->partial)
		return DD_OK;
	/* While a group is open, commands may go on that do not see its events yet. */
	if (apply->grouped && header->subject_previous < apply->task.version)
		return DD_OK;
	return apply_contradiction(apply,
				   "it follows event %" PRIu64 " but the task is at %" PRIu64,
				   header->subject_previous, apply->task.version);
}

static int apply_body(struct apply *apply, const struct rule *rule)
{
	const struct view_event *event = apply->event;
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	const ProtobufCMessage *body = event->said;

	if (!body || body->descriptor != rule->body)
		body = protobuf_c_message_unpack(rule->body, &allocator, event->body_len,
						 event->body);
	if (!body)
		return apply_contradiction(apply, "its body cannot be read");
	return rule->apply(apply, body);
}

/* What moves its reminders, beside the work on it. */
static bool dates_moved(const struct view_moment *now, const struct view_moment *before)
{
	const uint8_t weighs = (uint8_t) ~(VIEW_MOMENT_EXPLAINED | VIEW_MOMENT_PRIORITY);

	return now->due_day != before->due_day || now->removed != before->removed ||
	       ((now->flags ^ before->flags) & weighs) != 0 ||
	       strcmp(now->plan, before->plan) != 0 ||
	       strcmp(now->lead_unit, before->lead_unit) != 0;
}

/* Keep how the task stands from now on, if that is not as it stood. */
static void store_moment(struct apply *apply)
{
	struct view_moment now = view_moment_of(&apply->task, 0);
	struct dd_key key;

	if (apply->had_task && memcmp(&now, &apply->before, sizeof(now)) == 0)
		return;
	if (!apply->had_task || dates_moved(&now, &apply->before))
		view_note_changed(apply, now.plan);
	if (apply->had_task && strcmp(now.plan, apply->before.plan) != 0)
		view_note_changed(apply, apply->before.plan);
	now.record_us = apply->effect->header->record_us;
	view_key_moment(&key, apply->task.id, apply->effect->sequence);
	view_put(apply->view, &key, &now, sizeof(now));
}

static void store_task(struct apply *apply)
{
	struct view_task *task = &apply->task;
	struct dd_key key;

	if (!apply->has_task)
		return;
	store_moment(apply);
	if (task->version < apply->event->sequence)
		task->version = apply->event->sequence;
	view_key_u64(&key, VIEW_TASK, task->id);
	view_put(apply->view, &key, task, sizeof(*task));
}

int view_apply_now(struct view *view, const struct view_event *event,
		   const struct view_event *closing, struct dd_error *err)
{
	const Dondoc__V1__EventHeader *header = event->header;
	const struct rule *rule = rule_of(header->type);
	struct apply apply = {
		.view = view,
		.event = event,
		.effect = closing ? closing : event,
		.grouped = closing != NULL,
		.err = err,
	};
	size_t arena_used = view->arena.used;
	int rc = DD_OK;

	if (rule && rule->about_task && header->subject == 0)
		return apply_contradiction(&apply, "it names no task");
	if (header->subject != 0 && header->type != TYPE(TASK_ADDED))
		rc = load_subject(&apply);
	if (rc == DD_ERR_NOT_FOUND)
		return view_apply_said(&apply);
	if (event->redacted && view_redactable(header->type) == VIEW_REDACT_BLANK)
		rc = rc == DD_OK ? view_apply_blank(&apply) : rc;
	else if (event->redacted && !event->body && rule && rule->apply)
		view->partial = true;
	else if (rc == DD_OK && rule && rule->apply)
		rc = apply_body(&apply, rule);
	/* Where earlier events are hidden, what follows may not fit: only its version counts. */
	if (rc == DD_ERR_CORRUPT && view->partial)
		rc = apply.has_task ? load_subject(&apply) : DD_OK;
	if (rc == DD_OK)
		store_task(&apply);
	if (rc == DD_OK && header->sheet_row.len > 0)
		apply_sheet_row(&apply);
	if (rc == DD_OK && apply.has_task)
		view_note_heard(&apply);
	view->arena.used = arena_used;
	return rc;
}

/* A command of several events that came without a group's marks can be undone as one all the same:
 * its first event stands for it. So does an import that added or changed one task. */
static bool undone_as_one(const Dondoc__V1__EventHeader *header)
{
	if (header->type == TYPE(DESTRUCTION_CONFIRMED) || header->type == TYPE(DESTRUCTION_REST))
		return false;
	return header->cause && (header->cause->count > 1 || header->type == TYPE(TASK_ADDED) ||
				 header->type == TYPE(TASK_CHANGED));
}

static void note_several(struct view *view, const struct view_event *event)
{
	const Dondoc__V1__Cause *cause = event->header->cause;
	uint64_t first = event->sequence - cause->index;
	struct view_group group;
	struct view_task task;

	view_group_add(view, first, event);
	if (cause->index + 1 < cause->count)
		return;
	view_group_begin(&group, first, event);
	if (view_task(view, true, event->header->subject, &task) == DD_OK)
		memcpy(group.plan, task.plan, sizeof(group.plan));
	view_group_end(view, &group, event);
}

/* Open, closing and abandoning events have their own ways; events within a group wait for it. */
int view_apply_event(struct view *view, const struct view_event *event, struct dd_error *err)
{
	const Dondoc__V1__EventHeader *header = event->header;
	const Dondoc__V1__Cause *cause = header->cause;
	int rc;

	if (event->redacted && event->body)
		view_note_rest(view, event);
	if (header->type == TYPE(GROUP_OPENED))
		return apply_group_opened(view, event, err);
	if (header->type == TYPE(GROUP_CLOSED))
		return apply_group_closed(view, event, err);
	if (header->type == TYPE(GROUP_ABANDONED))
		return apply_group_abandoned(view, event, err);
	if (header->must_understand && !rule_of(header->type))
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "event %" PRIu64 " has type %d, which must be understood and is "
			       "newer than this program: install a newer version",
			       event->sequence, (int)header->type);
	if (header->group != 0)
		return apply_group_member(view, event, err);
	rc = view_apply_now(view, event, NULL, err);
	if (rc == DD_OK && cause)
		rc = apply_cause(view, event, event->sequence - cause->index, NULL, err);
	if (rc == DD_OK && undone_as_one(header))
		note_several(view, event);
	return rc;
}

int view_apply(struct view *view, uint64_t sequence, const Dondoc__V1__EventHeader *header,
	       const struct view_body *body, struct dd_error *err)
{
	struct view_event event = {
		.sequence = sequence,
		.header = header,
		.body = body->bytes,
		.body_len = body->len,
		.said = body->said,
	};

	assert(view->batch_open && sequence > view->position.sequence);
	dd_arena_reset(&view->arena);
	return view_apply_event(view, &event, err);
}
