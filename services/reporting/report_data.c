/* report_data.c - reads the ledger as of a position and puts the report together. */
#include "services/reporting/report_data_impl.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/area.h"
#include "common/domain/unit_kind.h"
#include "common/view/view_fix.h"
#include "common/view/view_rules_was.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *making_add(struct making *making, struct growing *growing)
{
	struct pool *pool = &making->report->pool;
	void *larger;

	if (growing->count == growing->room) {
		growing->room = growing->room == 0 ? 32 : growing->room * 2;
		larger = pool_zalloc(pool, growing->room * growing->size);
		if (growing->count > 0)
			memcpy(larger, growing->items, growing->count * growing->size);
		growing->items = larger;
	}
	return (char *)growing->items + growing->size * growing->count++;
}

const char *making_keep(struct making *making, const char *text)
{
	return pool_memdup(&making->report->pool, text, strlen(text) + 1);
}

static const char *keep_val(struct making *making, const struct dd_val *val)
{
	char *text = pool_zalloc(&making->report->pool, val->len + 1);

	memcpy(text, val->data, val->len);
	return text;
}

/* --- names ----------------------------------------------------------------------------------- */

/* The code itself where there is no such unit. */
const char *making_unit_name(struct making *making, const char *code)
{
	struct dd_val val;

	return report_ledger_unit(making->ledger, code, &val) == DD_OK ? keep_val(making, &val)
								       : making_keep(making, code);
}

static const char *unit_kind(struct making *making, const char *code)
{
	struct dd_val val;

	return report_ledger_kind(making->ledger, code, &val) == DD_OK ? keep_val(making, &val)
								       : "";
}

static const char *area_name(struct making *making, uint32_t area)
{
	const char *shipped = dd_area_name(area);
	struct dd_val val;

	if (report_ledger_area(making->ledger, area, &val) == DD_OK)
		return keep_val(making, &val);
	return shipped ? shipped : "";
}

/* --- lines of the tables --------------------------------------------------------------------- */

/* Tens of lines: searching them is quick. */
static struct report_line *line_of(struct making *making, struct growing *lines, const char *key)
{
	struct report_line *line = lines->items;

	for (size_t i = 0; i < lines->count; i++) {
		if (strcmp(line[i].key, key) == 0)
			return &line[i];
	}
	line = making_add(making, lines);
	line->key = making_keep(making, key);
	return line;
}

static void tally_total(struct making *making, const struct view_figure *figure)
{
	const struct view_moment *moment = figure->moment;
	struct report *report = making->report;
	struct report_line *line;
	char area[16];

	(void)snprintf(area, sizeof(area), "%u", moment->area);
	line = line_of(making, &making->areas, area);
	if (!line->name)
		line->name = area_name(making, moment->area);
	dd_tally_add(&line->tally, &figure->tallied);
	dd_tally_add(&report->all, &figure->tallied);
	if (moment->flags & VIEW_MOMENT_PRIORITY)
		dd_tally_add(&report->priority, &figure->tallied);
	if (moment->flags & VIEW_MOMENT_CARRIED)
		dd_tally_add(&report->carried_in, &figure->tallied);
}

static void tally_unit(struct making *making, const struct view_figure *figure)
{
	struct report_line *line = line_of(making, &making->units, figure->moment->lead_unit);

	if (!line->name) {
		line->name = making_unit_name(making, figure->moment->lead_unit);
		line->kind = unit_kind(making, figure->moment->lead_unit);
	}
	line->open = line->open || dd_task_state_open(figure->state);
	dd_tally_add(&line->tally, &figure->tallied);
	dd_tally_add(&making->report->units_sum, &figure->tallied);
}

/* --- plans ----------------------------------------------------------------------------------- */

static int read_plan(struct making *making, struct report_plan *plan)
{
	const Dondoc__V1__Document *source;
	Dondoc__V1__PlanFields *fields;
	struct dd_val val;
	int rc = report_ledger_plan(making->ledger, plan->code, &val);

	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(making->err, rc, "there was no plan %.40s by that day", plan->code);
	fields = rc == DD_OK ? dondoc__v1__plan_fields__unpack(NULL, val.len, val.data) : NULL;
	if (!fields)
		return dd_fail(making->err, DD_ERR_CORRUPT, "plan %.40s cannot be read",
			       plan->code);
	source = fields->source;
	plan->title = making_keep(making, fields->title);
	plan->source_number = making_keep(making, source ? source->number : "");
	plan->source_issuer = making_keep(making, source ? source->issuer : "");
	plan->source_day = source ? source->day : 0;
	plan->assigner_unit = making_keep(making, fields->assigner_unit);
	plan->assigner_name = fields->assigner_unit[0] != '\0'
				      ? making_unit_name(making, fields->assigner_unit)
				      : "";
	dondoc__v1__plan_fields__free_unpacked(fields, NULL);
	return DD_OK;
}

static int note_plan(struct making *making, const char *code)
{
	struct report_plan *plan = making->plans.items;

	for (size_t i = 0; i < making->plans.count; i++) {
		if (strcmp(plan[i].code, code) == 0)
			return DD_OK;
	}
	plan = making_add(making, &making->plans);
	plan->code = making_keep(making, code);
	return read_plan(making, plan);
}

/* --- putting it together --------------------------------------------------------------------- */

static int on_figure(void *arg, const struct view_figure *figure)
{
	struct making *making = arg;
	int rc = note_plan(making, figure->moment->plan);

	if (rc != DD_OK)
		return rc;
	if (figure->in_total)
		tally_total(making, figure);
	if (figure->in_units)
		tally_unit(making, figure);
	making->report->fan_outs += !figure->in_units;
	making->report->parts += !figure->in_total;
	return making_list(making, figure);
}

/* --- what follows from the lines of the units ------------------------------------------------- */

static void add_kinds(struct making *making)
{
	const struct report_line *unit = making->units.items;

	for (size_t i = 0; i < making->units.count; i++, unit++) {
		struct report_line *line = line_of(making, &making->kinds, unit->kind);

		line->name = dd_unit_kind_name(line->key, true);
		dd_tally_sum(&line->tally, &unit->tally);
	}
}

static int count_updates(struct making *making)
{
	const struct report_line *unit = making->units.items;
	struct dd_rate *updates = &making->report->updates;
	int32_t day = making->report->ask.as_of_day;

	for (size_t i = 0; i < making->units.count; i++, unit++) {
		int reported;

		if (!unit->open)
			continue;
		reported = report_ledger_reported(making->ledger, unit->key,
						  day - REPORT_UPDATE_DAYS + 1, day);
		if (reported < 0)
			return dd_fail(making->err, DD_ERR_IO, "the ledger cannot be read");
		updates->denominator++;
		updates->numerator += (uint32_t)reported;
	}
	return DD_OK;
}

/* --- the order of the lines --------------------------------------------------------------------
 */

static int by_number(const void *left, const void *right)
{
	const struct report_line *a = left, *b = right;

	return atoi(a->key) - atoi(b->key); // NOLINT(cert-err34-c): written by snprintf above
}

static int by_key(const void *left, const void *right)
{
	return strcmp(((const struct report_line *)left)->key,
		      ((const struct report_line *)right)->key);
}

static int by_code(const void *left, const void *right)
{
	return strcmp(((const struct report_plan *)left)->code,
		      ((const struct report_plan *)right)->code);
}

void *making_sorted(struct growing *growing, int (*order)(const void *, const void *),
		    size_t *count_out)
{
	if (growing->count > 1)
		qsort(growing->items, growing->count, growing->size, order);
	*count_out = growing->count;
	return growing->items;
}

static void hand_over(struct making *making)
{
	struct report *report = making->report;

	report->plans = making_sorted(&making->plans, by_code, &report->plan_count);
	report->areas = making_sorted(&making->areas, by_number, &report->area_count);
	report->units = making_sorted(&making->units, by_key, &report->unit_count);
	making_lists_end(making);
	report->kinds = making_sorted(&making->kinds, by_key, &report->kind_count);
}

static void check_sum(const struct dd_tally *all, const struct report_line *lines, size_t count)
{
	struct dd_tally sum = {.done_with_term = 0};

	for (size_t i = 0; i < count; i++)
		dd_tally_sum(&sum, &lines[i].tally);
	assert(memcmp(&sum, all, sizeof(sum)) == 0);
}

static void check_sums(const struct report *report)
{
	check_sum(&report->all, report->areas, report->area_count);
	check_sum(&report->units_sum, report->units, report->unit_count);
	check_sum(&report->units_sum, report->kinds, report->kind_count);
	assert(dd_tally_total(&report->units_sum) ==
	       dd_tally_total(&report->all) - report->fan_outs + report->parts);
	assert(report->overdue.count == report->all.in[DD_BUCKET_OPEN_OVERDUE]);
}

static int read_judge(struct making *making, struct view *view)
{
	struct view_rules_was *rules = dd_alloc(sizeof(*rules));
	int rc = view_rules_was(view, 0, making->report->ask.position.sequence, rules, making->err);

	making->report->judge = view_rules_judge(rules);
	free(rules);
	return rc;
}

static int read_figures(struct making *making, struct view *view)
{
	const struct report_ask *ask = &making->report->ask;
	const struct view_figures_ask figures = {
		.plan = ask->plan,
		.as_of = ask->as_of_day,
		.until = ask->position.sequence,
		.known = ask->known,
	};
	int rc = read_judge(making, view);

	if (rc == DD_OK && ask->plan[0] != '\0')
		rc = note_plan(making, ask->plan);
	if (rc == DD_OK)
		rc = view_figures(view, &figures, on_figure, making, making->err);
	if (rc == DD_OK)
		rc = count_updates(making);
	add_kinds(making);
	return rc;
}

static int read_all(struct making *making, struct view *view)
{
	struct report *report = making->report;
	struct dd_buf name = {0};
	int rc;

	if (report_ledger_authority(making->ledger, &name) == DD_OK)
		report->authority = making_keep(making, dd_buf_cstr(&name));
	dd_buf_fini(&name);
	if (view_stored(view) < report->ask.known)
		return dd_fail(making->err, DD_ERR_RETRY,
			       "reporting has not stored what it has read yet");
	rc = report_ledger_look(making->ledger, report->ask.position.sequence, making->err);
	if (rc == DD_OK)
		rc = read_figures(making, view);
	report_ledger_look_end(making->ledger);
	return rc;
}

int report_make(struct report_ledger *ledger, struct view *view, const struct report_ask *ask,
		struct report *report_out, struct dd_error *err)
{
	struct making making = {
		.report = report_out,
		.ledger = ledger,
		.err = err,
		.areas.size = sizeof(struct report_line),
		.units.size = sizeof(struct report_line),
		.kinds.size = sizeof(struct report_line),
		.plans.size = sizeof(struct report_plan),
		.overdue.size = sizeof(struct report_item),
		.awaiting.size = sizeof(struct report_item),
		.extended.size = sizeof(struct report_item),
		.carried.size = sizeof(struct report_item),
	};
	int rc;

	assert(ask->as_of_day != 0 && ask->position.sequence != 0);
	assert(ask->known >= ask->position.sequence);
	*report_out = (struct report){.ask = *ask, .authority = ""};
	report_out->ask.plan = making_keep(&making, ask->plan);
	rc = read_all(&making, view);
	if (rc != DD_OK)
		return rc;
	hand_over(&making);
	check_sums(report_out);
	return DD_OK;
}

int report_known(struct view *view, const char *plan, int32_t day, uint64_t head,
		 uint64_t *known_out, struct dd_error *err)
{
	int rc = view_locked_by(view, plan, day, known_out, err);

	if (rc == DD_OK && *known_out == 0)
		*known_out = head;
	return rc;
}

void report_fini(struct report *report)
{
	pool_fini(&report->pool);
}

int64_t report_date_us(const struct report *report)
{
	return dd_day_start_us(report->ask.as_of_day + 1) - 1;
}
