/* task_destroy_run.c - an order of destruction that two persons have agreed on is carried out: the
 * mark that the view is to be built anew, the file, the bodies in the log, of which the log keeps
 * what the order says stays. */
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/view/view_evidence.h"
#include "services/task/task_daily_files.h"

static int by_sequence(const void *a, const void *b)
{
	const struct dd_redact *left = a, *right = b;

	return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

/* Ascending and each once. */
static size_t sort_events(struct dd_redact *events, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(events, count, sizeof(*events), by_sequence);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || events[kept - 1].sequence != events[i].sequence)
			events[kept++] = events[i];
	return kept;
}

static void keep_rest(struct task_rests *rests, const Dondoc__V1__DestroyedRest *rest)
{
	const struct dd_redact key = {.sequence = rest->event};
	struct dd_redact *found =
		bsearch(&key, rests->events, rests->count, sizeof(key), by_sequence);
	uint8_t *copy;

	if (rest->what_case != DONDOC__V1__DESTROYED_REST__WHAT_BODY || found == NULL ||
	    found->rest != NULL)
		return;
	copy = dd_alloc(rest->body.len + 1); /* not NULL where nothing but an empty message stays */
	if (rest->body.len > 0)
		memcpy(copy, rest->body.data, rest->body.len);
	found->rest = copy;
	found->rest_len = (uint32_t)rest->body.len;
	rests->bytes[rests->byte_count++] = copy;
}

/* False: the record is none of those. */
static bool take_rest(struct task_rests *rests, const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	Dondoc__V1__DestructionRest *said = NULL;
	bool ours;

	if (header != NULL && header->type == DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_REST)
		said = dondoc__v1__destruction_rest__unpack(NULL, record->body_len, record->body);
	ours = said != NULL && said->order == rests->order && said->rest != NULL;
	if (ours)
		keep_rest(rests, said->rest);
	dondoc__v1__destruction_rest__free_unpacked(said, NULL);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return ours;
}

/* They stand behind the confirmation, in the same frame. */
static int find_rests(const struct task_daily *daily, struct task_rests *rests,
		      struct dd_error *err)
{
	uint64_t head = dd_eventlog_head(daily->log).sequence;
	struct view_destroy state = {.decided = 0};
	struct dd_buf frame = {0};
	struct dd_record record;
	int r = view_destroy(daily->view, true, rests->order, &state, NULL);

	if (r != DD_OK)
		return dd_fail(err, DD_ERR_INVALID, "the order is not in the view");
	for (uint64_t at = state.decided + 1; r == DD_OK && at <= head; at++) {
		r = dd_eventlog_get(daily->log, at, &frame, &record, err);
		if (r != DD_OK || !take_rest(rests, &record))
			break;
	}
	dd_buf_fini(&frame);
	return r;
}

int task_rests_find(const struct task_daily *daily, const struct view_ready *ready,
		    struct task_rests *out, struct dd_error *err)
{
	const Dondoc__V1__OrderDestruction *said = ready->said;
	size_t room = said->n_events + 1;

	*out = (struct task_rests){.order = ready->order, .count = said->n_events};
	out->events = dd_alloc(room * sizeof(*out->events));
	out->bytes = dd_alloc(room * sizeof(*out->bytes));
	for (size_t i = 0; i < out->count; i++)
		out->events[i] = (struct dd_redact){.sequence = said->events[i]};
	out->count = sort_events(out->events, out->count);
	return find_rests(daily, out, err);
}

void task_rests_free(struct task_rests *rests)
{
	for (size_t i = 0; i < rests->byte_count; i++)
		free(rests->bytes[i]);
	free(rests->bytes);
	free(rests->events);
}

int task_destroy(struct task_daily *daily, const struct view_ready *ready, uint32_t *generation_out,
		 struct dd_error *err)
{
	const Dondoc__V1__OrderDestruction *said = ready->said;
	struct task_rests rests;
	int r = view_outdate(daily->view, err);

	*generation_out = 0;
	if (r != DD_OK)
		return r;
	r = task_rests_find(daily, ready, &rests, err);
	if (r == DD_OK && said->file.len == DD_HASH_LEN)
		r = dd_files_remove(daily->files, said->file.data, err);
	if (r == DD_OK && rests.count > 0)
		r = dd_eventlog_redact(daily->log, rests.events, rests.count, generation_out, err);
	task_rests_free(&rests);
	return r;
}
