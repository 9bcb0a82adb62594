/* evidence_line.h - the engine for evidence, a centre that keeps files as the real one does, and a
 * line between them in virtual time. Only for tests. */
#ifndef TESTS_OFFICE_EVIDENCE_LINE_H
#define TESTS_OFFICE_EVIDENCE_LINE_H

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "services/office/office_files_impl.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_HELPER __attribute__((unused)) static
#define LINE_START  (INT64_C(20500) * DD_DAY_US) /* 07:00 in Viet Nam */
/* What CURVE, ZMTP and a new connection add on the wire, generously. */
#define LINE_FRAME   64
#define LINE_CONNECT 2048
#define LINE_TASKS   10

struct line {
	char *dir;
	struct office_outbox *outbox;
	struct dd_files *kept; /* at the office */
	struct dd_files *centre;
	struct office_files *engine;
	struct office_files_options options;
	int64_t now_us; /* monotonic; wall = LINE_START + this */
	uint64_t ids, random;
	uint64_t number; /* of the last report */
	bool busy_reports;
	/* the line */
	uint64_t id;   /* what is on its way; 0 = nothing */
	uint8_t *data; /* owned */
	size_t len;
	bool lost;          /* the line broke under it */
	uint64_t cut_every; /* bytes between two breaks, both ways; 0 = it holds */
	uint64_t run, wire; /* bytes since the last break; ever */
	uint64_t rate;      /* bytes a second; 0 = at once */
	int64_t turn_us;    /* there and back, besides */
	unsigned breaks;
	unsigned puts; /* requests that reached the centre */
	/* the centre */
	bool busy;
	uint64_t head;
	uint32_t incarnation;
	uint64_t most[LINE_TASKS]; /* bytes of a file of that task; 0 = any */
};

LINE_HELPER uint64_t line_random(struct line *line, uint64_t below)
{
	line->random ^= line->random << 13;
	line->random ^= line->random >> 7;
	line->random ^= line->random << 17;
	return (line->random >> 11) % below;
}

static bool line_reports_first(void *arg)
{
	return ((struct line *)arg)->busy_reports;
}

static uint64_t line_next_id(void *arg)
{
	return ++((struct line *)arg)->ids;
}

static int line_send(void *arg, uint64_t id, const uint8_t *data, size_t len, uint32_t deadline_ms)
{
	struct line *line = arg;

	(void)deadline_ms;
	assert_int_equal(line->id, 0); /* one at a time */
	assert_true(len < 64u << 10);  /* what the centre takes on tcp */
	line->id = id;
	line->data = dd_memdup(data, len);
	line->len = len;
	return 0;
}

LINE_HELPER void line_time(struct line *line)
{
	office_files_time(line->engine, LINE_START + line->now_us, line->now_us);
}

LINE_HELPER void line_link(struct line *line, enum dd_link link)
{
	struct dd_error err = {0};

	free(line->data);
	line->data = NULL;
	line->id = 0;
	line_time(line);
	if (office_files_link(line->engine, link, &err) != 0)
		fail_msg("%s", err.text);
}

LINE_HELPER void line_wake(struct line *line)
{
	struct dd_error err = {0};

	line_time(line);
	if (office_files_wake(line->engine, &err) != 0)
		fail_msg("%s", err.text);
}

/* Open what the disk has; the line is up. */
LINE_HELPER void line_start(struct line *line)
{
	char *outbox = dd_path(line->dir, "outbox"), *kept = dd_path(line->dir, "kept");
	struct dd_error err = {0};

	if (office_outbox_open(outbox, 64u << 20, LINE_START, &line->outbox, &err) != 0 ||
	    dd_files_open(kept, &line->kept, &err) != 0)
		fail_msg("%s", err.text);
	line->options.outbox = line->outbox;
	line->options.files = line->kept;
	if (office_files_open(&line->options, &line->engine, &err) != 0)
		fail_msg("%s", err.text);
	line_link(line, DD_LINK_UP);
	free(outbox);
	free(kept);
}

/* kill -9 of the office. */
LINE_HELPER void line_kill(struct line *line)
{
	office_files_close(line->engine);
	dd_files_close(line->kept);
	office_outbox_close(line->outbox);
	free(line->data);
	line->data = NULL;
	line->id = 0;
}

LINE_HELPER void line_start_centre(struct line *line)
{
	char *path = dd_path(line->dir, "centre");
	struct dd_error err = {0};

	dd_files_close(line->centre);
	if (dd_files_open(path, &line->centre, &err) != 0)
		fail_msg("%s", err.text);
	free(path);
}

LINE_HELPER void line_open(struct line *line)
{
	memset(line, 0, sizeof(*line));
	dd_id_start();
	line->dir = test_tmpdir();
	line->random = 88172645463325252u;
	line->head = 100;
	line->incarnation = 1;
	line->options = (struct office_files_options){.retry_ms = 200,
						      .send = true,
						      .seed = 5,
						      .reports_first = line_reports_first,
						      .next_id = line_next_id,
						      .send_out = line_send,
						      .arg = line};
	line_start_centre(line);
	line_start(line);
}

LINE_HELPER void line_close(struct line *line)
{
	line_kill(line);
	dd_files_close(line->centre);
	test_tmpdir_end(line->dir);
}

/* --- files and reports ----------------------------------------------------------------------- */

struct line_file {
	uint8_t *bytes; /* owned */
	size_t len;
	uint8_t hash[DD_HASH_LEN];
};

/* A text that cannot be pressed together and is different for each `mark`. */
LINE_HELPER struct line_file line_file(size_t len, uint64_t mark)
{
	struct line_file file = {.bytes = dd_alloc(len), .len = len};
	uint64_t random = mark * 0x9e3779b97f4a7c15u + 1;

	for (size_t i = 0; i < len; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		file.bytes[i] = (uint8_t)('a' + (random >> 20) % 26);
	}
	dd_hash(file.bytes, len, file.hash);
	return file;
}

/* The content comes in at the office's door. */
LINE_HELPER void line_bring(struct line *line, const struct line_file *file)
{
	struct dd_error err = {0};
	enum dd_files_state state = DD_FILES_MORE;
	uint64_t stored = 0;
	int rc = 0;

	while (rc == 0 && state == DD_FILES_MORE) {
		const size_t left = file->len - stored;
		const struct dd_files_chunk chunk = {file->hash, file->len, stored,
						     file->bytes + stored,
						     left < 200000 ? left : 200000};

		rc = dd_files_take(line->kept, &chunk, &stored, &state, &err);
	}
	if (rc == 0 && state == DD_FILES_ALL) {
		rc = dd_files_finish(line->kept, file->hash, &err);
		dd_files_finished(line->kept, file->hash, rc);
	}
	if (rc != 0)
		fail_msg("%s", err.text);
	line_time(line);
	assert_int_equal(office_files_came(line->engine, file->hash, &err), 0);
}

/* A report of the task that names the file; its item. */
LINE_HELPER uint64_t line_report(struct line *line, const struct line_file *file, uint64_t task)
{
	struct office_command command = {.number = ++line->number,
					 .task = task,
					 .summary = "attach_file",
					 .body = (const uint8_t *)"x",
					 .body_len = 1,
					 .file = {file->hash, file->len, "bao cao.txt"}};
	enum office_save save;
	uint64_t expected;
	struct dd_error err = {0};

	memset(command.stream, 3, sizeof(command.stream));
	assert_int_equal(office_outbox_save(line->outbox, &command, LINE_START + line->now_us,
					    &save, &expected, &err),
			 0);
	assert_int_equal(save, OFFICE_SAVE_NEW);
	line_wake(line);
	return line->number; /* every report comes from this one client */
}

/* What the centre has made of a report. */
LINE_HELPER void line_decide(struct line *line, uint64_t item, enum office_state state)
{
	const struct office_receipt receipt = {.sequence = ++line->head,
					       .incarnation = line->incarnation};
	const struct office_change change = {.state = state, .receipt = &receipt};
	struct dd_error err = {0};

	assert_int_equal(office_outbox_mark_sent(line->outbox, &item, 1, 1, &err), 0);
	assert_int_equal(office_outbox_change(line->outbox, item, &change, 2, &err), 0);
	line_wake(line);
}

/* All at once: brought, reported, accepted. */
LINE_HELPER uint64_t line_attach(struct line *line, const struct line_file *file, uint64_t task)
{
	uint64_t item;

	line_bring(line, file);
	item = line_report(line, file, task);
	line_decide(line, item, OFFICE_ACCEPTED);
	return item;
}

LINE_HELPER struct office_file line_look(struct line *line, const struct line_file *file)
{
	struct office_file found;

	assert_int_equal(office_outbox_file(line->outbox, file->hash, &found), 0);
	return found;
}

LINE_HELPER enum office_file_wait line_wait(struct line *line, const struct line_file *file,
					    int64_t *until_out);

struct line_waiting {
	const uint8_t *hash;
	struct office_file_shown shown;
};

static bool line_on_shown(void *arg, const struct office_file_shown *shown)
{
	struct line_waiting *waiting = arg;

	if (memcmp(shown->file.hash, waiting->hash, DD_HASH_LEN) == 0)
		waiting->shown = *shown;
	return true;
}

LINE_HELPER enum office_file_wait line_wait(struct line *line, const struct line_file *file,
					    int64_t *until_out)
{
	struct line_waiting waiting = {.hash = file->hash};

	line_time(line);
	office_files_walk(line->engine, line_on_shown, &waiting);
	if (until_out != NULL)
		*until_out = waiting.shown.until_us;
	return waiting.shown.wait;
}

/* The centre has the same bytes. */
LINE_HELPER bool line_arrived(struct line *line, const struct line_file *file)
{
	struct dd_buf bytes = {0};
	struct dd_error err = {0};
	bool same = dd_files_read(line->centre, file->hash, &bytes, &err) == 0 &&
		    bytes.len == file->len && memcmp(bytes.data, file->bytes, file->len) == 0;

	dd_buf_fini(&bytes);
	return same;
}

/* --- the centre and the line ------------------------------------------------------------------ */

/* As task_requests.c does it. */
LINE_HELPER void line_centre(struct line *line, const Dondoc__V1__Request *request,
			     struct dd_buf *out)
{
	const Dondoc__V1__FilePut *put = request->file_put;
	const struct dd_files_chunk chunk = {put->hash.data, put->size, put->offset,
					     put->chunk.data, put->chunk.len};
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__FileState state = DONDOC__V1__FILE_STATE__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
	char *arguments[] = {(char *)"file.size", (char *)"1 MiB"};
	enum dd_files_state how;
	struct dd_error err = {0};
	int rc;

	line->puts++;
	reply.id = request->id;
	reply.body_case = DONDOC__V1__REPLY__BODY_FILE;
	reply.file = &state;
	assert_int_equal(request->body_case, DONDOC__V1__REQUEST__BODY_FILE_PUT);
	if (put->offset == 0 && put->task < LINE_TASKS && line->most[put->task] != 0 &&
	    put->size > line->most[put->task]) {
		refusal.code = DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE;
		refusal.arguments = arguments;
		refusal.n_arguments = 2;
		state.refusal = &refusal;
		goto pack;
	}
	rc = line->busy ? dd_fail(&err, DD_ERR_FULL, "the disk is full")
			: dd_files_take(line->centre, &chunk, &state.stored, &how, &err);
	if (rc == 0 && how == DD_FILES_ALL) {
		rc = dd_files_finish(line->centre, put->hash.data, &err);
		dd_files_finished(line->centre, put->hash.data, rc);
		how = DD_FILES_COMPLETE;
	}
	if (rc != 0 && rc != DD_ERR_CONFLICT) {
		reply.body_case = DONDOC__V1__REPLY__BODY_ERROR;
		reply.error = &error;
		error.code = rc == DD_ERR_INVALID ? DONDOC__V1__ERROR_CODE__ERROR_MALFORMED
						  : DONDOC__V1__ERROR_CODE__ERROR_BUSY;
		error.text = err.text;
	} else if (rc == 0 && how == DD_FILES_COMPLETE) {
		state.complete = 1;
		state.sequence = line->head;
		state.incarnation = line->incarnation;
	}
pack:
	(void)dd_buf_reserve(out, dondoc__v1__reply__get_packed_size(&reply));
	out->len = dondoc__v1__reply__pack(&reply, out->data);
}

/* Bytes go over the line; false: it broke under them. */
LINE_HELPER bool line_carries(struct line *line, size_t len)
{
	const uint64_t bytes = len + LINE_FRAME;
	const uint64_t room = line->cut_every - line->run;

	if (line->rate != 0)
		line->now_us += (int64_t)(bytes * 1000000 / line->rate);
	if (line->cut_every == 0 || bytes < room) {
		line->run += bytes;
		line->wire += bytes;
		return true;
	}
	line->wire += room; /* they were sent, for nothing */
	line->run = LINE_CONNECT;
	line->wire += LINE_CONNECT;
	line->breaks++;
	return false;
}

/* What is on its way arrives, and its answer comes, unless the line breaks. */
LINE_HELPER void line_deliver(struct line *line)
{
	Dondoc__V1__Request *request = dondoc__v1__request__unpack(NULL, line->len, line->data);
	const uint64_t id = line->id;
	struct dd_buf out = {0};
	struct dd_error err = {0};
	bool up = line_carries(line, line->len);

	assert_non_null(request);
	line->now_us += line->turn_us;
	if (up) {
		line_centre(line, request, &out);
		up = line_carries(line, out.len);
	}
	dondoc__v1__request__free_unpacked(request, NULL);
	if (up) {
		free(line->data);
		line->data = NULL;
		line->id = 0;
		line_time(line);
		if (office_files_reply(line->engine, id, 0, out.data, out.len, &err) != 0)
			fail_msg("%s", err.text);
	} else {
		line_link(line, DD_LINK_CONNECTING);
		line->now_us += 100000;
		line_link(line, DD_LINK_UP);
	}
	dd_buf_fini(&out);
}

/* The next thing that happens. False: nothing would. */
LINE_HELPER bool line_step(struct line *line)
{
	int64_t due;

	if (line->id != 0) {
		line_deliver(line);
		return true;
	}
	line_time(line);
	due = office_files_due(line->engine);
	if (due == INT64_MAX)
		return false;
	if (due > line->now_us)
		line->now_us = due;
	line_wake(line);
	return true;
}

/* Until nothing happens any more, or until `until_us`. */
LINE_HELPER void line_run(struct line *line, int64_t until_us)
{
	for (unsigned steps = 0; line->now_us <= until_us && line_step(line); steps++)
		assert_true(steps < 1000000);
}

#define LINE_DAY (INT64_C(24) * 3600 * 1000000)

/* Kills are only played, so nothing needs a disk. */
LINE_HELPER void line_use_memory(void)
{
	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
}

#endif
