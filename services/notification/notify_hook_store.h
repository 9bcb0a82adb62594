/* notify_hook_store.h - how far each hook has been told, durably: the service's own store beside
 * the view. Lost, a hook begins again with what happens then. */
#ifndef NOTIFY_HOOK_STORE_H
#define NOTIFY_HOOK_STORE_H

#include "common/eventlog/eventlog.h"
#include "common/store/store.h"

/* Reading goes on behind `at`, the end of a frame; of what follows, everything up to `told` was
 * taken already. */
struct notify_hook_place {
	uint8_t log_id[DD_ID_LEN];
	uint8_t chain[DD_HASH_LEN];
	uint64_t sequence;
	uint64_t told;
	uint32_t incarnation;
	uint32_t paused;
};
_Static_assert(sizeof(struct notify_hook_place) == 72, "no padding");

void notify_hook_place_set(struct notify_hook_place *place, const struct dd_position *at);
struct dd_position notify_hook_place_at(const struct notify_hook_place *place);

/* DD_ERR_NOT_FOUND: the hook is new. */
int notify_hook_load(struct dd_store *store, const char *hook, struct notify_hook_place *place_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* Durable when it returns 0. */
int notify_hook_save(struct dd_store *store, const char *hook,
		     const struct notify_hook_place *place, struct dd_error *err) DD_MUST_CHECK;

#endif
