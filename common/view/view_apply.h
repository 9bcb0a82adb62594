/* view_apply.h - what an event does to the view. The files view_apply*.c share this. */
#ifndef DD_VIEW_VIEW_APPLY_H
#define DD_VIEW_VIEW_APPLY_H

#include "common/net/envelope.h"
#include "common/view/view_impl.h"
#include <stdbool.h>

struct view_event {
	uint64_t sequence;
	const Dondoc__V1__EventHeader *header; /* borrowed */
	const uint8_t *body;                   /* borrowed; NULL = nothing of it stays */
	size_t body_len;
	const ProtobufCMessage *said; /* the body's message, where it is at hand; NULL */
	bool redacted; /* the words are gone; the header, and what stays of the body, still count */
};

/* Apply one event to the batch, if one is open, else to recent. Unpacks the body into the view's
 * arena, behind what is there. */
int view_apply_event(struct view *view, const struct view_event *event,
		     struct dd_error *err) DD_MUST_CHECK;

/* An event on its way through the functions below. */
struct apply {
	struct view *view;
	const struct view_event *event;
	/* The event with which it takes effect: itself, or the one that closes its group. */
	const struct view_event *effect;
	bool grouped;  /* applied with the closing event of its group */
	bool has_task; /* `task` is to be stored afterwards */
	bool had_task; /* there was a task before: `before` */
	struct view_moment before;
	struct view_task task; /* the subject */
	struct dd_error *err;
};

/* One event without regard to groups and bookkeeping. `closing` ends the event's group; NULL: it
 * stands alone. */
int view_apply_now(struct view *view, const struct view_event *event,
		   const struct view_event *closing, struct dd_error *err) DD_MUST_CHECK;

/* "event 12 (task 7): <words>" with DD_ERR_CORRUPT. */
int apply_contradiction(const struct apply *apply, const char *fmt, ...) DD_PRINTF(2, 3);

/* Copy a code into its field; one that does not fit contradicts the rules by which it came in. */
int apply_code(const struct apply *apply, char *into, size_t cap, const char *code) DD_MUST_CHECK;

/* One per kind of event; `body` is the unpacked message of the table in view_apply.c. */
typedef int apply_fn(struct apply *apply, const void *body);
apply_fn apply_genesis, apply_unit_set, apply_unit_alias_set, apply_area_set,
	apply_calendar_day_set, apply_plan_set;
apply_fn apply_task_added, apply_task_changed;
apply_fn apply_progress_reported, apply_completion_requested, apply_completion_decided,
	apply_extension_requested, apply_extension_decided, apply_task_assigned;
apply_fn apply_digest_released;
apply_fn apply_lease_taken, apply_digest_planned, apply_digest_handing_over, apply_digest_settled,
	apply_report_issued;
/* view_apply_life.c */
apply_fn apply_task_received, apply_refusal_requested, apply_refusal_decided,
	apply_transfer_requested, apply_transfer_decided, apply_task_paused, apply_task_resumed,
	apply_task_cancelled, apply_task_removed, apply_task_passed_on, apply_unchanged_reported,
	apply_product_reported;
/* view_apply_correct.c */
apply_fn apply_entry_withdrawn, apply_update_replaced, apply_decision_taken_back,
	apply_group_undone, apply_conflict_resolved;
/* view_apply_ask.c */
apply_fn apply_delay_explained, apply_explanation_decided, apply_unit_asked, apply_ask_answered,
	apply_ask_closed, apply_commented;
/* view_apply_outgoing.c */
apply_fn apply_outgoing_held, apply_outgoing_decided;
/* view_sheet_row.c: what a reporting sheet said is known from now on. */
void apply_sheet_row(struct apply *apply);
apply_fn apply_command_refused; /* view_daily.c */
/* view_apply_plan.c */
apply_fn apply_plan_published, apply_plan_acknowledged, apply_plan_placed,
	apply_occurrence_recorded, apply_task_dated, apply_dependency_set, apply_task_carried,
	apply_task_kept, apply_plan_closed, apply_plan_drafted;
/* view_apply_policy.c */
apply_fn apply_indicator_set, apply_indicator_measured, apply_baseline_frozen, apply_filter_saved,
	apply_label_set, apply_settings_set;
/* view_apply_units.c */
apply_fn apply_units_change_planned, apply_units_change_withdrawn, apply_units_changed,
	apply_units_change_moves, apply_charge_set;
/* view_apply_people.c */
apply_fn apply_role_granted, apply_role_revoked, apply_deputy_set, apply_handed_over;
/* view_apply_backup.c */
apply_fn apply_incarnation, apply_backup_covered, apply_restore_released;
/* view_apply_evidence.c */
apply_fn apply_file_attached, apply_file_arrived, apply_file_detached, apply_destruction_ordered,
	apply_destruction_confirmed, apply_destruction_done, apply_destruction_rest;

/* view_apply_office.c */
apply_fn apply_office_invited, apply_office_joined, apply_office_key_revoked,
	apply_office_key_rotated;

/* view_apply_remind.c */
apply_fn apply_reminder_rule_set, apply_reminders_started, apply_silence_set, apply_silence_ended,
	apply_day_promised, apply_reminder_disputed, apply_subscription_set;
/* view_apply_told.c */
apply_fn apply_told_by_hand;
/* What stays of such an event whose words were destroyed. */
void view_told_rest(struct apply *apply, uint64_t event, const Dondoc__V1__RecordTold *said,
		    bool *words_out);
/* What a preview of reminders showed before is old: of the plan, or ("") of all. */
void view_note_changed(struct apply *apply, const char *plan);
/* Each rule by which a digest tells something has spoken. */
int view_note_told(struct apply *apply, const Dondoc__V1__PlanDigest *plan) DD_MUST_CHECK;

/* Events whose words were destroyed (view_apply_rest.c). The first is the event itself, without its
 * body; the second comes when the order is agreed on, and gives it what stays. *words_out becomes
 * true if the view has had words that are gone now. */
int view_apply_blank(struct apply *apply) DD_MUST_CHECK;
int view_apply_rest(struct apply *apply, const Dondoc__V1__DestroyedRest *rest,
		    bool *words_out) DD_MUST_CHECK;
/* What stays lies beside the chain: until the event of the order comes that tells the same, which
 * is compared, its hash is kept. */
void view_note_rest(struct view *view, const struct view_event *event);
/* Whom the comment at `sequence` names (view_apply_ask.c). */
int view_note_mentions(struct apply *apply, uint64_t sequence,
		       const Dondoc__V1__Comment *said) DD_MUST_CHECK;

/* Of a task that is hidden from whoever keeps this view: what the event says to a unit all the same
 * (view_apply_ask.c). Nothing else of it is known. */
int view_apply_said(struct apply *apply) DD_MUST_CHECK;

/* Frames of one group (view_apply_group.c). */
int apply_group_opened(struct view *view, const struct view_event *event,
		       struct dd_error *err) DD_MUST_CHECK;
int apply_group_member(struct view *view, const struct view_event *event,
		       struct dd_error *err) DD_MUST_CHECK;
int apply_group_closed(struct view *view, const struct view_event *event,
		       struct dd_error *err) DD_MUST_CHECK;
int apply_group_abandoned(struct view *view, const struct view_event *event,
			  struct dd_error *err) DD_MUST_CHECK;

/* The command's entry and its stream's (view_apply_cause.c). `first` is the command's first event,
 * `digest` stands in where the cause has none (NULL = none). */
int apply_cause(struct view *view, const struct view_event *event, uint64_t first,
		const uint8_t *digest, struct dd_error *err) DD_MUST_CHECK;

#endif
