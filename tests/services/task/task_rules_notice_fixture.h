/* task_rules_notice_fixture.h - commands of notification and reporting that are in order. */
#ifndef TESTS_SERVICES_TASK_RULES_NOTICE_FIXTURE_H
#define TESTS_SERVICES_TASK_RULES_NOTICE_FIXTURE_H

#include "common/domain/notice_id.h"
#include "tests/services/task/task_rules_fixture.h"

static uint8_t hash[33] = {9, 8, 7};

static uint8_t holder[16] = {1, 2, 3};

static inline void take_lease(struct deciding *test, uint64_t after)
{
	as_notification(test);
	ask(test, COMMAND(TAKE_LEASE), &dondoc__v1__take_lease__descriptor);
	test->cmd.lease.holder = (ProtobufCBinaryData){.data = holder, .len = sizeof(holder)};
	test->cmd.lease.after_epoch = after;
}

/* Room for more intents than a digest may have. */
static Dondoc__V1__Intent intents[DD_DIGEST_INTENTS_MAX + 1];
static Dondoc__V1__Intent *rows[DD_DIGEST_INTENTS_MAX + 1];

static inline void plan(struct deciding *test, size_t count)
{
	as_notification(test);
	ask(test, COMMAND(PLAN_DIGEST), &dondoc__v1__plan_digest__descriptor);
	test->cmd.plan.unit = text_of("U1");
	test->cmd.plan.day = TODAY;
	test->cmd.plan.subject = text_of("Nhắc việc ngày 16/02/2026");
	test->cmd.plan.text = text_of("Một nhiệm vụ sắp đến hạn");
	for (size_t i = 0; i < count; i++) {
		dondoc__v1__intent__init(&intents[i]);
		intents[i].rule = text_of("before");
		intents[i].task = test->task;
		intents[i].due_day = DUE;
		intents[i].step = (int32_t)i - 7;
		rows[i] = &intents[i];
	}
	test->cmd.plan.intents = rows;
	test->cmd.plan.n_intents = count;
}

static inline void plan_one(struct deciding *test)
{
	plan(test, 1);
}

static Dondoc__V1__ReportFile file;
static Dondoc__V1__ReportFile *files[17];

static inline void issue(struct deciding *test)
{
	become(test, DD_PRINCIPAL_REPORTING, "", 'r');
	ask(test, COMMAND(ISSUE_REPORT), &dondoc__v1__issue_report__descriptor);
	test->cmd.issue.schedule = text_of("monthly");
	test->cmd.issue.plan = text_of("P");
	test->cmd.issue.as_of_day = TODAY - 1;
	test->cmd.issue.sequence = test->sequence;
	test->cmd.issue.data_hash = (ProtobufCBinaryData){.data = hash, .len = 32};
	dondoc__v1__report_file__init(&file);
	file.format = text_of("pdf");
	file.hash = test->cmd.issue.data_hash;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		files[i] = &file;
	test->cmd.issue.files = files;
	test->cmd.issue.n_files = 2;
}

static inline char *long_text(size_t len)
{
	static char text[40000];

	assert(len < sizeof(text));
	memset(text, 'x', len);
	text[len] = '\0';
	return text;
}

#endif
