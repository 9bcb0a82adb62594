/* view_rules.c - see view_rules.h. */
#include "common/view/view_rules.h"

#include "common/base/alloc.h"
#include "common/view/view_impl.h"
#include "common/view/view_records.h"
#include <stdlib.h>
#include <string.h>

/* --- scopes ---------------------------------------------------------------------------------- */

/* The smaller, the nearer; NOWHERE: it means another place. */
enum { NEAR_TASK = 0, NEAR_UNIT, NEAR_AREA = 1000, NEAR_PLAN, NEAR_ALL, NOWHERE };

static unsigned nearness(const Dondoc__V1__RuleScope *scope, const struct view_place *place)
{
	if (scope->task != 0)
		return scope->task == place->task ? NEAR_TASK : NOWHERE;
	if (scope->unit[0] != '\0') {
		for (size_t i = 0; i < place->unit_count && NEAR_UNIT + i < NEAR_AREA; i++) {
			if (strcmp(place->units[i], scope->unit) == 0)
				return NEAR_UNIT + (unsigned)i;
		}
		return NOWHERE;
	}
	if (scope->area != 0)
		return scope->area == place->area ? NEAR_AREA : NOWHERE;
	if (scope->plan[0] != '\0')
		return strcmp(scope->plan, place->plan) == 0 ? NEAR_PLAN : NOWHERE;
	return NEAR_ALL;
}

void view_key_rule_kind(struct dd_key *key, const char *id)
{
	view_key_texts(key, VIEW_META, "rule", id);
}

bool view_scope_means(const Dondoc__V1__RuleScope *scope, const struct view_place *place)
{
	return scope != NULL && nearness(scope, place) != NOWHERE;
}

static const Dondoc__V1__RuleScope *scope_or_all(const Dondoc__V1__RuleScope *scope)
{
	static const Dondoc__V1__RuleScope all = DONDOC__V1__RULE_SCOPE__INIT;

	return scope != NULL ? scope : &all;
}

bool view_scope_same(const Dondoc__V1__RuleScope *a, const Dondoc__V1__RuleScope *b)
{
	a = scope_or_all(a);
	b = scope_or_all(b);
	return a->task == b->task && a->area == b->area && strcmp(a->unit, b->unit) == 0 &&
	       strcmp(a->plan, b->plan) == 0;
}

static size_t units_above(struct view *view, bool with_batch, const char *code,
			  struct view_place_room *room)
{
	struct view_unit unit;
	size_t count = 0;

	while (code[0] != '\0' && count < VIEW_PLACE_UNITS) {
		view_text_copy(room->codes[count], sizeof(room->codes[count]), code);
		room->units[count] = room->codes[count];
		if (view_unit(view, with_batch, room->codes[count++], &unit) != DD_OK)
			break;
		code = unit.parent;
	}
	return count;
}

void view_place_of(struct view *view, bool with_batch, const Dondoc__V1__RuleScope *scope,
		   struct view_place_room *room, struct view_place *place_out)
{
	struct view_task task;

	scope = scope_or_all(scope);
	*place_out = (struct view_place){
		.plan = room->plan, .area = scope->area, .units = room->units, .task = scope->task};
	view_text_copy(room->plan, sizeof(room->plan), scope->plan);
	if (scope->task == 0 || view_task(view, with_batch, scope->task, &task) != DD_OK) {
		place_out->unit_count = units_above(view, with_batch, scope->unit, room);
		return;
	}
	view_text_copy(room->plan, sizeof(room->plan), task.plan);
	place_out->area = task.area + 1u;
	place_out->unit_count = units_above(view, with_batch, task.lead_unit, room);
}

/* --- messages -------------------------------------------------------------------------------- */

static bool misfit(struct dd_rule_fault *fault, const char *field, const char *allowed)
{
	fault->field = field;
	view_text_copy(fault->allowed, sizeof(fault->allowed), allowed);
	return false;
}

static bool read_steps(const Dondoc__V1__ReminderRule *message, struct dd_rule *rule,
		       struct dd_rule_fault *fault)
{
	if (message->n_steps > DD_RULE_STEPS_MAX)
		return misfit(fault, "steps (count)", "1..16");
	for (size_t i = 0; i < message->n_steps; i++) {
		if (message->steps[i] < -DD_RULE_STEP_MOST || message->steps[i] > DD_RULE_STEP_MOST)
			return misfit(fault, "steps", "-250..250");
		rule->steps[rule->step_count++] = (int16_t)message->steps[i];
	}
	if (message->n_gaps > DD_RULE_STEPS_MAX)
		return misfit(fault, "gaps (count)", "1..16");
	for (size_t i = 0; i < message->n_gaps; i++) {
		if (message->gaps[i] > DD_RULE_GAP_MOST)
			return misfit(fault, "gaps", "0..250");
		rule->gaps[rule->gap_count++] = (uint16_t)message->gaps[i];
	}
	return true;
}

static bool read_rungs(const Dondoc__V1__ReminderRule *message, struct dd_rule *rule,
		       struct dd_rule_fault *fault)
{
	if (message->n_rungs > DD_RULE_RUNGS_MAX)
		return misfit(fault, "rungs (count)", "1..6");
	for (size_t i = 0; i < message->n_rungs; i++) {
		const Dondoc__V1__Rung *rung = message->rungs[i];

		if ((unsigned)rung->to > UINT8_MAX)
			return misfit(fault, "rungs.to", "head|leader|parent|agency");
		rule->rungs[rule->rung_count++] = (struct dd_rung){rung->days, (uint8_t)rung->to};
	}
	return true;
}

bool view_rule_read(const Dondoc__V1__ReminderRule *message, struct dd_rule *rule_out,
		    struct dd_rule_fault *fault_out)
{
	memset(rule_out, 0, sizeof(*rule_out));
	if (strlen(message->rule) > DD_RULE_ID_MAX)
		return misfit(fault_out, "rule", "a-z, 0-9, '-': 1..31");
	if (message->to > DD_RULE_TO_ALL)
		return misfit(fault_out, "to", "0..7");
	strcpy(rule_out->id, message->rule);
	rule_out->kind = (enum dd_rule_kind)message->kind;
	rule_out->on = message->on;
	rule_out->immediate = message->immediate;
	rule_out->optional = message->optional;
	rule_out->to = (uint8_t)message->to;
	rule_out->days = message->days;
	rule_out->percent = message->percent;
	return read_steps(message, rule_out, fault_out) &&
	       read_rungs(message, rule_out, fault_out) && dd_rule_check(rule_out, fault_out);
}

/* --- in memory ------------------------------------------------------------------------------- */

struct version {
	struct dd_rule rule;
	Dondoc__V1__RuleScope scope;
	char plan[32], unit[32]; /* behind `scope` */
};

struct named {
	char id[DD_RULE_ID_MAX + 1];
	struct dd_rule base; /* for all */
	bool has_base;
	struct version **versions; /* owned */
	size_t count;
};

struct view_rules {
	struct named *named; /* owned */
	size_t count;
};

static struct named *named_of(struct view_rules *rules, const char *id)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (strcmp(rules->named[i].id, id) == 0)
			return &rules->named[i];
	}
	return NULL;
}

static struct named *named_make(struct view_rules *rules, const char *id)
{
	struct named *named = named_of(rules, id);

	if (named != NULL)
		return named;
	rules->named = dd_realloc(rules->named, (rules->count + 1) * sizeof(*rules->named));
	named = &rules->named[rules->count++];
	memset(named, 0, sizeof(*named));
	strcpy(named->id, id); /* of a rule that was read */
	return named;
}

static struct version *version_make(struct named *named, const Dondoc__V1__RuleScope *scope)
{
	struct version *version;

	for (size_t i = 0; i < named->count; i++) {
		if (view_scope_same(&named->versions[i]->scope, scope))
			return named->versions[i];
	}
	named->versions =
		dd_realloc(named->versions, (named->count + 1) * sizeof(struct version *));
	version = dd_alloc(sizeof(*version));
	named->versions[named->count++] = version;
	version->scope = *scope;
	view_text_copy(version->plan, sizeof(version->plan), scope->plan);
	view_text_copy(version->unit, sizeof(version->unit), scope->unit);
	version->scope.plan = version->plan;
	version->scope.unit = version->unit;
	return version;
}

void view_rules_put(struct view_rules *rules, const struct dd_rule *rule,
		    const Dondoc__V1__RuleScope *scope)
{
	static const struct view_place nowhere = {.plan = ""};
	struct named *named = named_make(rules, rule->id);

	scope = scope_or_all(scope);
	if (nearness(scope, &nowhere) != NEAR_ALL) {
		version_make(named, scope)->rule = *rule;
		return;
	}
	named->base = *rule;
	named->has_base = true;
}

static void put_shipped(struct view_rules *rules)
{
	const struct dd_rule *rule;

	for (size_t i = 0; (rule = dd_rule_shipped(i)) != NULL; i++)
		view_rules_put(rules, rule, NULL);
}

/* --- loading --------------------------------------------------------------------------------- */

Dondoc__V1__ReminderRuleList *view_rules_list(struct view *view, bool with_batch)
{
	struct dd_key key;
	struct dd_val val;

	view_key_text(&key, VIEW_RULE, "");
	if (view_get(view, with_batch, &key, &val) != DD_OK)
		return NULL;
	return dondoc__v1__reminder_rule_list__unpack(NULL, val.len, val.data);
}

int view_rules_load(struct view *view, bool with_batch, struct view_rules **rules_out,
		    struct dd_error *err)
{
	Dondoc__V1__ReminderRuleList *list = view_rules_list(view, with_batch);
	struct view_rules *rules = dd_alloc(sizeof(*rules));
	struct dd_rule_fault fault;
	struct dd_rule rule;
	int rc = DD_OK;

	put_shipped(rules);
	for (size_t i = 0; list != NULL && i < list->n_rows && rc == DD_OK; i++) {
		const Dondoc__V1__ReminderRule *message = list->rows[i]->rule;

		if (message != NULL && view_rule_read(message, &rule, &fault))
			view_rules_put(rules, &rule, message->scope);
		else
			rc = dd_fail(err, DD_ERR_CORRUPT,
				     "the reminder rule %.31s cannot be read from the view",
				     message != NULL ? message->rule : "-");
	}
	dondoc__v1__reminder_rule_list__free_unpacked(list, NULL);
	if (rc != DD_OK) {
		view_rules_free(rules);
		return rc;
	}
	*rules_out = rules;
	return DD_OK;
}

void view_rules_free(struct view_rules *rules)
{
	if (rules == NULL)
		return;
	for (size_t i = 0; i < rules->count; i++) {
		for (size_t v = 0; v < rules->named[i].count; v++)
			free(rules->named[i].versions[v]);
		free(rules->named[i].versions);
	}
	free(rules->named);
	free(rules);
}

/* --- asking ---------------------------------------------------------------------------------- */

size_t view_rules_count(const struct view_rules *rules)
{
	return rules->count;
}

static const struct dd_rule *nearest(const struct named *named, const struct view_place *place)
{
	const struct dd_rule *rule = named->has_base ? &named->base : NULL;
	unsigned best = NEAR_ALL;

	for (size_t i = 0; i < named->count; i++) {
		const unsigned near = nearness(&named->versions[i]->scope, place);

		if (near >= best)
			continue;
		best = near;
		rule = &named->versions[i]->rule;
	}
	return rule;
}

const struct dd_rule *view_rules_at(const struct view_rules *rules, size_t index,
				    const struct view_place *place)
{
	return index < rules->count ? nearest(&rules->named[index], place) : NULL;
}

const struct dd_rule *view_rules_for(const struct view_rules *rules, const char *id,
				     const struct view_place *place)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (strcmp(rules->named[i].id, id) == 0)
			return nearest(&rules->named[i], place);
	}
	return NULL;
}

Dondoc__V1__ReminderRuleRow *view_rules_nearest(const Dondoc__V1__ReminderRuleList *list,
						const char *rule, const struct view_place *place)
{
	Dondoc__V1__ReminderRuleRow *found = NULL;
	unsigned best = NOWHERE;

	for (size_t i = 0; list != NULL && i < list->n_rows; i++) {
		const Dondoc__V1__ReminderRule *message = list->rows[i]->rule;
		const unsigned near = nearness(scope_or_all(message->scope), place);

		if (near >= best || strcmp(message->rule, rule) != 0)
			continue;
		best = near;
		found = list->rows[i];
	}
	return found;
}

enum dd_rule_kind view_rule_kind(struct view *view, bool with_batch, const char *id)
{
	const struct dd_rule *shipped = dd_rule_shipped_by_id(id);
	uint32_t kind = DD_RULE_NONE;
	struct dd_key key;

	if (shipped != NULL)
		return shipped->kind;
	view_key_rule_kind(&key, id);
	return view_struct_get(view, with_batch, &key, &kind, sizeof(kind)) == DD_OK
		       ? (enum dd_rule_kind)kind
		       : DD_RULE_NONE;
}

uint64_t view_remind_changed(struct view *view, bool with_batch, const char *plan)
{
	uint64_t sequence = 0;
	struct dd_key key;

	view_key_texts(&key, VIEW_META, "changed", plan);
	return view_struct_get(view, with_batch, &key, &sequence, sizeof(sequence)) == DD_OK
		       ? sequence
		       : 0;
}
