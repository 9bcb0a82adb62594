/* notify_lease.c - whose the lease is, and when one that stands by takes it. */
#include "services/notification/notify_impl.h"

#include "common/base/log.h"
#include <string.h>

#define ASLEEP_US (180 * DD_SECOND_US) /* longer than that between two looks: we slept */

/* --- the lease ------------------------------------------------------------------------------- */

int notify_take_lease(struct notify_engine *engine, uint64_t after_epoch, struct dd_error *err)
{
	Dondoc__V1__TakeLease take = DONDOC__V1__TAKE_LEASE__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;

	take.holder.data = engine->options.holder;
	take.holder.len = DD_ID_LEN;
	take.after_epoch = after_epoch;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_TAKE_LEASE;
	body.take_lease = &take;
	engine->bid = after_epoch + 1;
	return notify_submit(engine, NOTIFY_SLOTS, engine->options.holder, &body, err);
}

int notify_look_at_lease(struct notify_engine *engine, uint64_t *current_out, bool *free_out,
			 struct dd_error *err)
{
	struct view_lease lease = {.epoch = 0};
	const int rc = view_lease(engine->options.view, false, &lease);
	bool family, exact;

	if (rc != 0 && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, "the lease cannot be read from the view");
	family = rc == 0 && memcmp(lease.holder, engine->options.holder, NOTIFY_FAMILY) == 0;
	exact = family && memcmp(lease.holder, engine->options.holder, DD_ID_LEN) == 0;
	engine->epoch = exact && lease.epoch == engine->bid ? lease.epoch : 0;
	engine->held_before = engine->held_before || engine->epoch != 0;
	*current_out = lease.epoch;
	*free_out = rc == DD_ERR_NOT_FOUND || (family && !engine->held_before);
	return 0;
}

/* --- standing by ----------------------------------------------------------------------------- */

struct marking {
	struct dd_hasher hasher;
	const struct notify_engine *engine;
	size_t count;
};

static int mark_digest(void *arg, const struct view_digest *digest)
{
	struct marking *marking = arg;

	if (!notify_engine_digest_due(digest, 0, marking->engine->wall_us) ||
	    !notify_unit_in_time(marking->engine, digest->unit))
		return 0;
	marking->count++;
	dd_hasher_add(&marking->hasher, digest->id, sizeof(digest->id));
	dd_hasher_add(&marking->hasher, &digest->last_sequence, sizeof(digest->last_sequence));
	return 0;
}

/* What there is to do now, as a hash: as long as it stays the same, nobody does it. */
static int mark_work(struct notify_engine *engine, uint8_t mark_out[DD_HASH_LEN], bool *any_out,
		     struct dd_error *err)
{
	const struct notify_context context = notify_context_of(engine);
	struct marking marking = {.engine = engine};
	struct notify_round round = {0};
	int rc = 0;

	dd_hasher_init(&marking.hasher, "notify.waiting");
	if (!notify_sending_held(engine))
		rc = view_open_digests(engine->options.view, mark_digest, &marking, err);
	if (rc == 0)
		rc = notify_round_begin(&context, engine->agenda, &round, err);
	for (size_t i = 0; i < round.count; i++)
		if (i == 0 || strcmp(round.items[i].unit, round.items[i - 1].unit) != 0)
			dd_hasher_add(&marking.hasher, round.items[i].unit,
				      sizeof(round.items[i].unit));
	*any_out = marking.count > 0 || round.count > 0;
	dd_hasher_end(&marking.hasher, mark_out);
	notify_round_fini(&round);
	return rc;
}

int notify_stand_by(struct notify_engine *engine, uint64_t current, struct dd_error *err)
{
	/* Who slept cannot say that the other one did nothing: it slept too, perhaps. */
	const bool slept = engine->mono_us - engine->stood_by_us > ASLEEP_US;
	uint8_t mark[DD_HASH_LEN];
	bool any = false;
	int rc;

	engine->stood_by_us = engine->mono_us;
	if (!notify_in_time(engine)) {
		engine->waiting_since_us = 0;
		return 0;
	}
	rc = mark_work(engine, mark, &any, err);
	if (rc != 0)
		return rc;
	if (!any || engine->waiting_since_us == 0 || slept ||
	    memcmp(mark, engine->waiting_mark, DD_HASH_LEN) != 0) {
		memcpy(engine->waiting_mark, mark, DD_HASH_LEN);
		engine->waiting_since_us = any ? engine->mono_us : 0;
		return 0;
	}
	if (engine->mono_us - engine->waiting_since_us < NOTIFY_DEAD_US)
		return 0;
	dd_log(DD_LOG_WARN, "notification.takes_over", dd_f_uint("from_epoch", current));
	engine->waiting_since_us = 0;
	return notify_take_lease(engine, current, err);
}
