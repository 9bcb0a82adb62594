/* report_json.c - the data as canonical JSON. Its bytes are what "the same report" means: a field
 * is added under a new format number only. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/reporting/report_data.h"
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define FORMAT 2

/* --- primitives ------------------------------------------------------------------------------ */

static void put_text(struct dd_buf *out, const char *text)
{
	dd_buf_add(out, "\"", 1);
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			dd_buf_printf(out, "\\%c", *at);
		else if (*at == '\n')
			dd_buf_text(out, "\\n");
		else if (*at == '\t')
			dd_buf_text(out, "\\t");
		else if (*at == '\r')
			dd_buf_text(out, "\\r");
		else if ((unsigned char)*at < 0x20)
			dd_buf_printf(out, "\\u%04X", (unsigned)*at);
		else
			dd_buf_add(out, at, 1);
	}
	dd_buf_add(out, "\"", 1);
}

/* The key of the next member; `first` of its object has no comma before it. */
static void put_key(struct dd_buf *out, bool first, const char *key)
{
	dd_buf_printf(out, "%s\"%s\":", first ? "" : ",", key);
}

static void put_member(struct dd_buf *out, bool first, const char *key, const char *text)
{
	put_key(out, first, key);
	put_text(out, text);
}

static void put_number(struct dd_buf *out, bool first, const char *key, int64_t number)
{
	put_key(out, first, key);
	dd_buf_printf(out, "%" PRId64, number);
}

static void put_day(struct dd_buf *out, bool first, const char *key, int32_t day)
{
	char text[DD_DAY_TEXT];

	put_member(out, first, key, dd_day_iso(day, text));
}

static void put_hex(struct dd_buf *out, bool first, const char *key, const uint8_t *data,
		    size_t len)
{
	char text[2 * DD_HASH_LEN + 1];

	put_member(out, first, key, dd_hex(data, len, text));
}

/* --- parts; members in the order of their keys ------------------------------------------------ */

static void put_rate(struct dd_buf *out, bool first, const char *key, struct dd_rate rate)
{
	char text[DD_RATE_TEXT];

	put_key(out, first, key);
	dd_buf_text(out, "{");
	put_number(out, true, "denominator", rate.denominator);
	put_number(out, false, "numerator", rate.numerator);
	put_member(out, false, "text", dd_rate_text(rate, text));
	dd_buf_text(out, "}");
}

static void put_tally(struct dd_buf *out, bool first, const char *key, const struct dd_tally *tally)
{
	put_key(out, first, key);
	dd_buf_text(out, "{");
	put_number(out, true, "cancelled", tally->in[DD_BUCKET_CANCELLED]);
	put_number(out, false, "carried_over", tally->carried_over);
	put_number(out, false, "completed_late", tally->in[DD_BUCKET_DONE_LATE]);
	put_number(out, false, "completed_on_time", tally->in[DD_BUCKET_DONE_ON_TIME]);
	put_number(out, false, "late", dd_tally_late(tally));
	put_number(out, false, "late_excused", tally->late_excused);
	put_number(out, false, "no_due_date", tally->in[DD_BUCKET_NO_DUE]);
	put_number(out, false, "open_in_term", tally->in[DD_BUCKET_OPEN_IN_TERM]);
	put_number(out, false, "open_overdue", tally->in[DD_BUCKET_OPEN_OVERDUE]);
	put_number(out, false, "paused", tally->in[DD_BUCKET_PAUSED]);
	put_rate(out, false, "rate_of_all", dd_rate_of_all(tally));
	put_rate(out, false, "rate_of_fallen_due", dd_rate_of_fallen_due(tally));
	put_number(out, false, "total", dd_tally_total(tally));
	dd_buf_text(out, "}");
}

static void put_lines(struct dd_buf *out, const char *key, const struct report_line *lines,
		      size_t count)
{
	put_key(out, false, key);
	dd_buf_text(out, "[");
	for (size_t i = 0; i < count; i++) {
		dd_buf_text(out, i == 0 ? "{" : ",{");
		put_tally(out, true, "buckets", &lines[i].tally);
		put_member(out, false, "key", lines[i].key);
		if (lines[i].kind)
			put_member(out, false, "kind", lines[i].kind);
		put_member(out, false, "name", lines[i].name);
		dd_buf_text(out, "}");
	}
	dd_buf_text(out, "]");
}

static void put_item(struct dd_buf *out, const struct report_item *item)
{
	put_member(out, true, "code", item->code);
	put_member(out, false, "content", item->content);
	put_number(out, false, "days", item->days);
	put_day(out, false, "due_day", item->due_day);
	put_number(out, false, "extensions", item->extensions);
	put_day(out, false, "first_due_day", item->first_due_day);
	put_key(out, false, "late_explained");
	dd_buf_text(out, item->explained ? "true" : "false");
	put_member(out, false, "lead_name", item->lead_name);
	put_member(out, false, "lead_unit", item->lead_unit);
	put_member(out, false, "plan", item->plan);
	put_member(out, false, "product", item->product);
	put_member(out, false, "state", dd_task_state_name(item->state));
	put_day(out, false, "submitted_day", item->submitted_day);
	put_key(out, false, "task");
	dd_buf_printf(out, "%" PRIu64, item->id);
}

static void put_list(struct dd_buf *out, const char *key, const struct report_list *list)
{
	put_key(out, false, key);
	dd_buf_text(out, "[");
	for (size_t i = 0; i < list->count; i++) {
		dd_buf_text(out, i == 0 ? "{" : ",{");
		put_item(out, &list->items[i]);
		dd_buf_text(out, "}");
	}
	dd_buf_text(out, "]");
}

static void put_plans(struct dd_buf *out, const struct report *report)
{
	put_key(out, false, "plans");
	dd_buf_text(out, "[");
	for (size_t i = 0; i < report->plan_count; i++) {
		const struct report_plan *plan = &report->plans[i];

		dd_buf_text(out, i == 0 ? "{" : ",{");
		put_member(out, true, "assigner_name", plan->assigner_name);
		put_member(out, false, "assigner_unit", plan->assigner_unit);
		put_member(out, false, "code", plan->code);
		put_day(out, false, "source_day", plan->source_day);
		put_member(out, false, "source_issuer", plan->source_issuer);
		put_member(out, false, "source_number", plan->source_number);
		put_member(out, false, "title", plan->title);
		dd_buf_text(out, "}");
	}
	dd_buf_text(out, "]");
}

/* In the words of the settings. */
static void put_judge(struct dd_buf *out, const struct dd_judge *judge)
{
	put_key(out, false, "judge");
	dd_buf_text(out, "{");
	put_member(out, true, "by", judge->by_confirmation ? "confirmation" : "submission");
	put_member(out, false, "waiting", judge->credit_waiting ? "credit" : "none");
	dd_buf_text(out, "}");
}

static void put_position(struct dd_buf *out, const struct dd_position *position)
{
	put_key(out, false, "position");
	dd_buf_text(out, "{");
	put_hex(out, true, "chain", position->chain, sizeof(position->chain));
	put_number(out, false, "incarnation", position->incarnation);
	put_hex(out, false, "log_id", position->log_id, sizeof(position->log_id));
	put_key(out, false, "sequence");
	dd_buf_printf(out, "%" PRIu64 "}", position->sequence);
}

void report_json(const struct report *report, struct dd_buf *out)
{
	dd_buf_text(out, "{");
	put_tally(out, true, "all", &report->all);
	put_day(out, false, "as_of_day", report->ask.as_of_day);
	put_member(out, false, "authority", report->authority);
	put_list(out, "awaiting", &report->awaiting);
	put_lines(out, "by_area", report->areas, report->area_count);
	put_lines(out, "by_kind", report->kinds, report->kind_count);
	put_lines(out, "by_unit", report->units, report->unit_count);
	put_list(out, "carried", &report->carried);
	put_tally(out, false, "carried_in", &report->carried_in);
	put_list(out, "extended", &report->extended);
	put_number(out, false, "fan_outs", report->fan_outs);
	put_number(out, false, "format", FORMAT);
	put_judge(out, &report->judge);
	put_key(out, false, "known");
	dd_buf_printf(out, "%" PRIu64, report->ask.known);
	put_list(out, "overdue", &report->overdue);
	put_number(out, false, "parts", report->parts);
	put_member(out, false, "plan", report->ask.plan);
	put_plans(out, report);
	put_position(out, &report->ask.position);
	put_tally(out, false, "priority", &report->priority);
	put_key(out, false, "trial");
	dd_buf_text(out, report->ask.trial ? "true" : "false");
	put_rate(out, false, "units_updated", report->updates);
	put_number(out, false, "updated_within_days", REPORT_UPDATE_DAYS);
	dd_buf_text(out, "}");
}
