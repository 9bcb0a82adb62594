/* notify_slot.c - one digest from its frozen content to its record of what became of it. */
#include "services/notification/notify_impl.h"

#include "common/base/log.h"
#include <stdio.h>
#include <string.h>

bool notify_engine_digest_due(const struct view_digest *digest, uint64_t epoch, int64_t wall_us)
{
	static const int64_t pause_minutes[] = {1, 5, 15, 60};
	const size_t last = sizeof(pause_minutes) / sizeof(pause_minutes[0]) - 1;
	size_t tried = digest->attempts > 0 ? digest->attempts - 1 : 0;
	int64_t waited = wall_us - digest->settled_us;

	switch (digest->state) {
	case NOTIFY_STATE(PLANNED):
		return true;
	case NOTIFY_STATE(HANDING_OVER):
		return digest->epoch != epoch;
	case NOTIFY_STATE(WAITING):
		/* A clock that was set back must not stop the mail for as long. */
		return waited >= pause_minutes[tried < last ? tried : last] * 60 * DD_SECOND_US ||
		       waited < -60 * DD_SECOND_US;
	default:
		return false;
	}
}

bool notify_slot_has(const struct notify_engine *engine, const uint8_t digest[DD_HASH_LEN])
{
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		if (engine->slots[i].state != SLOT_FREE &&
		    memcmp(engine->slots[i].digest, digest, DD_HASH_LEN) == 0)
			return true;
	return false;
}

void notify_slot_end(struct notify_slot *slot)
{
	if (slot->plan != NULL)
		dondoc__v1__plan_digest__free_unpacked(slot->plan, NULL);
	memset(slot, 0, sizeof(*slot));
}

/* --- fetching -------------------------------------------------------------------------------- */

void notify_slot_begin(struct notify_engine *engine, unsigned at, const struct view_digest *digest)
{
	struct notify_slot *slot = &engine->slots[at];

	slot->state = SLOT_FETCHING;
	memcpy(slot->digest, digest->id, DD_HASH_LEN);
	slot->epoch = engine->epoch;
	slot->attempt = digest->attempts + 1;
	if (engine->options.fetch(engine->options.arg, at, slot->digest,
				  digest->planned_sequence) == 0)
		return;
	notify_slot_end(slot);
	notify_pause(engine, DD_SECOND_US);
}

void notify_engine_fetched(struct notify_engine *engine, unsigned at, Dondoc__V1__PlanDigest *plan)
{
	struct notify_slot *slot = &engine->slots[at];
	uint8_t id[DD_HASH_LEN];

	slot->plan = plan;
	if (plan != NULL && notify_plan_id(plan, id) &&
	    memcmp(id, slot->digest, DD_HASH_LEN) == 0) {
		slot->state = SLOT_HANDING;
		return;
	}
	if (plan != NULL)
		dd_log(DD_LOG_ERROR, "notification.wrong_content",
		       dd_f_uint("attempt", slot->attempt));
	notify_slot_end(slot);
	notify_pause(engine, DD_SECOND_US);
}

/* --- handing over and mailing ---------------------------------------------------------------- */

static int submit_hand_over(struct notify_engine *engine, struct notify_slot *slot,
			    struct dd_error *err)
{
	Dondoc__V1__HandOverDigest hand_over = DONDOC__V1__HAND_OVER_DIGEST__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	uint64_t number;
	int rc = notify_next_number(engine, slot->digest, &number, err);

	if (rc != 0)
		return rc;
	hand_over.digest.data = slot->digest;
	hand_over.digest.len = DD_HASH_LEN;
	hand_over.epoch = slot->epoch;
	hand_over.attempt = slot->attempt;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER_DIGEST;
	body.hand_over_digest = &hand_over;
	if (slot->asked_us == 0)
		slot->asked_us = engine->mono_us;
	return notify_submit(engine, slot->digest, number, &body, err);
}

static void not_sent(struct notify_slot *slot, const char *why)
{
	memset(&slot->mailed, 0, sizeof(slot->mailed));
	(void)snprintf(slot->mailed.reply, sizeof(slot->mailed.reply), "%s", why);
	slot->state = SLOT_SETTLING;
}

/* Of a digest planned before a restore was released, for a day on which the part of the log that
 * was lost may have recorded its sending: once told is told, and a person sees that it was left
 * out. */
static bool told_before(const struct notify_engine *engine, const struct view_digest *digest)
{
	struct view_restore restore;

	return notify_released(engine, &restore) && digest->planned_sequence < restore.released &&
	       digest->day <= restore.told_until_day;
}

/* The hand-over is in the log: send, if it is still right to. */
static void mail(struct notify_engine *engine, unsigned at, const struct view_digest *digest)
{
	struct notify_slot *slot = &engine->slots[at];

	if (told_before(engine, digest)) {
		not_sent(slot, "not sent: it may have been sent before the log was restored");
		slot->mailed.permanent = true;
	} else if (engine->mono_us - slot->asked_us > NOTIFY_FRESH_US ||
		   slot->epoch != engine->epoch) {
		not_sent(slot, "not sent: held up on the way, another service may have begun");
	} else if (!notify_in_time(engine)) {
		not_sent(slot, "not sent: working time was over");
	} else {
		slot->state = SLOT_SENDING;
		if (engine->options.send(engine->options.arg, at, slot->digest, slot->plan,
					 &slot->mailed) != 0)
			slot->state = SLOT_SETTLING;
	}
}

void notify_engine_sent(struct notify_engine *engine, unsigned at,
			const struct notify_mailed *mailed)
{
	engine->slots[at].mailed = *mailed;
	engine->slots[at].state = SLOT_SETTLING;
	if (mailed->delivered)
		engine->delivered++;
	else
		engine->failed++;
}

static bool is_ours(const struct notify_slot *slot, const struct view_digest *digest)
{
	return digest->state == NOTIFY_STATE(HANDING_OVER) && digest->epoch == slot->epoch &&
	       digest->attempts == slot->attempt;
}

static int hand_over(struct notify_engine *engine, unsigned at, const struct view_digest *digest,
		     struct dd_error *err)
{
	struct notify_slot *slot = &engine->slots[at];
	const bool over =
		digest->state == NOTIFY_STATE(DELIVERED) || digest->state == NOTIFY_STATE(FAILED);

	if (is_ours(slot, digest)) {
		mail(engine, at, digest);
		return 0;
	}
	if (over || digest->attempts >= slot->attempt || slot->epoch != engine->epoch ||
	    !notify_in_time(engine)) {
		notify_slot_end(slot);
		return 0;
	}
	return submit_hand_over(engine, slot, err);
}

/* --- settling -------------------------------------------------------------------------------- */

static int settle(struct notify_engine *engine, unsigned at, const struct view_digest *digest,
		  struct dd_error *err)
{
	struct notify_slot *slot = &engine->slots[at];
	Dondoc__V1__SettleDigest settle = DONDOC__V1__SETTLE_DIGEST__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	uint64_t number;
	int rc;

	if (!is_ours(slot, digest)) {
		notify_slot_end(slot);
		return 0;
	}
	rc = notify_next_number(engine, slot->digest, &number, err);
	if (rc != 0)
		return rc;
	settle.digest.data = slot->digest;
	settle.digest.len = DD_HASH_LEN;
	settle.epoch = slot->epoch;
	settle.attempt = slot->attempt;
	settle.delivered = slot->mailed.delivered;
	settle.final =
		!slot->mailed.delivered &&
		(slot->mailed.permanent || slot->attempt >= engine->options.policy->attempts);
	settle.reply = slot->mailed.reply;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SETTLE_DIGEST;
	body.settle_digest = &settle;
	return notify_submit(engine, slot->digest, number, &body, err);
}

int notify_slot_turn(struct notify_engine *engine, unsigned at, struct dd_error *err)
{
	struct notify_slot *slot = &engine->slots[at];
	struct view_digest digest;
	int rc;

	if (slot->state != SLOT_HANDING && slot->state != SLOT_SETTLING)
		return 0;
	rc = view_digest(engine->options.view, false, slot->digest, &digest);
	if (rc != 0)
		return dd_fail(err, rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc,
			       "a digest on its way cannot be read from the view");
	if (slot->state == SLOT_HANDING)
		rc = hand_over(engine, at, &digest, err);
	if (rc == 0 && !engine->submitting && slot->state == SLOT_SETTLING)
		rc = settle(engine, at, &digest, err);
	return rc;
}
