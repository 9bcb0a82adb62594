/* task_plan.h - what the rules about plans share: who may change a plan, whether it may be changed,
 * walks through it, and sets of units. */
#ifndef TASK_PLAN_H
#define TASK_PLAN_H

#include "services/task/task_case.h"

#define TASK_PARTS_MAX 1000u /* units that one command may name or mean */

/* The plan is there, and the actor's unit follows it up or owns it (a person's roles reach it).
 * Refuses and returns false otherwise. */
bool task_plan_may(const struct task_case *c, enum dd_command_kind kind, const char *code,
		   struct view_plan *plan_out, struct task_outcome *out);
/* A closed plan is read-only. Refuses and returns false; a plan that is not there is no matter
 * here. */
bool task_plan_writable(const struct task_case *c, const char *code, struct task_outcome *out);
/* A text that must be there, and fit. */
bool task_text_given(struct task_outcome *out, const char *field, const char *text, size_t max);
bool task_unit_known(const struct task_case *c, const char *code, struct task_outcome *out);
bool task_refused(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		  const char *b); /* always false */

/* The content of a task; freed with dondoc__v1__task_fields__free_unpacked. NULL: there is none. */
Dondoc__V1__TaskFields *task_fields_of(const struct task_case *c, uint64_t task);

/* Every task that belongs to the plan, headings among them, in the annex's order; only for rules
 * that want all. Stops when `take` says false. DD_OK or what ended the walk. */
typedef bool task_plan_take(void *arg, const struct view_task *task);
int task_plan_walk(const struct task_case *c, const char *plan, task_plan_take *take, void *arg);

/* Unit codes without repetition, in order of arrival. */
struct task_units {
	char (*codes)[32]; /* owned */
	size_t count;
};
/* False: there are TASK_PARTS_MAX already. */
bool task_units_add(struct task_units *units, const char *code);
bool task_units_has(const struct task_units *units, const char *code);
void task_units_free(struct task_units *units);
/* Add what a set means: a collective unit's members, or "kind:xa": all units of that kind that are
 * valid on `day`. Refuses and returns false. Only for rules that want all. */
bool task_units_expand(const struct task_case *c, const char *set, int32_t day,
		       struct task_units *units, struct task_outcome *out);

#endif
