/* task_import_fixture.h - a view, some files and a plan, for the tests of the import. */
#ifndef TESTS_SERVICES_TASK_IMPORT_FIXTURE_H
#define TESTS_SERVICES_TASK_IMPORT_FIXTURE_H

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "services/task/task_import.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 8

#define PROBLEM(name) DONDOC__V1__ROW_PROBLEM__ROW_##name
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

/* protobuf-c's texts are not const; these are only read from. */
static inline char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

struct stored {
	uint8_t hash[DD_HASH_LEN];
	struct dd_buf bytes;
};

struct importing {
	char *dir;
	struct view *view;
	uint64_t sequence;
	struct stored files[FILES_MAX];
	size_t file_count;
	int file_fails; /* what the store of files answers; 0 = the file */
	Dondoc__V1__PlanFields plan;
	struct task_import_result result;
	struct dd_error err;
};

/* --- set-up ---------------------------------------------------------------------------------- */

static inline int set_up(void **state)
{
	struct importing *test = dd_alloc(sizeof(*test));
	struct view_options options = {.inline_store = true};

	dd_id_start();
	test->dir = test_tmpdir();
	options.dir = test->dir;
	assert_int_equal(view_open(&options, &test->view, &test->err), 0);
	assert_int_equal(view_live(test->view, &test->err), 0);
	dondoc__v1__plan_fields__init(&test->plan);
	test->plan.code = text_of("P");
	test->plan.title = text_of("Kế hoạch thử");
	test->plan.assigner_unit = text_of("HN");
	*state = test;
	return 0;
}

static inline void forget_files(struct importing *test)
{
	for (size_t i = 0; i < test->file_count; i++)
		dd_buf_fini(&test->files[i].bytes);
	test->file_count = 0;
}

static inline int tear_down(void **state)
{
	struct importing *test = *state;

	task_import_free(&test->result);
	forget_files(test);
	view_close(test->view);
	test_tmpdir_end(test->dir);
	free(test);
	return 0;
}

static inline int on_file(void *arg, const uint8_t hash[32], struct dd_buf *out)
{
	struct importing *test = arg;

	if (test->file_fails)
		return test->file_fails;
	for (size_t i = 0; i < test->file_count; i++) {
		if (memcmp(test->files[i].hash, hash, DD_HASH_LEN) == 0) {
			dd_buf_add(out, test->files[i].bytes.data, test->files[i].bytes.len);
			return 0;
		}
	}
	return DD_ERR_NOT_FOUND;
}

static inline ProtobufCBinaryData keep_bytes(struct importing *test, const void *data, size_t len)
{
	struct stored *file = &test->files[test->file_count++];

	assert_true(test->file_count <= FILES_MAX);
	memset(&file->bytes, 0, sizeof(file->bytes));
	dd_buf_add(&file->bytes, data, len);
	dd_hash(data, len, file->hash);
	return (ProtobufCBinaryData){DD_HASH_LEN, file->hash};
}

static inline ProtobufCBinaryData keep(struct importing *test, const char *text)
{
	if (!text)
		return (ProtobufCBinaryData){0, NULL};
	return keep_bytes(test, text, strlen(text));
}

/* The shipped file; this source tells where the tree is. */
static inline ProtobufCBinaryData keep_sample(struct importing *test, const char *name)
{
	static const char here[] = "tests/services/task/task_import_fixture.h";
	char path[1024];
	struct dd_buf bytes = {0};
	ProtobufCBinaryData hash;

	(void)snprintf(path, sizeof(path), "%.*sdeploy/sample/%s",
		       (int)(strlen(__FILE__) - strlen(here)), __FILE__, name);
	assert_int_equal(dd_file_read(path, 1u << 20, &bytes, &test->err), 0);
	hash = keep_bytes(test, bytes.data, bytes.len);
	dd_buf_fini(&bytes);
	return hash;
}

static inline struct task_import_source source_of(struct importing *test)
{
	return (struct task_import_source){test->view, on_file, test};
}

static inline void run(struct importing *test, const Dondoc__V1__ImportPlan *command)
{
	struct task_import_source source = source_of(test);

	task_import_free(&test->result);
	assert_int_equal(task_import_plan(&source, command, &test->result, &test->err), 0);
}

/* One event into the view, as the engine does it. */
static inline void apply(struct importing *test, const struct task_event *event)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	bool task = event->type == DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED;
	struct view_task old = {0};

	test->sequence++;
	header.type = (Dondoc__V1__EventType)event->type;
	header.version = 1;
	header.unit = text_of(event->unit);
	header.subject = task ? test->sequence : event->subject;
	if (event->subject) {
		assert_int_equal(view_task(test->view, true, event->subject, &old), 0);
		header.subject_previous = old.version;
	}
	assert_int_equal(view_apply(test->view, test->sequence, &header,
				    &(struct view_body){event->body, event->body_len, NULL},
				    &test->err),
			 DD_OK);
}

static inline void apply_all(struct importing *test)
{
	struct dd_position after = {0};

	assert_int_equal(test->result.refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE);
	view_batch_begin(test->view);
	for (size_t i = 0; i < test->result.event_count; i++)
		apply(test, &test->result.events[i]);
	after.sequence = test->sequence;
	view_batch_commit(test->view, &after);
}

static inline void apply_one(struct importing *test, uint32_t type, uint64_t subject,
			     const ProtobufCMessage *body)
{
	struct task_event event = {.type = type, .subject = subject};
	struct dd_position after = {0};

	event.body_len = protobuf_c_message_get_packed_size(body);
	event.body = dd_alloc(event.body_len + 1);
	protobuf_c_message_pack(body, event.body);
	view_batch_begin(test->view);
	apply(test, &event);
	after.sequence = test->sequence;
	view_batch_commit(test->view, &after);
	free(event.body);
}

#define UNITS                                                                                      \
	"code,name,kind,parent\n"                                                                  \
	"HN,UBND thành phố Hà Nội,province,\n"                                               \
	"SYT,Sở Y tế,department,HN\n"                                                          \
	"STC,Sở Tài chính,department,HN\n"                                                     \
	"SBN,\"Các Sở, ban, ngành\",group,HN\n"                                                \
	"XP,\"UBND các xã, phường\",commune_group,HN\n"                                       \
	"YT1,Phòng Nghiệp vụ Y,division,SYT\n"
#define TASK_HEAD                                                                                  \
	"code,area,content,product,lead_unit,coordinating_units,time_text,start,due,recurrence,"   \
	"target\n"
#define GOOD_TASK "1,0,Việc,,Sở Y tế,,,,2026-01-31,once,\n"

static inline Dondoc__V1__ImportPlan command_of(struct importing *test, const char *tasks)
{
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;

	forget_files(test);
	command.plan = &test->plan;
	command.units_file = keep(test, UNITS);
	command.tasks_file = keep(test, tasks);
	return command;
}

static inline void import_tasks(struct importing *test, const char *tasks)
{
	Dondoc__V1__ImportPlan command = command_of(test, tasks);

	run(test, &command);
	apply_all(test);
}

/* The first report with the problem, or NULL. */
static inline const Dondoc__V1__RowReport *row_with(const struct importing *test,
						    Dondoc__V1__RowProblem problem)
{
	for (size_t i = 0; i < test->result.row_count; i++)
		if (test->result.rows[i]->problem == problem)
			return test->result.rows[i];
	return NULL;
}

/* The fields of task `code`, from the view. Freed by the caller. */
static inline Dondoc__V1__TaskFields *fields_of(struct importing *test, const char *code)
{
	const uint8_t *bytes;
	Dondoc__V1__TaskFields *fields;
	uint64_t id;
	size_t len;

	assert_int_equal(view_task_by_code(test->view, true, test->plan.code, code, &id), 0);
	assert_int_equal(view_task_fields(test->view, true, id, &bytes, &len), 0);
	fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	assert_non_null(fields);
	return fields;
}

static inline uint64_t id_of(struct importing *test, const char *code)
{
	uint64_t id;

	assert_int_equal(view_task_by_code(test->view, true, test->plan.code, code, &id), 0);
	return id;
}

static inline void run_days(struct importing *test, ProtobufCBinaryData file)
{
	Dondoc__V1__ImportCalendar command = DONDOC__V1__IMPORT_CALENDAR__INIT;
	struct task_import_source source = source_of(test);

	command.days_file = file;
	task_import_free(&test->result);
	assert_int_equal(task_import_calendar(&source, &command, &test->result, &test->err), 0);
}

#endif
