/* time_text.c - from the parts of a text to start, due, recurrence, milestones or event. */
#include "common/domain/time_text.h"
#include "common/domain/time_text_impl.h"
#include <string.h>

/* What is gathered about the text as a whole. */
struct meaning {
	const struct tt_text *text;
	struct tt_reading *reading;
	const struct dd_time_context *context;
	struct dd_time_text *out;
	const struct tt_item *every;
	const struct tt_part *every_part;
	const struct tt_item *continuous;
	const struct tt_item *after;
	const struct tt_item *event;
	const struct tt_item *moment; /* the first that is dated */
	const struct tt_item *last;   /* the last that is dated */
	size_t dated;                 /* parts with a date */
	size_t undated;               /* sentences that wait for an event, or go on */
};

static void doubt(struct meaning *meaning, uint32_t bit, size_t from, size_t to)
{
	meaning->out->doubts |= bit;
	if (!*meaning->out->rest)
		tt_words(meaning->text, from, to, meaning->out->rest);
}

static void whole_doubt(struct meaning *meaning, uint32_t bit)
{
	doubt(meaning, bit, 0, meaning->text->count);
}

/* --- years that are not told
 * ---------------------------------------------------------------------- */

static int year_told(const struct tt_item *item)
{
	if (item->kind != TT_MOMENT)
		return 0;
	return item->from_point.year ? item->from_point.year : item->to_point.year;
}

/* "Quý I, II/2026": the year behind goes for those before; else the one before, else the plan's. */
static void find_year(struct meaning *meaning, size_t at)
{
	struct tt_reading *reading = meaning->reading;
	struct tt_item *item = &reading->items[at];
	int year = 0;

	for (size_t i = at + 1; i < reading->item_count && !year; i++)
		year = year_told(&reading->items[i]);
	if (!year) {
		meaning->out->doubts |= DD_DOUBT_NO_YEAR;
		for (size_t i = at; i-- > 0 && !year;)
			year = year_told(&reading->items[i]);
	}
	if (!year)
		year = meaning->context->year;
	item->from_point.year = year;
	if (item->range && item->to_point.year == 0)
		item->to_point.year = year;
}

static void find_years(struct meaning *meaning)
{
	struct tt_reading *reading = meaning->reading;

	for (size_t i = 0; i < reading->item_count; i++) {
		struct tt_item *item = &reading->items[i];

		if (item->kind != TT_MOMENT)
			continue;
		if (item->from_point.short_year || (item->range && item->to_point.short_year))
			meaning->out->doubts |= DD_DOUBT_NO_YEAR;
		if (item->from_point.year == 0)
			find_year(meaning, i);
		else if (item->range && item->to_point.year == 0)
			item->to_point.year = item->from_point.year;
	}
}

/* --- days
 * ----------------------------------------------------------------------------------------- */

static bool range_days(const struct meaning *meaning, const struct tt_item *item, int32_t *start,
		       int32_t *due)
{
	int32_t issued = meaning->context->issued_day;
	int32_t unused;
	int32_t first;

	if (!tt_point_days(&item->from_point, start, &unused) ||
	    !tt_point_days(&item->to_point, &first, due))
		return false;
	if (item->until_before)
		*due = first - 1;
	/* a plan of many years does not begin before it was issued */
	if (item->from_point.kind == TT_YEAR && *start < issued && issued <= *due)
		*start = issued;
	return *start <= *due;
}

/* Start and due (0 = none) of a moment; false: there is no such day. */
static bool moment_days(const struct meaning *meaning, const struct tt_item *item, int32_t *start,
			int32_t *due)
{
	bool bare = item->from_point.kind == TT_DATE || item->from_point.kind == TT_BARE_MONTH;
	int32_t first;
	int32_t last;

	if (item->range)
		return range_days(meaning, item, start, due);
	if (!tt_point_days(&item->from_point, &first, &last))
		return false;
	*start = 0;
	*due = 0;
	switch ((enum tt_mode)item->mode) {
	case TT_PLAIN:
		*start = bare ? 0 : first;
		*due = last;
		break;
	case TT_IN:
		*start = item->from_point.kind == TT_DATE ? 0 : first;
		*due = last;
		break;
	case TT_BY:
		*due = last;
		break;
	case TT_BEFORE:
		*due = item->minute ? first : first - 1;
		break;
	case TT_FROM:
		*start = first;
		break;
	case TT_LATER:
		*start = last + 1;
		break;
	}
	return true;
}

/* --- gathering
 * ------------------------------------------------------------------------------------ */

/* The moment a part is dated by; NULL: it has none, or waits for an event first. */
static const struct tt_item *dated_by(const struct meaning *meaning, const struct tt_part *part)
{
	const struct tt_item *moment = tt_part_find(meaning->reading, part, TT_MOMENT);
	const struct tt_item *event = tt_part_find(meaning->reading, part, TT_EVENT);

	return moment && event && !event->bracket && event->from < moment->from ? NULL : moment;
}

static const struct tt_item *outside(const struct tt_item *item, bool dated)
{
	return item && item->bracket && dated ? NULL : item;
}

static void keep(const struct tt_item **kept, const struct tt_item *found)
{
	if (!*kept)
		*kept = found;
}

static void gather_part(struct meaning *meaning, const struct tt_part *part)
{
	const struct tt_reading *reading = meaning->reading;
	const struct tt_item *moment = dated_by(meaning, part);
	const struct tt_item *event = tt_part_find(reading, part, TT_EVENT);
	const struct tt_item *continuous = tt_part_find(reading, part, TT_CONTINUOUS);
	const struct tt_item *after = tt_part_find(reading, part, TT_AFTER);

	event = moment ? NULL : event;
	continuous = outside(continuous, moment != NULL);
	if (!meaning->every && (meaning->every = tt_part_find(reading, part, TT_EVERY)))
		meaning->every_part = part;
	keep(&meaning->event, event);
	keep(&meaning->continuous, continuous);
	keep(&meaning->after, after ? after : tt_part_find(reading, part, TT_FROM_ISSUE));
	if (moment) {
		keep(&meaning->moment, moment);
		meaning->last = moment;
		meaning->dated++;
	} else if (part->strong && (event || continuous)) {
		meaning->undated++;
	}
}

/* --- the meanings
 * ----------------------------------------------------------------------------------- */

static void set_days(struct meaning *meaning, const struct tt_item *moment)
{
	struct dd_time_text *out = meaning->out;

	if (!moment_days(meaning, moment, &out->start_day, &out->due_day)) {
		out->start_day = 0;
		out->due_day = 0;
		doubt(meaning, DD_DOUBT_NOT_UNDERSTOOD, moment->from, moment->to);
		if (out->recurrence == DD_TIME_ONCE)
			out->recurrence = DD_TIME_EVENT;
		return;
	}
	out->due_minute = moment->minute;
}

/* "31/03/2026 Các sở … trước ngày 15/3/2026": a whole date at the head wins over prose behind it.
 */
static bool leading_date(struct meaning *meaning)
{
	const struct tt_reading *reading = meaning->reading;
	const struct tt_item *first = &reading->items[0];

	if (reading->item_count < 2 || first->kind != TT_MOMENT || first->from != 0 ||
	    first->mode != TT_PLAIN || first->range || first->from_point.kind != TT_DATE ||
	    tt_part_count(reading, &reading->parts[0], TT_MOMENT) < 2)
		return false;
	set_days(meaning, first);
	doubt(meaning, DD_DOUBT_PART_LEFT, first->to, meaning->text->count);
	if (tt_names_unit(meaning->text, first->to, meaning->text->count))
		meaning->out->doubts |= DD_DOUBT_SEVERAL_UNITS;
	return true;
}

static void add_milestone(struct meaning *meaning, const struct tt_part *part,
			  const struct tt_item *moment)
{
	struct dd_time_text *out = meaning->out;
	struct dd_time_milestone *to = &out->milestones[out->milestone_count];

	if (out->milestone_count == DD_TIME_MILESTONES_MAX) {
		doubt(meaning, DD_DOUBT_PART_LEFT, part->from, part->to);
		return;
	}
	if (moment && !moment_days(meaning, moment, &to->start_day, &to->due_day)) {
		to->start_day = 0;
		to->due_day = 0;
		doubt(meaning, DD_DOUBT_PART_LEFT, moment->from, moment->to);
	}
	tt_part_what(meaning->reading, part, moment, to->what);
	out->milestone_count++;
}

static void milestones(struct meaning *meaning)
{
	const struct tt_reading *reading = meaning->reading;
	struct dd_time_text *out = meaning->out;
	bool first = true;
	size_t units = 0;

	out->recurrence = DD_TIME_MILESTONES;
	for (size_t i = 0; i < reading->part_count; i++) {
		const struct tt_part *part = &reading->parts[i];
		const struct tt_item *moment = dated_by(meaning, part);
		int before = out->milestone_count;

		if (!moment && (!part->strong || part->items == 0))
			continue;
		add_milestone(meaning, part, moment);
		units += tt_names_unit(meaning->text, part->from, part->to);
		if (!moment || out->milestone_count == before)
			continue;
		if (first)
			out->start_day = out->milestones[before].start_day;
		if (out->milestones[before].due_day > out->due_day) {
			out->due_day = out->milestones[before].due_day;
			out->due_minute = moment->minute;
		}
		first = false;
	}
	if (units > 1)
		out->doubts |= DD_DOUBT_SEVERAL_UNITS;
}

static bool speaks_of_report(const struct meaning *meaning, const struct tt_part *part)
{
	for (size_t at = part->from; at < part->to; at++)
		if (tt_phrase(meaning->text, at, "báo cáo", "bao cao"))
			return true;
	return false;
}

static void keep_event(struct meaning *meaning, const struct tt_item *item)
{
	tt_words(meaning->text, item->event, item->to, meaning->out->after.event);
	meaning->out->after.count = item->count;
	meaning->out->after.span = item->span;
}

static void recurring(struct meaning *meaning)
{
	const struct tt_item *every = meaning->every;
	struct dd_time_text *out = meaning->out;
	bool report = speaks_of_report(meaning, meaning->every_part);

	out->recurrence = every->recurrence;
	out->every_weeks = every->every_weeks;
	out->weekday = every->weekday;
	out->day_of_month = every->day_of_month;
	if (report && (meaning->continuous || meaning->dated))
		out->report_every = every->recurrence;
	if (meaning->event)
		keep_event(meaning, meaning->event);
	if (meaning->dated > 1) {
		out->report_every = every->recurrence;
		milestones(meaning);
	} else if (meaning->dated) {
		out->recurrence = report ? DD_TIME_ONCE : every->recurrence;
		set_days(meaning, meaning->moment);
	}
	if (every->minute)
		out->due_minute = every->minute;
}

static void one_date(struct meaning *meaning)
{
	const struct tt_item *moment = meaning->moment;
	struct dd_time_text *out = meaning->out;
	bool open = !moment->range && (moment->mode == TT_FROM || moment->mode == TT_LATER);

	if (meaning->continuous || open)
		out->recurrence = DD_TIME_CONTINUOUS;
	set_days(meaning, moment);
	/* "từ ngày ban hành đến 31/12/2026" */
	if (meaning->after && meaning->after->kind == TT_FROM_ISSUE && meaning->context->issued_day)
		out->start_day = meaning->context->issued_day;
	else if (meaning->after)
		doubt(meaning, DD_DOUBT_PART_LEFT, meaning->after->from, meaning->after->to);
}

static bool words_left(const struct meaning *meaning)
{
	for (size_t i = 0; i < meaning->reading->part_count; i++)
		if (tt_part_left(meaning->reading, &meaning->reading->parts[i]))
			return true;
	return false;
}

static void after_event(struct meaning *meaning)
{
	const struct tt_item *after = meaning->after;
	int32_t issued = meaning->context->issued_day;
	bool told = after->event < after->to;
	struct dd_time_text *out = meaning->out;

	keep_event(meaning, after);
	out->recurrence = DD_TIME_EVENT;
	if (!told)
		doubt(meaning, DD_DOUBT_NO_EVENT, after->from, after->to);
	if (!issued || (told ? !after->own : words_left(meaning)))
		return;
	if (after->kind == TT_FROM_ISSUE) {
		out->recurrence = DD_TIME_CONTINUOUS;
	} else {
		if (!dd_time_after(issued, &out->after, meaning->context->calendar, &out->due_day))
			return;
		out->recurrence = DD_TIME_ONCE;
	}
	out->start_day = issued;
	out->after = (struct dd_time_after){0};
}

static void decide(struct meaning *meaning)
{
	struct dd_time_text *out = meaning->out;

	if (meaning->every) {
		recurring(meaning);
	} else if (meaning->dated > 1 || (meaning->dated && meaning->undated)) {
		milestones(meaning);
	} else if (meaning->dated) {
		one_date(meaning);
	} else if (meaning->after) {
		after_event(meaning);
	} else if (meaning->continuous) {
		out->recurrence = DD_TIME_CONTINUOUS;
	} else if (meaning->event) {
		out->recurrence = DD_TIME_EVENT;
		keep_event(meaning, meaning->event);
	} else {
		out->recurrence = DD_TIME_EVENT;
		whole_doubt(meaning, DD_DOUBT_NOT_UNDERSTOOD);
	}
}

/* --- what is left
 * ----------------------------------------------------------------------------------- */

static void doubt_items(struct meaning *meaning)
{
	const struct tt_reading *reading = meaning->reading;

	for (size_t i = 0; i < reading->item_count; i++) {
		const struct tt_item *item = &reading->items[i];

		if (item->kind == TT_PROPOSAL)
			doubt(meaning, DD_DOUBT_PROPOSAL, item->from, item->to);
		else if (item->kind == TT_VAGUE || item->left)
			doubt(meaning, DD_DOUBT_PART_LEFT, item->from, item->to);
	}
}

static void doubt_parts(struct meaning *meaning)
{
	const struct tt_reading *reading = meaning->reading;

	for (size_t i = 0; i < reading->part_count; i++) {
		const struct tt_part *part = &reading->parts[i];
		size_t moments = tt_part_count(reading, part, TT_MOMENT);
		size_t repeats = tt_part_count(reading, part, TT_EVERY);

		if (moments > 1 || repeats > 1 || tt_part_left(reading, part))
			doubt(meaning, DD_DOUBT_PART_LEFT, part->from, part->to);
	}
	if (reading->overflow || meaning->text->cut)
		whole_doubt(meaning, DD_DOUBT_PART_LEFT);
	if (meaning->out->doubts & DD_DOUBT_NOT_UNDERSTOOD)
		meaning->out->doubts &= ~(uint32_t)DD_DOUBT_PART_LEFT;
}

static bool bare_number(struct meaning *meaning)
{
	if (meaning->text->count != 1 || meaning->text->tokens[0].kind != TT_NUMBER ||
	    tt_year(meaning->text, 0))
		return false;
	meaning->out->recurrence = DD_TIME_EVENT;
	whole_doubt(meaning, DD_DOUBT_BARE_NUMBER);
	return true;
}

static void understand(struct meaning *meaning)
{
	struct tt_reading *reading = meaning->reading;

	if (meaning->text->count == 0 || bare_number(meaning))
		return;
	tt_scan(reading);
	find_years(meaning);
	if (leading_date(meaning)) {
		doubt_items(meaning);
		return;
	}
	for (size_t i = 0; i < reading->part_count; i++)
		gather_part(meaning, &reading->parts[i]);
	decide(meaning);
	doubt_items(meaning);
	doubt_parts(meaning);
}

void dd_time_text_read(const char *text, const struct dd_time_context *context,
		       struct dd_time_text *out)
{
	struct tt_text tokens;
	struct tt_reading reading = {.text = &tokens};
	struct meaning meaning = {
		.text = &tokens, .reading = &reading, .context = context, .out = out};

	memset(out, 0, sizeof(*out));
	tt_open(&tokens, text);
	understand(&meaning);
	tt_close(&tokens);
}
