/* fake_task.h - a task service small enough to be believed: streams, and the rules for lease and
 * digests, over a log in memory. Written from the contracts alone, so that it does not share the
 * mistakes of what it judges. */
#ifndef TESTS_SERVICES_NOTIFICATION_FAKE_TASK_H
#define TESTS_SERVICES_NOTIFICATION_FAKE_TASK_H

#include "common/domain/notice_id.h"
#include "tests/services/notification/fake_log.h"

enum fake_answer { FAKE_ACCEPTED, FAKE_REFUSED, FAKE_CONFLICT, FAKE_GAP };

/* --- the rules ------------------------------------------------------------------------------- */

static inline struct fake_digest *fake_task_digest(struct fake_task *task, const uint8_t digest[32])
{
	for (size_t i = 0; i < task->digest_count; i++)
		if (memcmp(task->digests[i].id, digest, 32) == 0)
			return &task->digests[i];
	return NULL;
}

/* The frozen plan; to be freed by the caller. NULL: unknown. */
static inline Dondoc__V1__PlanDigest *fake_task_plan(const struct fake_task *task,
						     const uint8_t digest[32])
{
	for (size_t i = 0; i < task->digest_count; i++)
		if (memcmp(task->digests[i].id, digest, 32) == 0)
			return dondoc__v1__plan_digest__unpack(NULL, task->digests[i].plan.len,
							       task->digests[i].plan.data);
	return NULL;
}

/* A digest's recipient: the unit, the person, or for whom the person stands in. */
static inline const char *fake_recipient(const Dondoc__V1__PlanDigest *plan,
					 char out[DD_RECIPIENT_TEXT])
{
	if (plan->deputy_for.len > 0)
		return dd_recipient(plan->unit, plan->deputy_for.data, out);
	return dd_recipient(plan->unit, plan->person.len > 0 ? plan->person.data : NULL, out);
}

static inline bool was_told(const struct fake_task *task, const char *unit,
			    const Dondoc__V1__Intent *intent)
{
	for (size_t i = 0; i < task->told_count; i++) {
		const struct fake_told *told = &task->told[i];

		if (!told->gone && told->task == intent->task && told->due_day == intent->due_day &&
		    told->step == intent->step && strcmp(told->rule, intent->rule) == 0 &&
		    strcmp(told->unit, unit) == 0)
			return true;
	}
	return false;
}

static inline uint64_t take_lease(struct fake_task *task, const Dondoc__V1__TakeLease *cmd,
				  const struct origin *origin)
{
	Dondoc__V1__LeaseTaken event = DONDOC__V1__LEASE_TAKEN__INIT;

	if (cmd->holder.len != 16 || cmd->after_epoch != task->epoch)
		return 0;
	memcpy(task->holder, cmd->holder.data, 16);
	event.epoch = ++task->epoch;
	event.holder = cmd->holder;
	return append(task, EVENT(LEASE_TAKEN), &event.base, origin);
}

static inline void keep_plan(struct fake_task *task, const Dondoc__V1__PlanDigest *plan,
			     const uint8_t id[32])
{
	struct fake_digest *digest = fake_task_digest(task, id);
	char text[DD_RECIPIENT_TEXT];
	const char *to = fake_recipient(plan, text);

	if (digest == NULL) /* else the same again, after it was dropped */
		digest = &task->digests[task->digest_count++];
	assert(task->digest_count < FAKE_DIGESTS);
	digest->attempts = 0;
	digest->unsure = false;
	dd_buf_clear(&digest->plan);
	memcpy(digest->id, id, 32);
	(void)snprintf(digest->unit, sizeof(digest->unit), "%s", plan->unit);
	digest->day = plan->day;
	digest->kind = (uint32_t)plan->kind;
	digest->decided = 0;
	digest->state = digest->kind == DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR ? STATE(HELD)
										 : STATE(PLANNED);
	digest->planned = task->head.sequence;
	digest->plan.len = dondoc__v1__plan_digest__pack(
		plan,
		dd_buf_reserve(&digest->plan, dondoc__v1__plan_digest__get_packed_size(plan)));
	for (size_t i = 0; i < plan->n_intents; i++) {
		struct fake_told *told = &task->told[task->told_count++];

		assert(task->told_count < FAKE_INTENTS);
		told->digest = (size_t)(digest - task->digests);
		told->task = plan->intents[i]->task;
		told->due_day = plan->intents[i]->due_day;
		told->step = plan->intents[i]->step;
		(void)snprintf(told->rule, sizeof(told->rule), "%s", plan->intents[i]->rule);
		(void)snprintf(told->unit, sizeof(told->unit), "%s", to);
	}
}

static inline uint64_t plan_digest(struct fake_task *task, Dondoc__V1__PlanDigest *cmd,
				   const struct origin *origin)
{
	Dondoc__V1__DigestPlanned event = DONDOC__V1__DIGEST_PLANNED__INIT;
	uint8_t ids[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN];
	uint8_t id[DD_HASH_LEN];
	const struct origin to_unit = {.cause = origin->cause, .unit = cmd->unit};
	char text[DD_RECIPIENT_TEXT];
	const char *to = fake_recipient(cmd, text);
	uint64_t sequence;

	if (cmd->n_intents == 0 || cmd->n_intents > DD_DIGEST_INTENTS_MAX ||
	    cmd->subject[0] == '\0' || strlen(cmd->subject) > 500 || cmd->text[0] == '\0' ||
	    strlen(cmd->text) > 20000 || strlen(cmd->html) > 38000)
		return 0;
	for (size_t i = 0; i < cmd->n_intents; i++) {
		const Dondoc__V1__Intent *intent = cmd->intents[i];

		if (was_told(task, to, intent))
			return 0;
		dd_intent_id(intent->rule, intent->task, intent->due_day, intent->step, to, ids[i]);
	}
	dd_digest_id_of(cmd->kind, to, cmd->day, (const uint8_t(*)[DD_HASH_LEN])ids, cmd->n_intents,
			id);
	event.digest.data = id;
	event.digest.len = sizeof(id);
	event.plan = cmd;
	sequence = append(task, EVENT(DIGEST_PLANNED), &event.base, &to_unit);
	keep_plan(task, cmd, id);
	return sequence;
}

static inline uint64_t hand_over(struct fake_task *task, const Dondoc__V1__HandOverDigest *cmd,
				 const struct origin *origin)
{
	Dondoc__V1__DigestHandingOver event = DONDOC__V1__DIGEST_HANDING_OVER__INIT;
	struct fake_digest *digest =
		cmd->digest.len == 32 ? fake_task_digest(task, cmd->digest.data) : NULL;

	if (digest == NULL || cmd->epoch != task->epoch || digest->state == STATE(DELIVERED) ||
	    digest->state == STATE(FAILED) || digest->state == STATE(DROPPED) ||
	    digest->state == STATE(HELD) || cmd->attempt != digest->attempts + 1)
		return 0;
	digest->unsure = digest->unsure || digest->state == STATE(HANDING_OVER);
	digest->state = STATE(HANDING_OVER);
	digest->attempts++;
	digest->epoch = cmd->epoch;
	event.digest = cmd->digest;
	event.epoch = cmd->epoch;
	event.attempt = cmd->attempt;
	event.channel = cmd->channel;
	return append(task, EVENT(DIGEST_HANDING_OVER), &event.base,
		      &(struct origin){.cause = origin->cause, .unit = digest->unit});
}

static inline void drop(struct fake_task *task, struct fake_digest *digest)
{
	digest->state = STATE(DROPPED);
	for (size_t i = 0; i < task->told_count && !digest->unsure; i++)
		if (task->told[i].digest == (size_t)(digest - task->digests))
			task->told[i].gone = true;
}

static inline uint64_t settle(struct fake_task *task, Dondoc__V1__SettleDigest *cmd,
			      const struct origin *origin)
{
	Dondoc__V1__DigestSettled event = DONDOC__V1__DIGEST_SETTLED__INIT;
	struct fake_digest *digest =
		cmd->digest.len == 32 ? fake_task_digest(task, cmd->digest.data) : NULL;

	if (digest == NULL || digest->state != STATE(HANDING_OVER) || cmd->epoch != digest->epoch ||
	    cmd->attempt != digest->attempts || (cmd->delivered && cmd->final) ||
	    (cmd->dropped && !cmd->final))
		return 0;
	digest->state = cmd->final ? STATE(FAILED) : STATE(WAITING);
	digest->unsure = digest->unsure || cmd->unsure;
	if (cmd->delivered)
		digest->state = STATE(DELIVERED);
	else if (cmd->dropped)
		drop(task, digest);
	(void)snprintf(digest->reply, sizeof(digest->reply), "%s", cmd->reply);
	event.settled = cmd;
	return append(task, EVENT(DIGEST_SETTLED), &event.base,
		      &(struct origin){.cause = origin->cause, .unit = digest->unit});
}

/* Let go, hold or drop a report that waits. The service may let go what no person has held. */
static inline uint64_t release(struct fake_task *task, Dondoc__V1__ReleaseDigest *cmd, bool by_time,
			       const struct origin *origin)
{
	Dondoc__V1__DigestReleased event = DONDOC__V1__DIGEST_RELEASED__INIT;
	struct fake_digest *digest =
		cmd->digest.len == 32 ? fake_task_digest(task, cmd->digest.data) : NULL;

	if (digest == NULL || digest->state != STATE(HELD) ||
	    (by_time &&
	     (digest->decided != 0 || cmd->action != DONDOC__V1__RELEASE_ACTION__RELEASE_SEND)))
		return 0;
	if (cmd->action == DONDOC__V1__RELEASE_ACTION__RELEASE_SEND)
		digest->state = STATE(PLANNED);
	else if (cmd->action == DONDOC__V1__RELEASE_ACTION__RELEASE_DROP)
		digest->state = STATE(DROPPED); /* and what it says is never planned again */
	digest->decided = (uint32_t)cmd->action;
	digest->by_time = by_time;
	digest->released_us = task->record_us;
	event.said = cmd;
	event.by_time = by_time;
	return append(task, EVENT(DIGEST_RELEASED), &event.base,
		      &(struct origin){.cause = origin->cause, .unit = digest->unit});
}

/* A person decides. */
static inline void fake_release(struct fake_task *task, struct fake_digest *digest,
				Dondoc__V1__ReleaseAction action)
{
	Dondoc__V1__ReleaseDigest cmd = DONDOC__V1__RELEASE_DIGEST__INIT;
	const struct origin origin = {.unit = ""};

	cmd.digest = (ProtobufCBinaryData){.data = digest->id, .len = 32};
	cmd.action = action;
	cmd.reason = (char *)"Đã xem";
	(void)release(task, &cmd, false, &origin);
}

static inline uint64_t decide(struct fake_task *task, const uint8_t *bytes, size_t len,
			      const struct origin *origin)
{
	Dondoc__V1__CommandBody *body = dondoc__v1__command_body__unpack(NULL, len, bytes);
	uint64_t sequence = 0;

	assert(body != NULL);
	switch (body->action_case) {
	case DONDOC__V1__COMMAND_BODY__ACTION_TAKE_LEASE:
		sequence = take_lease(task, body->take_lease, origin);
		break;
	case DONDOC__V1__COMMAND_BODY__ACTION_PLAN_DIGEST:
		sequence = plan_digest(task, body->plan_digest, origin);
		break;
	case DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER_DIGEST:
		sequence = hand_over(task, body->hand_over_digest, origin);
		break;
	case DONDOC__V1__COMMAND_BODY__ACTION_SETTLE_DIGEST:
		sequence = settle(task, body->settle_digest, origin);
		break;
	case DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_DIGEST:
		sequence = release(task, body->release_digest, true, origin);
		break;
	default:
		assert(false && "a notification service sends no such command");
	}
	dondoc__v1__command_body__free_unpacked(body, NULL);
	return sequence;
}

static inline uint64_t refuse(struct fake_task *task, const struct origin *origin)
{
	Dondoc__V1__CommandRefused event = DONDOC__V1__COMMAND_REFUSED__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;

	refusal.code = DONDOC__V1__REFUSAL_CODE__REFUSAL_STATE;
	event.refusal = &refusal;
	task->refusals++;
	return append(task, EVENT(COMMAND_REFUSED), &event.base, origin);
}

/* --- streams --------------------------------------------------------------------------------- */

static inline enum fake_answer fake_task_submit(struct fake_task *task, const uint8_t stream[16],
						uint64_t number, const uint8_t *body, size_t len,
						uint64_t *sequence_out)
{
	Dondoc__V1__Cause cause = DONDOC__V1__CAUSE__INIT;
	const struct origin origin = {.cause = &cause, .unit = ""};
	struct fake_command command = {.number = number};
	uint64_t last = 0;

	dd_hash(body, len, command.digest);
	memcpy(command.stream, stream, 16);
	for (size_t i = 0; i < task->command_count; i++) {
		const struct fake_command *known = &task->commands[i];

		if (memcmp(known->stream, stream, 16) != 0)
			continue;
		last = known->number;
		if (known->number != number)
			continue;
		*sequence_out = known->sequence;
		if (memcmp(known->digest, command.digest, 32) != 0)
			return FAKE_CONFLICT;
		return known->refused ? FAKE_REFUSED : FAKE_ACCEPTED;
	}
	if (number != last + 1)
		return FAKE_GAP;
	cause.stream.data = command.stream;
	cause.stream.len = 16;
	cause.number = number;
	cause.digest.data = command.digest;
	cause.digest.len = 32;
	cause.count = 1;
	command.sequence = decide(task, body, len, &origin);
	command.refused = command.sequence == 0;
	if (command.refused)
		command.sequence = refuse(task, &origin);
	if (task->command_count == task->command_cap) {
		task->command_cap = task->command_cap > 0 ? task->command_cap * 2 : 64;
		task->commands =
			dd_realloc(task->commands, task->command_cap * sizeof(*task->commands));
	}
	task->commands[task->command_count++] = command;
	*sequence_out = command.sequence;
	return command.refused ? FAKE_REFUSED : FAKE_ACCEPTED;
}

#endif
