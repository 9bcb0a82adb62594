/* log_calls.h - which of those who wait at the head are served when it moves. Inside eventlog only.
 *
 * Whoever gets whole frames is served at once. An office is served when something comes that may
 * concern it, which is found out once for all of them: at once, or, where many are concerned within
 * a tick, at the next tick, with what came for it meanwhile. What concerns others, from which an
 * office only learns how far the log is, it is told some time after it asked: while many offices
 * work, each of them would otherwise be answered for each record. */
#ifndef DD_EVENTLOG_LOG_CALLS_H
#define DD_EVENTLOG_LOG_CALLS_H

#include "common/eventlog/log_places.h"
#include "common/eventlog/log_reading.h"

#define LOG_CALLS_AT_ONCE   32   /* offices between two ticks */
#define LOG_CALLS_HIDDEN_MS 1000 /* what is not its own is told so long after it asked */

/* Zeroed but for `reading` is fresh. */
struct log_calls {
	struct dd_log_reading *reading; /* borrowed */
	struct dd_log_names names;      /* whom the newest records concern */
	uint64_t until;                 /* the last record that was looked at for that */
	unsigned served;                /* at once, since the last tick */
};

/* Look at what came since the last time, or since those of the followers wait who do so longest. */
void log_calls_find(struct log_calls *calls, const struct follower *followers, size_t count,
		    uint64_t head);
/* Afterwards, for each that waits: whether it is served in this turn. */
bool log_calls_now(struct log_calls *calls, struct follower *follower, uint64_t head);
/* A tick began. */
void log_calls_tick(struct log_calls *calls);
/* Whether one that waits is served at it. */
bool log_calls_due(const struct follower *follower, uint64_t head, uint64_t now_ms);

#endif
