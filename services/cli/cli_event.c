/* cli_event.c - one function per kind of event that has something to say. */
#include "services/cli/cli_event.h"
#include "common/base/clock.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_annex.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

/* What follows the parts said so far. */
void cli_add_text(struct dd_buf *out, const char *text)
{
	if (text[0])
		dd_buf_printf(out, "%s%s", out->len > 0 ? ": " : "", text);
}

void cli_add_part(struct dd_buf *out, const char *text)
{
	dd_buf_printf(out, "%s%s", out->len > 0 ? ", " : "", text);
}

static void add_document(enum cli_lang lang, const Dondoc__V1__Document *document,
			 struct dd_buf *out)
{
	struct dd_buf words = {0};

	cli_document_words(lang, document, &words);
	if (words.len > 0)
		dd_buf_printf(out, "%s[%s]", out->len > 0 ? " " : "", dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void on_genesis(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	cli_add_text(out, ((const Dondoc__V1__Genesis *)body)->authority);
}

static void on_incarnation(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__Incarnation *event = (const Dondoc__V1__Incarnation *)body;

	(void)lang;
	dd_buf_printf(out, "%" PRIu32 " @ %" PRIu64, event->incarnation, event->cut_after);
	cli_add_text(out, event->reason);
}

static void on_refused(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__CommandRefused *event = (const Dondoc__V1__CommandRefused *)body;

	dd_buf_printf(out, "%s: ", cli_name_action(lang, (int)event->action));
	cli_refusal_words(lang, event->refusal, out);
}

static void on_group_closed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	dd_buf_printf(out, "%" PRIu32, ((const Dondoc__V1__GroupClosed *)body)->count);
}

static void on_group_opened(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	cli_add_text(out, ((const Dondoc__V1__GroupOpened *)body)->purpose);
}

static void on_group_abandoned(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	cli_add_text(out, ((const Dondoc__V1__GroupAbandoned *)body)->reason);
}

static void on_clock(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	cli_add_text(out, ((const Dondoc__V1__ClockConfirmed *)body)->reason);
}

static void on_unit(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__UnitFields *unit = ((const Dondoc__V1__UnitSet *)body)->unit;

	(void)lang;
	if (unit)
		dd_buf_printf(out, "%s %s", unit->code, unit->name);
}

static void on_alias(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__UnitAliasSet *event = (const Dondoc__V1__UnitAliasSet *)body;

	(void)lang;
	dd_buf_printf(out, "%s = %s", event->unit, event->alias);
}

static void on_area(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__AreaSet *event = (const Dondoc__V1__AreaSet *)body;

	dd_buf_printf(out, "%" PRIu32 " %s", event->area,
		      lang == CLI_VI || !event->name_en[0] ? event->name : event->name_en);
}

static void on_day(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__CalendarDaySet *event = (const Dondoc__V1__CalendarDaySet *)body;
	char day[CLI_DAY_TEXT];

	dd_buf_printf(out, "%s %s", cli_day(lang, event->day, day),
		      cli_name_day_kind(lang, (int)event->kind));
	if (event->name[0])
		dd_buf_printf(out, ": %s", event->name);
	if (event->unit[0])
		dd_buf_printf(out, " [%s]", event->unit);
}

static void on_plan(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PlanFields *plan = ((const Dondoc__V1__PlanSet *)body)->plan;

	if (!plan)
		return;
	dd_buf_printf(out, "%s %s", plan->code, plan->title);
	add_document(lang, plan->source, out);
}

static void on_task(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	/* TaskAdded and TaskChanged have the same one field. */
	const Dondoc__V1__TaskFields *task = ((const Dondoc__V1__TaskAdded *)body)->task;
	char day[CLI_DAY_TEXT];

	if (!task)
		return;
	dd_buf_printf(out, "%s/%s", task->plan, task->code);
	if (task->lead_unit[0])
		cli_add_part(out, task->lead_unit);
	if (task->due_day)
		cli_add_part(out, cli_day(lang, task->due_day, day));
	cli_add_text(out, task->content);
}

static void on_progress(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ProgressReported *event = (const Dondoc__V1__ProgressReported *)body;

	if (event->has_percent_case == DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT)
		dd_buf_printf(out, "%" PRIu32 "%%", event->percent);
	if (event->has_step_case == DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP)
		cli_add_part(out, cli_name_step(lang, (int)event->step));
	if (event->percent_conflicts || event->step_conflicts)
		cli_add_part(out, cli_text(lang, TEXT_EVENT_CONFLICT));
	cli_add_text(out, event->note);
	cli_add_filler(lang, event->filled_by, out);
}

static void on_completion(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__CompletionRequested *event =
		(const Dondoc__V1__CompletionRequested *)body;

	cli_add_text(out, event->note);
	add_document(lang, event->evidence, out);
	cli_add_filler(lang, event->filled_by, out);
}

static void on_completion_decided(enum cli_lang lang, const ProtobufCMessage *body,
				  struct dd_buf *out)
{
	const Dondoc__V1__CompletionDecided *event = (const Dondoc__V1__CompletionDecided *)body;

	dd_buf_text(out,
		    cli_text(lang, event->confirmed ? TEXT_EVENT_CONFIRMED : TEXT_EVENT_RETURNED));
	cli_add_text(out, event->reason);
	add_document(lang, event->document, out);
}

static void on_extension(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ExtensionRequested *event = (const Dondoc__V1__ExtensionRequested *)body;
	char day[CLI_DAY_TEXT];
	const char *args[] = {cli_day(lang, event->proposed_due_day, day)};

	cli_fill(out, cli_text(lang, TEXT_EVENT_UNTIL), args, 1);
	cli_add_text(out, event->reason);
	add_document(lang, event->basis, out);
	cli_add_filler(lang, event->filled_by, out);
}

static void on_extension_decided(enum cli_lang lang, const ProtobufCMessage *body,
				 struct dd_buf *out)
{
	const Dondoc__V1__ExtensionDecided *event = (const Dondoc__V1__ExtensionDecided *)body;
	char day[CLI_DAY_TEXT];
	const char *args[] = {cli_day(lang, event->due_day, day)};

	cli_fill(out, cli_text(lang, event->granted ? TEXT_EVENT_GRANTED : TEXT_EVENT_NOT_GRANTED),
		 args, 1);
	cli_add_text(out, event->reason);
	add_document(lang, event->document, out);
}

static void on_assigned(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__TaskAssigned *event = (const Dondoc__V1__TaskAssigned *)body;

	dd_buf_printf(out, "%s \xe2\x86\x92 %s", event->from_unit, event->to_unit);
	cli_add_text(out, event->reason);
	add_document(lang, event->document, out);
}

static void on_lease(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	dd_buf_printf(out, "%" PRIu64, ((const Dondoc__V1__LeaseTaken *)body)->epoch);
}

static void on_digest(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PlanDigest *plan = ((const Dondoc__V1__DigestPlanned *)body)->plan;
	char day[CLI_DAY_TEXT];

	if (!plan)
		return;
	dd_buf_printf(out, "%s, %s", plan->unit, cli_day(lang, plan->day, day));
	cli_add_text(out, plan->subject);
}

static void on_handing_over(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	(void)lang;
	dd_buf_printf(out, "%" PRIu32, ((const Dondoc__V1__DigestHandingOver *)body)->attempt);
}

static void on_settled(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SettleDigest *settled =
		((const Dondoc__V1__DigestSettled *)body)->settled;

	if (!settled)
		return;
	dd_buf_text(out, cli_text(lang, settled->delivered ? TEXT_EVENT_DELIVERED
							   : TEXT_EVENT_NOT_DELIVERED));
	cli_add_text(out, settled->reply);
}

static void on_report(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__IssueReport *report = ((const Dondoc__V1__ReportIssued *)body)->report;
	char day[CLI_DAY_TEXT];

	if (!report)
		return;
	dd_buf_text(out, report->plan);
	cli_add_part(out, cli_day(lang, report->as_of_day, day));
}

static const struct kind {
	int type;
	const ProtobufCMessageDescriptor *body;
	cli_describe *describe; /* NULL: the type says it all, or see `more` */
} kinds[] = {
	{DONDOC__V1__EVENT_TYPE__EVENT_GENESIS, &dondoc__v1__genesis__descriptor, on_genesis},
	{DONDOC__V1__EVENT_TYPE__EVENT_INCARNATION, &dondoc__v1__incarnation__descriptor,
	 on_incarnation},
	{DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED, &dondoc__v1__command_refused__descriptor,
	 on_refused},
	{DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_WITHDRAWN,
	 &dondoc__v1__command_withdrawn__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_OPENED, &dondoc__v1__group_opened__descriptor,
	 on_group_opened},
	{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_CLOSED, &dondoc__v1__group_closed__descriptor,
	 on_group_closed},
	{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_ABANDONED, &dondoc__v1__group_abandoned__descriptor,
	 on_group_abandoned},
	{DONDOC__V1__EVENT_TYPE__EVENT_CLOCK_CONFIRMED, &dondoc__v1__clock_confirmed__descriptor,
	 on_clock},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, &dondoc__v1__unit_set__descriptor, on_unit},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ALIAS_SET, &dondoc__v1__unit_alias_set__descriptor,
	 on_alias},
	{DONDOC__V1__EVENT_TYPE__EVENT_AREA_SET, &dondoc__v1__area_set__descriptor, on_area},
	{DONDOC__V1__EVENT_TYPE__EVENT_CALENDAR_DAY_SET, &dondoc__v1__calendar_day_set__descriptor,
	 on_day},
	{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_SET, &dondoc__v1__plan_set__descriptor, on_plan},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED, &dondoc__v1__task_added__descriptor, on_task},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED, &dondoc__v1__task_changed__descriptor,
	 on_task},
	{DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED,
	 &dondoc__v1__progress_reported__descriptor, on_progress},
	{DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_REQUESTED,
	 &dondoc__v1__completion_requested__descriptor, on_completion},
	{DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_DECIDED,
	 &dondoc__v1__completion_decided__descriptor, on_completion_decided},
	{DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_REQUESTED,
	 &dondoc__v1__extension_requested__descriptor, on_extension},
	{DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_DECIDED,
	 &dondoc__v1__extension_decided__descriptor, on_extension_decided},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_ASSIGNED, &dondoc__v1__task_assigned__descriptor,
	 on_assigned},
	{DONDOC__V1__EVENT_TYPE__EVENT_LEASE_TAKEN, &dondoc__v1__lease_taken__descriptor, on_lease},
	{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_PLANNED, &dondoc__v1__digest_planned__descriptor,
	 on_digest},
	{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_HANDING_OVER,
	 &dondoc__v1__digest_handing_over__descriptor, on_handing_over},
	{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_SETTLED, &dondoc__v1__digest_settled__descriptor,
	 on_settled},
	{DONDOC__V1__EVENT_TYPE__EVENT_REPORT_ISSUED, &dondoc__v1__report_issued__descriptor,
	 on_report},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_RECEIVED, &dondoc__v1__task_received__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_REFUSAL_REQUESTED,
	 &dondoc__v1__refusal_requested__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_REFUSAL_DECIDED, &dondoc__v1__refusal_decided__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TRANSFER_REQUESTED,
	 &dondoc__v1__transfer_requested__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TRANSFER_DECIDED, &dondoc__v1__transfer_decided__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_PAUSED, &dondoc__v1__task_paused__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_RESUMED, &dondoc__v1__task_resumed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_CANCELLED, &dondoc__v1__task_cancelled__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_REMOVED, &dondoc__v1__task_removed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_ENTRY_WITHDRAWN, &dondoc__v1__entry_withdrawn__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UPDATE_REPLACED, &dondoc__v1__update_replaced__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DECISION_TAKEN_BACK,
	 &dondoc__v1__decision_taken_back__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_GROUP_UNDONE, &dondoc__v1__group_undone__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_CONFLICT_RESOLVED,
	 &dondoc__v1__conflict_resolved__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_PASSED_ON, &dondoc__v1__task_passed_on__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OUTGOING_HELD, &dondoc__v1__outgoing_held__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OUTGOING_DECIDED, &dondoc__v1__outgoing_decided__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNCHANGED_REPORTED,
	 &dondoc__v1__unchanged_reported__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_PRODUCT_REPORTED, &dondoc__v1__product_reported__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DELAY_EXPLAINED, &dondoc__v1__delay_explained__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_EXPLANATION_DECIDED,
	 &dondoc__v1__explanation_decided__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ASKED, &dondoc__v1__unit_asked__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_ASK_ANSWERED, &dondoc__v1__ask_answered__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_ASK_CLOSED, &dondoc__v1__ask_closed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_COMMENTED, &dondoc__v1__commented__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_PUBLISHED, &dondoc__v1__plan_published__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_ACKNOWLEDGED,
	 &dondoc__v1__plan_acknowledged__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_PLACED, &dondoc__v1__plan_placed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OCCURRENCE_RECORDED,
	 &dondoc__v1__occurrence_recorded__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_DATED, &dondoc__v1__task_dated__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DEPENDENCY_SET, &dondoc__v1__dependency_set__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_INDICATOR_SET, &dondoc__v1__indicator_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_INDICATOR_MEASURED,
	 &dondoc__v1__indicator_measured__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_BASELINE_FROZEN, &dondoc__v1__baseline_frozen__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_FILTER_SAVED, &dondoc__v1__filter_saved__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_LABEL_SET, &dondoc__v1__label_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_SETTINGS_SET, &dondoc__v1__settings_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_CARRIED, &dondoc__v1__task_carried__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TASK_KEPT, &dondoc__v1__task_kept__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_CLOSED, &dondoc__v1__plan_closed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_PLAN_DRAFTED, &dondoc__v1__plan_drafted__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGE_PLANNED,
	 &dondoc__v1__units_change_planned__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGE_WITHDRAWN,
	 &dondoc__v1__units_change_withdrawn__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGE_MOVES,
	 &dondoc__v1__units_change_moves__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGED, &dondoc__v1__units_changed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_CHARGE_SET, &dondoc__v1__charge_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_ROLE_GRANTED, &dondoc__v1__role_granted__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_ROLE_REVOKED, &dondoc__v1__role_revoked__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DEPUTY_SET, &dondoc__v1__deputy_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_HANDED_OVER, &dondoc__v1__handed_over__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_FILE_ATTACHED, &dondoc__v1__file_attached__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_FILE_ARRIVED, &dondoc__v1__file_arrived__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_FILE_DETACHED, &dondoc__v1__file_detached__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_ORDERED,
	 &dondoc__v1__destruction_ordered__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_CONFIRMED,
	 &dondoc__v1__destruction_confirmed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_DONE, &dondoc__v1__destruction_done__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OFFICE_INVITED, &dondoc__v1__office_invited__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OFFICE_JOINED, &dondoc__v1__office_joined__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OFFICE_KEY_REVOKED,
	 &dondoc__v1__office_key_revoked__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_OFFICE_KEY_ROTATED,
	 &dondoc__v1__office_key_rotated__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_BACKUP_COVERED, &dondoc__v1__backup_covered__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_REMINDER_RULE_SET,
	 &dondoc__v1__reminder_rule_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_REMINDERS_STARTED,
	 &dondoc__v1__reminders_started__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_SILENCE_SET, &dondoc__v1__silence_set__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_SILENCE_ENDED, &dondoc__v1__silence_ended__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DAY_PROMISED, &dondoc__v1__day_promised__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_REMINDER_DISPUTED,
	 &dondoc__v1__reminder_disputed__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_SUBSCRIPTION_SET, &dondoc__v1__subscription_set__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_RELEASED, &dondoc__v1__digest_released__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_TOLD_BY_HAND, &dondoc__v1__told_by_hand__descriptor, NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_RESTORE_RELEASED, &dondoc__v1__restore_released__descriptor,
	 NULL},
	{DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_REST, &dondoc__v1__destruction_rest__descriptor,
	 NULL},
};

static const struct kind *kind_of(int type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].type == type)
			return &kinds[i];
	}
	return NULL;
}

/* Words of the themes' events. */
static cli_describe *describe_of(const struct kind *kind)
{
#define CLI_EVENT(type, vi, en, describe) {type, describe},
	static const struct {
		int type;
		cli_describe *describe;
	} more[] = {
#include "services/cli/cli_events_themes.inc"
		{0, NULL},
	};
#undef CLI_EVENT

	for (size_t i = 0; i + 1 < sizeof(more) / sizeof(more[0]); i++)
		if (more[i].type == kind->type)
			return more[i].describe;
	return kind->describe;
}

const ProtobufCMessageDescriptor *cli_event_body(int type)
{
	const struct kind *kind = kind_of(type);

	return kind ? kind->body : NULL;
}

void cli_event_words(enum cli_lang lang, int type, const void *body, size_t len, struct dd_buf *out)
{
	const struct kind *kind = kind_of(type);
	ProtobufCMessage *message;
	struct dd_buf words = {0};

	if (!kind || !describe_of(kind))
		return;
	message = protobuf_c_message_unpack(kind->body, NULL, len, body);
	if (!message)
		return;
	describe_of(kind)(lang, message, &words);
	(void)dd_buf_cstr(&words);
	cli_text_clean((char *)words.data);
	dd_buf_add(out, words.data, words.len);
	dd_buf_fini(&words);
	protobuf_c_message_free_unpacked(message, NULL);
}
