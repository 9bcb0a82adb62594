/* notify_task.c - commands and questions to the task service.
 *
 * One request each; its outcome comes once, from the loop, also after the service was closed, and
 * then goes nowhere. */
#include "services/notification/notify.h"

#include "common/base/log.h"
#include "common/net/envelope.h"
#include <inttypes.h>
#include <stdlib.h>

#define DEADLINE_MS 10000u

struct asking {
	struct notify_life *life;
	unsigned slot; /* or place, of a command */
};

static int send_request(struct notify *notify, Dondoc__V1__Request *request, dd_bus_reply *on_reply,
			unsigned slot)
{
	struct asking *asking = dd_alloc(sizeof(*asking));
	struct dd_buf out = {0};
	int rc;

	asking->life = notify->life;
	asking->slot = slot;
	request->version = 1;
	request->id = dd_bus_client_next_id(notify->task);
	request->deadline_ms = DEADLINE_MS;
	(void)dd_buf_reserve(&out, dondoc__v1__request__get_packed_size(request));
	out.len = dondoc__v1__request__pack(request, out.data);
	rc = dd_bus_client_send(notify->task, request->id, out.data, out.len, DEADLINE_MS, on_reply,
				asking);
	dd_buf_fini(&out);
	if (rc == 0)
		(void)notify_life_begin(notify);
	else
		free(asking);
	return rc;
}

struct answered {
	struct notify *notify;
	unsigned slot;
	Dondoc__V1__Reply *reply; /* NULL: none came; in the service's arena */
};

/* False: nobody waits any more. */
static bool take_reply(struct asking *asking, int result, const uint8_t *data, size_t len,
		       struct answered *out)
{
	out->notify = notify_life_end(asking->life);
	out->slot = asking->slot;
	free(asking);
	if (out->notify == NULL)
		return false;
	dd_arena_reset(&out->notify->arena);
	out->reply = result == 0 ? dd_reply_unpack(&out->notify->arena, data, len) : NULL;
	notify_engine_time(out->notify->engine, dd_wall_us(), dd_mono_us());
	return true;
}

/* --- commands -------------------------------------------------------------------------------- */

static enum notify_outcome outcome_of(const Dondoc__V1__SubmitReply *reply, uint64_t *sequence_out)
{
	switch (reply->outcome) {
	case DONDOC__V1__OUTCOME__OUTCOME_REFUSED:
		dd_log(DD_LOG_INFO, "notification.refused",
		       dd_f_int("code", reply->refusal != NULL ? (int64_t)reply->refusal->code : 0),
		       dd_f_text("text", reply->refusal != NULL ? reply->refusal->text : ""));
		break;
	case DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED:
		break;
	case DONDOC__V1__OUTCOME__OUTCOME_BUSY:
		return NOTIFY_AGAIN;
	case DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN:
	case DONDOC__V1__OUTCOME__OUTCOME_CONFLICT:
	case DONDOC__V1__OUTCOME__OUTCOME_GAP:
	case DONDOC__V1__OUTCOME__OUTCOME_DENIED:
	case DONDOC__V1__OUTCOME__OUTCOME_DRY_RUN:
	case DONDOC__V1__OUTCOME__OUTCOME_SAVED:
	default: /* from outside: any number */
		dd_log(DD_LOG_WARN, "notification.odd_answer",
		       dd_f_int("outcome", (int64_t)reply->outcome));
		return NOTIFY_ODD;
	}
	*sequence_out = reply->receipt != NULL ? reply->receipt->sequence : 0;
	return NOTIFY_DECIDED;
}

static void on_submitted(void *arg, int result, const uint8_t *data, size_t len)
{
	enum notify_outcome outcome = NOTIFY_AGAIN;
	struct answered answered;
	const Dondoc__V1__Reply *reply;
	uint64_t sequence = 0;

	if (!take_reply(arg, result, data, len, &answered))
		return;
	reply = answered.reply;
	if (reply != NULL && reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT) {
		outcome = outcome_of(reply->submit, &sequence);
	} else if (reply != NULL && reply->body_case == DONDOC__V1__REPLY__BODY_ERROR) {
		dd_log(DD_LOG_WARN, "notification.not_taken", dd_f_text("why", reply->error->text));
		if (reply->error->code != DONDOC__V1__ERROR_CODE__ERROR_BUSY)
			outcome = NOTIFY_ODD;
	}
	notify_engine_submitted(answered.notify->engine, answered.slot, outcome, sequence);
	notify_run(answered.notify);
}

int notify_task_submit(void *arg, const struct notify_command *command)
{
	struct notify *notify = arg;
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;

	submit.stream.data = (uint8_t *)command->stream;
	submit.stream.len = DD_ID_LEN;
	submit.number = command->number;
	submit.body.data = (uint8_t *)command->body;
	submit.body.len = command->body_len;
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &submit;
	return send_request(notify, &request, on_submitted, command->place);
}

/* --- frozen content -------------------------------------------------------------------------- */

/* A copy that lives longer than the reply. */
static Dondoc__V1__PlanDigest *copy_plan(const Dondoc__V1__Reply *reply)
{
	const Dondoc__V1__PlanDigest *plan;
	Dondoc__V1__PlanDigest *copy;
	struct dd_buf packed = {0};

	if (reply == NULL || reply->body_case != DONDOC__V1__REPLY__BODY_ANSWER ||
	    reply->answer->what_case != DONDOC__V1__ANSWER__WHAT_DIGEST ||
	    reply->answer->digest->plan == NULL)
		return NULL;
	plan = reply->answer->digest->plan;
	(void)dd_buf_reserve(&packed, dondoc__v1__plan_digest__get_packed_size(plan) + 1);
	packed.len = dondoc__v1__plan_digest__pack(plan, packed.data);
	copy = dondoc__v1__plan_digest__unpack(NULL, packed.len, packed.data);
	dd_buf_fini(&packed);
	return copy;
}

static void on_fetched(void *arg, int result, const uint8_t *data, size_t len)
{
	struct answered answered;

	if (!take_reply(arg, result, data, len, &answered))
		return;
	if (answered.reply != NULL && answered.reply->body_case == DONDOC__V1__REPLY__BODY_ERROR)
		dd_log(DD_LOG_WARN, "notification.no_content",
		       dd_f_text("why", answered.reply->error->text));
	notify_engine_fetched(answered.notify->engine, answered.slot, copy_plan(answered.reply));
	notify_run(answered.notify);
}

int notify_task_fetch(void *arg, unsigned slot, const uint8_t digest[DD_HASH_LEN],
		      uint64_t min_sequence)
{
	struct notify *notify = arg;
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowDigest show = DONDOC__V1__SHOW_DIGEST__INIT;

	show.digest.data = (uint8_t *)digest;
	show.digest.len = DD_HASH_LEN;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_DIGEST;
	query.show_digest = &show;
	request.min_sequence = min_sequence;
	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = &query;
	return send_request(notify, &request, on_fetched, slot);
}
