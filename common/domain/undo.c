/* undo.c - see undo.h: one row a decision. */
#include "common/domain/undo.h"

#include <assert.h>

enum {
	SUBMITTED = 1, /* lost if the lead has submitted since */
	WORKED = 2,    /* lost if the lead has done anything since */
	ASKED = 4,     /* impossible if another request waits */
};

#define STATE(name) (1U << DD_TASK_##name)
#define OPEN        (STATE(ASSIGNED) | STATE(IN_PROGRESS) | STATE(RETURNED))

static const struct {
	const char *name;
	unsigned states; /* in which it can be taken back */
	unsigned loses;
} rows[DD_DECISION_COUNT] = {
	[DD_DECISION_CONFIRMED] = {"confirmed", STATE(COMPLETED), 0},
	[DD_DECISION_RETURNED] = {"returned", STATE(RETURNED), SUBMITTED},
	[DD_DECISION_EXTENDED] = {"extended", OPEN | STATE(AWAITING), SUBMITTED | ASKED},
	[DD_DECISION_NOT_EXTENDED] = {"not_extended", OPEN | STATE(AWAITING), ASKED},
	[DD_DECISION_MOVED] = {"moved", OPEN, WORKED | ASKED},
	[DD_DECISION_NOT_MOVED] = {"not_moved", OPEN, ASKED},
	[DD_DECISION_PAUSED] = {"paused", STATE(PAUSED), 0},
	[DD_DECISION_RESUMED] = {"resumed", OPEN | STATE(AWAITING), WORKED},
	[DD_DECISION_CANCELLED] = {"cancelled", STATE(CANCELLED), 0},
	[DD_DECISION_CARRIED] = {"carried", STATE(CARRIED_OVER), WORKED},
};

const char *dd_decision_name(enum dd_decision decision)
{
	assert((unsigned)decision < DD_DECISION_COUNT);
	return rows[decision].name;
}

enum dd_undo_answer dd_undo_ask(enum dd_decision decision, const struct dd_undo_facts *facts)
{
	unsigned loses;

	assert((unsigned)decision < DD_DECISION_COUNT);
	assert((unsigned)facts->state < DD_TASK_STATE_COUNT);
	loses = rows[decision].loses;
	if (facts->taken_back)
		return DD_UNDO_ALREADY;
	if (!facts->last)
		return DD_UNDO_OVERTAKEN;
	if ((rows[decision].states & (1U << facts->state)) == 0)
		return DD_UNDO_STATE;
	if (((loses & SUBMITTED) && facts->submitted) || ((loses & WORKED) && facts->worked) ||
	    ((loses & ASKED) && facts->asked))
		return DD_UNDO_OVERTAKEN;
	return DD_UNDO_YES;
}

bool dd_undo_at_once(int64_t decided_us, int64_t now_us, uint32_t minutes, bool same_person)
{
	return same_person && now_us >= decided_us &&
	       now_us - decided_us <= (int64_t)minutes * 60 * 1000000;
}
