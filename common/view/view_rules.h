/* view_rules.h - the rules of reminders as they are in force, in memory: few, read at once, asked
 * for each task.
 *
 *   VIEW_RULE  ""              -> packed ReminderRuleList: every version in force
 *              rule, sequence  -> packed ReminderRuleRow: each version there ever was
 *   VIEW_META  "rule", rule    -> u32 kind
 *
 * The first is one record, so that it is found by key through all layers. */
#ifndef DD_VIEW_VIEW_RULES_H
#define DD_VIEW_VIEW_RULES_H

#include "common/domain/rule.h"
#include "common/store/key.h"
#include "common/view/view.h"
#include "dondoc/v1/remind.pb-c.h"

#define VIEW_RULES_IN_FORCE_MAX 400u /* versions, of all rules and scopes */

/* Where a task or a unit stands, for the scopes of rules and silences. Borrowed. */
struct view_place {
	const char *plan;         /* "" = none */
	uint32_t area;            /* number + 1; 0 = none */
	const char *const *units; /* its unit, then those above it */
	size_t unit_count;
	uint64_t task; /* 0 = none */
};
/* The place that a scope names: a unit with those above it, a task with its lead, area and plan.
 * Names what there is; `room` holds its texts. */
#define VIEW_PLACE_UNITS 32u
struct view_place_room {
	char codes[VIEW_PLACE_UNITS][32];
	const char *units[VIEW_PLACE_UNITS];
	char plan[32];
};
void view_place_of(struct view *view, bool with_batch, const Dondoc__V1__RuleScope *scope,
		   struct view_place_room *room, struct view_place *place_out);
/* Whether a scope means this place; a unit's means those below it too. */
bool view_scope_means(const Dondoc__V1__RuleScope *scope, const struct view_place *place);

/* A rule as a message; texts of `message` are borrowed. False: *fault_out says what is wrong with
 * it (dd_rule_check). */
bool view_rule_read(const Dondoc__V1__ReminderRule *message, struct dd_rule *rule_out,
		    struct dd_rule_fault *fault_out);

struct view_rules;
/* As shipped and as the authority has set them. */
int view_rules_load(struct view *view, bool with_batch, struct view_rules **rules_out,
		    struct dd_error *err) DD_MUST_CHECK;
void view_rules_free(struct view_rules *rules); /* NULL is fine */
/* As if it had been set: what a preview shows. */
void view_rules_put(struct view_rules *rules, const struct dd_rule *rule,
		    const Dondoc__V1__RuleScope *scope);

/* Every rule there is, shipped ones first, in an order that stays until the next load or put. */
size_t view_rules_count(const struct view_rules *rules);
/* The rule number `index` as it is in force at the place: the nearest version wins, that of the
 * task before that of its unit, of a unit above it, of its area, of its plan, for all, as shipped.
 * NULL: an own rule of the authority that holds elsewhere only. */
const struct dd_rule *view_rules_at(const struct view_rules *rules, size_t index,
				    const struct view_place *place);
const struct dd_rule *view_rules_for(const struct view_rules *rules, const char *id,
				     const struct view_place *place);

/* The kind of a rule that is shipped or was ever set: it stays, also once no version is in force,
 * for what was told by the rule is known by its id. DD_RULE_NONE: there never was one. */
enum dd_rule_kind view_rule_kind(struct view *view, bool with_batch, const char *id);
void view_key_rule_kind(struct dd_key *key, const char *id); /* -> u32 kind */
/* The versions in force as messages, each with its scope and event; freed with
 * dondoc__v1__reminder_rule_list__free_unpacked. NULL: none was ever set. */
Dondoc__V1__ReminderRuleList *view_rules_list(struct view *view, bool with_batch);
/* Of these the one in force for the rule at the place; NULL: it is as shipped there. */
Dondoc__V1__ReminderRuleRow *view_rules_nearest(const Dondoc__V1__ReminderRuleList *list,
						const char *rule, const struct view_place *place);
bool view_scope_same(const Dondoc__V1__RuleScope *a, const Dondoc__V1__RuleScope *b);

/* The last event that changed rules, calendars or the settings of reminders (plan ""), or dates,
 * leads or the tasks of the plan themselves; 0 = none. What a preview showed before is old then. */
uint64_t view_remind_changed(struct view *view, bool with_batch, const char *plan);

#endif
