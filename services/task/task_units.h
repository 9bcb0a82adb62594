/* task_units.h - a change of units as the rules see it, and its effects. */
#ifndef TASK_UNITS_H
#define TASK_UNITS_H

#include "common/domain/unit_life.h"
#include "services/task/task_rules.h"

/* A command's change in the words of unit_life.h; borrows from it. */
struct task_units_change {
	struct dd_unit_change is;
	const char **to;            /* owned */
	struct dd_unit_move *moves; /* owned */
};
void task_units_change_init(struct task_units_change *change, const Dondoc__V1__ChangeUnits *said);
void task_units_change_fini(struct task_units_change *change);

/* The open tasks that the units of `from` lead, rising; the caller frees. Walks LMDB. */
int task_units_open(struct view *view, const struct dd_unit_change *change, uint64_t **tasks_out,
		    size_t *count_out);

/* The list of a file. */
#define TASK_UNITS_MOVES_MAX 20000u
#define TASK_UNITS_PART      1000u /* moves of one event */
struct task_units_list {
	Dondoc__V1__TaskMove **moves; /* owned, each; rising by task */
	size_t count;
};
/* Read it for the change that the command asks for, which has no moves yet. False: refused; the
 * rows that are wrong are in out->faults. task_units_list_free in any case. */
bool task_units_list_read(const struct task_case *c, const struct dd_unit_change *change,
			  const struct dd_unit_facts *facts, struct task_units_list *list,
			  struct task_outcome *out);
void task_units_list_free(struct task_units_list *list);

/* The day has come: one UnitsChanged, then the units, what stands under them, the plans that they
 * follow up, the leaders in charge, and the open tasks; all in one group. */
void task_units_effect(const struct task_case *c, uint64_t planned,
		       const Dondoc__V1__ChangeUnits *said, struct task_outcome *out);

#endif
