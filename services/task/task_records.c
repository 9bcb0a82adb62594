/* task_records.c - see task_records.h. */
#include "services/task/task_records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/frame_slice.h"
#include "common/view/view_evidence.h"
#include "common/view/view_visible.h"

#define BYTES_DEFAULT ((size_t)64 << 10)
#define BYTES_MOST    ((size_t)256 << 10)
#define RECORDS_MOST  100000u /* of one task */
#define ALL_OF_IT                                                                                  \
	((uint32_t)DONDOC__V1__READABLE_FLAG__READABLE_LEAD |                                      \
	 (uint32_t)DONDOC__V1__READABLE_FLAG__READABLE_COORDINATING)

void task_records_fini(struct task_records *records)
{
	for (size_t i = 0; i < TASK_CHAINS_KEPT; i++)
		dd_buf_fini(&records->chains[i].hashes);
	for (size_t i = 0; i < TASK_LISTS_KEPT; i++)
		dd_buf_fini(&records->lists[i].sequences);
	dd_buf_fini(&records->named.sequences);
	dd_buf_fini(&records->frame);
}

static int office_only(const struct dd_principal *who, struct dd_error *err)
{
	if (who->cls == DD_PRINCIPAL_OFFICE && who->unit[0] != '\0')
		return DD_OK;
	return dd_fail(err, DD_ERR_REFUSED,
		       "this is answered to a unit's office; others see all of the log");
}

static void pack(const Dondoc__V1__Answer *answer, struct dd_buf *out)
{
	size_t len = dondoc__v1__answer__get_packed_size(answer);

	dd_buf_clear(out);
	out->len += dondoc__v1__answer__pack(answer, dd_buf_reserve(out, len));
}

/* --- which tasks ------------------------------------------------------------------------------ */

static void pack_rows(const struct view_visible *visible, const Dondoc__V1__ListReadable *ask,
		      Dondoc__V1__Answer *answer, struct dd_buf *out)
{
	Dondoc__V1__Readable *readable = answer->readable;
	size_t limit = ask->limit != 0 ? ask->limit : visible->row_count;
	Dondoc__V1__ReadableRow *rows = dd_alloc((visible->row_count + 1) * sizeof(*rows));
	Dondoc__V1__ReadableRow **list = dd_alloc((visible->row_count + 1) * sizeof(*list));

	for (size_t i = 0; i < visible->row_count; i++) {
		Dondoc__V1__ReadableRow *row = &rows[readable->n_rows];

		if (visible->rows[i].task <= ask->after)
			continue;
		if (readable->n_rows == limit) {
			readable->more = true;
			break;
		}
		dondoc__v1__readable_row__init(row);
		row->task = visible->rows[i].task;
		row->version = visible->rows[i].version;
		row->flags = visible->rows[i].flags;
		list[readable->n_rows++] = row;
	}
	readable->rows = list;
	pack(answer, out);
	free(list);
	free(rows);
}

int task_records_list(const struct task_records_source *source, const struct dd_principal *who,
		      const Dondoc__V1__ListReadable *ask, struct dd_buf *answer_out,
		      struct dd_error *err)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Readable readable = DONDOC__V1__READABLE__INIT;
	struct view_visible visible = {0};
	uint8_t digest[DD_HASH_LEN];
	int rc = office_only(who, err);

	if (rc == DD_OK)
		rc = view_visible_rows(source->view, who->unit, &visible, err);
	if (rc != DD_OK) {
		view_visible_free(&visible);
		return rc;
	}
	view_visible_digest(visible.rows, visible.row_count, digest);
	readable.same = ask->digest.len == sizeof(digest) &&
			memcmp(ask->digest.data, digest, sizeof(digest)) == 0;
	readable.digest = (ProtobufCBinaryData){.data = digest, .len = sizeof(digest)};
	answer.view_sequence = view_stored(source->view);
	answer.what_case = DONDOC__V1__ANSWER__WHAT_READABLE;
	answer.readable = &readable;
	if (readable.same)
		pack(&answer, answer_out);
	else
		pack_rows(&visible, ask, &answer, answer_out);
	view_visible_free(&visible);
	return DD_OK;
}

/* --- which records ---------------------------------------------------------------------------- */

static void add_sequence(struct task_list *list, uint64_t sequence)
{
	dd_buf_add(&list->sequences, &sequence, sizeof(sequence));
}

static uint64_t sequence_at(const struct task_list *list, size_t i)
{
	uint64_t sequence;

	memcpy(&sequence, list->sequences.data + i * sizeof(sequence), sizeof(sequence));
	return sequence;
}

static size_t sequence_count(const struct task_list *list)
{
	return list->sequences.len / sizeof(uint64_t);
}

static void turn_around(struct task_list *list)
{
	uint64_t *all = (uint64_t *)(void *)list->sequences.data;
	size_t count = sequence_count(list);

	for (size_t i = 0; i < count / 2; i++) {
		uint64_t other = all[count - 1 - i];

		all[count - 1 - i] = all[i];
		all[i] = other;
	}
}

/* The record, and its frame at hand: within one question nobody changes it. */
static int load_record(const struct task_records_source *source, uint64_t sequence,
		       struct dd_record *record, struct dd_error *err)
{
	struct task_records *records = source->records;
	struct dd_frame_info *info = &records->info;
	struct dd_frame_iter iter;
	int rc;

	if (info->count > 0 && sequence >= info->base && sequence - info->base < info->count) {
		dd_frame_iter(&iter, records->frame.data, info);
		while (dd_frame_next(&iter, record) && record->sequence < sequence)
			;
		return DD_OK;
	}
	info->count = 0;
	rc = dd_eventlog_get(source->log, sequence, &records->frame, record, err);
	if (rc == DD_OK && dd_frame_info(records->frame.data, records->frame.len, info) != DD_OK)
		rc = dd_fail(err, DD_ERR_CORRUPT, "record %" PRIu64 " cannot be read", sequence);
	return rc;
}

/* *before_out is the record before about the same task. */
static int step_back(const struct task_records_source *source, uint64_t task, uint64_t sequence,
		     uint64_t *before_out, struct dd_error *err)
{
	Dondoc__V1__EventHeader *header;
	struct dd_record record;
	bool own;
	int rc = load_record(source, sequence, &record, err);

	if (rc != DD_OK)
		return rc;
	header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	own = header != NULL && header->subject == task;
	*before_out = own ? header->subject_previous : 0;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	if (!own || *before_out >= sequence)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the history of task %" PRIu64 " is broken at record %" PRIu64, task,
			       sequence);
	return DD_OK;
}

/* All of a task: its records hang on each other, newest first. */
static int find_all(const struct task_records_source *source, uint64_t task, uint64_t version,
		    struct task_list *list, struct dd_error *err)
{
	uint64_t sequence = version;
	int rc = DD_OK;

	dd_buf_clear(&list->sequences);
	while (rc == DD_OK && sequence != 0) {
		if (sequence_count(list) == RECORDS_MOST)
			return dd_fail(err, DD_ERR_UNSUPPORTED,
				       "task %" PRIu64 " has more than %u records: so many are not "
				       "handed to an office; they are read at the centre",
				       task, RECORDS_MOST);
		add_sequence(list, sequence);
		rc = step_back(source, task, sequence, &sequence, err);
	}
	turn_around(list);
	return rc;
}

/* Only what speaks to the unit. */
static int find_named(const struct task_records_source *source, const char *unit, uint64_t task,
		      struct dd_error *err)
{
	struct task_list *list = &source->records->named;
	struct view_visible visible = {0};
	int rc = view_visible_records(source->view, unit, &visible, err);

	dd_buf_clear(&list->sequences);
	for (size_t i = 0; rc == DD_OK && i < visible.record_count; i++)
		if (visible.records[i].task == task)
			add_sequence(list, visible.records[i].sequence);
	view_visible_free(&visible);
	return rc;
}

static void forget(struct task_list *list)
{
	dd_buf_fini(&list->sequences);
	*list = (struct task_list){.task = 0};
}

/* What has not been asked for longest goes, but for `list`. */
static void make_room(struct task_records *records, const struct task_list *list)
{
	for (;;) {
		struct task_list *oldest = NULL;
		size_t bytes = 0;

		for (size_t i = 0; i < TASK_LISTS_KEPT; i++) {
			struct task_list *other = &records->lists[i];

			bytes += other->sequences.cap;
			if (other != list && other->task != 0 &&
			    (oldest == NULL || other->used < oldest->used))
				oldest = other;
		}
		if (oldest == NULL || bytes <= TASK_LISTS_BYTES)
			return;
		forget(oldest);
	}
}

/* All of a task, known or found. */
static int list_of(const struct task_records_source *source, uint64_t task, uint64_t version,
		   const struct task_list **list_out, struct dd_error *err)
{
	struct task_records *records = source->records;
	struct task_list *list = &records->lists[0];
	int rc;

	for (size_t i = 0; i < TASK_LISTS_KEPT; i++) {
		if (records->lists[i].task == task) { /* as it is, or older */
			list = &records->lists[i];
			break;
		}
		if (records->lists[i].used < list->used)
			list = &records->lists[i];
	}
	*list_out = list;
	if (list->task != task || list->version != version) {
		list->task = 0;
		rc = find_all(source, task, version, list, err);
		if (rc != DD_OK)
			return rc;
		list->task = task;
		list->version = version;
		make_room(records, list);
	}
	list->used = ++records->uses;
	return DD_OK;
}

static int find_records(const struct task_records_source *source, const char *unit, uint64_t task,
			const struct task_list **list_out, struct dd_error *err)
{
	uint32_t flags = view_visible_task(source->view, unit, task);
	struct view_task found = {.version = 0};
	int rc;

	source->records->info.count = 0; /* words may have been destroyed since */
	(void)view_task(source->view, false, task, &found);
	*list_out = &source->records->named;
	if ((flags & ALL_OF_IT) != 0)
		return list_of(source, task, found.version, list_out, err);
	rc = find_named(source, unit, task, err);
	if (rc == DD_OK && sequence_count(*list_out) == 0)
		rc = dd_fail(err, DD_ERR_NOT_FOUND, "unit %s reads nothing of task %" PRIu64, unit,
			     task);
	return rc;
}

/* --- their hashes ----------------------------------------------------------------------------- */

static void compute(struct task_chains *chains, const struct dd_buf *frame,
		    const struct dd_frame_info *info)
{
	uint8_t chain[DD_HASH_LEN], leaf[DD_HASH_LEN];
	struct dd_frame_iter iter;
	struct dd_record record;

	memcpy(chain, info->chain_before, DD_HASH_LEN);
	dd_buf_clear(&chains->hashes);
	dd_buf_add(&chains->hashes, chain, DD_HASH_LEN);
	dd_frame_iter(&iter, frame->data, info);
	while (dd_frame_next(&iter, &record)) {
		dd_record_leaf(info->log_id, &record, leaf);
		dd_chain_next(chain, leaf, chain);
		dd_buf_add(&chains->hashes, chain, DD_HASH_LEN);
	}
	chains->base = info->base;
}

/* The hashes of the frame at hand. */
static const uint8_t *chains_of(struct task_records *records, const struct dd_frame_info *info)
{
	struct task_chains *oldest = &records->chains[0];

	records->uses++;
	for (size_t i = 0; i < TASK_CHAINS_KEPT; i++) {
		struct task_chains *chains = &records->chains[i];

		if (chains->base == info->base) {
			chains->used = records->uses;
			return chains->hashes.data;
		}
		if (chains->used < oldest->used)
			oldest = chains;
	}
	compute(oldest, &records->frame, info);
	oldest->used = records->uses;
	return oldest->hashes.data;
}

/* --- slices ----------------------------------------------------------------------------------- */

struct reading {
	const struct task_records_source *source;
	const struct task_list *list;
	const struct dd_frame_info *info; /* of the frame at hand */
	struct dd_buf out;
	struct dd_slice slice;
	bool open;
	size_t max_bytes;
};

static void close_slice(struct reading *reading, const uint8_t *hashes)
{
	if (reading->open)
		dd_slice_end(&reading->slice,
			     hashes + (reading->slice.next - reading->info->base) * DD_HASH_LEN);
	reading->open = false;
}

/* What two persons have agreed to destroy is as good as gone, while the log is still to be
 * rewritten: it goes out as it will stand there then, but for what stays of it. */
static void blank(struct dd_record *record, uint8_t hash[DD_HASH_LEN])
{
	static const uint8_t no_salt[DD_SALT_LEN];

	dd_chain_body(record->salt, record->body, record->body_len, hash);
	record->kind = DD_RECORD_REDACTED;
	record->body = hash;
	record->body_len = DD_HASH_LEN;
	record->salt = no_salt;
}

static void add_record(struct reading *reading, const struct dd_record *record,
		       const uint8_t *hashes)
{
	struct dd_record shown = *record;
	uint8_t hash[DD_HASH_LEN];

	if (record->kind == DD_RECORD_FULL &&
	    view_destroyed_by(reading->source->view, false, record->sequence) != 0)
		blank(&shown, hash);
	if (!reading->open)
		dd_slice_begin(&reading->slice, &reading->out, reading->info, record->sequence,
			       hashes + (record->sequence - reading->info->base) * DD_HASH_LEN);
	reading->open = true;
	dd_slice_add(&reading->slice, &shown);
}

/* Records from the `i`th on that stand side by side in one frame; *i moves behind them. */
static int add_run(struct reading *reading, size_t *i, bool *full_out, struct dd_error *err)
{
	struct task_records *records = reading->source->records;
	struct dd_frame_iter iter;
	struct dd_record record;
	const uint8_t *hashes;
	uint64_t next = sequence_at(reading->list, *i);
	int rc = load_record(reading->source, next, &record, err);

	if (rc != DD_OK)
		return rc;
	hashes = chains_of(records, reading->info);
	dd_frame_iter(&iter, records->frame.data, reading->info);
	while (!*full_out && next != 0 && dd_frame_next(&iter, &record)) {
		if (record.sequence < next && !reading->open)
			continue;
		if (record.sequence != next)
			break;
		*full_out = reading->out.len > 0 &&
			    reading->out.len + DD_FRAME_HEADER +
					    dd_record_size(record.header_len, record.body_len) >
				    reading->max_bytes;
		if (*full_out)
			break;
		add_record(reading, &record, hashes);
		next = ++*i < sequence_count(reading->list) ? sequence_at(reading->list, *i) : 0;
	}
	close_slice(reading, hashes);
	return DD_OK;
}

static size_t max_bytes_of(const Dondoc__V1__ReadRecords *ask)
{
	if (ask->max_bytes == 0)
		return BYTES_DEFAULT;
	return ask->max_bytes < BYTES_MOST ? ask->max_bytes : BYTES_MOST;
}

int task_records_read(const struct task_records_source *source, const struct dd_principal *who,
		      const Dondoc__V1__ReadRecords *ask, struct dd_buf *answer_out,
		      struct dd_error *err)
{
	struct reading reading = {
		.source = source, .info = &source->records->info, .max_bytes = max_bytes_of(ask)};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Records records = DONDOC__V1__RECORDS__INIT;
	size_t count, i = 0;
	bool full = false;
	int rc = office_only(who, err);

	if (rc == DD_OK)
		rc = find_records(source, who->unit, ask->task, &reading.list, err);
	count = rc == DD_OK ? sequence_count(reading.list) : 0;
	while (i < count && sequence_at(reading.list, i) <= ask->after)
		i++;
	while (rc == DD_OK && i < count && !full)
		rc = add_run(&reading, &i, &full, err);
	if (rc == DD_OK) {
		records.frames =
			(ProtobufCBinaryData){.data = reading.out.data, .len = reading.out.len};
		records.more = i < count;
		records.version = sequence_at(reading.list, count - 1);
		answer.view_sequence = view_stored(source->view);
		answer.what_case = DONDOC__V1__ANSWER__WHAT_RECORDS;
		answer.records = &records;
		pack(&answer, answer_out);
	}
	dd_buf_fini(&reading.out);
	return rc;
}
