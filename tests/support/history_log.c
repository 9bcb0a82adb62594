/* history_log.c - the commands of a log, read frame by frame; hashes are computed again on the way.
 */
#include "common/base/alloc.h"
#include "common/eventlog/chain.h"
#include "dondoc/v1/event.pb-c.h"
#include "tests/support/history.h"
#include <stdlib.h>
#include <string.h>

#define READ_BYTES (4u << 20)

struct reading {
	struct test_log *log;
	uint64_t after;
	uint8_t chain[DD_HASH_LEN];
};

static struct test_entry *entry_new(struct test_log *log)
{
	if (log->count == log->cap) {
		log->cap = log->cap == 0 ? 1024 : log->cap * 2;
		log->entries = dd_realloc(log->entries, log->cap * sizeof(*log->entries));
	}
	memset(&log->entries[log->count], 0, sizeof(*log->entries));
	return &log->entries[log->count++];
}

/* A later record of a command that has several: it belongs to the entry made last. */
static void extend(struct test_log *log, const struct test_entry *record)
{
	struct test_entry *last = log->count > 0 ? &log->entries[log->count - 1] : NULL;

	if (last == NULL || last->id.number != record->id.number ||
	    memcmp(last->id.stream, record->id.stream, DD_ID_LEN) != 0)
		return;
	last->last = record->last;
	memcpy(last->chain, record->chain, DD_HASH_LEN);
}

static void hash_report(const struct dd_record *record, uint8_t content[DD_HASH_LEN])
{
	Dondoc__V1__ProgressReported *event =
		dondoc__v1__progress_reported__unpack(NULL, record->body_len, record->body);

	if (event != NULL)
		dd_hash(event->note, strlen(event->note), content);
	dondoc__v1__progress_reported__free_unpacked(event, NULL);
}

static void take_record(struct test_log *log, const struct dd_frame_info *info,
			const struct dd_record *record, const uint8_t chain[DD_HASH_LEN])
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	const Dondoc__V1__Cause *cause = header != NULL ? header->cause : NULL;
	struct test_entry entry = {.first = record->sequence,
				   .last = record->sequence,
				   .incarnation = info->incarnation};

	if (cause == NULL || cause->stream.len != DD_ID_LEN) {
		dondoc__v1__event_header__free_unpacked(header, NULL);
		return;
	}
	memcpy(entry.id.stream, cause->stream.data, DD_ID_LEN);
	memcpy(entry.chain, chain, DD_HASH_LEN);
	entry.id.number = cause->number;
	if (cause->digest.len == DD_HASH_LEN)
		memcpy(entry.id.digest, cause->digest.data, DD_HASH_LEN);
	entry.refused = header->type == DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED;
	if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED)
		hash_report(record, entry.content);
	if (cause->index == 0)
		*entry_new(log) = entry;
	else
		extend(log, &entry);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static int take_frame(struct reading *reading, const uint8_t *frame,
		      const struct dd_frame_info *info, struct dd_error *err)
{
	uint8_t *leaves = dd_alloc((size_t)info->count * DD_HASH_LEN);
	uint8_t chain[DD_HASH_LEN];
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc;

	memcpy(chain, reading->chain, DD_HASH_LEN);
	rc = dd_frame_verify(frame, info, reading->chain, leaves, err);
	dd_frame_iter(&iter, frame, info);
	for (size_t i = 0; rc == 0 && dd_frame_next(&iter, &record); i++) {
		dd_chain_next(chain, leaves + i * DD_HASH_LEN, chain);
		if (record.sequence > reading->after)
			take_record(reading->log, info, &record, chain);
	}
	free(leaves);
	return rc;
}

/* All frames of one chunk; *at_out is the last sequence in it. */
static int take_chunk(struct reading *reading, const struct dd_buf *chunk, uint64_t *at_out,
		      struct dd_error *err)
{
	struct dd_frame_info info;
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < chunk->len; at += info.length) {
		rc = dd_frame_info(chunk->data + at, chunk->len - at, &info);
		if (rc != 0)
			return dd_fail(err, rc, "a frame behind sequence %llu cannot be read",
				       (unsigned long long)*at_out);
		rc = take_frame(reading, chunk->data + at, &info, err);
		*at_out = info.base + info.count - 1;
	}
	return rc;
}

int test_log_dump(struct dd_eventlog *eventlog, uint64_t after, struct test_log *log_out,
		  struct dd_error *err)
{
	struct reading reading = {.log = log_out, .after = after};
	struct dd_buf chunk = {0};
	uint64_t at = 0;
	int rc = 0;

	memset(log_out, 0, sizeof(*log_out));
	log_out->head = dd_eventlog_head(eventlog);
	dd_chain_first(log_out->head.log_id, reading.chain);
	while (rc == 0 && at < log_out->head.sequence) {
		dd_buf_clear(&chunk);
		rc = dd_eventlog_read(eventlog, at, READ_BYTES, &chunk, err);
		if (rc == 0 && chunk.len == 0)
			rc = dd_fail(err, DD_ERR_CORRUPT, "nothing behind sequence %llu",
				     (unsigned long long)at);
		if (rc == 0)
			rc = take_chunk(&reading, &chunk, &at, err);
	}
	dd_buf_fini(&chunk);
	if (rc == 0 && memcmp(reading.chain, log_out->head.chain, DD_HASH_LEN) != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT, "the head's chain hash is another one");
	if (rc != 0)
		test_log_fini(log_out);
	return rc;
}

int test_log_read(const char *dir, uint64_t after, struct test_log *log_out, struct dd_error *err)
{
	const struct dd_eventlog_options options = {.dir = dir, .read_only = true};
	struct dd_eventlog *eventlog = NULL;
	int rc;

	memset(log_out, 0, sizeof(*log_out));
	rc = dd_eventlog_open(&options, &eventlog, err);
	if (rc == 0)
		rc = test_log_dump(eventlog, after, log_out, err);
	dd_eventlog_close(eventlog);
	return rc;
}

void test_log_fini(struct test_log *log)
{
	free(log->entries);
	memset(log, 0, sizeof(*log));
}
