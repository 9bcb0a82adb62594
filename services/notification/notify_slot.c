/* notify_slot.c - one digest from its frozen content to its record of what became of it. */
#include "services/notification/notify_impl.h"

#include "common/base/log.h"
#include <stdio.h>
#include <string.h>

bool notify_engine_digest_due(const struct view_digest *digest, uint64_t epoch, int64_t wall_us)
{
	const int64_t waited = wall_us - digest->settled_us;

	switch (digest->state) {
	case NOTIFY_STATE(PLANNED):
		return true;
	case NOTIFY_STATE(HANDING_OVER):
		return digest->epoch != epoch;
	case NOTIFY_STATE(WAITING):
		/* A clock that was set back must not stop the mail for as long. */
		return digest->moves_on != 0 ||
		       waited >= notify_channel_pause(digest->attempts, digest->id) ||
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

/* --- channels -------------------------------------------------------------------------------- */

static struct notify_tried tried_of(const struct view_digest *digest)
{
	return (struct notify_tried){
		.channel = digest->channel, .tries = digest->tries, .spent = digest->spent};
}

static struct notify_ways ways_of(const struct notify_engine *engine,
				  const struct view_digest *digest)
{
	struct notify_ways ways = {.count = 0};

	if (engine->options.ways != NULL)
		engine->options.ways(engine->options.arg, digest, &ways);
	else
		notify_ways_add(&ways, NOTIFY_EMAIL);
	return ways;
}

/* The channel of the next attempt. Where there is no way at all it is by mail, which tells why. */
static enum notify_channel next_channel(const struct notify_engine *engine,
					const struct view_digest *digest)
{
	const struct notify_ways ways = ways_of(engine, digest);
	const struct notify_tried tried = tried_of(digest);
	const enum notify_channel next = notify_channel_next(&ways, &tried);

	return next != NOTIFY_NONE ? next : NOTIFY_EMAIL;
}

static bool allowed(const struct notify_engine *engine, const struct view_digest *digest,
		    enum notify_channel channel)
{
	return engine->options.allowed == NULL ||
	       engine->options.allowed(engine->options.arg, digest, channel);
}

/* --- fetching -------------------------------------------------------------------------------- */

void notify_slot_begin(struct notify_engine *engine, unsigned at, const struct view_digest *digest)
{
	struct notify_slot *slot = &engine->slots[at];
	const enum notify_channel channel = next_channel(engine, digest);

	if (!allowed(engine, digest, channel))
		return;
	slot->state = SLOT_FETCHING;
	slot->channel = channel;
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

	hand_over.digest.data = slot->digest;
	hand_over.digest.len = DD_HASH_LEN;
	hand_over.epoch = slot->epoch;
	hand_over.attempt = slot->attempt;
	hand_over.channel = (Dondoc__V1__Channel)slot->channel;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER_DIGEST;
	body.hand_over_digest = &hand_over;
	if (slot->asked_us == 0)
		slot->asked_us = engine->mono_us;
	return notify_submit(engine, (unsigned)(slot - engine->slots), slot->digest, &body, err);
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

/* Whether all that was planned still holds now. Nothing is told that does not; what does of a
 * digest that is left out comes again in another one. Where it may have reached its reader already
 * it goes out once more as it is, as long as anything of it holds. */
static bool still_so(const struct notify_engine *engine, const struct notify_slot *slot,
		     const struct view_digest *digest)
{
	size_t holds = 0;

	for (size_t i = 0; i < slot->plan->n_intents; i++)
		holds += notify_say_true(engine->scene, slot->plan->intents[i], digest);
	return digest->unsure ? holds > 0 : holds == slot->plan->n_intents;
}

/* The hand-over is in the log: send, if it is still right to. */
static int mail(struct notify_engine *engine, unsigned at, const struct view_digest *digest,
		struct dd_error *err)
{
	struct notify_slot *slot = &engine->slots[at];
	const int rc = notify_look_after(engine, err);

	if (rc != 0) /* the full disk is tried again; meanwhile it waits */
		return rc == DD_ERR_FULL ? 0 : rc;
	if (told_before(engine, digest)) {
		not_sent(slot, "not sent: it may have been sent before the log was restored");
		slot->mailed.final = true;
	} else if (engine->mono_us - slot->asked_us > NOTIFY_FRESH_US ||
		   slot->epoch != engine->epoch) {
		not_sent(slot, "not sent: held up on the way, another service may have begun");
	} else if (!notify_unit_in_time(engine, digest->unit)) {
		not_sent(slot, "not sent: working time was over");
	} else if (!still_so(engine, slot, digest)) {
		not_sent(slot, "not sent: it is no longer so");
		slot->mailed.dropped = true;
		notify_keep_drop(engine, slot);
	} else {
		const struct notify_sending sending = {
			.slot = at, .channel = slot->channel, .digest = digest, .plan = slot->plan};

		slot->state = SLOT_SENDING;
		if (engine->options.send(engine->options.arg, &sending, &slot->mailed) != 0)
			slot->state = SLOT_SETTLING;
	}
	return 0;
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
	const bool over = digest->state == NOTIFY_STATE(DELIVERED) ||
			  digest->state == NOTIFY_STATE(FAILED) ||
			  digest->state == NOTIFY_STATE(DROPPED);

	if (is_ours(slot, digest)) {
		return mail(engine, at, digest, err);
	}
	if (over || digest->attempts >= slot->attempt || slot->epoch != engine->epoch ||
	    !notify_unit_in_time(engine, digest->unit)) {
		notify_slot_end(slot);
		return 0;
	}
	return submit_hand_over(engine, slot, err);
}

/* --- settling -------------------------------------------------------------------------------- */

/* What failed is given up by this channel, or for good, or neither. */
static void judge(const struct notify_engine *engine, const struct notify_slot *slot,
		  const struct view_digest *digest, Dondoc__V1__SettleDigest *settle)
{
	const struct notify_ways ways = ways_of(engine, digest);
	struct notify_tried tried = tried_of(digest);

	if (slot->mailed.delivered)
		return;
	settle->unsure = slot->mailed.unsure;
	settle->dropped = slot->mailed.dropped;
	if (settle->dropped) {
		settle->final = true;
		return;
	}
	settle->final = slot->mailed.final || slot->attempt >= engine->options.policy->attempts;
	if (slot->mailed.final)
		return;
	settle->spent = notify_channel_over(&ways, &tried, slot->mailed.permanent);
	if (settle->spent)
		tried.spent |= 1u << tried.channel;
	if (settle->spent && notify_channel_next(&ways, &tried) == NOTIFY_NONE)
		settle->final = true;
}

static int settle(struct notify_engine *engine, unsigned at, const struct view_digest *digest,
		  struct dd_error *err)
{
	struct notify_slot *slot = &engine->slots[at];
	Dondoc__V1__SettleDigest settle = DONDOC__V1__SETTLE_DIGEST__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;

	if (!is_ours(slot, digest)) {
		notify_slot_end(slot);
		return 0;
	}
	settle.digest.data = slot->digest;
	settle.digest.len = DD_HASH_LEN;
	settle.epoch = slot->epoch;
	settle.attempt = slot->attempt;
	settle.delivered = slot->mailed.delivered;
	settle.reached = slot->mailed.reached;
	settle.refused = slot->mailed.refused;
	judge(engine, slot, digest, &settle);
	settle.reply = slot->mailed.reply;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SETTLE_DIGEST;
	body.settle_digest = &settle;
	return notify_submit(engine, at, slot->digest, &body, err);
}

int notify_slot_turn(struct notify_engine *engine, unsigned at, struct dd_error *err)
{
	struct notify_slot *slot = &engine->slots[at];
	struct view_digest digest;
	int rc;

	if ((slot->state != SLOT_HANDING && slot->state != SLOT_SETTLING) || engine->flying[at] ||
	    view_position(engine->options.view)->sequence < slot->need)
		return 0;
	rc = view_digest(engine->options.view, false, slot->digest, &digest);
	if (rc != 0)
		return dd_fail(err, rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc,
			       "a digest on its way cannot be read from the view");
	if (slot->state == SLOT_HANDING)
		rc = hand_over(engine, at, &digest, err);
	if (rc == 0 && !engine->flying[at] && slot->state == SLOT_SETTLING)
		rc = settle(engine, at, &digest, err);
	return rc;
}
