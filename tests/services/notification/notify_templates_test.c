/* notify_templates_test.c - texts of an authority: they take the place of the shipped ones, or are
 * refused with the reason before anybody gets them. */
#include "services/notification/notify_templates.h"

#include "common/base/file.h"
#include "services/notification/notify_render.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

static void put(const char *dir, const char *file, const char *text)
{
	char *path = dd_path(dir, file);

	test_write_file(path, text, strlen(text));
	free(path);
}

static void the_shipped_ones_are_all_there_and_leave_room(void **state)
{
	struct notify_templates *templates;
	struct dd_error err = {0};

	(void)state;
	assert_int_equal(notify_shipped_count, 2 * NOTIFY_TEMPLATE_KINDS);
	assert_int_equal(notify_templates_load("", &templates, &err), 0);
	for (int kind = 0; kind < NOTIFY_TEMPLATE_KINDS; kind++)
		for (int english = 0; english < 2; english++)
			assert_non_null(notify_templates_get(
				templates, (enum notify_template_kind)kind, english != 0));
	assert_int_equal(notify_render_try(templates, &err), 0);
	notify_templates_free(templates);
}

static void a_file_of_the_folder_goes_before_the_shipped_one(void **state)
{
	struct notify_row row = {.code = "1.2", .content = "x", .due_day = 20000, .days_left = 1};
	struct notify_letter letter = {
		.unit_name = "SYT", .day = 19999, .rows = &row, .count = 1, .report_to = ""};
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_templates *templates, *fresh;
	struct dd_error err = {0};
	char *dir = test_tmpdir();

	(void)state;
	put(dir, "digest.vi.subject", "{{#trial}}T{{/trial}}Công việc: {{summary}} ({{unit}})\n");
	put(dir, ".keep", "{{");
	assert_int_equal(notify_templates_load(dir, &templates, &err), 0);
	assert_int_equal(notify_templates_own(templates), 1);
	letter.templates = templates;
	notify_render(&letter, &content);
	assert_string_equal((char *)content.subject.data,
			    "Công việc: 1 nhiệm vụ sắp đến hạn (SYT)");
	put(dir, "digest.vi.subject", "{{#trial}}T{{/trial}}Mới: {{summary}} ({{unit}})\n");
	assert_int_equal(notify_templates_load(dir, &fresh, &err), 0);
	notify_templates_replace(templates, fresh);
	notify_render(&letter, &content);
	assert_string_equal((char *)content.subject.data, "Mới: 1 nhiệm vụ sắp đến hạn (SYT)");
	notify_content_fini(&content);
	notify_templates_free(templates);
	test_tmpdir_end(dir);
}

static void what_cannot_be_used_is_refused_by_name(void **state)
{
	static const struct {
		const char *file, *text, *words;
	} cases[] = {
		{"digest.vn.html", "x", "is no template: take it away or rename it"},
		{"digest.vi.txt", "{{unit}}", "digest.vi.txt: 'trial' is missing"},
		{"digest.vi.subject", "{{trial}}{{unit}}", "'summary' is missing"},
		{"hand.vi.txt", "{{trial}}{{#tasks}}{{content}}{{reason}}{{/tasks}}",
		 "'link' is missing"},
		{"digest.en.html", "a\n{{nobody}}", "digest.en.html:2: 'nobody' is not known here"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notify_templates *templates = NULL;
		struct dd_error err = {0};
		char *dir = test_tmpdir();

		put(dir, cases[i].file, cases[i].text);
		assert_int_not_equal(notify_templates_load(dir, &templates, &err), 0);
		assert_null(templates);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("'%s' lacks '%s'", err.text, cases[i].words);
		test_tmpdir_end(dir);
	}
}

static void a_text_that_leaves_no_room_for_rows_is_refused(void **state)
{
	struct notify_templates *templates;
	struct dd_buf text = {0};
	struct dd_error err = {0};
	char *dir = test_tmpdir();

	(void)state;
	dd_buf_text(&text, "{{trial}}{{unit}}{{day}}{{others}}{{waiting}}{{#sections}}{{#rows}}"
			   "{{content}}{{reason}}{{/rows}}{{/sections}}");
	for (int i = 0; i < 2000; i++)
		dd_buf_text(&text, "Kính gửi các đơn vị ");
	put(dir, "digest.en.txt", dd_buf_cstr(&text));
	assert_int_equal(notify_templates_load(dir, &templates, &err), 0);
	assert_int_not_equal(notify_render_try(templates, &err), 0);
	assert_non_null(strstr(err.text, "digest.en.txt"));
	notify_templates_free(templates);
	dd_buf_fini(&text);
	assert_int_not_equal(notify_templates_load("/nowhere/at/all", &templates, &err), 0);
	assert_non_null(strstr(err.text, "/nowhere/at/all"));
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_ones_are_all_there_and_leave_room),
		cmocka_unit_test(a_file_of_the_folder_goes_before_the_shipped_one),
		cmocka_unit_test(what_cannot_be_used_is_refused_by_name),
		cmocka_unit_test(a_text_that_leaves_no_room_for_rows_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
