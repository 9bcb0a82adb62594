/* view_apply_notice.c - reminders and reports: the lease, the life of a digest, what was issued. */
#include "common/domain/notice_id.h"
#include "common/view/view_apply.h"
#include "common/view/view_notice.h"
#include "common/view/view_records.h"
#include <inttypes.h>
#include <string.h>

#define STATE(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name

/* --- the lease ---------------------------------------------------------------------------- */

static uint64_t lease_epoch(struct view *view)
{
	struct view_lease lease;

	return view_lease(view, true, &lease) == DD_OK ? lease.epoch : 0;
}

int apply_lease_taken(struct apply *apply, const void *body)
{
	const Dondoc__V1__LeaseTaken *taken = body;
	uint64_t epoch = lease_epoch(apply->view);
	struct view_lease lease = {
		.epoch = taken->epoch,
		.sequence = apply->event->sequence,
		.taken_us = apply->event->header->record_us,
	};
	struct dd_key key;

	if (taken->epoch != epoch + 1)
		return apply_contradiction(
			apply, "the lease's epoch is %" PRIu64 " and cannot become %" PRIu64, epoch,
			taken->epoch);
	if (taken->holder.len != sizeof(lease.holder))
		return apply_contradiction(apply, "a holder has 16 bytes");
	memcpy(lease.holder, taken->holder.data, sizeof(lease.holder));
	view_key_text(&key, VIEW_META, "lease");
	view_put(apply->view, &key, &lease, sizeof(lease));
	return DD_OK;
}

/* --- digests ------------------------------------------------------------------------------ */

static bool digest_open(const struct view_digest *digest)
{
	return digest->state != STATE(DELIVERED) && digest->state != STATE(FAILED) &&
	       digest->state != STATE(DROPPED);
}

static void put_digest(struct apply *apply, struct view_digest *digest)
{
	struct dd_key key;

	digest->last_sequence = apply->event->sequence;
	view_key_id(&key, VIEW_DIGEST, digest->id);
	view_put(apply->view, &key, digest, sizeof(*digest));
	view_key_digest_open(&key, digest->day, digest->unit, digest->id);
	if (digest_open(digest))
		view_put(apply->view, &key, digest->unit, strlen(digest->unit));
	else
		view_del(apply->view, &key);
}

static int load_digest(struct apply *apply, const ProtobufCBinaryData *id,
		       struct view_digest *digest)
{
	int rc = id->len == DD_HASH_LEN ? view_digest(apply->view, true, id->data, digest)
					: DD_ERR_NOT_FOUND;

	if (rc == DD_ERR_NOT_FOUND) {
		apply_contradiction(apply, "there is no such digest");
		return DD_ERR_CORRUPT;
	}
	if (rc != DD_OK)
		dd_fail(apply->err, rc, "the view's store cannot be read");
	return rc;
}

/* Each intent exists once, in one digest that was not dropped; the digest's id follows from them.
 */
static int put_intents(struct apply *apply, const Dondoc__V1__PlanDigest *plan,
		       const struct view_digest *digest)
{
	uint8_t ids[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN], whole[DD_HASH_LEN];
	const uint8_t *id = digest->id;
	char text[DD_RECIPIENT_TEXT];
	const char *to = view_plan_recipient(plan, text);
	struct dd_key key;
	bool unsaid;

	for (size_t i = 0; i < plan->n_intents; i++) {
		const Dondoc__V1__Intent *intent = plan->intents[i];

		dd_intent_id(intent->rule, intent->task, intent->due_day, intent->step, to, ids[i]);
		if (view_intent_free(apply->view, true, ids[i], &unsaid) != DD_OK || !unsaid)
			return apply_contradiction(
				apply, "intent %zu (task %" PRIu64 ", rule %.32s) is planned twice",
				i, intent->task, intent->rule);
		view_key_id(&key, VIEW_INTENT, ids[i]);
		view_put(apply->view, &key, id, DD_HASH_LEN);
		view_key_digest_by_task(&key, intent->task, plan->day, id);
		view_put(apply->view, &key, plan->unit, strlen(plan->unit));
	}
	dd_digest_id_of(plan->kind, to, plan->day, (const uint8_t(*)[DD_HASH_LEN])ids,
			plan->n_intents, whole);
	if (memcmp(whole, id, DD_HASH_LEN) != 0)
		return apply_contradiction(apply, "the digest's id is not that of its intents");
	return DD_OK;
}

/* A report to a superior waits for its release; who follows up the plan decides. */
static void hold(struct apply *apply, const Dondoc__V1__PlanDigest *plan,
		 struct view_digest *digest)
{
	struct view_release release = {.sequence = 0};
	struct view_task task;
	struct dd_key key;

	digest->state = STATE(HELD);
	if (view_task(apply->view, true, plan->intents[0]->task, &task) == DD_OK)
		memcpy(release.plan, task.plan, sizeof(release.plan));
	view_key_id(&key, VIEW_RELEASE, digest->id);
	view_put(apply->view, &key, &release, sizeof(release));
}

static bool id_or_none(const ProtobufCBinaryData *data)
{
	return data->len == 0 || data->len == DD_ID_LEN;
}

int apply_digest_planned(struct apply *apply, const void *body)
{
	const Dondoc__V1__DigestPlanned *planned = body;
	const Dondoc__V1__PlanDigest *plan = planned->plan;
	struct view_digest digest = {.state = STATE(PLANNED)};
	struct dd_key key;
	int rc;

	if (!plan || plan->n_intents == 0 || plan->n_intents > DD_DIGEST_INTENTS_MAX ||
	    planned->digest.len != DD_HASH_LEN || !id_or_none(&plan->person) ||
	    !id_or_none(&plan->deputy_for))
		return apply_contradiction(apply,
					   "it has no plan, or one of %zu intents, or for no id",
					   plan ? plan->n_intents : 0);
	memcpy(digest.id, planned->digest.data, sizeof(digest.id));
	rc = apply_code(apply, digest.unit, sizeof(digest.unit), plan->unit);
	if (rc == DD_OK)
		rc = put_intents(apply, plan, &digest);
	if (rc == DD_OK)
		rc = view_note_told(apply, plan);
	if (rc != DD_OK)
		return rc;
	if (plan->person.len > 0)
		memcpy(digest.person, plan->person.data, sizeof(digest.person));
	if (plan->deputy_for.len > 0)
		memcpy(digest.deputy_for, plan->deputy_for.data, sizeof(digest.deputy_for));
	digest.kind = (uint8_t)plan->kind;
	if (plan->kind == DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR)
		hold(apply, plan, &digest);
	digest.planned_sequence = apply->event->sequence;
	digest.planned_us = apply->event->header->record_us;
	digest.day = plan->day;
	digest.intents = (uint32_t)plan->n_intents;
	view_key_digest_by_day(&key, digest.day, digest.unit, digest.id);
	view_put(apply->view, &key, digest.unit, strlen(digest.unit));
	put_digest(apply, &digest);
	return DD_OK;
}

/* Before there were others all went by mail. */
static uint8_t channel_of(const Dondoc__V1__DigestHandingOver *over)
{
	const uint32_t channel = (uint32_t)over->channel;

	return channel > 0 && channel < 8 ? (uint8_t)channel
					  : (uint8_t)DONDOC__V1__CHANNEL__CHANNEL_EMAIL;
}

int apply_digest_handing_over(struct apply *apply, const void *body)
{
	const Dondoc__V1__DigestHandingOver *over = body;
	uint64_t epoch = lease_epoch(apply->view);
	struct view_digest digest;
	int rc = load_digest(apply, &over->digest, &digest);

	if (rc != DD_OK)
		return rc;
	if (!digest_open(&digest) || digest.state == STATE(HELD) ||
	    over->attempt != digest.attempts + 1)
		return apply_contradiction(apply,
					   "attempt %u on a digest in state %u after attempt %u",
					   over->attempt, digest.state, digest.attempts);
	if (over->epoch != epoch)
		return apply_contradiction(
			apply, "epoch %" PRIu64 " hands over while %" PRIu64 " holds the lease",
			over->epoch, epoch);
	/* How the attempt before this one ended was never told. */
	if (digest.state == STATE(HANDING_OVER))
		digest.unsure = 1;
	digest.state = STATE(HANDING_OVER);
	digest.attempts = over->attempt;
	digest.epoch = over->epoch;
	digest.tries = digest.channel == channel_of(over) ? digest.tries + 1 : 1;
	digest.channel = channel_of(over);
	digest.handed_us = apply->event->header->record_us;
	put_digest(apply, &digest);
	return DD_OK;
}

int apply_digest_settled(struct apply *apply, const void *body)
{
	const Dondoc__V1__SettleDigest *settled =
		((const Dondoc__V1__DigestSettled *)body)->settled;
	struct view_digest digest;
	int rc;

	if (!settled)
		return apply_contradiction(apply, "it has no outcome");
	rc = load_digest(apply, &settled->digest, &digest);
	if (rc != DD_OK)
		return rc;
	if (digest.state != STATE(HANDING_OVER) || settled->attempt != digest.attempts ||
	    settled->epoch != digest.epoch)
		return apply_contradiction(
			apply,
			"attempt %u of epoch %" PRIu64
			" ends on a digest in state %u, attempt %u, epoch %" PRIu64,
			settled->attempt, settled->epoch, digest.state, digest.attempts,
			digest.epoch);
	if (settled->unsure)
		digest.unsure = 1;
	if (settled->delivered)
		digest.state = STATE(DELIVERED);
	else if (settled->dropped)
		digest.state = STATE(DROPPED);
	else
		digest.state = settled->final ? STATE(FAILED) : STATE(WAITING);
	digest.unsaid = digest.state == STATE(DROPPED) && !digest.unsure;
	digest.settled_sequence = apply->event->sequence;
	digest.settled_us = apply->event->header->record_us;
	digest.reached = settled->reached;
	digest.refused = settled->refused;
	digest.moves_on = settled->spent ? 1 : 0;
	if (settled->spent)
		digest.spent |= (uint8_t)(1u << digest.channel);
	view_text_copy(digest.reply, sizeof(digest.reply), settled->reply);
	put_digest(apply, &digest);
	return DD_OK;
}

/* What a person has dropped is not planned again. */
static uint8_t state_after(const Dondoc__V1__ReleaseDigest *said)
{
	switch (said->action) {
	case DONDOC__V1__RELEASE_ACTION__RELEASE_SEND:
		return STATE(PLANNED);
	case DONDOC__V1__RELEASE_ACTION__RELEASE_DROP:
		return STATE(DROPPED);
	default:
		return STATE(HELD);
	}
}

int apply_digest_released(struct apply *apply, const void *body)
{
	const Dondoc__V1__DigestReleased *event = body;
	const Dondoc__V1__Actor *by = apply->event->header->actor;
	struct view_release release;
	struct view_digest digest;
	struct dd_key key;
	int rc;

	if (!event->said)
		return apply_contradiction(apply, "it decides nothing");
	rc = load_digest(apply, &event->said->digest, &digest);
	if (rc != DD_OK)
		return rc;
	if (digest.state != STATE(HELD) ||
	    view_release(apply->view, true, digest.id, &release) != DD_OK)
		return apply_contradiction(apply, "it decides on a digest in state %u",
					   digest.state);
	digest.state = state_after(event->said);
	release.sequence = apply->event->sequence;
	release.decided_us = apply->event->header->record_us;
	release.action = (uint32_t)event->said->action;
	release.by_time = event->by_time ? 1 : 0;
	memset(release.person, 0, sizeof(release.person));
	if (by != NULL && by->person.len == sizeof(release.person))
		memcpy(release.person, by->person.data, sizeof(release.person));
	view_text_copy(release.unit, sizeof(release.unit), by != NULL ? by->unit : "");
	view_text_copy(release.reason, sizeof(release.reason), event->said->reason);
	view_key_id(&key, VIEW_RELEASE, digest.id);
	view_put(apply->view, &key, &release, sizeof(release));
	put_digest(apply, &digest);
	return DD_OK;
}

/* --- reports ------------------------------------------------------------------------------ */

int apply_report_issued(struct apply *apply, const void *body)
{
	const Dondoc__V1__IssueReport *report = ((const Dondoc__V1__ReportIssued *)body)->report;
	int64_t issued_us = apply->event->header->record_us;
	uint64_t sequence = apply->event->sequence, former;
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;
	size_t packed;

	if (!report)
		return apply_contradiction(apply, "it has no report");
	if (report->schedule[0] != '\0' &&
	    view_scheduled_report(apply->view, true, report->schedule, report->plan,
				  report->as_of_day, &former) == DD_OK)
		return apply_contradiction(apply, "event %" PRIu64 " issued the same report",
					   former);
	packed = dondoc__v1__issue_report__get_packed_size(report);
	dd_buf_clear(buf);
	dd_buf_add(buf, &issued_us, sizeof(issued_us));
	dondoc__v1__issue_report__pack(report, dd_buf_reserve(buf, packed));
	view_key_u64(&key, VIEW_REPORT, sequence ^ UINT64_MAX);
	view_put(apply->view, &key, buf->data, buf->len + packed);
	if (report->schedule[0] == '\0')
		return DD_OK;
	view_key_scheduled(&key, report->schedule, report->plan, report->as_of_day);
	view_put(apply->view, &key, &sequence, sizeof(sequence));
	return DD_OK;
}
