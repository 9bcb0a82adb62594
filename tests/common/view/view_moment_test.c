/* view_moment_test.c - a day that is over is counted as it was recorded by its end. */
#include "tests/common/view/asking.h"

static Dondoc__V1__Answer *count_of(struct view *view, int32_t today, int32_t day, const char *plan)
{
	Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
	struct asked asked = {.view = view, .today = today};
	Dondoc__V1__Answer *got;

	what.as_of_day = day;
	what.plan = lent(plan);
	got = count(&asked, &what);
	dd_buf_fini(&asked.out);
	got->view_sequence = 0; /* the views have not read equally far */
	return got;
}

static void assert_same_counts(const Dondoc__V1__Answer *a, const Dondoc__V1__Answer *b,
			       int32_t day)
{
	struct dd_buf packed[2] = {{0}, {0}};

	dd_buf_reserve(&packed[0], dondoc__v1__answer__get_packed_size(a));
	dd_buf_reserve(&packed[1], dondoc__v1__answer__get_packed_size(b));
	packed[0].len = dondoc__v1__answer__pack(a, packed[0].data);
	packed[1].len = dondoc__v1__answer__pack(b, packed[1].data);
	if (packed[0].len != packed[1].len ||
	    memcmp(packed[0].data, packed[1].data, packed[0].len) != 0)
		fail_msg("day %d: %u and %u tasks, overdue %u and %u", day - HISTORY_DAY0,
			 a->counts->all->total, b->counts->all->total, a->counts->all->open_overdue,
			 b->counts->all->open_overdue);
	dd_buf_fini(&packed[0]);
	dd_buf_fini(&packed[1]);
}

/* Names are today's, and histories rename units; who reported lately is told of today alone. */
static void forget_names(Dondoc__V1__Answer *got)
{
	got->counts->reporting_units = 0;
	got->counts->updated_units = 0;
	for (size_t i = 0; i < got->counts->n_by_unit; i++)
		got->counts->by_unit[i]->name[0] = '\0';
}

static int64_t frame_us(const struct history_frame *frame)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	Dondoc__V1__EventHeader *header;
	int64_t us;

	must(dd_frame_info(frame->buf.data, frame->buf.len, &info));
	dd_frame_iter(&iter, frame->buf.data, &info);
	assert_true(dd_frame_next(&iter, &record));
	header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	us = header->record_us;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return us;
}

/* `past` follows the log day by day; `whole` has read it to its end. */
static void assert_day(struct view *whole, struct view *past, int32_t today, int32_t day)
{
	static const char *const plans[] = {"", "P0", "P1", "P2"};

	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		Dondoc__V1__Answer *told = count_of(whole, today, day, plans[i]);
		Dondoc__V1__Answer *held = count_of(past, day, day, plans[i]);

		forget_names(told);
		forget_names(held);
		assert_same_counts(told, held, day);
		let_go(told);
		let_go(held);
	}
}

static void compare_every_day(const struct history *h, struct view *whole, struct view *past)
{
	int32_t today = dd_day_of(h->now_us);
	size_t at = 0;

	assert_true(today > HISTORY_DAY0 + 20);
	for (int32_t day = HISTORY_DAY0; day < today; day++) {
		while (at < h->frame_count && dd_day_of(frame_us(&h->frames[at])) <= day)
			must(replay_frame(past, &h->frames[at++], &why));
		must(view_flush(past, &why));
		assert_day(whole, past, today, day);
	}
}

static void a_day_counts_as_if_nothing_had_been_recorded_since(void **state)
{
	(void)state;
	for (uint64_t seed = 301; seed < 307; seed++) {
		char *dirs[2] = {test_tmpdir(), test_tmpdir()};
		struct view *whole = open_view(dirs[0], true), *past = open_view(dirs[1], true);
		struct history h;

		print_message("seed %llu\n", (unsigned long long)seed);
		history_begin(&h, seed);
		history_run(&h, 3000);
		replay_rest(whole, &h);
		must(view_live(whole, &why));
		compare_every_day(&h, whole, past);
		view_close(whole);
		view_close(past);
		history_end(&h);
		test_tmpdir_end(dirs[0]);
		test_tmpdir_end(dirs[1]);
	}
}

/* --- by hand -------------------------------------------------------------------------------- */

static uint64_t add_one(struct history *h)
{
	struct history_task *task;

	history_open_frame(h);
	do
		task = history_add_task(h);
	while (h->task_count == 0);
	history_close_frame(h);
	return task->id;
}

static uint32_t total_on(struct view *view, int32_t today, int32_t day)
{
	Dondoc__V1__Answer *got = count_of(view, today, day, "");
	uint32_t total = got->counts->all->total;

	let_go(got);
	return total;
}

static void a_day_ends_at_midnight_of_the_authority(void **state)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct history h;

	(void)state;
	history_begin(&h, 9);
	history_found(&h);
	h.now_us = dd_day_start_us(HISTORY_DAY0 + 5) - 1; /* the last microsecond of day 4 */
	add_one(&h);
	h.now_us++;
	h.task_count = 0;
	add_one(&h);
	replay_rest(view, &h);
	must(view_live(view, &why));
	assert_int_equal(total_on(view, HISTORY_DAY0 + 9, HISTORY_DAY0 + 3), 0);
	assert_int_equal(total_on(view, HISTORY_DAY0 + 9, HISTORY_DAY0 + 4), 1);
	assert_int_equal(total_on(view, HISTORY_DAY0 + 9, HISTORY_DAY0 + 5), 2);
	/* Today and later: as things are, whatever the clock of the asker says. */
	assert_int_equal(total_on(view, HISTORY_DAY0 + 3, HISTORY_DAY0 + 3), 2);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void an_import_counts_from_the_day_on_which_it_was_closed(void **state)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct history_event e;
	struct history h;

	(void)state;
	history_begin(&h, 10);
	history_found(&h);
	history_open_frame(&h);
	history_open_group(&h, &e);
	while (h.task_count < 3)
		history_add_task(&h);
	history_close_frame(&h);
	h.now_us += 2 * DD_DAY_US;
	e.header.record_us = h.now_us;
	history_open_frame(&h);
	history_close_group(&h, &e);
	history_close_frame(&h);
	replay_rest(view, &h);
	must(view_live(view, &why));
	assert_int_equal(total_on(view, HISTORY_DAY0 + 9, HISTORY_DAY0 + 1), 0);
	assert_int_equal(total_on(view, HISTORY_DAY0 + 9, HISTORY_DAY0 + 2), 3);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static uint32_t without_due_day(struct view *view, int32_t today, int32_t day)
{
	Dondoc__V1__Answer *got = count_of(view, today, day, "");
	uint32_t count = got->counts->all->no_due_date;

	let_go(got);
	return count;
}

/* A correction of the annex that takes the due day away; its row waits for the group's end while
 * another command gives the task to another unit. */
static void a_correction_counts_from_its_closing_and_not_from_its_row(void **state)
{
	Dondoc__V1__TaskChanged body = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields;
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct history_event group, e;
	struct history_task *task;
	char texts[4][128];
	struct history h;

	(void)state;
	history_begin(&h, 12);
	history_found(&h);
	add_one(&h);
	task = &h.tasks[0];
	history_open_frame(&h);
	history_fields(&h, &fields, task->number, texts);
	fields.due_day = HISTORY_DAY0 + 90;
	fields.group = 0;
	body.task = &fields;
	history_header(&h, &e, EVENT_TYPE(TASK_CHANGED));
	history_cause(&h, &e);
	history_subject(&e, task);
	task->version = history_add(&h, &e.header, &body.base);
	history_open_group(&h, &group);
	fields.due_day = 0;
	history_header(&h, &e, EVENT_TYPE(TASK_CHANGED));
	history_subject(&e, task);
	history_add(&h, &e.header, &body.base);
	history_close_frame(&h);
	h.now_us += DD_DAY_US;
	history_open_frame(&h);
	h.group = 0;
	history_assign(&h, task);
	history_close_frame(&h);
	h.now_us += DD_DAY_US;
	group.header.record_us = h.now_us;
	h.group = task->version - 2; /* the opening came two events before the assignment */
	history_open_frame(&h);
	history_close_group(&h, &group);
	history_close_frame(&h);
	replay_rest(view, &h);
	must(view_live(view, &why));
	for (int32_t day = 0; day < 3; day++)
		assert_int_equal(without_due_day(view, HISTORY_DAY0 + 9, HISTORY_DAY0 + day),
				 day == 2);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void lists_tell_the_tasks_as_they_are_now(void **state)
{
	Dondoc__V1__ListTasks what = DONDOC__V1__LIST_TASKS__INIT;
	char *dir = test_tmpdir();
	Dondoc__V1__Answer *got;
	struct asked asked;
	struct history h;

	(void)state;
	begin_random(&asked, &h, dir, 311);
	asked.today = dd_day_of(h.now_us);
	what.as_of_day = HISTORY_DAY0 - 1;
	what.limit = 1;
	got = list(&asked, &what);
	assert_int_equal(got->tasks->total, total_on(asked.view, asked.today, asked.today));
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_counts_as_if_nothing_had_been_recorded_since),
		cmocka_unit_test(a_day_ends_at_midnight_of_the_authority),
		cmocka_unit_test(an_import_counts_from_the_day_on_which_it_was_closed),
		cmocka_unit_test(a_correction_counts_from_its_closing_and_not_from_its_row),
		cmocka_unit_test(lists_tell_the_tasks_as_they_are_now),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
