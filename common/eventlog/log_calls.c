/* log_calls.c - see log_calls.h. */
#include "common/eventlog/log_calls.h"

#include <string.h>

static bool is_office(const struct follower *follower)
{
	return follower->who.cls == DD_PRINCIPAL_OFFICE;
}

void log_calls_find(struct log_calls *calls, const struct follower *followers, size_t count,
		    uint64_t head)
{
	uint64_t after = head;
	struct dd_error err;

	for (size_t i = 0; i < count; i++)
		if (followers[i].state == FOLLOWER_WAITING && is_office(&followers[i]) &&
		    followers[i].after.sequence < after)
			after = followers[i].after.sequence;
	if (after < calls->until)
		after = calls->until;
	memset(&calls->names, 0, sizeof(calls->names));
	if (dd_log_reading_names(calls->reading, after, &calls->names, &err) != 0)
		calls->names.everybody = true; /* what is wrong is told to who reads */
	calls->until = head;
}

bool log_calls_now(struct log_calls *calls, struct follower *follower, uint64_t head)
{
	if (follower->after.sequence >= head)
		return false;
	if (!is_office(follower))
		return true;
	if (!dd_log_names_has(&calls->names, follower->name))
		return false;
	follower->called = calls->served >= LOG_CALLS_AT_ONCE;
	calls->served += follower->called ? 0 : 1;
	return !follower->called;
}

void log_calls_tick(struct log_calls *calls)
{
	calls->served = 0;
}

bool log_calls_due(const struct follower *follower, uint64_t head, uint64_t now_ms)
{
	return follower->after.sequence < head &&
	       (!is_office(follower) || follower->called ||
		follower->seen_ms + LOG_CALLS_HIDDEN_MS <= now_ms);
}
