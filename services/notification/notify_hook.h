/* notify_hook.h - one system is told what happens: every event that it wants, in order, at least
 * once, for as long as it takes. Knows the log and HTTP; no settings files. */
#ifndef NOTIFY_HOOK_H
#define NOTIFY_HOOK_H

#include "common/eventlog/log_follower.h"
#include "common/net/bus.h"
#include "services/notification/notify_curl.h"
#include "services/notification/notify_hook_config.h"
#include "services/notification/notify_hook_store.h"

struct notify_hook;

struct notify_hook_options {
	const struct notify_hook_config *config; /* borrowed, like all below */
	struct notify_curl *curl;
	struct dd_store *store;
	struct dd_bus_client *log;       /* of this hook alone: a place at the log's door */
	const struct dd_position *begin; /* where a hook begins that is not known yet */
};

/* DD_ERR_CORRUPT, DD_ERR_IO: the store cannot be used. */
int notify_hook_open(const struct notify_hook_options *options, struct notify_hook **hook_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* Before curl and the log's client; what is on its way will be told again. NULL is fine. */
void notify_hook_close(struct notify_hook *hook);

/* Once a second: what waits for its time is tried, what was read is kept. */
void notify_hook_tick(struct notify_hook *hook);

/* Durable when they return 0. */
int notify_hook_pause(struct notify_hook *hook, bool paused, struct dd_error *err) DD_MUST_CHECK;
/* Tell again what follows record `after`; 0 = everything. */
int notify_hook_replay(struct notify_hook *hook, uint64_t after,
		       struct dd_error *err) DD_MUST_CHECK;

struct notify_hook_status {
	bool paused;
	uint64_t position; /* everything up to it was taken, or was not to be told */
	uint64_t told;     /* events taken in this life */
	size_t waiting;    /* events that have been read and not been taken */
	uint32_t failures; /* in a row */
	int64_t next_us;   /* wall clock: the next try; 0 = none waits */
	int64_t taken_us;
	const char *reply;   /* of the last failure; borrowed */
	const char *trouble; /* "" = none */
};
void notify_hook_status(const struct notify_hook *hook, struct notify_hook_status *status_out);
const struct notify_hook_config *notify_hook_config_of(const struct notify_hook *hook);

#endif
