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
	dd_buf_fini(&records->frame);
	dd_buf_fini(&records->sequences);
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

static void add_sequence(struct task_records *records, uint64_t sequence)
{
	dd_buf_add(&records->sequences, &sequence, sizeof(sequence));
}

static uint64_t sequence_at(const struct task_records *records, size_t i)
{
	uint64_t sequence;

	memcpy(&sequence, records->sequences.data + i * sizeof(sequence), sizeof(sequence));
	return sequence;
}

static size_t sequence_count(const struct task_records *records)
{
	return records->sequences.len / sizeof(uint64_t);
}

static void turn_around(struct task_records *records)
{
	uint64_t *all = (uint64_t *)(void *)records->sequences.data;
	size_t count = sequence_count(records);

	for (size_t i = 0; i < count / 2; i++) {
		uint64_t other = all[count - 1 - i];

		all[count - 1 - i] = all[i];
		all[i] = other;
	}
}

/* All of a task: its records hang on each other, newest first. */
static int find_all(const struct task_records_source *source, uint64_t task, uint64_t version,
		    struct dd_error *err)
{
	struct task_records *records = source->records;
	Dondoc__V1__EventHeader *header;
	struct dd_record record;
	uint64_t sequence = version;
	int rc = DD_OK;

	while (rc == DD_OK && sequence != 0) {
		uint64_t before = 0;
		bool own;

		rc = dd_eventlog_get(source->log, sequence, &records->frame, &record, err);
		if (rc != DD_OK)
			break;
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
		own = header != NULL && header->subject == task;
		if (own)
			before = header->subject_previous;
		dondoc__v1__event_header__free_unpacked(header, NULL);
		if (!own || before >= sequence || sequence_count(records) == RECORDS_MOST)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "the history of task %" PRIu64
				       " is broken at record %" PRIu64,
				       task, sequence);
		add_sequence(records, sequence);
		sequence = before;
	}
	turn_around(records);
	return rc;
}

/* Only what speaks to the unit. */
static int find_named(const struct task_records_source *source, const char *unit, uint64_t task,
		      struct dd_error *err)
{
	struct view_visible visible = {0};
	int rc = view_visible_records(source->view, unit, &visible, err);

	for (size_t i = 0; rc == DD_OK && i < visible.record_count; i++)
		if (visible.records[i].task == task)
			add_sequence(source->records, visible.records[i].sequence);
	view_visible_free(&visible);
	return rc;
}

/* Fill records->sequences, or find that it holds them already. */
static int find_records(const struct task_records_source *source, const char *unit, uint64_t task,
			struct dd_error *err)
{
	struct task_records *records = source->records;
	uint32_t flags = view_visible_task(source->view, unit, task);
	struct view_task found = {.version = 0};
	int rc = DD_OK;

	(void)view_task(source->view, false, task, &found);
	if (flags != 0 && records->task == task && records->version == found.version &&
	    records->flags == flags && strcmp(records->unit, unit) == 0)
		return DD_OK;
	dd_buf_clear(&records->sequences);
	records->task = 0;
	rc = (flags & ALL_OF_IT) != 0 ? find_all(source, task, found.version, err)
				      : find_named(source, unit, task, err);
	if (rc != DD_OK)
		return rc;
	if (sequence_count(records) == 0)
		return dd_fail(err, DD_ERR_NOT_FOUND, "unit %s reads nothing of task %" PRIu64,
			       unit, task);
	records->task = task;
	records->version = found.version;
	records->flags = flags;
	memset(records->unit, 0, sizeof(records->unit));
	memcpy(records->unit, unit, strlen(unit));
	return DD_OK;
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
	struct dd_frame_info info; /* of the frame at hand */
	struct dd_buf out;
	struct dd_slice slice;
	bool open;
	size_t max_bytes;
};

static int load_frame(struct reading *reading, uint64_t sequence, struct dd_record *record,
		      struct dd_error *err)
{
	struct dd_buf *frame = &reading->source->records->frame;
	int rc = dd_eventlog_get(reading->source->log, sequence, frame, record, err);

	if (rc == DD_OK && dd_frame_info(frame->data, frame->len, &reading->info) != DD_OK)
		rc = dd_fail(err, DD_ERR_CORRUPT, "record %" PRIu64 " cannot be read", sequence);
	return rc;
}

static void close_slice(struct reading *reading, const uint8_t *hashes)
{
	if (reading->open)
		dd_slice_end(&reading->slice,
			     hashes + (reading->slice.next - reading->info.base) * DD_HASH_LEN);
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
		dd_slice_begin(&reading->slice, &reading->out, &reading->info, record->sequence,
			       hashes + (record->sequence - reading->info.base) * DD_HASH_LEN);
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
	uint64_t next = sequence_at(records, *i);
	int rc = load_frame(reading, next, &record, err);

	if (rc != DD_OK)
		return rc;
	hashes = chains_of(records, &reading->info);
	dd_frame_iter(&iter, records->frame.data, &reading->info);
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
		next = ++*i < sequence_count(records) ? sequence_at(records, *i) : 0;
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
	struct reading reading = {.source = source, .max_bytes = max_bytes_of(ask)};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Records records = DONDOC__V1__RECORDS__INIT;
	size_t count, i = 0;
	bool full = false;
	int rc = office_only(who, err);

	if (rc == DD_OK)
		rc = find_records(source, who->unit, ask->task, err);
	count = rc == DD_OK ? sequence_count(source->records) : 0;
	while (i < count && sequence_at(source->records, i) <= ask->after)
		i++;
	while (rc == DD_OK && i < count && !full)
		rc = add_run(&reading, &i, &full, err);
	if (rc == DD_OK) {
		records.frames =
			(ProtobufCBinaryData){.data = reading.out.data, .len = reading.out.len};
		records.more = i < count;
		records.version = sequence_at(source->records, count - 1);
		answer.view_sequence = view_stored(source->view);
		answer.what_case = DONDOC__V1__ANSWER__WHAT_RECORDS;
		answer.records = &records;
		pack(&answer, answer_out);
	}
	dd_buf_fini(&reading.out);
	return rc;
}
