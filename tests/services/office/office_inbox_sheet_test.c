/* office_inbox_sheet_test.c - sheets from the folder, over a real outbox and engine: rows go into
 * the outbox, the answer waits for the centre, and what is not taken says why. */
#include "services/office/office_inbox_sheet.h"

#include "common/base/file.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

struct room {
	char *dir;
	struct office_config config;
	struct office office;
	struct inbox_sheets *sheets;
	struct dd_loop *loop;
};

static uint64_t next_id(void *arg)
{
	(void)arg;
	return 1;
}

static int send_out(void *arg, uint64_t id, const uint8_t *data, size_t len, uint32_t deadline_ms)
{
	(void)arg;
	(void)id;
	(void)data;
	(void)len;
	(void)deadline_ms;
	return DD_ERR_CLOSED; /* no centre */
}

static int set_up(void **state)
{
	struct room *room = dd_alloc(sizeof(*room));
	struct office_core_options options = {.unit = "X01",
					      .window = 4,
					      .retry_ms = 50,
					      .next_id = next_id,
					      .send_out = send_out};
	struct dd_error err;

	memset(room, 0, sizeof(*room));
	dd_id_start();
	room->dir = test_tmpdir();
	room->config.unit = (char *)"X01";
	room->office.config = &room->config;
	assert_int_equal(dd_loop_open(&room->loop, &err), DD_OK);
	room->office.wake = dd_timer_open(room->loop, NULL, NULL);
	assert_int_equal(office_outbox_open(room->dir, 1 << 24, 1, &room->office.outbox, &err),
			 DD_OK);
	options.outbox = room->office.outbox;
	room->office.core = office_core_new(&options);
	room->sheets = inbox_sheets_new(&room->office);
	*state = room;
	return 0;
}

static int tear_down(void **state)
{
	struct room *room = *state;

	inbox_sheets_free(room->sheets);
	office_core_free(room->office.core);
	office_outbox_close(room->office.outbox);
	dd_timer_close(room->office.wake);
	dd_loop_close(room->loop);
	test_tmpdir_end(room->dir);
	free(room);
	return 0;
}

/* A sheet of one task, filled in before it is written. */
static void make_file(const char *unit, const char *step, struct dd_buf *file)
{
	static uint8_t log_id[16], secret[16] = {1};
	Dondoc__V1__SheetHead head = DONDOC__V1__SHEET_HEAD__INIT;
	Dondoc__V1__Position seen = DONDOC__V1__POSITION__INIT;
	Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct dd_sheet *sheet;
	struct dd_error err;

	seen.log_id = (ProtobufCBinaryData){sizeof(log_id), log_id};
	head.made_at = &seen;
	head.secret = (ProtobufCBinaryData){sizeof(secret), secret};
	head.unit = (char *)unit;
	head.lang = (char *)"vi";
	fields.code = (char *)"N01";
	task.fields = &fields;
	task.id = 12;
	task.version = 15;
	sheet = dd_sheet_new(&head);
	assert_true(dd_sheet_add(sheet, &task));
	free(sheet->rows[0].cell[DD_SHEET_STEP]);
	sheet->rows[0].cell[DD_SHEET_STEP] = dd_strdup(step);
	assert_int_equal(dd_sheet_write(sheet, false, file, &err), DD_OK);
	dd_sheet_free(sheet);
}

static uint64_t saved(struct room *room)
{
	struct office_counts counts;

	assert_int_equal(office_outbox_counts(room->office.outbox, &counts), 0);
	return counts.saved;
}

static void what_is_filled_in_goes_into_the_outbox(void **state)
{
	struct room *room = *state;
	struct inbox_sheet *sheet = NULL;
	struct dd_buf file = {0}, answer = {0};
	struct dd_error err;

	make_file("X01", "Đang", &file);
	assert_int_equal(inbox_sheet_take(room->sheets, &file, &sheet, &err), DD_OK);
	assert_int_equal(saved(room), 1);
	assert_int_equal(inbox_sheet_answer(sheet, &answer, &err), DD_OK);
	assert_string_equal(inbox_sheet_ending(sheet), ".ket-qua.xlsx");
	inbox_sheet_free(sheet);
	dd_buf_fini(&file);
	dd_buf_fini(&answer);
}

/* Its answer could not be written, or it could not be moved: the next round finds it again. */
static void what_is_taken_up_again_goes_into_the_outbox_once(void **state)
{
	struct room *room = *state;
	struct inbox_sheet *sheet = NULL;
	struct dd_buf file = {0};
	struct dd_error err;

	make_file("X01", "Đang", &file);
	for (int round = 0; round < 3; round++)
		assert_int_equal(inbox_sheet_take(room->sheets, &file, &sheet, &err), DD_OK);
	assert_int_equal(saved(room), 1);
	inbox_sheet_free(sheet);
	dd_buf_fini(&file);
}

static void an_answer_waits_for_the_centre(void **state)
{
	struct room *room = *state;
	char *path = dd_path(room->dir, "answer.xlsx");
	struct inbox_sheet *sheet = NULL;
	struct dd_buf file = {0}, answer = {0};
	struct dd_error err;

	make_file("X01", "Đang", &file);
	assert_int_equal(inbox_sheet_take(room->sheets, &file, &sheet, &err), DD_OK);
	inbox_sheets_follow(room->sheets, sheet, path);
	inbox_sheets_look(room->sheets);
	assert_int_not_equal(dd_file_read(path, DD_SHEET_FILE_MAX, &answer, &err), DD_OK);
	free(path);
	dd_buf_fini(&file);
	dd_buf_fini(&answer);
}

static void what_is_not_this_unit_s_or_empty_is_told_in_words(void **state)
{
	static const struct {
		const char *unit, *step, *says;
	} cases[] = {{"X02", "Đang", "của đơn vị X02"}, {"X01", "", "chưa điền dòng nào"}};
	struct room *room = *state;
	struct inbox_sheet *sheet = NULL;
	struct dd_error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf file = {0};

		make_file(cases[i].unit, cases[i].step, &file);
		assert_int_equal(inbox_sheet_take(room->sheets, &file, &sheet, &err),
				 DD_ERR_INVALID);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg("%s", err.text);
		assert_int_equal(saved(room), 0);
		dd_buf_fini(&file);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_filled_in_goes_into_the_outbox),
		TEST(what_is_taken_up_again_goes_into_the_outbox_once),
		TEST(an_answer_waits_for_the_centre),
		TEST(what_is_not_this_unit_s_or_empty_is_told_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
