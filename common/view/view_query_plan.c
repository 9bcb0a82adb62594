/* view_query_plan.c - what belongs to plans: publications, indicators, baselines, filters,
 * settings, areas, links. */
#include "common/base/clock.h"
#include "common/domain/indicator.h"
#include "common/view/view_answer.h"
#include "common/view/view_evidence.h"
#include "common/view/view_plan.h"
#include <string.h>

static void *unpacked(struct answering *answering, const ProtobufCMessageDescriptor *what,
		      const void *bytes, size_t len)
{
	ProtobufCAllocator allocator = answer_allocator(answering);

	return protobuf_c_message_unpack(what, &allocator, len, bytes);
}

static int unreadable(struct answering *answering, const char *what)
{
	return dd_fail(answering->err, DD_ERR_CORRUPT,
		       "%s in the view cannot be read; delete the view's folder to have it rebuilt",
		       what);
}

/* One row of an answer from one entry; NULL: it is left out. */
typedef int row_fn(struct answering *answering, const struct answer_walk *walk, const void *arg,
		   void **row_out);

static int collect(struct answering *answering, const struct dd_key *prefix, row_fn *fn,
		   const void *arg, struct answer_rows *rows)
{
	struct answer_walk walk;
	int rc = answer_walk_open(answering, prefix, &walk);

	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		void *row = NULL;

		rc = fn(answering, &walk, arg, &row);
		if (rc == DD_OK && row)
			answer_rows_add(answering, rows, row);
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

/* --- publications ------------------------------------------------------------------------------
 */

/* What was said, and by which person for himself (zeros: for the unit). */
struct acknowledged {
	const Dondoc__V1__AcknowledgePlan *said;
	uint8_t person[16];
};

static int ack_row(struct answering *answering, const struct answer_walk *walk, const void *arg,
		   void **row_out)
{
	struct acknowledged *ack = pool_zalloc(&answering->pool, sizeof(*ack));

	(void)arg;
	ack->said = unpacked(answering, &dondoc__v1__acknowledge_plan__descriptor, walk->val.data,
			     walk->val.len);
	if (!ack->said || walk->key.len < sizeof(ack->person))
		return unreadable(answering, "an acknowledgement");
	memcpy(ack->person, (const uint8_t *)walk->key.data + walk->key.len - sizeof(ack->person),
	       sizeof(ack->person));
	*row_out = ack;
	return DD_OK;
}

/* The unit's own word, or the persons' where only they acknowledged. */
static void fill_unit(const struct answer_rows *acks, Dondoc__V1__AcknowledgementRow *row)
{
	uint32_t persons = 0;

	row->none = true;
	for (size_t i = 0; i < acks->count; i++) {
		const struct acknowledged *told = acks->items[i];
		const Dondoc__V1__AcknowledgePlan *ack = told->said;

		if (strcmp(ack->unit, row->unit) != 0)
			continue;
		if (ack->own) {
			persons++;
			if (row->none)
				row->day = ack->day;
		} else {
			row->none = false;
			row->told = ack->persons_told;
			row->total = ack->persons_total;
			row->day = ack->day;
			row->form = ack->form;
			row->minutes = ack->minutes;
		}
	}
	if (row->told < persons)
		row->told = persons;
	if (persons > 0)
		row->none = false;
}

static bool has_noted(const struct answer_rows *acks, const char *unit, const uint8_t *person)
{
	for (size_t i = 0; i < acks->count; i++) {
		const struct acknowledged *told = acks->items[i];

		if (strcmp(told->said->unit, unit) == 0 && memcmp(told->person, person, 16) == 0)
			return true;
	}
	return false;
}

/* Persons with a role in the unit who have not taken note themselves; none where the unit says that
 * everybody was told. */
static int fill_missing(struct answering *answering, const struct answer_rows *acks,
			Dondoc__V1__AcknowledgementRow *row)
{
	struct answer_rows persons;
	int rc;

	if (row->total > 0 && row->told >= row->total)
		return DD_OK;
	rc = answer_unit_persons(answering, row->unit, &persons);
	if (rc != DD_OK || persons.count == 0)
		return rc;
	row->missing = pool_zalloc(&answering->pool, persons.count * sizeof(*row->missing));
	for (size_t i = 0; i < persons.count; i++) {
		if (has_noted(acks, row->unit, persons.items[i]))
			continue;
		row->missing[row->n_missing++] =
			(ProtobufCBinaryData){.data = persons.items[i], .len = 16};
	}
	return DD_OK;
}

static int add_units(struct answering *answering, const Dondoc__V1__PlanPublished *published,
		     const struct answer_rows *acks, Dondoc__V1__PublicationRow *row)
{
	struct answer_rows units = {0};
	int rc;

	for (size_t i = 0; i < published->n_units; i++) {
		Dondoc__V1__AcknowledgementRow *unit = pool_alloc(&answering->pool, sizeof(*unit));

		dondoc__v1__acknowledgement_row__init(unit);
		unit->unit = published->units[i];
		unit->unit_name = (char *)answer_unit_name(answering, unit->unit);
		fill_unit(acks, unit);
		rc = fill_missing(answering, acks, unit);
		if (rc != DD_OK)
			return rc;
		row->acknowledged += unit->none ? 0 : 1;
		row->told += unit->told;
		row->total += unit->total;
		answer_rows_add(answering, &units, unit);
	}
	row->units = (uint32_t)units.count;
	row->rows = (Dondoc__V1__AcknowledgementRow **)units.items;
	row->n_rows = units.count;
	return DD_OK;
}

static int publication_row(struct answering *answering, const struct answer_walk *walk,
			   const void *arg, void **row_out)
{
	Dondoc__V1__PublicationRow *row = pool_alloc(&answering->pool, sizeof(*row));
	const uint8_t *key = walk->key.data;
	const Dondoc__V1__PlanPublished *published = unpacked(
		answering, &dondoc__v1__plan_published__descriptor, walk->val.data, walk->val.len);
	struct answer_rows acks = {0};
	struct dd_key prefix;
	int rc;

	if (!published || walk->key.len < 8)
		return unreadable(answering, "a publication");
	dondoc__v1__publication_row__init(row);
	row->publication = dd_key_get_u64(key + walk->key.len - 8);
	row->said = published->said;
	view_key_ack(&prefix, arg, row->publication);
	rc = collect(answering, &prefix, ack_row, NULL, &acks);
	if (rc == DD_OK)
		rc = add_units(answering, published, &acks, row);
	*row_out = row;
	return rc;
}

int answer_list_publications(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__PublicationList *list = pool_alloc(&answering->pool, sizeof(*list));
	const char *plan = query->list_publications->plan;
	struct answer_rows rows = {0};
	struct dd_key prefix;
	int rc = answer_check_plan(answering, plan);

	view_key_text(&prefix, VIEW_PUBLISHED, plan);
	if (rc == DD_OK)
		rc = collect(answering, &prefix, publication_row, plan, &rows);
	dondoc__v1__publication_list__init(list);
	list->rows = (Dondoc__V1__PublicationRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_PUBLICATIONS;
	answering->answer.publications = list;
	return rc;
}

/* --- indicators ----------------------------------------------------------------------------------
 */

static int value_row(struct answering *answering, const struct answer_walk *walk, const void *arg,
		     void **row_out)
{
	Dondoc__V1__IndicatorValue *row = pool_alloc(&answering->pool, sizeof(*row));
	const Dondoc__V1__MeasureIndicator *said = NULL;
	struct view_measured measured;
	struct dd_val rest;

	(void)arg;
	if (view_head_split(&walk->val, &measured, sizeof(measured), &rest) == DD_OK)
		said = unpacked(answering, &dondoc__v1__measure_indicator__descriptor, rest.data,
				rest.len);
	if (!said)
		return unreadable(answering, "a measured value");
	dondoc__v1__indicator_value__init(row);
	row->sequence = measured.sequence;
	row->day = said->day;
	row->value = said->value;
	row->source = said->source;
	row->document = said->document;
	row->replaced = measured.replaced;
	row->replaced_value = measured.replaced_value;
	row->replaced_unit = pool_memdup(&answering->pool, measured.replaced_unit,
					 sizeof(measured.replaced_unit));
	*row_out = row;
	return DD_OK;
}

static void stand(struct answering *answering, Dondoc__V1__IndicatorRow *row, int32_t year)
{
	const Dondoc__V1__IndicatorFields *fields = row->fields;
	struct dd_target *targets =
		pool_alloc(&answering->pool, (fields->n_targets + 1) * sizeof(*targets));
	struct dd_measure *measures =
		pool_alloc(&answering->pool, (row->n_values + 1) * sizeof(*measures));
	struct dd_standing standing;

	for (size_t i = 0; i < fields->n_targets; i++)
		targets[i] =
			(struct dd_target){fields->targets[i]->year, fields->targets[i]->value};
	for (size_t i = 0; i < row->n_values; i++)
		measures[i] = (struct dd_measure){row->values[i]->day, row->values[i]->value};
	dd_indicator_stand(targets, fields->n_targets, measures, row->n_values, fields->falling,
			   year, &standing);
	row->has_target = standing.has_target;
	row->target = standing.target;
	row->gap = standing.gap;
	row->reached = standing.reached;
}

static int indicator_row(struct answering *answering, const struct answer_walk *walk,
			 const void *arg, void **row_out)
{
	Dondoc__V1__IndicatorRow *row = pool_alloc(&answering->pool, sizeof(*row));
	struct answer_rows values = {0};
	struct dd_key prefix;
	int rc;

	dondoc__v1__indicator_row__init(row);
	row->fields = unpacked(answering, &dondoc__v1__indicator_fields__descriptor, walk->val.data,
			       walk->val.len);
	if (!row->fields)
		return unreadable(answering, "an indicator");
	if (row->fields->removed)
		return DD_OK;
	view_key_texts(&prefix, VIEW_MEASURE, row->fields->plan, row->fields->code);
	rc = collect(answering, &prefix, value_row, NULL, &values);
	row->values = (Dondoc__V1__IndicatorValue **)values.items;
	row->n_values = values.count;
	if (rc == DD_OK)
		stand(answering, row, *(const int32_t *)arg);
	*row_out = row;
	return rc;
}

int answer_list_indicators(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__IndicatorList *list = pool_alloc(&answering->pool, sizeof(*list));
	const char *plan = query->list_indicators->plan;
	int32_t year = query->list_indicators->year;
	struct answer_rows rows = {0};
	struct dd_key prefix;
	int rc = answer_check_plan(answering, plan);

	if (year == 0)
		year = dd_day_to_date(answering->context->today).year;
	dd_key_begin(&prefix, VIEW_INDICATOR);
	if (plan[0] != '\0')
		dd_key_text(&prefix, plan);
	if (rc == DD_OK)
		rc = collect(answering, &prefix, indicator_row, &year, &rows);
	dondoc__v1__indicator_list__init(list);
	list->rows = (Dondoc__V1__IndicatorRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_INDICATORS;
	answering->answer.indicators = list;
	return rc;
}

/* --- baselines and filters
 * ------------------------------------------------------------------------ */

static int baseline_row(struct answering *answering, const struct answer_walk *walk,
			const void *arg, void **row_out)
{
	Dondoc__V1__BaselineRow *row = pool_alloc(&answering->pool, sizeof(*row));
	const Dondoc__V1__FreezeBaseline *said = NULL;
	const uint8_t *bytes = walk->val.data;
	struct view_baseline record;

	(void)arg;
	if (walk->val.len >= sizeof(record))
		said = unpacked(answering, &dondoc__v1__freeze_baseline__descriptor,
				bytes + sizeof(record), walk->val.len - sizeof(record));
	if (!said)
		return unreadable(answering, "a baseline");
	memcpy(&record, bytes, sizeof(record));
	dondoc__v1__baseline_row__init(row);
	row->plan = said->plan;
	row->name = said->name;
	row->at = record.at;
	row->frozen_us = record.frozen_us;
	row->document = said->document;
	*row_out = row;
	return DD_OK;
}

int answer_list_baselines(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__BaselineList *list = pool_alloc(&answering->pool, sizeof(*list));
	const char *plan = query->list_baselines->plan;
	struct answer_rows rows = {0};
	struct dd_key prefix;
	int rc = answer_check_plan(answering, plan);

	dd_key_begin(&prefix, VIEW_BASELINE);
	if (plan[0] != '\0')
		dd_key_text(&prefix, plan);
	if (rc == DD_OK)
		rc = collect(answering, &prefix, baseline_row, NULL, &rows);
	dondoc__v1__baseline_list__init(list);
	list->rows = (Dondoc__V1__BaselineRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_BASELINES;
	answering->answer.baselines = list;
	return rc;
}

/* All of them: a filter shows nothing that its reader could not ask for himself. */
static int filter_row(struct answering *answering, const struct answer_walk *walk, const void *arg,
		      void **row_out)
{
	(void)arg;
	*row_out = unpacked(answering, &dondoc__v1__filter_row__descriptor, walk->val.data,
			    walk->val.len);
	return *row_out ? DD_OK : unreadable(answering, "a saved filter");
}

int answer_list_filters(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__FilterList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	struct dd_key prefix;
	int rc;

	(void)query;
	dd_key_begin(&prefix, VIEW_FILTER);
	rc = collect(answering, &prefix, filter_row, NULL, &rows);
	dondoc__v1__filter_list__init(list);
	list->rows = (Dondoc__V1__FilterRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_FILTERS;
	answering->answer.filters = list;
	return rc;
}
