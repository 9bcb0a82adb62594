/* bench_history.c - the history of one task out of a log of ten million events: how long its rows
 * take. Usage: bench-history FOLDER [EVENTS [TASKS]]; the folder is filled if it holds no log. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/eventlog/eventlog.h"
#include "common/eventlog/frame.h"
#include "dondoc/v1/event.pb-c.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_RECORDS 200
#define ROWS          50
#define TURNS         200

static struct dd_error err;

static void need(int rc, const char *what)
{
	if (rc == DD_OK)
		return;
	fprintf(stderr, "bench-history: %s: %s\n", what, err.text);
	exit(1);
}

static void appended(void *arg, int rc, const uint8_t *chains, const struct dd_error *why)
{
	(void)arg;
	(void)chains;
	if (rc != DD_OK) {
		fprintf(stderr, "bench-history: %s\n", why->text);
		exit(1);
	}
}

static uint32_t draw(uint64_t *random, uint32_t below)
{
	*random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*random >> 33) % below);
}

/* A report of progress, about as large as real ones. */
static void add(struct dd_buf *frame, uint64_t subject, uint64_t previous, int64_t record_us)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;
	uint8_t stream[16] = {7}, *header_at, *body_at;
	Dondoc__V1__Cause cause = DONDOC__V1__CAUSE__INIT;

	header.type = DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED;
	header.subject = subject;
	header.subject_previous = previous;
	header.record_us = header.fact_us = record_us;
	header.principal = (char *)"office:U0123";
	header.unit = (char *)"U0123";
	header.cause = &cause;
	cause.stream = (ProtobufCBinaryData){.data = stream, .len = sizeof(stream)};
	cause.number = previous + 1;
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

/* The last event of each task; filling goes on from the log's head where it was filled before. */
static uint64_t *fill(struct dd_eventlog *log, uint64_t events, uint32_t tasks)
{
	uint64_t *last = dd_alloc(tasks * sizeof(*last));
	struct dd_buf frame = {0};
	uint64_t random = 1, next = 1, held = dd_eventlog_head(log).sequence;

	while (next <= events) {
		struct dd_position head = dd_eventlog_head(log);

		dd_frame_begin(&frame, head.log_id, head.incarnation, next, (int64_t)next * 1000);
		for (int i = 0; i < FRAME_RECORDS; i++, next++) {
			uint32_t task = draw(&random, tasks);

			if (next > held)
				add(&frame, task + 1, last[task], (int64_t)next * 1000);
			last[task] = next;
		}
		if (next - 1 <= held)
			continue;
		dd_eventlog_append(log, &frame, appended, NULL);
		dd_eventlog_run(log);
	}
	dd_buf_fini(&frame);
	return last;
}

static uint64_t previous_of(const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	uint64_t previous = header ? header->subject_previous : 0;

	if (header)
		dondoc__v1__event_header__free_unpacked(header, NULL);
	return previous;
}

static int by_time(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void measure(struct dd_eventlog *log, const uint64_t *last, uint32_t tasks)
{
	struct dd_buf frame = {0};
	uint64_t random = 99;
	size_t rows = 0;
	int64_t took[TURNS];

	for (int i = 0; i < TURNS; i++) {
		uint64_t sequence = last[draw(&random, tasks)];
		int64_t begin = dd_mono_us();

		for (int row = 0; row < ROWS && sequence != 0; row++, rows++) {
			struct dd_record record;

			need(dd_eventlog_get(log, sequence, &frame, &record, &err), "get");
			sequence = previous_of(&record);
		}
		took[i] = dd_mono_us() - begin;
	}
	qsort(took, TURNS, sizeof(took[0]), by_time);
	printf("histories of %.1f rows: median %.2f ms, 95 %% below %.2f ms, worst %.2f ms\n",
	       (double)rows / TURNS, (double)took[TURNS / 2] / 1000,
	       (double)took[TURNS * 95 / 100] / 1000, (double)took[TURNS - 1] / 1000);
	dd_buf_fini(&frame);
}

int main(int argc, char **argv)
{
	struct dd_eventlog_options options = {.inline_commit = true, .create = true};
	uint64_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : 10000000;
	uint32_t tasks = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 200000;
	struct dd_eventlog *log = NULL;
	uint64_t *last;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-history FOLDER [EVENTS [TASKS]]\n");
		return 2;
	}
	options.dir = argv[1];
	need(dd_eventlog_open(&options, &log, &err), "open");
	last = fill(log, events, tasks);
	measure(log, last, tasks);
	free(last);
	dd_eventlog_close(log);
	return 0;
}
