/* cli_diff_words_test.c - fields and values of a difference as people say them. */
#include "dondoc/v1/query.pb-c.h"
#include "services/cli/cli_diff_words.h"
#include "tests/support/harness.h"
#include <string.h>

static void names_are_said_part_by_part(void **state)
{
	static const struct {
		const char *name, *vi, *en;
	} rows[] = {
		{"due_day", "hạn", "due"},
		{"products[2].text", "sản phẩm 2, nội dung", "product 2, text"},
		{"timing.due_minute", "cách tính thời gian, giờ đến hạn",
		 "timing, hour of the due day"},
		{"timing.milestones[12].what", "cách tính thời gian, mốc 12, việc của mốc",
		 "timing, milestone 12, what"},
		{"source.day", "văn bản giao việc, ngày", "source, day"},
		{"something_new", "something_new", "something_new"},
	};
	struct dd_buf text = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dd_buf_clear(&text);
		cli_diff_name(CLI_VI, rows[i].name, &text);
		assert_string_equal(dd_buf_cstr(&text), rows[i].vi);
		dd_buf_clear(&text);
		cli_diff_name(CLI_EN, rows[i].name, &text);
		assert_string_equal(dd_buf_cstr(&text), rows[i].en);
	}
	dd_buf_fini(&text);
}

/* Of a row: what never differs, and what the differences leave out (view_query_diff.c). */
static bool is_never_told(const char *name)
{
	static const char *const names[] = {
		"id",        "version",         "days_left",          "time_state",
		"days_late", "updated_us",      "lead_name",          "children",
		"parts",     "rolled_percent",  "pending_completion", "pending_extension",
		"fields",    "pending_refusal", "pending_transfer",   "products_open",
		"files",     "local_pending",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void check_names(const ProtobufCMessageDescriptor *kind)
{
	struct dd_buf text = {0};

	for (unsigned i = 0; i < kind->n_fields; i++) {
		const char *name = kind->fields[i].name;

		dd_buf_clear(&text);
		cli_diff_name(CLI_VI, name, &text);
		if (strcmp(dd_buf_cstr(&text), name) == 0)
			fail_msg("field %s of %s has no words in cli_diff_words.c", name,
				 kind->name);
	}
	dd_buf_fini(&text);
}

static void every_field_that_can_differ_has_words(void **state)
{
	const ProtobufCMessageDescriptor *const row = &dondoc__v1__task_row__descriptor;
	struct dd_buf text = {0};

	(void)state;
	for (unsigned i = 0; i < row->n_fields; i++) {
		const char *name = row->fields[i].name;

		dd_buf_clear(&text);
		cli_diff_name(CLI_VI, name, &text);
		if (!is_never_told(name) && strcmp(dd_buf_cstr(&text), name) == 0)
			fail_msg("field %s of a row has no words in cli_diff_words.c", name);
	}
	check_names(&dondoc__v1__task_fields__descriptor);
	check_names(&dondoc__v1__timing__descriptor);
	check_names(&dondoc__v1__milestone__descriptor);
	check_names(&dondoc__v1__after_event__descriptor);
	check_names(&dondoc__v1__document__descriptor);
	check_names(&dondoc__v1__lead_part__descriptor);
	dd_buf_fini(&text);
}

static void values_are_said_as_people_say_them(void **state)
{
	static const struct {
		const char *name, *value, *vi;
	} rows[] = {
		{"due_day", "2026-06-30", "30/06/2026"},
		{"due_day", "", ""},
		{"source.day", "2026-06-30", "30/06/2026"},
		{"state", "TASK_COMPLETED", "Hoàn thành"},
		{"step", "STEP_UNDER_WAY", "Đang"},
		{"recurrence", "RECUR_QUARTERLY", "Hằng quý"},
		{"priority", "true", "có"},
		{"receipt", "RECEIPT_OPEN", "chưa xác nhận đã nhận"},
		{"timing.due_minute", "960", "16:00"},
		{"timing.due_minute", "0", ""},
		{"source_kind", "1", "kết luận cuộc họp"},
		{"weight", "30", "30"},
		{"flags", "16390", "có mục chờ thủ trưởng duyệt"}, /* and what other rows tell */
		{"labels", "gap, so-hoa", "gap, so-hoa"},
	};
	struct dd_buf text = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dd_buf_clear(&text);
		cli_diff_value(CLI_VI, rows[i].name, rows[i].value, &text);
		assert_string_equal(dd_buf_cstr(&text), rows[i].vi);
	}
	assert_false(cli_diff_for_people("timing.doubts"));
	assert_true(cli_diff_for_people("timing.rest"));
	dd_buf_fini(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_said_part_by_part),
		cmocka_unit_test(every_field_that_can_differ_has_words),
		cmocka_unit_test(values_are_said_as_people_say_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
