/* cli_past_test.c - what changed with each event of a task's history, corrections among them. */
#include "common/base/alloc.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_past.h"
#include "tests/support/harness.h"

#include <stdlib.h>

#define ROWS 4

/* A history, newest first as it is told. */
struct told {
	Dondoc__V1__HistoryRow rows[ROWS], *list[ROWS];
	Dondoc__V1__TaskDetail detail;
};

static ProtobufCBinaryData packed(const ProtobufCMessage *message)
{
	ProtobufCBinaryData out;

	out.data = dd_alloc(protobuf_c_message_get_packed_size(message) + 1);
	out.len = protobuf_c_message_pack(message, out.data);
	return out;
}

static void add(struct told *told, Dondoc__V1__EventType type, const ProtobufCMessage *body)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	size_t at = ROWS - ++told->detail.n_history;

	header.type = type;
	dondoc__v1__history_row__init(&told->rows[at]);
	told->rows[at].header = packed(&header.base);
	told->rows[at].body = packed(body);
	told->list[at] = &told->rows[at];
	told->detail.history = &told->list[at];
}

static void expect(const struct told *told, size_t at, const char *words)
{
	struct dd_buf out = {0};

	cli_past_words(CLI_EN, &told->detail, at, &out);
	assert_string_equal(dd_buf_cstr(&out), words);
	dd_buf_fini(&out);
}

static void what_a_conflict_left_in_force_is_what_the_next_change_starts_from(void **state)
{
	Dondoc__V1__ProgressReported report = DONDOC__V1__PROGRESS_REPORTED__INIT;
	Dondoc__V1__ConflictResolved resolved = DONDOC__V1__CONFLICT_RESOLVED__INIT;
	struct told told = {.detail = DONDOC__V1__TASK_DETAIL__INIT};

	(void)state;
	report.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	report.percent = 70;
	add(&told, DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED, &report.base);
	report.percent = 60;
	report.percent_conflicts = true;
	add(&told, DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED, &report.base);
	resolved.has_percent_case = DONDOC__V1__CONFLICT_RESOLVED__HAS_PERCENT_PERCENT;
	resolved.percent = 60;
	add(&told, DONDOC__V1__EVENT_TYPE__EVENT_CONFLICT_RESOLVED, &resolved.base);
	report.percent = 80;
	report.percent_conflicts = false;
	add(&told, DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED, &report.base);
	expect(&told, 0, "Done: 60% -> 80%");
	expect(&told, 1, "Done: 70% -> 60%");
	expect(&told, 2, ""); /* it only waits */
	for (size_t i = 0; i < ROWS; i++) {
		free(told.rows[i].header.data);
		free(told.rows[i].body.data);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_conflict_left_in_force_is_what_the_next_change_starts_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
