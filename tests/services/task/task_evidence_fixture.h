/* task_evidence_fixture.h - files and orders of destruction by commands of persons, and the
 * answers.
 */
#ifndef TESTS_SERVICES_TASK_EVIDENCE_FIXTURE_H
#define TESTS_SERVICES_TASK_EVIDENCE_FIXTURE_H

#include "common/view/view_evidence.h"
#include "common/view/view_query.h"
#include "services/task/task_daily_files.h"
#include "services/task/task_query.h"
#include "tests/services/task/task_engine_fixture.h"

#define PDF       "%PDF-1.7\nBáo cáo kết quả\n"
#define SECRET    "SECRET-NGUYEN-VAN-A.pdf"
#define PERSON(c) ((const uint8_t *)#c #c #c #c #c #c #c #c #c #c #c #c #c #c #c #c)

/* One command of a person for a unit. */
struct said {
	Dondoc__V1__CommandBody body;
	Dondoc__V1__Actor actor;
	Dondoc__V1__Document document;
};

static uint64_t next_number;

static inline void say(struct said *said, Dondoc__V1__CommandBody__ActionCase action,
		       const char *unit, const uint8_t *person)
{
	dondoc__v1__command_body__init(&said->body);
	dondoc__v1__actor__init(&said->actor);
	dondoc__v1__document__init(&said->document);
	said->document.number = text_of("15/QĐ-UBND");
	said->actor.unit = text_of(unit);
	if (person)
		said->actor.person =
			(ProtobufCBinaryData){.data = (uint8_t *)person, .len = DD_ID_LEN};
	said->body.actor = &said->actor;
	said->body.fact_us = dd_wall_us();
	said->body.action_case = action;
}

static inline const struct given *answered(struct hall *hall, const struct said *said)
{
	struct sent sent = {.who = &hall_operator, .stream = 'E', .number = ++next_number};

	sent_body(&sent, &said->body);
	return hall_do(hall, &sent);
}

static inline const struct given *attach_as(struct hall *hall, uint64_t task, const uint8_t *hash,
					    const char *name, bool later, const char *unit)
{
	Dondoc__V1__AttachFile attach = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__FileRef file = DONDOC__V1__FILE_REF__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE, unit, NULL);
	file.hash = (ProtobufCBinaryData){.data = (uint8_t *)hash, .len = DD_HASH_LEN};
	file.name = text_of(name);
	file.size = 100;
	file.type = text_of("image/png"); /* a lie: the server looks itself */
	attach.task = task;
	attach.file = &file;
	attach.document = &said.document;
	attach.later = later;
	said.body.attach_file = &attach;
	return answered(hall, &said);
}

static inline const struct given *attach(struct hall *hall, uint64_t task, const uint8_t *hash,
					 const char *name)
{
	return attach_as(hall, task, hash, name, false, "SYT");
}

static inline const struct given *detach(struct hall *hall, uint64_t task, const uint8_t *hash)
{
	Dondoc__V1__DetachFile detach = DONDOC__V1__DETACH_FILE__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_DETACH_FILE, "SYT", NULL);
	detach.task = task;
	detach.hash = (ProtobufCBinaryData){.data = (uint8_t *)hash, .len = DD_HASH_LEN};
	detach.reason = text_of("đính kèm nhầm");
	said.body.detach_file = &detach;
	return answered(hall, &said);
}

static inline const struct given *order(struct hall *hall, const uint8_t *hash, uint64_t event,
					const uint8_t *person)
{
	Dondoc__V1__OrderDestruction order = DONDOC__V1__ORDER_DESTRUCTION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ORDER_DESTRUCTION, "HN", person);
	if (hash)
		order.file = (ProtobufCBinaryData){.data = (uint8_t *)hash, .len = DD_HASH_LEN};
	order.events = &event;
	order.n_events = event != 0;
	order.reason = text_of("lộ dữ liệu cá nhân");
	order.document = &said.document;
	said.body.order_destruction = &order;
	return answered(hall, &said);
}

static inline const struct given *confirm(struct hall *hall, uint64_t number, bool agree,
					  const uint8_t *person)
{
	Dondoc__V1__ConfirmDestruction confirm = DONDOC__V1__CONFIRM_DESTRUCTION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_DESTRUCTION, "HN", person);
	confirm.order = number;
	confirm.confirmed = agree;
	confirm.reason = text_of("đã xem");
	said.body.confirm_destruction = &confirm;
	return answered(hall, &said);
}

static inline void accepted(const struct given *given)
{
	if (given->outcome != OUTCOME(ACCEPTED))
		fail_msg("refused: %d %s %s", (int)given->refusal, given->arguments[0],
			 given->arguments[1]);
}

static inline void refused(const struct given *given, Dondoc__V1__RefusalCode code)
{
	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, code);
}

static inline void daily(struct hall *hall)
{
	struct task_daily daily = {
		.engine = hall->engine, .view = hall->view, .log = hall->log, .files = hall->files};

	task_daily_files(&daily, 0);
	hall_run(hall);
}

/* --- asking ----------------------------------------------------------------------------------- */

static inline Dondoc__V1__Answer *ask(struct hall *hall, const struct dd_principal *who,
				      Dondoc__V1__Query *query)
{
	struct task_query_source source = {
		.view = hall->view, .log = hall->log, .files = hall->files};
	Dondoc__V1__ErrorCode code;
	Dondoc__V1__Answer *answer = NULL;
	struct dd_buf out = {0};

	if (task_query_answer(&source, who, query, &out, &code, &hall->err) == DD_OK) {
		answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
		assert_non_null(answer);
	}
	dd_buf_fini(&out);
	dd_buf_fini(&source.frame);
	return answer;
}

static inline Dondoc__V1__Answer *files_of(struct hall *hall, const struct dd_principal *who,
					   uint64_t task, const uint8_t *hash)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListFiles list = DONDOC__V1__LIST_FILES__INIT;

	list.task = task;
	if (hash)
		list.hash = (ProtobufCBinaryData){.data = (uint8_t *)hash, .len = DD_HASH_LEN};
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_FILES;
	query.list_files = &list;
	return ask(hall, who, &query);
}

static inline Dondoc__V1__Answer *fetch(struct hall *hall, const struct dd_principal *who,
					const uint8_t *hash, uint64_t offset, uint32_t max)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__FetchFile fetch = DONDOC__V1__FETCH_FILE__INIT;

	fetch.hash = (ProtobufCBinaryData){.data = (uint8_t *)hash, .len = DD_HASH_LEN};
	fetch.offset = offset;
	fetch.max_bytes = max;
	query.what_case = DONDOC__V1__QUERY__WHAT_FETCH_FILE;
	query.fetch_file = &fetch;
	return ask(hall, who, &query);
}

static inline void end(Dondoc__V1__Answer *answer)
{
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

/* --- what is left ------------------------------------------------------------------------------
 */

#define DIGITS_OF(number) #number
#define DIGITS(number)    DIGITS_OF(number)
#define VIEW_NOW          "view/view-" DIGITS(VIEW_SCHEMA)

struct looking {
	const char *dir, *text;
	unsigned found;
};

static inline void look_into(void *arg, const char *name)
{
	struct looking *looking = arg;
	char *path = dd_path(looking->dir, name);
	unsigned long size = 0;
	char *data = strcmp(name, "incoming") != 0 ? test_read_file(path, &size) : NULL;

	if (data && memmem(data, size, looking->text, strlen(looking->text)))
		looking->found++;
	free(data);
	free(path);
}

/* In how many files of a folder the text stands. */
static inline unsigned files_with(const struct hall *hall, const char *folder, const char *text)
{
	char dir[600];
	struct looking looking = {.dir = dir, .text = text};

	hall_path(hall, folder, dir);
	(void)dd_sys()->list(dd_sys()->ctx, dir, look_into, &looking);
	return looking.found;
}

static inline void dump(struct hall *hall, struct dd_buf *out)
{
	char dir[600];

	hall_close(hall);
	hall_path(hall, "view", dir);
	assert_int_equal(view_dump(dir, out, &hall->err), DD_OK);
	hall_open(hall);
}

static inline void verify(struct hall *hall)
{
	struct dd_position head = dd_eventlog_head(hall->log);
	struct dd_verify_report report;
	char dir[600];

	hall_path(hall, "log", dir);
	if (dd_eventlog_verify(dir, &head, &report, &hall->err) != 0)
		fail_msg("%s", hall->err.text);
}

static inline int evidence_set_up(void **state)
{
	next_number = 0;
	return hall_set_up(state);
}

#endif
