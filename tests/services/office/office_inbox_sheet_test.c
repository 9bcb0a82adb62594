/* office_inbox_sheet_test.c - sheets from the folder, over a real outbox, engine and view: rows go
 * into the outbox, the answer waits for the centre and says what it made of them, also after a
 * restart, and what is not taken says why. */
#include "services/office/office_inbox_sheet.h"

#include "common/base/file.h"
#include "common/base/xlsx.h"
#include "tests/services/office/kept_log.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TASK 3 /* the number of the event that added it */

struct room {
	char *dir;
	struct office_config config;
	struct office office;
	struct inbox_sheets *sheets;
	struct dd_loop *loop;
	struct test_log_frames log; /* of the centre */
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
	struct office_replica_options replica = {.unit = "X01"};
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
	replica.store = office_outbox_store(room->office.outbox);
	replica.data_dir = room->dir;
	assert_int_equal(office_replica_open(&replica, &room->office.replica, &err), DD_OK);
	log_init(&room->log);
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
	office_replica_close(room->office.replica);
	log_fini(&room->log);
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
	task.id = TASK;
	task.version = TASK;
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

/* --- the centre ---------------------------------------------------------------------------------
 */

static void follow(struct room *room)
{
	struct office_kept *kept = office_replica_kept(room->office.replica);
	struct office_kept_taken taken;
	struct dd_buf slices = {0};
	struct dd_error err = {0};

	log_slices(&room->log, office_kept_state(kept)->at.sequence, room->log.at.sequence, true,
		   &slices);
	if (office_kept_take(kept, &slices, &room->log.at, &taken, &err) != 0 ||
	    office_kept_fresh(kept, 7, &err) != 0 ||
	    office_replica_follow(room->office.replica, &err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(office_replica_trouble(room->office.replica), "");
	dd_buf_fini(&slices);
}

static void add_task(struct room *room)
{
	Dondoc__V1__UnitSet unit = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields unit_fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__PlanSet plan = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan_fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__TaskAdded task = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields task_fields = DONDOC__V1__TASK_FIELDS__INIT;

	unit_fields.code = unit_fields.name = test_text("X01");
	unit.unit = &unit_fields;
	plan_fields.code = plan_fields.title = test_text("K");
	plan_fields.assigner_unit = test_text("X01");
	plan.plan = &plan_fields;
	task_fields.plan = test_text("K");
	task_fields.code = task_fields.content = test_text("N01");
	task_fields.lead_unit = test_text("X01");
	task.task = &task_fields;
	(void)log_add(&room->log, &(struct log_entry){.type = EVENT(UNIT_SET), .said = &unit.base});
	(void)log_add(&room->log, &(struct log_entry){.type = EVENT(PLAN_SET), .said = &plan.base});
	assert_int_equal(log_add(&room->log, &(struct log_entry){.type = EVENT(TASK_ADDED),
								 .task = TASK,
								 .said = &task.base}),
			 TASK);
}

static uint64_t report(struct room *room, bool conflict)
{
	Dondoc__V1__ProgressReported said = DONDOC__V1__PROGRESS_REPORTED__INIT;

	said.has_step_case = DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;
	said.step = DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY;
	said.step_conflicts = conflict;
	return log_add(&room->log, &(struct log_entry){.type = EVENT(PROGRESS_REPORTED),
						       .task = TASK,
						       .previous = TASK,
						       .said = &said.base});
}

/* The first report in the outbox. */
static void decide(struct room *room, enum office_state state, const char *reason,
		   uint64_t sequence)
{
	const uint64_t id = 1;
	const struct office_receipt receipt = {.sequence = sequence, .incarnation = 1};
	const struct office_change change = {
		.state = state, .reason = reason, .receipt = sequence != 0 ? &receipt : NULL};
	struct dd_error err = {0};

	if (office_outbox_mark_sent(room->office.outbox, &id, 1, 5, &err) != 0 ||
	    office_outbox_change(room->office.outbox, id, &change, 6, &err) != 0)
		fail_msg("%s", err.text);
}

/* The service stops and starts: what is only in memory is gone. */
static void restart(struct room *room)
{
	inbox_sheets_free(room->sheets);
	room->sheets = inbox_sheets_new(&room->office);
}

/* What the answer says of its only row, or "" if there is none yet. */
static const char *answered(struct room *room, char out[400])
{
	char *path = dd_path(room->dir, "answer.xlsx");
	struct dd_buf file = {0};
	struct dd_xlsx *book = NULL;
	struct dd_error err;

	out[0] = '\0';
	if (dd_file_read(path, DD_SHEET_FILE_MAX, &file, &err) == DD_OK) {
		assert_int_equal(dd_xlsx_read(file.data, file.len, "", &book, &err), DD_OK);
		for (size_t r = 0; r < dd_xlsx_rows(book); r++) {
			for (size_t c = 0; c < dd_xlsx_columns(book); c++) {
				if (strcmp(dd_xlsx_cell(book, r, c), "N01") == 0)
					snprintf(out, 400, "%s", dd_xlsx_cell(book, r, c + 2));
			}
		}
	}
	dd_xlsx_free(book);
	dd_buf_fini(&file);
	free(path);
	return out;
}

/* Handed in, and lies where it was moved to. */
static void hand_in(struct room *room)
{
	char *path = dd_path(room->dir, "sheet.xlsx"), *answer = dd_path(room->dir, "answer.xlsx");
	struct inbox_sheet *sheet = NULL;
	struct dd_buf file = {0};
	struct dd_error err;
	uint64_t id;

	make_file("X01", "Đang", &file);
	assert_int_equal(inbox_sheet_take(room->sheets, &file, &sheet, &err), DD_OK);
	assert_int_equal(inbox_sheets_follow(room->sheets, sheet,
					     &(struct inbox_paths){path, answer}, &id, &err),
			 DD_OK);
	assert_int_equal(dd_file_write(path, file.data, file.len, 0600, &err), DD_OK);
	inbox_sheet_free(sheet);
	free(path);
	free(answer);
	dd_buf_fini(&file);
}

static void an_answer_waits_for_the_centre_and_for_what_the_log_tells(void **state)
{
	struct room *room = *state;
	char words[400];

	add_task(room);
	follow(room);
	hand_in(room);
	inbox_sheets_look(room->sheets);
	assert_string_equal(answered(room, words), "");
	decide(room, OFFICE_ACCEPTED, NULL, report(room, false));
	inbox_sheets_look(room->sheets);
	assert_string_equal(answered(room, words), "");
	follow(room);
	inbox_sheets_look(room->sheets);
	if (strstr(answered(room, words), "Đã nhận") == NULL)
		fail_msg("%s", words);
}

static void a_row_that_became_a_conflict_is_answered_so(void **state)
{
	struct room *room = *state;
	char words[400];

	add_task(room);
	hand_in(room);
	decide(room, OFFICE_ACCEPTED, NULL, report(room, true));
	follow(room);
	inbox_sheets_look(room->sheets);
	if (strstr(answered(room, words), "xung đột") == NULL)
		fail_msg("%s", words);
}

static void a_restart_does_not_keep_an_answer_from_being_completed(void **state)
{
	struct room *room = *state;
	char words[400];

	add_task(room);
	hand_in(room);
	restart(room);
	inbox_sheets_look(room->sheets);
	assert_string_equal(answered(room, words), "");
	decide(room, OFFICE_REFUSED, "REFUSAL_STATE (completed, report)", 0);
	restart(room);
	inbox_sheets_look(room->sheets);
	if (strstr(answered(room, words), "Bị từ chối") == NULL)
		fail_msg("%s", words);
}

/* Its words stand in the journal; nothing waits for ever. */
static void a_sheet_that_was_taken_away_is_waited_for_no_longer(void **state)
{
	struct room *room = *state;
	char *path = dd_path(room->dir, "sheet.xlsx");
	char words[400];

	hand_in(room);
	decide(room, OFFICE_REFUSED, "REFUSAL_STATE (completed, report)", 0);
	assert_int_equal(remove(path), 0);
	inbox_sheets_look(room->sheets);
	hand_in(room); /* a second one, which the outbox keeps */
	assert_int_equal(remove(path), 0);
	inbox_sheets_look(room->sheets);
	assert_string_equal(answered(room, words), "");
	free(path);
}

/* Whoever may drop files may put anything in its place: nothing is read through a link, and nobody
 * waits for a pipe. */
static void what_was_put_in_the_place_of_a_sheet_holds_nothing_up(void **state)
{
	struct room *room = *state;
	char *path = dd_path(room->dir, "sheet.xlsx"), *other = dd_path(room->dir, "other.xlsx");
	char words[400];

	hand_in(room);
	decide(room, OFFICE_REFUSED, "REFUSAL_STATE (completed, report)", 0);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	inbox_sheets_look(room->sheets);
	assert_string_equal(answered(room, words), "");
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	inbox_sheets_look(room->sheets);
	assert_string_equal(answered(room, words), "");
	assert_int_equal(remove(path), 0);
	assert_int_equal(rename(other, path), 0);
	inbox_sheets_look(room->sheets); /* of a pipe it was told: nothing is waited for */
	assert_string_equal(answered(room, words), "");
	free(path);
	free(other);
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
		TEST(an_answer_waits_for_the_centre_and_for_what_the_log_tells),
		TEST(a_row_that_became_a_conflict_is_answered_so),
		TEST(a_restart_does_not_keep_an_answer_from_being_completed),
		TEST(a_sheet_that_was_taken_away_is_waited_for_no_longer),
		TEST(what_was_put_in_the_place_of_a_sheet_holds_nothing_up),
		TEST(what_is_not_this_unit_s_or_empty_is_told_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
