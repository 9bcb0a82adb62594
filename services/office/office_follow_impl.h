/* office_follow_impl.h - what office_follow.c and office_follow_search.c share. */
#ifndef OFFICE_FOLLOW_IMPL_H
#define OFFICE_FOLLOW_IMPL_H

#include "common/eventlog/log_follower.h"
#include "services/office/office_follow.h"

/* Names the state in which a copy of the log is given up. */
#define OFFICE_CODE_BYTES 6
#define OFFICE_CODE_TEXT  (2 * OFFICE_CODE_BYTES + 1)

enum office_follow_state { OFFICE_FOLLOWING, OFFICE_SEARCHING, OFFICE_STOPPED };

struct office_follow {
	struct office *office;        /* borrowed */
	struct office_kept *kept;     /* borrowed */
	struct dd_bus_client *client; /* owned, as all below */
	struct dd_follower *follower; /* NULL: not following now */
	struct dd_timer *soon;        /* what has come is kept */
	struct dd_timer *again;       /* try once more */
	enum office_follow_state state;
	bool at_head;
	bool broken; /* the line, since the last question */
	/* What has come and is not kept yet. */
	struct dd_buf slices;
	struct dd_position behind;
	bool readable; /* something of it the unit may read */
	bool waiting;  /* `soon` runs */
	/* Of the search: places up to `good` are the log's own, those from `bad` on are not. */
	struct dd_position good;
	uint64_t bad;
	struct dd_position asked;
	char trouble[512];
};

void office_follow_tell(struct office_follow *follow, const char *words);
void office_follow_begin(struct office_follow *follow);
void office_follow_later(struct office_follow *follow, uint64_t ms);

/* office_follow_search.c */
void office_search_begin(struct office_follow *follow);
void office_search_step(struct office_follow *follow);

#endif
