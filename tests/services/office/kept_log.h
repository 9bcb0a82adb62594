/* kept_log.h - a log in memory that an office follows: records of tasks, hidden ones among them.
 * Only for tests; each includes its own copy. */
#ifndef TESTS_OFFICE_KEPT_LOG_H
#define TESTS_OFFICE_KEPT_LOG_H

#include "common/base/alloc.h"
#include "common/eventlog/frame_slice.h"
#include "dondoc/v1/event.pb-c.h"
#include "tests/services/office/fake_centre.h"
#include "tests/support/harness.h"

#define EVENT(name)  DONDOC__V1__EVENT_TYPE__EVENT_##name
#define LOG_LONGEST  400
#define LOG_START_US INT64_C(1772000000000000)

/* A record to be written. */
struct log_entry {
	uint64_t task; /* 0 = of no task */
	bool hide;     /* not the unit's to read */
	uint64_t previous;
	Dondoc__V1__EventType type;
	bool must; /* be understood */
	const char *other_unit;
	const ProtobufCMessage *said; /* NULL = a comment */
	const char *text;             /* of the comment; NULL = "<sequence>" */
};

struct test_log_frames {
	uint8_t id[DD_ID_LEN];
	uint32_t incarnation;
	struct dd_position at; /* behind the last */
	bool hidden[LOG_LONGEST + 1];
	struct dd_buf frames[LOG_LONGEST + 1]; /* by base; one record each */
	struct dd_position places[LOG_LONGEST + 1];
};

TEST_HELPER void log_init(struct test_log_frames *log)
{
	memset(log, 0, sizeof(*log));
	memset(log->id, 7, sizeof(log->id));
	log->incarnation = 1;
	memcpy(log->at.log_id, log->id, sizeof(log->id));
	log->at.incarnation = 1;
	dd_chain_first(log->id, log->at.chain);
	log->places[0] = log->at;
}

TEST_HELPER void log_fini(struct test_log_frames *log)
{
	for (size_t i = 0; i <= LOG_LONGEST; i++)
		dd_buf_fini(&log->frames[i]);
}

TEST_HELPER uint64_t log_add(struct test_log_frames *log, const struct log_entry *entry)
{
	const uint64_t sequence = log->at.sequence + 1;
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__Commented comment = DONDOC__V1__COMMENTED__INIT;
	Dondoc__V1__Comment said = DONDOC__V1__COMMENT__INIT;
	const ProtobufCMessage *body = entry->said != NULL ? entry->said : &comment.base;
	struct dd_buf *frame = &log->frames[sequence];
	uint8_t *header_at, *body_at;
	char text[32];

	assert_true(sequence <= LOG_LONGEST);
	(void)snprintf(text, sizeof(text), "<%llu>", (unsigned long long)sequence);
	said.text = test_text(entry->text != NULL ? entry->text : text);
	comment.said = &said;
	header.type = entry->type != 0 ? entry->type : EVENT(COMMENTED);
	header.record_us = LOG_START_US + (int64_t)sequence;
	header.unit = test_text(entry->hide ? "STC" : "SYT");
	header.subject = entry->task;
	header.must_understand = entry->must;
	header.subject_previous = entry->previous;
	if (entry->other_unit != NULL)
		header.other_unit = test_text(entry->other_unit);
	log->hidden[sequence] = entry->hide;
	dd_frame_begin(frame, log->id, log->incarnation, sequence, header.record_us);
	assert_int_equal(dd_frame_add(frame,
				      (uint32_t)dondoc__v1__event_header__get_packed_size(&header),
				      (uint32_t)protobuf_c_message_get_packed_size(body),
				      &header_at, &body_at),
			 0);
	(void)dondoc__v1__event_header__pack(&header, header_at);
	(void)protobuf_c_message_pack(body, body_at);
	dd_frame_seal(frame, log->at.chain, NULL, log->at.chain);
	log->at.sequence = sequence;
	log->at.incarnation = log->incarnation;
	log->places[sequence] = log->at;
	return sequence;
}

TEST_HELPER bool log_visible(void *arg, const struct dd_record *record)
{
	const struct test_log_frames *log = arg;

	return !log->hidden[record->sequence];
}

/* What a reader at `after` gets, up to `to`; appended. */
TEST_HELPER void log_slices(struct test_log_frames *log, uint64_t after, uint64_t to, bool compact,
			    struct dd_buf *out)
{
	const struct dd_slicer_options options = {
		.visible = log_visible, .arg = log, .max_bytes = 1u << 20, .compact = compact};
	struct dd_slicer slicer;
	struct dd_frame_info info;
	struct dd_error err = {0};
	bool more = true;

	dd_slicer_begin(&slicer, &options, &log->places[after], out);
	for (uint64_t i = after + 1; i <= to && more; i++) {
		assert_int_equal(dd_frame_info(log->frames[i].data, log->frames[i].len, &info), 0);
		if (dd_slicer_add(&slicer, log->frames[i].data, &info, &more, &err) != 0)
			fail_msg("%s", err.text);
	}
	dd_slicer_end(&slicer);
	assert_int_equal(slicer.at.sequence, to);
}

/* The history of one task: its records, now to be read, and nothing else. */
TEST_HELPER void log_history(struct test_log_frames *log, const uint64_t *sequences, size_t count,
			     struct dd_buf *out)
{
	dd_buf_clear(out);
	for (size_t i = 0; i < count; i++) {
		log->hidden[sequences[i]] = false;
		log_slices(log, sequences[i] - 1, sequences[i], false, out);
	}
}

#endif
