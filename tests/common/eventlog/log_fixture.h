/* log_fixture.h - logs with known content, for the tests of this folder and of tests/crash. */
#ifndef TESTS_EVENTLOG_LOG_FIXTURE_H
#define TESTS_EVENTLOG_LOG_FIXTURE_H

#include "common/eventlog/eventlog.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FX_START_US INT64_C(1790000000000000)

struct fx_result {
	int err; /* 1 = not called yet */
	uint8_t chain[DD_HASH_LEN];
	struct dd_error why;
};

static inline void fx_done(void *arg, int err, const uint8_t *chains, const struct dd_error *why)
{
	struct fx_result *result = arg;

	result->err = err;
	result->why = *why;
	if (err == 0)
		memcpy(result->chain, chains, DD_HASH_LEN); /* of the first record */
}

/* Lengths and bytes follow from the sequence. A header is valid wire format: field 1 over and over,
 * then a cause with the index sequence % 3. */
static inline uint32_t fx_header_len(uint64_t sequence)
{
	return 4 + 2 * (uint32_t)(sequence % 40);
}

static inline uint32_t fx_body_len(uint64_t sequence)
{
	return (uint32_t)(sequence * 37 % 300);
}

static inline void fx_fill(uint64_t sequence, uint8_t *header, uint8_t *body)
{
	uint32_t len = fx_header_len(sequence);

	for (uint32_t i = 0; i + 4 < len; i += 2) {
		header[i] = 0x08;
		header[i + 1] = (uint8_t)(sequence + i) & 127;
	}
	memcpy(header + len - 4, (uint8_t[]){0x52, 2, 0x20, (uint8_t)(sequence % 3)}, 4);
	for (uint32_t i = 0; i < fx_body_len(sequence); i++)
		body[i] = (uint8_t)(sequence * 31 + i);
}

static inline void fx_build(struct dd_buf *frame, const struct dd_position *head, unsigned count)
{
	uint8_t *header, *body;

	dd_frame_begin(frame, head->log_id, head->incarnation, head->sequence + 1,
		       FX_START_US + (int64_t)(head->sequence + count) * 1000);
	for (unsigned i = 1; i <= count; i++) {
		uint64_t sequence = head->sequence + i;

		if (dd_frame_add(frame, fx_header_len(sequence), fx_body_len(sequence), &header,
				 &body) != 0)
			abort();
		fx_fill(sequence, header, body);
	}
}

/* Append `count` records as one frame to an inline log; what became of it. */
static inline struct fx_result fx_append(struct dd_eventlog *log, unsigned count)
{
	struct fx_result result = {.err = 1};
	struct dd_position head = dd_eventlog_head(log);
	struct dd_buf frame = {0};

	fx_build(&frame, &head, count);
	dd_eventlog_append(log, &frame, fx_done, &result);
	dd_eventlog_run(log);
	dd_buf_fini(&frame);
	return result;
}

static inline int fx_append_ok(struct dd_eventlog *log, unsigned frames, unsigned count)
{
	int rc = 0;

	for (unsigned i = 0; i < frames && rc == 0; i++)
		rc = fx_append(log, count).err;
	return rc;
}

static inline int fx_check_record(const struct dd_record *record)
{
	uint8_t header[128] = {0}, body[512] = {0};

	fx_fill(record->sequence, header, body);
	return record->kind == DD_RECORD_FULL &&
			       record->header_len == fx_header_len(record->sequence) &&
			       record->body_len == fx_body_len(record->sequence) &&
			       memcmp(record->header, header, record->header_len) == 0 &&
			       memcmp(record->body, body, record->body_len) == 0
		       ? 0
		       : DD_ERR_CORRUPT;
}

/* Check frames that follow `at`, and move it behind them. */
static inline int fx_check_frames(const struct dd_buf *buf, struct dd_position *at,
				  struct dd_error *err)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < buf->len; i += info.length) {
		rc = dd_frame_info(buf->data + i, buf->len - i, &info);
		if (rc == 0 && info.base != at->sequence + 1)
			rc = dd_fail(err, DD_ERR_CORRUPT, "gap before %llu",
				     (unsigned long long)info.base);
		if (rc == 0)
			rc = dd_frame_verify(buf->data + i, &info, at->chain, NULL, err);
		if (rc != 0)
			return rc;
		dd_frame_iter(&iter, buf->data + i, &info);
		while (rc == 0 && dd_frame_next(&iter, &record))
			rc = fx_check_record(&record);
		at->sequence = info.base + info.count - 1;
	}
	return rc;
}

/* Read everything and compare with what must be there, up to the head. */
static inline int fx_check_all(struct dd_eventlog *log, struct dd_error *err)
{
	struct dd_position head = dd_eventlog_head(log);
	struct dd_position at = head;
	struct dd_buf buf = {0};
	int rc = 0;

	at.sequence = 0;
	dd_chain_first(head.log_id, at.chain);
	while (rc == 0 && at.sequence < head.sequence) {
		dd_buf_clear(&buf);
		rc = dd_eventlog_read(log, at.sequence, 20000, &buf, err);
		if (rc == 0 && buf.len == 0)
			rc = dd_fail(err, DD_ERR_CORRUPT, "nothing after %llu",
				     (unsigned long long)at.sequence);
		if (rc == 0)
			rc = fx_check_frames(&buf, &at, err);
	}
	dd_buf_fini(&buf);
	if (rc == 0 && memcmp(at.chain, head.chain, DD_HASH_LEN) != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT, "another chain at the head");
	return rc;
}

#endif
