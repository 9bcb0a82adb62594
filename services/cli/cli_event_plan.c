/* cli_event_plan.c - what happened to plans, indicators and settings, in words. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

/* What the command said stands in the event as it was; one without it has nothing to tell. */
#define SAID(type, body) (((const Dondoc__V1__##type *)(body))->said)

static void add_document(enum cli_lang lang, const Dondoc__V1__Document *document,
			 struct dd_buf *out)
{
	if (!document)
		return;
	dd_buf_text(out, " [");
	cli_document_words(lang, document, out);
	dd_buf_text(out, "]");
}

static void add_day(enum cli_lang lang, int32_t day, struct dd_buf *out)
{
	char words[CLI_DAY_TEXT];

	if (day != 0)
		cli_add_part(out, cli_day(lang, day, words));
}

/* Thousandths. */
static void add_value(enum cli_lang lang, int64_t value, struct dd_buf *out)
{
	int64_t size = value < 0 ? -value : value;

	dd_buf_printf(out, " = %s%" PRId64 "%c%03" PRId64, value < 0 ? "-" : "", size / 1000,
		      lang == CLI_VI ? ',' : '.', size % 1000);
}

/* --- plans --------------------------------------------------------------------------------------
 */

void cli_on_plan_published(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PlanPublished *event = (const Dondoc__V1__PlanPublished *)body;

	if (!event->said)
		return;
	dd_buf_text(out, event->said->plan);
	add_day(lang, event->said->day, out);
	cli_add_text(out, event->said->summary);
	add_document(lang, event->said->document, out);
}

void cli_on_plan_acknowledged(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__AcknowledgePlan *said = SAID(PlanAcknowledged, body);

	if (!said)
		return;
	dd_buf_printf(out, "%s, %s", said->plan, said->unit);
	if (said->persons_total > 0)
		dd_buf_printf(out, ", %" PRIu32 "/%" PRIu32, said->persons_told,
			      said->persons_total);
	cli_add_part(out, said->form);
	add_document(lang, said->minutes, out);
}

void cli_on_plan_placed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PlacePlan *said = SAID(PlanPlaced, body);

	(void)lang;
	if (said)
		dd_buf_printf(out, "%s%s/%s", said->removed ? "- " : "", said->plan, said->code);
}

void cli_on_plan_closed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ClosePlan *said = SAID(PlanClosed, body);

	if (!said)
		return;
	dd_buf_text(out, said->plan);
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_plan_drafted(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PlanDrafted *event = (const Dondoc__V1__PlanDrafted *)body;

	(void)lang;
	dd_buf_printf(out, "%s \xe2\x86\x92 %s", event->from, event->plan);
}

void cli_on_baseline_frozen(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__BaselineFrozen *event = (const Dondoc__V1__BaselineFrozen *)body;

	if (!event->said)
		return;
	dd_buf_printf(out, "%s %s", event->said->plan, event->said->name);
	dd_buf_printf(out, " (#%" PRIu64 ")", event->at);
	cli_add_text(out, event->said->reason);
	add_document(lang, event->said->document, out);
}

/* --- what tasks wait for
 * -------------------------------------------------------------------------- */

void cli_on_occurrence_recorded(enum cli_lang lang, const ProtobufCMessage *body,
				struct dd_buf *out)
{
	const Dondoc__V1__RecordOccurrence *said = SAID(OccurrenceRecorded, body);

	if (!said)
		return;
	dd_buf_printf(out, "%s/%s", said->plan, said->code);
	add_day(lang, said->day, out);
	cli_add_text(out, said->title);
	add_document(lang, said->document, out);
}

void cli_on_task_dated(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__TaskDated *event = (const Dondoc__V1__TaskDated *)body;

	add_day(lang, event->start_day, out);
	add_day(lang, event->due_day, out);
}

void cli_on_dependency_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetDependency *said = SAID(DependencySet, body);

	(void)lang;
	if (!said)
		return;
	dd_buf_text(out, said->removed ? "- " : "");
	dd_buf_printf(out, "#%" PRIu64, said->predecessor);
	if (said->lag_days != 0)
		dd_buf_printf(out, " %+" PRId32, said->lag_days);
}

/* --- the year's end
 * ---------------------------------------------------------------------------------- */

void cli_on_task_carried(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__TaskCarried *event = (const Dondoc__V1__TaskCarried *)body;

	if (event->to_plan[0])
		dd_buf_printf(out, "%s/%s", event->to_plan, event->to_code);
	if (event->merged_into != 0)
		dd_buf_printf(out, "#%" PRIu64, event->merged_into);
	cli_add_text(out, event->reason);
	add_document(lang, event->document, out);
}

void cli_on_task_kept(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__TaskKept *event = (const Dondoc__V1__TaskKept *)body;

	cli_add_text(out, event->reason);
	add_document(lang, event->document, out);
}

/* --- indicators, filters, labels, settings
 * ------------------------------------------------------------- */

void cli_on_indicator_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetIndicator *said = SAID(IndicatorSet, body);

	if (!said || !said->fields)
		return;
	dd_buf_printf(out, "%s%s/%s", said->fields->removed ? "- " : "", said->fields->plan,
		      said->fields->code);
	cli_add_text(out, said->fields->name);
	add_document(lang, said->document, out);
}

static void add_replaced(enum cli_lang lang, const Dondoc__V1__IndicatorMeasured *event,
			 struct dd_buf *out)
{
	struct dd_buf words = {0};

	if (event->replaced == 0)
		return;
	dd_buf_printf(&words, "%s #%" PRIu64, cli_text(lang, TEXT_MEASURED_INSTEAD),
		      event->replaced);
	add_value(lang, event->replaced_value, &words);
	if (event->replaced_unit[0] != '\0')
		dd_buf_printf(&words, " (%s)", event->replaced_unit);
	cli_add_part(out, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

void cli_on_indicator_measured(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__MeasureIndicator *said = SAID(IndicatorMeasured, body);

	if (!said)
		return;
	dd_buf_printf(out, "%s%s/%s", said->withdrawn ? "- " : "", said->plan, said->code);
	if (!said->withdrawn)
		add_value(lang, said->value, out);
	add_day(lang, said->day, out);
	add_replaced(lang, (const Dondoc__V1__IndicatorMeasured *)(const void *)body, out);
	cli_add_part(out, said->source);
	add_document(lang, said->document, out);
}

void cli_on_filter_saved(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SaveFilter *said = SAID(FilterSaved, body);

	(void)lang;
	if (said)
		dd_buf_printf(out, "%s%s", said->removed ? "- " : "", said->name);
}

void cli_on_label_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetLabel *said = SAID(LabelSet, body);

	(void)lang;
	if (said)
		dd_buf_printf(out, "%s%s %s", said->removed ? "- " : "", said->code, said->name);
}

void cli_on_settings_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetSettings *said = SAID(SettingsSet, body);

	if (!said)
		return;
	for (size_t i = 0; i < said->n_settings; i++) {
		const Dondoc__V1__Setting *row = said->settings[i];
		const char *whom = row->unit[0] ? row->unit : row->plan;

		dd_buf_printf(out, "%s%s%s%s = %s", i > 0 ? ", " : "", whom, whom[0] ? ": " : "",
			      row->name, row->value);
	}
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}
