/* view_query_remind.c - list_reminder_rules, list_silences, list_reminder_starts. */
#include "common/view/view_answer.h"
#include "common/view/view_records.h"
#include "common/view/view_remind.h"
#include <string.h>

static char *kept(struct answering *answering, const char *text)
{
	return pool_memdup(&answering->pool, text, strlen(text) + 1);
}

/* --- rules ----------------------------------------------------------------------------------- */

struct rule_listing {
	struct answering *answering;
	const Dondoc__V1__ListReminderRules *asked;
	const Dondoc__V1__ReminderRuleList *in_force; /* NULL: none was ever set */
	struct answer_rows rows;
};

static Dondoc__V1__ReminderRule *shipped_message(struct answering *answering,
						 const struct dd_rule *rule)
{
	Dondoc__V1__ReminderRule *message = pool_alloc(&answering->pool, sizeof(*message));

	dondoc__v1__reminder_rule__init(message);
	message->rule = kept(answering, rule->id);
	message->kind = (Dondoc__V1__RuleKind)rule->kind;
	message->on = rule->on;
	message->days = rule->days;
	message->percent = rule->percent;
	message->to = rule->to;
	message->immediate = rule->immediate;
	message->optional = rule->optional;
	message->n_steps = rule->step_count;
	message->steps =
		pool_alloc(&answering->pool, (rule->step_count + 1u) * sizeof(*message->steps));
	for (unsigned i = 0; i < rule->step_count; i++)
		message->steps[i] = rule->steps[i];
	message->rungs =
		pool_alloc(&answering->pool, (rule->rung_count + 1u) * sizeof(*message->rungs));
	for (; message->n_rungs < rule->rung_count; message->n_rungs++) {
		Dondoc__V1__Rung *rung = pool_alloc(&answering->pool, sizeof(*rung));

		dondoc__v1__rung__init(rung);
		rung->days = rule->rungs[message->n_rungs].days;
		rung->to = (Dondoc__V1__RungTo)rule->rungs[message->n_rungs].to;
		message->rungs[message->n_rungs] = rung;
	}
	return message;
}

static int add_rule(struct rule_listing *listing, Dondoc__V1__ReminderRuleRow *row)
{
	struct answering *answering = listing->answering;
	struct view_rule_count count;
	int rc = view_rule_count(answering->view, false, row->rule->rule, &count);

	if (rc != DD_OK)
		return rc;
	row->told = count.told;
	row->n_disputed_by_cause = VIEW_CAUSES - 1;
	row->disputed_by_cause = pool_memdup(&answering->pool, count.disputed + 1,
					     (VIEW_CAUSES - 1) * sizeof(*row->disputed_by_cause));
	for (unsigned i = 1; i < VIEW_CAUSES; i++)
		row->disputed += count.disputed[i];
	answer_rows_add(answering, &listing->rows, row);
	return DD_OK;
}

static int add_shipped(struct rule_listing *listing, const struct dd_rule *rule)
{
	Dondoc__V1__ReminderRuleRow *row = pool_alloc(&listing->answering->pool, sizeof(*row));

	dondoc__v1__reminder_rule_row__init(row);
	row->rule = shipped_message(listing->answering, rule);
	row->shipped = 1;
	return add_rule(listing, row);
}

/* Each rule once, as it is in force at the place that was asked for. */
static int add_at_place(struct rule_listing *listing)
{
	const Dondoc__V1__ReminderRuleList *list = listing->in_force;
	const char *wanted = listing->asked->rule;
	struct view_place_room room;
	struct view_place place;
	const struct dd_rule *rule;
	int rc = DD_OK;

	view_place_of(listing->answering->view, false, listing->asked->scope, &room, &place);
	for (size_t i = 0; rc == DD_OK && (rule = dd_rule_shipped(i)) != NULL; i++) {
		Dondoc__V1__ReminderRuleRow *row = view_rules_nearest(list, rule->id, &place);

		if (wanted[0] != '\0' && strcmp(wanted, rule->id) != 0)
			continue;
		rc = row != NULL ? add_rule(listing, row) : add_shipped(listing, rule);
	}
	for (size_t i = 0; rc == DD_OK && list != NULL && i < list->n_rows; i++) {
		const char *id = list->rows[i]->rule->rule;

		if (!dd_rule_shipped_by_id(id) && (wanted[0] == '\0' || strcmp(wanted, id) == 0) &&
		    view_rules_nearest(list, id, &place) == list->rows[i])
			rc = add_rule(listing, list->rows[i]);
	}
	return rc;
}

/* Every version in force, wherever; what is for all before what is for some. */
static int add_everywhere(struct rule_listing *listing)
{
	const Dondoc__V1__ReminderRuleList *list = listing->in_force;
	int rc = add_at_place(listing);

	for (size_t i = 0; rc == DD_OK && list != NULL && i < list->n_rows; i++) {
		Dondoc__V1__ReminderRuleRow *row = list->rows[i];

		if (!view_scope_same(row->rule->scope, NULL) &&
		    (listing->asked->rule[0] == '\0' ||
		     strcmp(listing->asked->rule, row->rule->rule) == 0))
			rc = add_rule(listing, row);
	}
	return rc;
}

static bool still_in_force(const struct rule_listing *listing, uint64_t sequence)
{
	for (size_t i = 0; listing->in_force != NULL && i < listing->in_force->n_rows; i++) {
		if (listing->in_force->rows[i]->sequence == sequence)
			return true;
	}
	return false;
}

/* What was in force once, or was taken back. */
static int add_past(struct rule_listing *listing)
{
	struct answering *answering = listing->answering;
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_RULE);
	if (listing->asked->rule[0] != '\0')
		dd_key_text(&key, listing->asked->rule);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		Dondoc__V1__ReminderRuleRow *row;

		if (walk.key.len < 10 ||
		    still_in_force(listing, dd_key_get_u64((const uint8_t *)walk.key.data +
							   walk.key.len - 8)))
			continue;
		row = dondoc__v1__reminder_rule_row__unpack(&allocator, walk.val.len,
							    walk.val.data);
		rc = row != NULL && row->rule != NULL ? add_rule(listing, row) : DD_ERR_CORRUPT;
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

int answer_list_reminder_rules(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__ReminderRuleList *list = pool_alloc(&answering->pool, sizeof(*list));
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct rule_listing listing = {.answering = answering, .asked = query->list_reminder_rules};
	struct dd_key key;
	struct dd_val val;
	int rc = DD_OK;

	view_key_text(&key, VIEW_RULE, "");
	if (answer_get(answering, &key, &val) == DD_OK)
		listing.in_force =
			dondoc__v1__reminder_rule_list__unpack(&allocator, val.len, val.data);
	if (listing.asked->scope != NULL)
		rc = add_at_place(&listing);
	else
		rc = add_everywhere(&listing);
	if (rc == DD_OK && listing.asked->with_past)
		rc = add_past(&listing);
	dondoc__v1__reminder_rule_list__init(list);
	list->rows = (Dondoc__V1__ReminderRuleRow **)listing.rows.items;
	list->n_rows = listing.rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_REMINDER_RULES;
	answering->answer.reminder_rules = list;
	return rc;
}

/* --- silences -------------------------------------------------------------------------------- */

/* Those that mean the place that is asked for; of none: all. */
static bool wanted(const Dondoc__V1__ListSilences *asked, const Dondoc__V1__SilenceRow *row,
		   const struct view_place *place)
{
	if (row->said == NULL)
		return false;
	return (asked->plan[0] == '\0' && asked->unit[0] == '\0' && asked->task == 0) ||
	       view_scope_means(row->said->scope, place);
}

static int add_silences(struct answering *answering, const Dondoc__V1__ListSilences *asked,
			struct answer_rows *rows)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;
	const int32_t today = answering->context->today;
	struct view_place_room room;
	struct view_place place;
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	scope.plan = asked->plan;
	scope.unit = asked->unit;
	scope.task = asked->task;
	view_place_of(answering->view, false, &scope, &room, &place);
	view_key_u64(&key, VIEW_SILENCE, 1);
	rc = answer_walk_from(answering, &key, 1, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		Dondoc__V1__SilenceRow *row =
			dondoc__v1__silence_row__unpack(&allocator, walk.val.len, walk.val.data);

		if (row == NULL)
			rc = DD_ERR_CORRUPT;
		else if (wanted(asked, row, &place) &&
			 (asked->with_past || view_silence_last_day(row) >= today)) {
			row->in_force =
				row->said->from_day <= today && view_silence_last_day(row) >= today;
			answer_rows_add(answering, rows, row);
		}
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

int answer_list_silences(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__SilenceList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	int rc = add_silences(answering, query->list_silences, &rows);

	dondoc__v1__silence_list__init(list);
	list->rows = (Dondoc__V1__SilenceRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_SILENCES;
	answering->answer.silences = list;
	return rc;
}

/* --- the beginning --------------------------------------------------------------------------- */

/* Plans of whose reminders nobody has said anything are among them. */
static int add_start(struct answering *answering, const struct view_plan *plan,
		     struct answer_rows *rows)
{
	Dondoc__V1__ReminderStartRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct view_start start;
	struct dd_key key;
	struct dd_val val;

	dondoc__v1__reminder_start_row__init(row);
	row->plan = kept(answering, plan->code);
	row->title = kept(answering, plan->title);
	row->published = plan->state != DONDOC__V1__PLAN_STATE__PLAN_DRAFT;
	view_key_text(&key, VIEW_START, plan->code);
	if (answer_get(answering, &key, &val) == DD_OK) {
		if (val.len < sizeof(start))
			return DD_ERR_CORRUPT;
		memcpy(&start, val.data, sizeof(start));
		row->day = start.day;
		row->sequence = start.sequence;
		row->stopped = start.stopped != 0;
		row->said = dondoc__v1__start_reminders__unpack(&allocator, val.len - sizeof(start),
								(const uint8_t *)val.data +
									sizeof(start));
	}
	answer_rows_add(answering, rows, row);
	return DD_OK;
}

int answer_list_reminder_starts(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__ReminderStartList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	const uint8_t *fields;
	struct answer_walk walk;
	struct view_plan plan;
	struct dd_key key;
	size_t len;
	int rc;

	(void)query;
	dd_key_begin(&key, VIEW_PLAN);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		rc = view_plan_split(&walk.val, &plan, &fields, &len);
		if (rc == DD_OK && plan.state != DONDOC__V1__PLAN_STATE__PLAN_CLOSED)
			rc = add_start(answering, &plan, &rows);
	}
	answer_walk_close(&walk);
	dondoc__v1__reminder_start_list__init(list);
	list->rows = (Dondoc__V1__ReminderStartRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_REMINDER_STARTS;
	answering->answer.reminder_starts = list;
	return rc == DD_OK ? walk.rc : rc;
}
