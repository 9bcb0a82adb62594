/* task_property_model.h - what the log may say: the life of each task as the rules are written in
 * words, told a second time. Reads events only; knows neither the service's tables nor its view. */
#ifndef TESTS_SERVICES_TASK_PROPERTY_MODEL_H
#define TESTS_SERVICES_TASK_PROPERTY_MODEL_H

#include "common/domain/task_state.h"
#include "tests/services/task/task_engine_fixture.h"

#define MODEL_TASKS  512
#define MODEL_PLANS  16
#define MODEL_RECENT 256

/* How a task stood before one of its events. */
struct model_step {
	uint64_t sequence;
	uint32_t type;
	int state;
	int32_t due;
	int32_t paused; /* days until then */
	int32_t paused_day;
	int paused_from;
	uint32_t percent;
	char lead[32];
	char division[32];
};

struct model_task {
	uint64_t id;
	uint64_t last; /* its last event */
	int state;
	int paused_from; /* state */
	int32_t paused_day, paused;
	int32_t due, first_due;
	uint32_t percent;
	bool group, fan_out, removed, kept;
	bool rebased; /* ... in a draft, whose annex says what was first agreed */
	size_t products;
	uint64_t taken_back; /* the decision that was last */
	bool unsure;         /* its content was changed by document: the view tells */
	char plan[32];
	char lead[32];
	char division[32];        /* to which the lead has passed it on */
	struct model_step *steps; /* owned */
	size_t step_count, step_cap;
};

struct model_plan {
	char code[32];
	char assigner[32];
	int state; /* PlanState */
};

/* An event, for commands that name one. */
struct model_event {
	uint64_t sequence, subject;
	uint32_t type;
	bool waits;    /* a report whose values conflict */
	char unit[32]; /* asked, where one is */
	char by[32];
};

struct model {
	struct hall *hall;
	uint64_t seen; /* events up to this one */
	bool tell;     /* every event, as it comes */
	struct model_task tasks[MODEL_TASKS];
	size_t task_count;
	struct model_plan plans[MODEL_PLANS];
	size_t plan_count;
	struct model_event recent[MODEL_RECENT]; /* a ring */
	size_t recent_count;
	struct {
		char from[32], to[32];
	} heirs[64]; /* units that ended, and what they became */
	size_t heir_count;
};

/* --- looking things up ----------------------------------------------------------------------- */

static inline struct model_task *model_task(struct model *m, uint64_t id)
{
	for (size_t i = 0; i < m->task_count; i++)
		if (m->tasks[i].id == id)
			return &m->tasks[i];
	return NULL;
}

static inline struct model_plan *model_plan(struct model *m, const char *code)
{
	for (size_t i = 0; i < m->plan_count; i++)
		if (strcmp(m->plans[i].code, code) == 0)
			return &m->plans[i];
	return NULL;
}

static inline const struct model_step *model_step(const struct model_task *task, uint64_t sequence)
{
	for (size_t i = 0; i < task->step_count; i++)
		if (task->steps[i].sequence == sequence)
			return &task->steps[i];
	return NULL;
}

static inline const struct model_event *model_recent(const struct model *m, uint64_t sequence)
{
	for (size_t i = 0; i < MODEL_RECENT; i++)
		if (m->recent[i].sequence == sequence)
			return &m->recent[i];
	return NULL;
}

static inline void model_code(char into[32], const char *code)
{
	(void)snprintf(into, 32, "%s", code != NULL ? code : "");
}

static inline void model_fini(struct model *m)
{
	for (size_t i = 0; i < m->task_count; i++)
		free(m->tasks[i].steps);
}

/* --- the table of transitions ---------------------------------------------------------------- */

enum {
	BY_LEAD = 1,
	BY_COORDINATOR = 2, /* not judged: everybody may say something */
	BY_ASSIGNER = 4,
	BY_CLOCK = 8,
	BY_NAMED = 16,    /* judged by what it names */
	BY_DIVISION = 32, /* to which the lead has passed the task on */

	IN_NEW = 1 << DD_TASK_ASSIGNED,
	IN_WORK = 1 << DD_TASK_IN_PROGRESS,
	IN_WAIT = 1 << DD_TASK_AWAITING,
	IN_DONE = 1 << DD_TASK_COMPLETED,
	IN_BACK = 1 << DD_TASK_RETURNED,
	IN_REST = 1 << DD_TASK_PAUSED,
	IN_NEXT = 1 << DD_TASK_CARRIED_OVER,
	IN_OFF = 1 << DD_TASK_CANCELLED,
	IN_OPEN = IN_NEW | IN_WORK | IN_BACK,
	IN_LIFE = IN_OPEN | IN_WAIT | IN_REST,
	IN_ANY = IN_LIFE | IN_DONE | IN_NEXT | IN_OFF,

	TO_SAME = -1,
	TO_TOLD = -2 /* by the event: model_told */
};

struct model_row {
	Dondoc__V1__EventType type;
	unsigned by, from;
	int to;
	bool unpublished; /* also in a draft, and after the plan's end */
};

/* clang-format off */
static const struct model_row model_rows[] = {
	{EVENT(TASK_CHANGED),         BY_ASSIGNER,            IN_ANY,            TO_SAME, true},
	{EVENT(TASK_DATED),           BY_ASSIGNER,            IN_LIFE,           TO_SAME, true},
	{EVENT(TASK_RECEIVED),        BY_LEAD,                IN_OPEN,           TO_SAME, false},
	{EVENT(REFUSAL_REQUESTED),    BY_LEAD,                IN_NEW,            TO_SAME, false},
	{EVENT(REFUSAL_DECIDED),      BY_ASSIGNER,            IN_OPEN,           TO_TOLD, false},
	{EVENT(TRANSFER_REQUESTED),   BY_LEAD,                IN_OPEN,           TO_SAME, false},
	{EVENT(TRANSFER_DECIDED),     BY_ASSIGNER,            IN_OPEN,           TO_TOLD, false},
	{EVENT(TASK_ASSIGNED),        BY_ASSIGNER | BY_CLOCK, IN_LIFE,           TO_TOLD, true},
	{EVENT(PROGRESS_REPORTED), BY_LEAD | BY_DIVISION, IN_OPEN | IN_WAIT, TO_TOLD, false},
	{EVENT(UNCHANGED_REPORTED), BY_LEAD | BY_DIVISION, IN_OPEN,           TO_TOLD, false},
	{EVENT(COMPLETION_REQUESTED), BY_LEAD | BY_DIVISION, IN_OPEN,           DD_TASK_AWAITING, false},
	{EVENT(COMPLETION_DECIDED),   BY_ASSIGNER,            IN_WAIT,           TO_TOLD, false},
	{EVENT(EXTENSION_REQUESTED),  BY_LEAD,                IN_OPEN,           TO_SAME, false},
	{EVENT(EXTENSION_DECIDED),    BY_ASSIGNER,            IN_OPEN | IN_WAIT, TO_TOLD, false},
	{EVENT(TASK_PAUSED),          BY_ASSIGNER,            IN_OPEN | IN_WAIT, DD_TASK_PAUSED, false},
	{EVENT(TASK_RESUMED),         BY_ASSIGNER,            IN_REST,           TO_TOLD, false},
	{EVENT(TASK_CANCELLED),       BY_ASSIGNER,            IN_LIFE,           DD_TASK_CANCELLED, true},
	{EVENT(TASK_REMOVED),         BY_ASSIGNER,            IN_NEW,            TO_SAME, true},
	{EVENT(ENTRY_WITHDRAWN),      BY_LEAD,                IN_LIFE | IN_DONE, TO_TOLD, false},
	{EVENT(UPDATE_REPLACED),      BY_LEAD,                IN_LIFE,           TO_TOLD, false},
	{EVENT(DECISION_TAKEN_BACK),  BY_ASSIGNER,            IN_ANY,            TO_TOLD, true},
	{EVENT(CONFLICT_RESOLVED),    BY_LEAD | BY_ASSIGNER,  IN_ANY,            TO_TOLD, false},
	{EVENT(TASK_PASSED_ON),       BY_LEAD,                IN_OPEN | IN_WAIT, TO_TOLD, false},
	{EVENT(PRODUCT_REPORTED), BY_LEAD | BY_DIVISION | BY_ASSIGNER,  IN_OPEN | IN_WAIT, TO_TOLD, false},
	{EVENT(DELAY_EXPLAINED),      BY_LEAD,                IN_OPEN | IN_WAIT | IN_DONE, TO_SAME, true},
	{EVENT(EXPLANATION_DECIDED),  BY_ASSIGNER,            IN_LIFE | IN_DONE, TO_SAME, true},
	{EVENT(UNIT_ASKED),           BY_LEAD | BY_ASSIGNER,  IN_OPEN | IN_WAIT, TO_SAME, false},
	{EVENT(ASK_ANSWERED),         BY_NAMED,               IN_LIFE | IN_DONE, TO_SAME, false},
	{EVENT(ASK_CLOSED),           BY_LEAD | BY_ASSIGNER,  IN_LIFE | IN_DONE, TO_SAME, false},
	{EVENT(COMMENTED),            BY_COORDINATOR,         IN_ANY,            TO_SAME, true},
	{EVENT(FILE_ATTACHED),        BY_COORDINATOR,         IN_ANY,            TO_SAME, true},
	{EVENT(FILE_DETACHED),        BY_LEAD | BY_ASSIGNER,  IN_ANY,            TO_SAME, true},
	{EVENT(TASK_CARRIED),         BY_ASSIGNER,            IN_LIFE,           TO_TOLD, true},
	{EVENT(TASK_KEPT),            BY_ASSIGNER,            IN_LIFE,           TO_SAME, true},
	{EVENT(OUTGOING_HELD),        BY_COORDINATOR,         IN_ANY,            TO_SAME, true},
	{EVENT(OUTGOING_DECIDED),     BY_COORDINATOR,         IN_ANY,            TO_SAME, true},
	{EVENT(PLAN_PLACED),          BY_ASSIGNER,            IN_ANY,            TO_SAME, true},
	{EVENT(DEPENDENCY_SET),       BY_ASSIGNER,            IN_ANY,            TO_SAME, true},
	{EVENT(INDICATOR_SET),        BY_COORDINATOR,         IN_ANY,            TO_SAME, true},
	{EVENT(INDICATOR_MEASURED),   BY_COORDINATOR,         IN_ANY,            TO_SAME, true},
};
/* clang-format on */

#endif
