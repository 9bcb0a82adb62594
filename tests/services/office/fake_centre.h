/* fake_centre.h - the centre as an office sees it: streams, numbers, answers; in memory, and able
 * to be busy, to deny, to lose its newest part. Only for tests; each includes its own copy. */
#ifndef TESTS_OFFICE_FAKE_CENTRE_H
#define TESTS_OFFICE_FAKE_CENTRE_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/id.h"
#include "dondoc/v1/envelope.pb-c.h"
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not every test uses all of them. */
#define TEST_HELPER __attribute__((unused)) static

/* protobuf-c has no const texts; it does not write to these. */
TEST_HELPER char *test_text(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {.in = text};

	return both.out;
}

struct centre_entry {
	uint8_t stream[DD_ID_LEN];
	uint64_t number;
	uint8_t *body; /* owned */
	size_t body_len;
	uint8_t digest[DD_HASH_LEN];
	uint8_t chain[DD_HASH_LEN];
	uint32_t incarnation;
	bool refused;
	bool held; /* waits for the head of the unit */
};

struct centre {
	struct centre_entry *log; /* owned; the place in it is the sequence - 1 */
	size_t count;
	size_t cap;
	uint32_t incarnation;
	bool denies;
	bool busy;
	unsigned long requests;
};

TEST_HELPER void centre_init(struct centre *centre)
{
	memset(centre, 0, sizeof(*centre));
	centre->incarnation = 1;
}

/* A restored centre: only the first `keep` entries are left, under a new incarnation. */
TEST_HELPER void centre_restore(struct centre *centre, size_t keep)
{
	while (centre->count > keep)
		free(centre->log[--centre->count].body);
	centre->incarnation++;
}

TEST_HELPER void centre_fini(struct centre *centre)
{
	centre_restore(centre, 0);
	free(centre->log);
}

TEST_HELPER struct centre_entry *centre_find(struct centre *centre, const uint8_t *stream,
					     uint64_t number)
{
	for (size_t i = 0; i < centre->count; i++)
		if (centre->log[i].number == number &&
		    memcmp(centre->log[i].stream, stream, DD_ID_LEN) == 0)
			return &centre->log[i];
	return NULL;
}

TEST_HELPER struct centre_entry *centre_last(struct centre *centre, const uint8_t *stream)
{
	for (size_t i = centre->count; i > 0; i--)
		if (memcmp(centre->log[i - 1].stream, stream, DD_ID_LEN) == 0)
			return &centre->log[i - 1];
	return NULL;
}

TEST_HELPER bool centre_contains(const uint8_t *body, size_t len, const char *text)
{
	return body != NULL && memmem(body, len, text, strlen(text)) != NULL;
}

TEST_HELPER struct centre_entry *centre_append(struct centre *centre,
					       const Dondoc__V1__Submit *submit)
{
	struct dd_hasher hasher;
	struct centre_entry *entry;

	if (centre->count == centre->cap) {
		centre->cap = centre->cap == 0 ? 64 : centre->cap * 2;
		centre->log = dd_realloc(centre->log, centre->cap * sizeof(*centre->log));
	}
	entry = &centre->log[centre->count];
	memset(entry, 0, sizeof(*entry));
	memcpy(entry->stream, submit->stream.data, DD_ID_LEN);
	entry->number = submit->number;
	entry->body = submit->body.len > 0 ? dd_memdup(submit->body.data, submit->body.len) : NULL;
	entry->body_len = submit->body.len;
	entry->incarnation = centre->incarnation;
	entry->refused = centre_contains(entry->body, entry->body_len, "poison");
	entry->held = centre_contains(entry->body, entry->body_len, "for the head");
	dd_hash(submit->body.data, submit->body.len, entry->digest);
	dd_hasher_init(&hasher, "test chain");
	if (centre->count > 0)
		dd_hasher_add(&hasher, entry[-1].chain, DD_HASH_LEN);
	dd_hasher_add(&hasher, entry->digest, DD_HASH_LEN);
	dd_hasher_add(&hasher, &entry->incarnation, sizeof(entry->incarnation));
	dd_hasher_end(&hasher, entry->chain);
	centre->count++;
	return entry;
}

TEST_HELPER void centre_receipt(const struct centre *centre, struct centre_entry *entry,
				Dondoc__V1__Receipt *receipt)
{
	dondoc__v1__receipt__init(receipt);
	receipt->incarnation = entry->incarnation;
	receipt->sequence = (uint64_t)(entry - centre->log) + 1;
	receipt->chain.data = entry->chain;
	receipt->chain.len = DD_HASH_LEN;
}

TEST_HELPER void centre_submit(struct centre *centre, const Dondoc__V1__Submit *submit,
			       Dondoc__V1__SubmitReply *reply, Dondoc__V1__Receipt *receipt)
{
	struct centre_entry *entry, *last;
	uint8_t digest[DD_HASH_LEN];

	assert(submit->stream.len == DD_ID_LEN);
	if (centre->denies || centre->busy) {
		reply->outcome = centre->denies ? DONDOC__V1__OUTCOME__OUTCOME_DENIED
						: DONDOC__V1__OUTCOME__OUTCOME_BUSY;
		return;
	}
	entry = centre_find(centre, submit->stream.data, submit->number);
	last = centre_last(centre, submit->stream.data);
	dd_hash(submit->body.data, submit->body.len, digest);
	if (entry != NULL && memcmp(entry->digest, digest, DD_HASH_LEN) != 0) {
		reply->outcome = DONDOC__V1__OUTCOME__OUTCOME_CONFLICT;
		return;
	}
	if (entry == NULL && submit->number != (last != NULL ? last->number : 0) + 1) {
		reply->outcome = DONDOC__V1__OUTCOME__OUTCOME_GAP;
		reply->expected = (last != NULL ? last->number : 0) + 1;
		return;
	}
	if (entry == NULL)
		entry = centre_append(centre, submit);
	reply->outcome = entry->refused ? DONDOC__V1__OUTCOME__OUTCOME_REFUSED
					: DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	reply->held = entry->held;
	centre_receipt(centre, entry, receipt);
	reply->receipt = receipt;
}

TEST_HELPER void centre_show(struct centre *centre, const uint8_t *stream,
			     Dondoc__V1__StreamState *state, Dondoc__V1__Receipt *receipt)
{
	struct centre_entry *last = centre_last(centre, stream);

	if (last == NULL)
		return;
	state->known = true;
	state->last_number = last->number;
	state->last_digest.data = last->digest;
	state->last_digest.len = DD_HASH_LEN;
	centre_receipt(centre, last, receipt);
	state->last_receipt = receipt;
}

/* One packed Request; the packed Reply is the whole content of `out` afterwards. */
TEST_HELPER void centre_handle(struct centre *centre, const uint8_t *data, size_t len,
			       struct dd_buf *out)
{
	Dondoc__V1__Request *request = dondoc__v1__request__unpack(NULL, len, data);
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__SubmitReply submit = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__StreamState state = DONDOC__V1__STREAM_STATE__INIT;
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
	Dondoc__V1__Receipt receipt;

	assert(request != NULL);
	centre->requests++;
	reply.id = request->id;
	if (request->body_case == DONDOC__V1__REQUEST__BODY_SUBMIT) {
		centre_submit(centre, request->submit, &submit, &receipt);
		reply.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
		reply.submit = &submit;
	} else if (request->body_case == DONDOC__V1__REQUEST__BODY_QUERY &&
		   request->query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_STREAM &&
		   !centre->busy) {
		centre_show(centre, request->query->show_stream->stream.data, &state, &receipt);
		answer.what_case = DONDOC__V1__ANSWER__WHAT_STREAM;
		answer.stream = &state;
		reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
		reply.answer = &answer;
	} else {
		error.code = DONDOC__V1__ERROR_CODE__ERROR_BUSY;
		error.text = test_text("busy");
		reply.body_case = DONDOC__V1__REPLY__BODY_ERROR;
		reply.error = &error;
	}
	dd_buf_clear(out);
	len = dondoc__v1__reply__get_packed_size(&reply);
	(void)dondoc__v1__reply__pack(&reply, dd_buf_reserve(out, len));
	out->len = len;
	dondoc__v1__request__free_unpacked(request, NULL);
}

/* A packed CommandBody of a person of `unit`. Caller frees. */
TEST_HELPER uint8_t *centre_body(const char *unit, const char *note, size_t *len_out)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	uint8_t *out;

	actor.unit = test_text(unit);
	report.task = 7;
	report.note = test_text(note);
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	*len_out = dondoc__v1__command_body__get_packed_size(&body);
	out = dd_alloc(*len_out);
	(void)dondoc__v1__command_body__pack(&body, out);
	return out;
}

/* How often the body with this note stands in the log; *place_out is the last place. */
TEST_HELPER int centre_count(const struct centre *centre, const char *note, size_t *place_out)
{
	int count = 0;

	for (size_t i = 0; i < centre->count; i++) {
		if (!centre_contains(centre->log[i].body, centre->log[i].body_len, note))
			continue;
		*place_out = i;
		count++;
	}
	return count;
}

#endif
