/* task_decide_refuse.c - the "no" to a command that could be read, or could not. */
#include "services/task/task_batch.h"

#include "common/base/log.h"

/* Borrows from `outcome`. */
static void fill(const struct task_outcome *outcome, char *arguments[3],
		 Dondoc__V1__Refusal *refusal)
{
	for (int i = 0; i < outcome->argument_count; i++)
		arguments[i] = (char *)outcome->arguments[i];
	refusal->code = outcome->refusal;
	refusal->arguments = arguments;
	refusal->n_arguments = (size_t)outcome->argument_count;
}

/* Who only has an invitation leaves no trace in the log but his joining: with one that was used he
 * could fill it. */
static void deny(struct task_engine *engine, const struct task_queued *item,
		 const struct task_outcome *outcome)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	char *arguments[3];

	fill(outcome, arguments, &refusal);
	reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_DENIED;
	reply.refusal = &refusal;
	engine->stats.denied++;
	task_batch_reply(engine, &item->ticket, &reply);
}

/* The final "no" is an event too and uses up the number. */
void task_decide_refuse_import(struct task_engine *engine, const struct task_queued *item,
			       const struct task_origin *origin, const struct task_outcome *outcome,
			       struct task_import_result *import)
{
	Dondoc__V1__ImportCounts counts;
	Dondoc__V1__CommandRefused event = DONDOC__V1__COMMAND_REFUSED__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	struct task_record record = {.type = DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED,
				     .message = &event.base,
				     .unit = item->who.unit};
	struct task_pending *entry;
	char *arguments[3];
	uint64_t sequence;

	if (item->who.cls == DD_PRINCIPAL_ENROL) {
		deny(engine, item, outcome);
		return;
	}
	fill(outcome, arguments, &refusal);
	event.refusal = &refusal;
	if (origin->body != NULL)
		event.action = (uint32_t)origin->body->action_case;
	if (item->who.cls == DD_PRINCIPAL_TASK) { /* nobody waits for it: it must be found later */
		event.said.data = (uint8_t *)task_queue_body(&engine->queue, item);
		event.said.len = item->body_len;
		dd_log(DD_LOG_WARN, "task.daily_refused", dd_f_uint("action", event.action),
		       dd_f_uint("code", (uint64_t)outcome->refusal));
	}
	if (import != NULL) {
		counts = task_batch_import_counts(import);
		event.counts = &counts;
	}
	sequence = task_batch_emit(engine, origin, &record);
	if (sequence == 0) { /* only an actor with absurd texts can do that: leave the actor out */
		struct task_origin bare = *origin;

		bare.body = NULL;
		sequence = task_batch_emit(engine, &bare, &record);
	}
	entry = task_batch_pending(engine->open, &item->ticket, sequence, sequence, origin->digest);
	entry->refusal = outcome->refusal;
	entry->argument_count = outcome->argument_count;
	entry->arguments = dd_memdup(outcome->arguments, sizeof(outcome->arguments));
	entry->import = import;
	engine->stats.refused++;
}

void task_decide_refuse(struct task_engine *engine, const struct task_queued *item,
			const struct task_origin *origin, const struct task_outcome *outcome)
{
	task_decide_refuse_import(engine, item, origin, outcome, NULL);
}
