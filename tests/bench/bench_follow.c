/* bench_follow.c - many offices read the log from its beginning to its head, side by side as the
 * log's server serves them: what they cost it, without the line.
 *
 *   bench-follow FOLDER [OFFICES [EVENTS]]
 *
 * The folder is filled if it holds no log: reports of as many units, one command at a time. One
 * line of JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/eventlog/frame.h"
#include "common/eventlog/log_reading.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/task/task_visible.h"

#define ANSWER_BYTES ((size_t)256 << 10)

static struct dd_error err;

static void need(int rc, const char *what)
{
	if (rc == DD_OK)
		return;
	fprintf(stderr, "bench-follow: %s: %s\n", what, err.text);
	exit(1);
}

static void appended(void *arg, int rc, const uint8_t *chains, const struct dd_error *why)
{
	(void)arg;
	(void)chains;
	if (rc != DD_OK) {
		fprintf(stderr, "bench-follow: %s\n", why->text);
		exit(1);
	}
}

/* --- the log ---------------------------------------------------------------------------------- */

/* A report of progress, about as large as real ones. */
static void add(struct dd_buf *frame, uint64_t sequence, size_t unit)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;
	Dondoc__V1__Cause cause = DONDOC__V1__CAUSE__INIT;
	uint8_t stream[16] = {7}, *header_at, *body_at;
	char code[32];

	(void)snprintf(code, sizeof(code), "U%04zu", unit);
	header.type = DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED;
	header.subject = unit + 1;
	header.record_us = header.fact_us = (int64_t)sequence * 1000;
	header.principal = (char *)"office/U0123";
	header.unit = code;
	header.cause = &cause;
	cause.stream = (ProtobufCBinaryData){.data = stream, .len = sizeof(stream)};
	cause.number = sequence;
	body.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	body.percent = 40;
	body.note = (char *)"Đã hoàn thành dự thảo, đang lấy ý kiến các đơn vị liên quan";
	need(dd_frame_add(frame, (uint32_t)dondoc__v1__event_header__get_packed_size(&header),
			  (uint32_t)dondoc__v1__progress_reported__get_packed_size(&body),
			  &header_at, &body_at),
	     "frame");
	dondoc__v1__event_header__pack(&header, header_at);
	dondoc__v1__progress_reported__pack(&body, body_at);
}

static void fill(struct dd_eventlog *log, uint64_t events, size_t offices)
{
	struct dd_position head;
	struct dd_buf frame = {0};

	while ((head = dd_eventlog_head(log)).sequence < events) {
		const uint64_t next = head.sequence + 1;

		dd_frame_begin(&frame, head.log_id, head.incarnation, next, (int64_t)next * 1000);
		add(&frame, next, (size_t)(next * 7919 % offices));
		dd_eventlog_append(log, &frame, appended, NULL);
		dd_eventlog_run(log);
	}
	dd_buf_fini(&frame);
}

/* --- the readers ------------------------------------------------------------------------------ */

struct reader {
	struct dd_principal who;
	struct dd_position at;
};

/* One answer; returns how many bytes. */
static size_t serve(struct dd_log_reading *reading, struct reader *reader)
{
	const struct dd_log_want want = {.who = &reader->who,
					 .after = reader->at,
					 .max_bytes = ANSWER_BYTES,
					 .compact = true};
	const struct dd_buf *frames;

	need(dd_log_reading_frames(reading, &want, &frames, &reader->at, &err), "read");
	return frames->len;
}

static void measure(struct dd_eventlog *log, size_t offices)
{
	const struct dd_log_server_options options = {
		.log = log, .visible = task_query_visible, .look = task_query_look};
	struct reader *readers = dd_alloc(offices * sizeof(*readers));
	const uint64_t head = dd_eventlog_head(log).sequence;
	struct dd_log_reading reading;
	uint64_t answers = 0, bytes = 0;
	size_t behind = offices;
	int64_t began_us, took_us;

	dd_log_reading_init(&reading, &options);
	for (size_t i = 0; i < offices; i++) {
		readers[i].who.cls = DD_PRINCIPAL_OFFICE;
		(void)snprintf(readers[i].who.unit, sizeof(readers[i].who.unit), "U%04zu", i);
	}
	began_us = dd_mono_us();
	while (behind > 0) {
		behind = 0;
		for (size_t i = 0; i < offices; i++) {
			if (readers[i].at.sequence == head)
				continue;
			bytes += serve(&reading, &readers[i]);
			answers++;
			behind += readers[i].at.sequence < head;
		}
	}
	took_us = dd_mono_us() - began_us;
	printf("{\"measure\":\"follow\",\"offices\":%zu,\"events\":%" PRIu64 ",\"answers\":%" PRIu64
	       ",\"mb\":%.1f,\"seconds\":%.3f,\"ns_per_event_and_office\":%.1f}\n",
	       offices, head, answers, (double)bytes / 1e6, (double)took_us / 1e6,
	       (double)took_us * 1e3 / (double)head / (double)offices);
	dd_log_reading_fini(&reading);
	free(readers);
}

int main(int argc, char **argv)
{
	struct dd_eventlog_options options = {.inline_commit = true, .create = true};
	const size_t offices = argc > 2 ? strtoul(argv[2], NULL, 10) : 500;
	const uint64_t events = argc > 3 ? strtoull(argv[3], NULL, 10) : 10000;
	struct dd_eventlog *log = NULL;

	if (argc < 2 || offices == 0 || offices > 9999) {
		fprintf(stderr, "usage: bench-follow FOLDER [OFFICES [EVENTS]]\n");
		return 2;
	}
	options.dir = argv[1];
	need(dd_eventlog_open(&options, &log, &err), "open");
	fill(log, events, offices);
	measure(log, offices);
	dd_eventlog_close(log);
	return 0;
}
