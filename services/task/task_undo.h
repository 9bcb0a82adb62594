/* task_undo.h - what the rules of taking back share: one decision, or the members of a group. */
#ifndef TASK_UNDO_H
#define TASK_UNDO_H

#include "common/domain/undo.h"
#include "common/view/view_fix.h"
#include "services/task/task_case.h"

/* A decision that is to be taken back: how the task stood before it, and what has come since. */
struct task_undo {
	struct view_task task; /* now */
	uint64_t decision;
	struct view_undo undo;
	struct dd_undo_facts facts;
	enum dd_decision what;
};

/* Fill in what is known of the decision about t->task; false: there is no such decision. */
bool task_look_back(const struct task_case *c, uint64_t decision, struct task_undo *t);
/* Whether the lead has received it, or done anything, after that event. */
bool task_taken_up(const struct task_case *c, const struct view_task *task, uint64_t since);
/* The task that goes on with one that was carried over; 0 = none. */
uint64_t task_carried_on(const struct task_case *c, uint64_t task);
/* Why it cannot be taken back. */
void task_refuse_undo(const struct task_undo *t, enum dd_undo_answer answer,
		      struct task_outcome *out);
/* The event that takes it back; `said` gets its task and decision. False: a refusal. */
bool task_add_taken_back(struct task_outcome *out, const struct task_undo *t,
			 Dondoc__V1__TakeBack *said, bool at_once);

#endif
