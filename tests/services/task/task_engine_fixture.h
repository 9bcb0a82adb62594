/* task_engine_fixture.h - an engine without threads over a real log and view, and clients that talk
 * to it by calls. The clock stands still and any call of the machine can be made to fail. */
#ifndef TESTS_SERVICES_TASK_ENGINE_FIXTURE_H
#define TESTS_SERVICES_TASK_ENGINE_FIXTURE_H

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/task/task_engine.h"
#include "tests/services/task/view_dump.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/put_file.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HALL_START    "2026-03-02 08:00"
#define HALL_ANSWERS  4096
#define HALL_OFFICE   "SYT"
#define OUTCOME(name) DONDOC__V1__OUTCOME__OUTCOME_##name
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

struct given {
	Dondoc__V1__Outcome outcome;
	uint64_t request;
	uint64_t sequence; /* 0 = no receipt */
	uint32_t incarnation;
	uint8_t chain[DD_HASH_LEN];
	Dondoc__V1__RefusalCode refusal;
	size_t argument_count;
	char arguments[3][96];
	uint64_t expected;
	uint32_t retry_ms;
	uint32_t added;
	uint32_t unchanged;
	uint32_t held;
};

struct hall {
	char *dir;
	struct dd_eventlog *log;
	struct view *view;
	struct dd_files *files;
	struct task_engine *engine;
	struct given given[HALL_ANSWERS];
	size_t given_count;
	uint64_t requests;
	uint64_t map_bytes;                     /* of the view; 0 = plenty */
	bool threads;                           /* the log has its commit thread */
	const struct dd_restore_mark *restored; /* of the next opening */
	struct dd_error err;
};

/* protobuf-c's texts are not const; these are only read from. */
static inline char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

static const struct dd_principal hall_operator = {.cls = DD_PRINCIPAL_OPERATOR, .text = "operator"};
static const struct dd_principal hall_local = {.cls = DD_PRINCIPAL_LOCAL, .text = "local"};
static const struct dd_principal hall_syt = {
	.cls = DD_PRINCIPAL_OFFICE, .unit = HALL_OFFICE, .text = "office/" HALL_OFFICE};
static const struct dd_principal hall_stc = {
	.cls = DD_PRINCIPAL_OFFICE, .unit = "STC", .text = "office/STC"};

/* --- the engine ------------------------------------------------------------------------------ */

static inline void hall_on_wake(void *arg)
{
	(void)arg;
}

static inline void hall_on_reply(void *arg, const struct task_ticket *ticket,
				 const Dondoc__V1__SubmitReply *reply)
{
	struct hall *hall = arg;
	struct given *given = &hall->given[hall->given_count++];

	assert_true(hall->given_count <= HALL_ANSWERS);
	memset(given, 0, sizeof(*given));
	given->outcome = reply->outcome;
	given->request = ticket->request;
	given->expected = reply->expected;
	given->retry_ms = reply->retry_after_ms;
	given->held = reply->held ? 1 : 0;
	given->added = reply->counts != NULL ? reply->counts->added : 0;
	given->unchanged = reply->counts != NULL ? reply->counts->unchanged : 0;
	if (reply->receipt != NULL) {
		assert_int_equal(reply->receipt->chain.len, DD_HASH_LEN);
		given->sequence = reply->receipt->sequence;
		given->incarnation = reply->receipt->incarnation;
		memcpy(given->chain, reply->receipt->chain.data, DD_HASH_LEN);
	}
	if (reply->refusal == NULL)
		return;
	given->refusal = reply->refusal->code;
	given->argument_count = reply->refusal->n_arguments;
	for (size_t i = 0; i < given->argument_count; i++)
		(void)snprintf(given->arguments[i], sizeof(given->arguments[i]), "%s",
			       reply->refusal->arguments[i]);
}

static inline void hall_path(const struct hall *hall, const char *name, char out[600])
{
	(void)snprintf(out, 600, "%s/%s", hall->dir, name);
}

static inline int hall_try_open(struct hall *hall)
{
	char log_dir[600], view_dir[600], files_dir[600];
	struct view_options view = {
		.dir = view_dir, .map_bytes = hall->map_bytes, .inline_store = true};
	struct dd_eventlog_options log = {.dir = log_dir,
					  .segment_bytes = 4u << 20,
					  .inline_commit = !hall->threads,
					  .create = true};
	struct task_engine_options options = {.inline_log = !hall->threads,
					      .authority = "HN",
					      .build = "test",
					      .restored = hall->restored,
					      .wake = hall_on_wake,
					      .reply = hall_on_reply,
					      .arg = hall};
	int rc;

	if (view.map_bytes == 0)
		view.map_bytes = UINT64_C(1) << 30;
	hall_path(hall, "log", log_dir);
	hall_path(hall, "view", view_dir);
	hall_path(hall, "files", files_dir);
	rc = view_open(&view, &hall->view, &hall->err);
	if (rc == DD_OK)
		rc = dd_eventlog_open(&log, &hall->log, &hall->err);
	if (rc == DD_OK)
		rc = dd_files_open(files_dir, &hall->files, &hall->err);
	options.view = hall->view;
	options.log = hall->log;
	options.files = hall->files;
	return rc == DD_OK ? task_engine_open(&options, &hall->engine, &hall->err) : rc;
}

static inline void hall_open(struct hall *hall)
{
	if (hall_try_open(hall) != DD_OK)
		fail_msg("%s", hall->err.text);
}

/* Also what a kill between two batches leaves: closing writes nothing into the log. */
static inline void hall_close(struct hall *hall)
{
	task_engine_close(hall->engine);
	dd_files_close(hall->files);
	view_close(hall->view);
	dd_eventlog_close(hall->log);
	hall->engine = NULL;
	hall->files = NULL;
	hall->view = NULL;
	hall->log = NULL;
}

static inline void hall_lose_view(const struct hall *hall)
{
	char from[600];
	char to[600];

	hall_path(hall, "view", from);
	(void)snprintf(to, sizeof(to), "%s/lost-%llu", hall->dir,
		       (unsigned long long)hall->requests);
	assert_int_equal(rename(from, to), 0);
}

static inline void hall_reopen(struct hall *hall, bool with_view)
{
	hall_close(hall);
	if (!with_view)
		hall_lose_view(hall);
	hall_open(hall);
}

static inline int hall_set_up(void **state)
{
	struct hall *hall = dd_alloc(sizeof(*hall));

	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	dd_id_start();
	dd_log_start("test", DD_LOG_ERROR);
	test_clock_start(test_time(HALL_START));
	test_fault_start(dd_sys());
	hall->dir = test_tmpdir();
	hall_open(hall);
	*state = hall;
	return 0;
}

static inline int hall_tear_down(void **state)
{
	struct hall *hall = *state;

	hall_close(hall);
	test_fault_end();
	test_clock_end();
	test_tmpdir_end(hall->dir);
	free(hall);
	return 0;
}

/* --- talking to it --------------------------------------------------------------------------- */

/* One flush and its answers, if there is anything to do. */
static inline bool hall_step(struct hall *hall)
{
	task_engine_turn(hall->engine);
	if (!task_engine_busy(hall->engine))
		return false;
	dd_eventlog_run(hall->log);
	task_engine_committed(hall->engine);
	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
	return true;
}

static inline void hall_run(struct hall *hall)
{
	while (hall_step(hall))
		;
}

/* A command as a client holds it: the stream is told by one letter. */
struct sent {
	const struct dd_principal *who;
	char stream;
	uint64_t number;
	uint8_t body[4096];
	size_t len;
};

static inline uint64_t hall_submit(struct hall *hall, const struct sent *sent)
{
	struct task_ticket ticket = {.request = ++hall->requests};
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	uint8_t stream[DD_ID_LEN];
	uint8_t *bytes = dd_memdup(sent->body, sent->len + 1);

	memset(stream, sent->stream, sizeof(stream));
	submit.stream = (ProtobufCBinaryData){.len = sizeof(stream), .data = stream};
	submit.number = sent->number;
	submit.body = (ProtobufCBinaryData){.len = sent->len, .data = bytes};
	task_engine_submit(hall->engine, &ticket, sent->who, &submit);
	free(bytes);
	return ticket.request;
}

static inline const struct given *hall_answer(const struct hall *hall, uint64_t request)
{
	const struct given *found = NULL;

	for (size_t i = 0; i < hall->given_count; i++) {
		if (hall->given[i].request != request)
			continue;
		assert_null(found); /* one answer to each sending */
		found = &hall->given[i];
	}
	assert_non_null(found);
	return found;
}

static inline bool hall_answered(const struct hall *hall, uint64_t request)
{
	for (size_t i = 0; i < hall->given_count; i++)
		if (hall->given[i].request == request)
			return true;
	return false;
}

static inline const struct given *hall_do(struct hall *hall, const struct sent *sent)
{
	uint64_t request = hall_submit(hall, sent);

	hall_run(hall);
	return hall_answer(hall, request);
}

static inline void same_answer(const struct given *a, const struct given *b)
{
	struct given one = *a;

	one.request = b->request;
	assert_memory_equal(&one, b, sizeof(one));
}

/* --- commands -------------------------------------------------------------------------------- */

static inline void sent_body(struct sent *sent, const Dondoc__V1__CommandBody *body)
{
	assert_true(dondoc__v1__command_body__get_packed_size(body) <= sizeof(sent->body));
	sent->len = dondoc__v1__command_body__pack(body, sent->body);
}

/* An office reports; the fact is of this moment. */
static inline struct sent report_of(const struct dd_principal *who, char stream, uint64_t number,
				    uint64_t task, uint32_t percent)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	struct sent sent = {.who = who, .stream = stream, .number = number};
	char note[64];

	(void)snprintf(note, sizeof(note), "%c %llu", stream, (unsigned long long)number);
	actor.unit = text_of(who->unit);
	report.task = task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = percent;
	report.note = note;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	sent_body(&sent, &body);
	return sent;
}

static inline struct sent confirm_of(char stream, uint64_t number)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ConfirmClock confirm = DONDOC__V1__CONFIRM_CLOCK__INIT;
	struct sent sent = {.who = &hall_operator, .stream = stream, .number = number};

	confirm.reason = text_of("looked at it");
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK;
	body.confirm_clock = &confirm;
	sent_body(&sent, &body);
	return sent;
}

static inline void hall_put(struct hall *hall, const char *text, uint8_t hash[DD_HASH_LEN])
{
	size_t len = strlen(text);
	struct dd_files_chunk chunk = {.hash = hash, .size = len};
	bool complete = false;
	uint64_t stored = 0;

	dd_hash(text, len, hash);
	while (!complete) {
		chunk.offset = stored;
		chunk.len = len - stored < DD_FILES_CHUNK_MAX ? len - stored : DD_FILES_CHUNK_MAX;
		chunk.data = (const uint8_t *)text + stored;
		assert_int_equal(test_put_file(hall->files, &chunk, &stored, &complete, &hall->err),
				 0);
	}
}

#define HALL_UNITS                                                                                 \
	"code,name,kind,parent\n"                                                                  \
	"HN,UBND thành phố,province,\n"                                                         \
	"SYT,Sở Y tế,department,HN\n"                                                          \
	"STC,Sở Tài chính,department,HN\n"
#define HALL_HEAD  "code,area,content,lead_unit,coordinating_units,start,due,recurrence\n"
#define HALL_TASKS HALL_HEAD "1,0,Việc một,SYT,STC,,2026-06-30,once\n2,0,Việc hai,STC,,,,once\n"

static inline struct sent import_of(struct hall *hall, char stream, uint64_t number,
				    const char *tasks)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportPlan import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	struct sent sent = {.who = &hall_operator, .stream = stream, .number = number};
	uint8_t units_hash[DD_HASH_LEN], tasks_hash[DD_HASH_LEN];

	hall_put(hall, HALL_UNITS, units_hash);
	hall_put(hall, tasks, tasks_hash);
	plan.code = text_of("P");
	plan.title = text_of("Kế hoạch thử");
	plan.assigner_unit = text_of("HN");
	import.plan = &plan;
	import.units_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = units_hash};
	import.tasks_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = tasks_hash};
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &import;
	sent_body(&sent, &body);
	return sent;
}

/* Units, the plan and two tasks are there afterwards; the id of SYT's task. */
static inline uint64_t hall_plan(struct hall *hall)
{
	struct sent import = import_of(hall, 'I', 1, HALL_TASKS);
	const struct given *given = hall_do(hall, &import);
	uint64_t id;

	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &id), DD_OK);
	return id;
}

/* --- looking at what is there ---------------------------------------------------------------- */

static inline uint64_t hall_head(const struct hall *hall)
{
	return dd_eventlog_head(hall->log).sequence;
}

/* The header of a record; freed by the caller. */
static inline Dondoc__V1__EventHeader *hall_header(struct hall *hall, uint64_t sequence)
{
	struct dd_buf frame = {0};
	struct dd_record record;
	Dondoc__V1__EventHeader *header;

	assert_int_equal(dd_eventlog_get(hall->log, sequence, &frame, &record, &hall->err), 0);
	header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	assert_non_null(header);
	dd_buf_fini(&frame);
	return header;
}

static inline Dondoc__V1__EventType hall_type(struct hall *hall, uint64_t sequence)
{
	Dondoc__V1__EventHeader *header = hall_header(hall, sequence);
	Dondoc__V1__EventType type = header->type;

	dondoc__v1__event_header__free_unpacked(header, NULL);
	return type;
}

static inline uint32_t hall_percent(struct hall *hall, uint64_t task)
{
	struct view_task out;

	assert_int_equal(view_task(hall->view, false, task, &out), DD_OK);
	return out.percent;
}

#endif
