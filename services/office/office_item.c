/* office_item.c - the states of a report in the outbox, in one table. */
#include "services/office/office_item.h"

#include <assert.h>

#define TO(state) (1u << (unsigned)(state))

struct state_row {
	const char *name;
	unsigned next; /* OR of TO() */
	bool settled;
};

static const struct state_row states[] = {
	[OFFICE_QUEUED] = {"queued", TO(OFFICE_QUEUED) | TO(OFFICE_SENT), false},
	[OFFICE_SENT] = {"sent",
			 TO(OFFICE_QUEUED) | TO(OFFICE_SENT) | TO(OFFICE_ACCEPTED) |
				 TO(OFFICE_REFUSED) | TO(OFFICE_CONFLICT) | TO(OFFICE_WITHDRAWN) |
				 TO(OFFICE_HELD),
			 false},
	[OFFICE_ACCEPTED] = {"accepted", TO(OFFICE_QUEUED), true},
	[OFFICE_REFUSED] = {"refused", TO(OFFICE_QUEUED), true},
	[OFFICE_CONFLICT] = {"conflict", TO(OFFICE_QUEUED), false},
	[OFFICE_WITHDRAWN] = {"withdrawn", TO(OFFICE_QUEUED), true},
	[OFFICE_HELD] = {"held", TO(OFFICE_QUEUED) | TO(OFFICE_ACCEPTED), true},
};

static const struct state_row *row_of(enum office_state state)
{
	assert(state >= OFFICE_QUEUED && state <= OFFICE_HELD);
	return &states[state];
}

bool office_state_may(enum office_state from, enum office_state to)
{
	(void)row_of(to);
	return (row_of(from)->next & TO(to)) != 0;
}

bool office_state_settled(enum office_state state)
{
	return row_of(state)->settled;
}

const char *office_state_name(enum office_state state)
{
	return row_of(state)->name;
}
