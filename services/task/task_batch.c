/* task_batch.c - who waits for a batch, and what he is told. */
#include "services/task/task_batch.h"

#include <stdlib.h>
#include <string.h>

#define REPLY_ROWS_MAX 2000u

int64_t task_batch_newest_us(const struct task_engine *engine)
{
	return engine->flying != NULL ? engine->flying->record_us : engine->last_record_us;
}

void task_batch_reply(struct task_engine *engine, const struct task_ticket *ticket,
		      const Dondoc__V1__SubmitReply *reply)
{
	engine->options.reply(engine->options.arg, ticket, reply);
}

void task_batch_busy(struct task_engine *engine, const struct task_ticket *ticket,
		     uint32_t retry_ms)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;

	reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_BUSY;
	reply.retry_after_ms = retry_ms;
	engine->stats.busy++;
	task_batch_reply(engine, ticket, &reply);
}

Dondoc__V1__ImportCounts task_batch_import_counts(const struct task_import_result *import)
{
	Dondoc__V1__ImportCounts counts = DONDOC__V1__IMPORT_COUNTS__INIT;

	counts.added = import->added;
	counts.changed = import->changed;
	counts.unchanged = import->unchanged;
	return counts;
}

void task_batch_import_reply(const struct task_import_result *import,
			     Dondoc__V1__SubmitReply *reply, Dondoc__V1__ImportCounts *counts)
{
	*counts = task_batch_import_counts(import);
	reply->counts = counts;
	reply->rows = import->rows;
	reply->n_rows = import->row_count < REPLY_ROWS_MAX ? import->row_count : REPLY_ROWS_MAX;
	reply->rows_cut = import->rows_cut || import->row_count > REPLY_ROWS_MAX;
}

struct task_pending *task_batch_pending(struct task_batch *batch, const struct task_ticket *ticket,
					uint64_t first, uint64_t last, const uint8_t *digest)
{
	struct task_pending *entry;

	if (batch->pending_count == batch->pending_cap) {
		batch->pending_cap = batch->pending_cap == 0 ? 256 : batch->pending_cap * 2;
		batch->pending =
			dd_realloc(batch->pending, batch->pending_cap * sizeof(*batch->pending));
	}
	entry = &batch->pending[batch->pending_count++];
	memset(entry, 0, sizeof(*entry));
	entry->ticket = *ticket;
	entry->first = first;
	entry->last = last;
	if (digest != NULL)
		memcpy(entry->digest, digest, DD_HASH_LEN);
	return entry;
}

void task_batch_clear(struct task_batch *batch)
{
	for (size_t i = 0; i < batch->pending_count; i++) {
		free(batch->pending[i].arguments);
		if (batch->pending[i].import != NULL)
			task_import_free(batch->pending[i].import);
		free(batch->pending[i].import);
	}
	batch->pending_count = 0;
	batch->begun = false;
	batch->releasing = false;
}

void task_batch_answer(struct task_engine *engine, const struct task_batch *batch,
		       const struct task_pending *entry)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Receipt receipt = DONDOC__V1__RECEIPT__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	Dondoc__V1__ImportCounts counts;
	char *arguments[3];

	if (entry->conflict) {
		reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_CONFLICT;
		task_batch_reply(engine, &entry->ticket, &reply);
		return;
	}
	reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	reply.receipt = &receipt;
	receipt.incarnation = engine->head.incarnation;
	receipt.sequence = entry->last;
	reply.held = entry->held;
	receipt.chain.len = DD_HASH_LEN;
	receipt.chain.data = batch->chains.data + (entry->last - batch->base) * DD_HASH_LEN;
	if (entry->import != NULL && !entry->import->plain)
		task_batch_import_reply(entry->import, &reply, &counts);
	if (entry->refusal != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE) {
		reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_REFUSED;
		reply.refusal = &refusal;
		refusal.code = entry->refusal;
		if (entry->import != NULL)
			refusal.text = entry->import->text;
		refusal.n_arguments = (size_t)entry->argument_count;
		refusal.arguments = arguments;
		for (int i = 0; i < entry->argument_count; i++)
			arguments[i] = entry->arguments[i];
	}
	task_batch_reply(engine, &entry->ticket, &reply);
}
