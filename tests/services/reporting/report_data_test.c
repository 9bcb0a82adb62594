/* report_data_test.c - what a report says, against the raw events and against the view, for many
 * days of random histories; and that the past never changes. */
#include "tests/services/reporting/raw_count.h"
#include "tests/services/reporting/report_history.h"

#include <jansson.h>
#include <sys/wait.h>

#define EVENTS 2500
#define STEP   9 /* days between cut-offs */

#define ROUND_FRAMES 40
#define ROUNDS_MAX   200

struct counted {
	uint32_t in[RAW_BUCKETS], awaiting, extended, total;
};

static struct counted count_raw(const struct raw_count *raw, const char *plan, int32_t day)
{
	struct counted out = {.total = 0};

	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_task *task = &raw->tasks[i];

		if (task->heading || (plan[0] != '\0' && strcmp(plan, task->plan) != 0))
			continue;
		out.in[raw_bucket(task, day)]++;
		out.awaiting += task->waiting;
		out.extended += task->granted > 0;
		out.total++;
	}
	return out;
}

static uint32_t raw_of_unit(const struct raw_count *raw, const char *unit, int32_t day,
			    enum raw_bucket bucket)
{
	uint32_t found = 0;

	for (size_t i = 0; i < raw->count; i++)
		found += !raw->tasks[i].heading && strcmp(raw->tasks[i].lead, unit) == 0 &&
			 raw_bucket(&raw->tasks[i], day) == bucket;
	return found;
}

static void assert_counted(const struct dd_tally *tally, const struct counted *raw)
{
	static const enum dd_bucket same[] = {DD_BUCKET_DONE_ON_TIME, DD_BUCKET_DONE_LATE,
					      DD_BUCKET_OPEN_IN_TERM, DD_BUCKET_OPEN_OVERDUE,
					      DD_BUCKET_NO_DUE};

	for (int i = 0; i < RAW_BUCKETS; i++)
		assert_int_equal(tally->in[same[i]], raw->in[i]);
	assert_int_equal(dd_tally_total(tally), raw->total);
}

static int32_t last_day(const struct history *h)
{
	return dd_day_of(h->now_us);
}

static void begin(struct fed *fed, struct history *h, uint64_t seed)
{
	fed->dir = test_tmpdir();
	history_begin(h, seed);
	history_run(h, EVENTS);
	fed_open(fed, "a");
}

static void end(struct fed *fed, struct history *h)
{
	fed_close(fed);
	test_tmpdir_end(fed->dir);
	history_end(h);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void check_overdue(struct raw_count *raw, const struct report_list *list, int32_t day)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct report_item *item = &list->items[i];
		const struct raw_task *task = raw_find(raw, item->id);

		assert_int_equal(item->days, (task->waiting ? task->submitted : day) - task->due);
		assert_true(item->days > 0);
		assert_true(i == 0 || list->items[i - 1].days >= item->days);
		assert_string_equal(item->lead_unit, task->lead);
		assert_int_equal(item->due_day, task->due);
	}
}

static void check_others(struct raw_count *raw, const struct report *report, int32_t day)
{
	for (size_t i = 0; i < report->awaiting.count; i++) {
		const struct report_item *item = &report->awaiting.items[i];

		assert_int_equal(item->days, day - raw_find(raw, item->id)->submitted);
	}
	for (size_t i = 0; i < report->extended.count; i++) {
		const struct report_item *item = &report->extended.items[i];
		const struct raw_task *task = raw_find(raw, item->id);

		assert_int_equal(item->extensions, task->granted);
		assert_int_equal(item->first_due_day, task->first_due);
		assert_int_equal(item->days, task->first_due ? task->due - task->first_due : 0);
	}
}

static void check_day(struct fed *fed, const struct history *h, struct raw_count *raw, int32_t day)
{
	static const char *const plans[] = {"", "P0", "P1", "P2"};
	struct counted counted;
	struct report report;

	raw_until(raw, h, day);
	for (size_t p = 0; p < 4; p++) {
		make(fed, plans[p], day, &report);
		counted = count_raw(raw, plans[p], day);
		assert_counted(&report.all, &counted);
		assert_int_equal(report.overdue.count, counted.in[RAW_OVERDUE]);
		assert_int_equal(report.awaiting.count, counted.awaiting);
		assert_int_equal(report.extended.count, counted.extended);
		check_overdue(raw, &report.overdue, day);
		check_others(raw, &report, day);
		for (size_t u = 0; p == 0 && u < report.unit_count; u++)
			assert_int_equal(report.units[u].tally.in[DD_BUCKET_OPEN_OVERDUE],
					 raw_of_unit(raw, report.units[u].key, day, RAW_OVERDUE));
		report_fini(&report);
	}
}

static void every_day_adds_up_and_equals_a_count_from_the_raw_events(void **state)
{
	struct raw_count *raw = dd_alloc(sizeof(*raw));
	struct history *h = dd_alloc(sizeof(*h));
	struct fed fed;

	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		begin(&fed, h, seed);
		feed_frames(&fed, h, 0, h->frame_count);
		for (int32_t day = HISTORY_DAY0; day <= last_day(h); day += STEP)
			check_day(&fed, h, raw, day);
		end(&fed, h);
	}
	free(h);
	free(raw);
}

static void a_report_agrees_with_the_views_own_count(void **state)
{
	struct history *h = dd_alloc(sizeof(*h));
	struct fed fed;

	(void)state;
	begin(&fed, h, 11);
	feed_frames(&fed, h, 0, h->frame_count);
	for (int32_t day = HISTORY_DAY0; day < last_day(h); day += STEP) {
		struct asked asked = {.view = fed.view, .h = h, .today = last_day(h)};
		Dondoc__V1__CountTasks what = DONDOC__V1__COUNT_TASKS__INIT;
		Dondoc__V1__Answer *got;
		struct report report;

		what.as_of_day = day;
		got = count(&asked, &what);
		make(&fed, "", day, &report);
		assert_int_equal(got->counts->all->total, dd_tally_total(&report.all));
		assert_int_equal(got->counts->all->open_overdue, report.overdue.count);
		assert_int_equal(got->counts->fallen_due,
				 dd_rate_of_fallen_due(&report.all).denominator);
		assert_int_equal(got->counts->done_of_fallen_due,
				 dd_rate_of_fallen_due(&report.all).numerator);
		assert_int_equal(got->counts->n_by_unit, report.unit_count);
		assert_int_equal(got->counts->n_by_area, report.area_count);
		report_fini(&report);
		let_go(got);
		dd_buf_fini(&asked.out);
	}
	end(&fed, h);
	free(h);
}

/* --- the past --------------------------------------------------------------------------------- */

static void the_same_position_gives_the_same_bytes_whatever_came_later(void **state)
{
	struct history *h = dd_alloc(sizeof(*h));
	struct dd_buf early = {0}, late = {0}, anew = {0};
	struct fed fed, other;
	size_t half;
	int32_t day;

	(void)state;
	begin(&fed, h, 21);
	half = h->frame_count / 2;
	feed_frames(&fed, h, 0, half);
	/* The last day that is closed by then. */
	day = dd_day_of(dd_day_start_us(HISTORY_DAY0)) + 1;
	while (true) {
		struct dd_position next;

		must(report_ledger_at_day(fed.ledger, day + 1, &next, &why));
		if (next.sequence == report_ledger_position(fed.ledger)->sequence)
			break;
		day++;
	}
	make_json(&fed, "", day, &early);
	feed_frames(&fed, h, half, h->frame_count);
	make_json(&fed, "", day, &late);
	assert_same(&early, &late);

	other = fed;
	fed_open(&other, "b");
	feed_frames(&other, h, 0, h->frame_count);
	make_json(&other, "", day, &anew);
	assert_same(&early, &anew);
	fed_close(&other);
	dd_buf_fini(&early);
	dd_buf_fini(&late);
	dd_buf_fini(&anew);
	end(&fed, h);
	free(h);
}

static void names_are_those_of_their_time(void **state)
{
	struct history *h = dd_alloc(sizeof(*h));
	struct history_event e;
	struct report report;
	int32_t before, after;
	struct fed fed;

	(void)state;
	begin(&fed, h, 31);
	before = last_day(h) + 1;
	h->now_us = dd_day_start_us(before);
	history_open_frame(h);
	for (int i = 0; i < 12; i++)
		history_unit(h, i, "Sở cũ");
	history_close_frame(h);
	after = before + 1;
	h->now_us = dd_day_start_us(after);
	history_open_frame(h);
	for (int i = 0; i < 12; i++)
		history_unit(h, i, "Sở mới");
	history_close_frame(h);
	/* A group that came to nothing names nobody. */
	history_open_frame(h);
	history_open_group(h, &e);
	for (int i = 0; i < 12; i++)
		history_unit(h, i, "Sở không có");
	history_close_frame(h);
	history_open_frame(h);
	history_abandon_group(h);
	history_close_frame(h);
	feed_frames(&fed, h, 0, h->frame_count);
	make(&fed, "", before, &report);
	assert_string_equal(report.units[0].name, "Sở cũ");
	report_fini(&report);
	make(&fed, "", after, &report);
	assert_string_equal(report.units[0].name, "Sở mới");
	report_fini(&report);
	end(&fed, h);
	free(h);
}

static size_t first_after(const struct history *h, uint64_t sequence)
{
	size_t i = 0;

	while (i < h->frame_count && h->frames[i].after.sequence <= sequence)
		i++;
	return i;
}

/* In a process of its own: the ledger is committed, the view flushed or not, and it is killed. */
static void feed_and_die(struct fed *fed, const struct history *h, bool flush)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		size_t at;

		fed_open(fed, "k");
		at = first_after(h, view_position(fed->view)->sequence);
		for (size_t i = at; i < at + ROUND_FRAMES && i < h->frame_count; i++)
			feed(fed, &h->frames[i]);
		must(report_ledger_commit(fed->ledger, &why));
		if (flush)
			must(view_flush(fed->view, &why));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Whether the view has all of it by now. */
static bool whole_log(struct fed *fed, const struct history *h)
{
	bool whole;

	fed_open(fed, "k");
	assert_true(view_position(fed->view)->sequence <=
		    report_ledger_position(fed->ledger)->sequence);
	whole = view_position(fed->view)->sequence == h->head.sequence;
	fed_close(fed);
	return whole;
}

static void a_kill_between_ledger_and_view_loses_nothing(void **state)
{
	struct history *h = dd_alloc(sizeof(*h));
	struct dd_buf whole = {0}, broken = {0};
	struct fed fed, other;

	(void)state;
	begin(&fed, h, 41);
	feed_frames(&fed, h, 0, h->frame_count);
	make_json(&fed, "", last_day(h), &whole);
	other = fed;
	for (size_t round = 0; round < ROUNDS_MAX && !whole_log(&other, h); round++)
		feed_and_die(&other, h, round % 3 == 2);
	fed_open(&other, "k");
	assert_int_equal(view_position(other.view)->sequence, h->head.sequence);
	make_json(&other, "", last_day(h), &broken);
	assert_same(&whole, &broken);
	fed_close(&other);
	dd_buf_fini(&whole);
	dd_buf_fini(&broken);
	end(&fed, h);
	free(h);
}

static void a_log_that_differs_is_told_and_nothing_is_noted(void **state)
{
	struct history *h = dd_alloc(sizeof(*h)), *other = dd_alloc(sizeof(*other));
	struct dd_error err = {0};
	struct dd_frame_info info;
	struct view *view;
	char dir[600];
	struct fed fed;

	(void)state;
	begin(&fed, h, 51);
	feed_frames(&fed, h, 0, 20);
	history_begin(other, 52);
	history_run(other, EVENTS);
	snprintf(dir, sizeof(dir), "%s/other", fed.dir);
	view = open_view(dir, true);
	for (size_t i = 0; i < other->frame_count; i++) {
		const struct history_frame *frame = &other->frames[i];
		int rc;

		must(dd_frame_info(frame->buf.data, frame->buf.len, &info));
		must(view_replay(view, frame->buf.data, &info, &frame->after, &why));
		rc = report_ledger_note(fed.ledger, view, frame->buf.data, &info, &frame->after,
					&err);
		if (frame->after.sequence < h->frames[19].after.sequence)
			assert_int_equal(rc, DD_OK);
		else
			assert_int_equal(rc, DD_ERR_CORRUPT);
		if (rc != DD_OK)
			break;
	}
	assert_int_equal(err.code, DD_ERR_CORRUPT);
	assert_non_null(strstr(err.text, "delete the folders"));
	view_close(view);
	history_end(other);
	end(&fed, h);
	free(other);
	free(h);
}

/* --- the form --------------------------------------------------------------------------------- */

static void the_json_is_canonical(void **state)
{
	struct history *h = dd_alloc(sizeof(*h));
	struct dd_buf json = {0};
	json_error_t error;
	struct fed fed;
	json_t *root;
	char *again;

	(void)state;
	begin(&fed, h, 61);
	feed_frames(&fed, h, 0, h->frame_count);
	make_json(&fed, "", last_day(h), &json);
	root = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("%s at %d", error.text, error.position);
	again = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(again, dd_buf_cstr(&json));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(root, "position"), "sequence")),
		(json_int_t)h->head.sequence);
	free(again);
	json_decref(root);
	dd_buf_fini(&json);
	end(&fed, h);
	free(h);
}

static void a_plan_or_a_day_that_there_was_not_is_told(void **state)
{
	struct history *h = dd_alloc(sizeof(*h));
	struct report_ask ask = {.plan = "KHONG-CO", .as_of_day = HISTORY_DAY0};
	struct report report;
	struct fed fed;

	(void)state;
	begin(&fed, h, 71);
	feed_frames(&fed, h, 0, h->frame_count);
	assert_int_equal(report_ledger_at_day(fed.ledger, HISTORY_DAY0 - 1, &ask.position, &why),
			 DD_ERR_NOT_FOUND);
	must(report_ledger_at_day(fed.ledger, HISTORY_DAY0, &ask.position, &why));
	ask.known = ask.position.sequence;
	assert_int_equal(report_make(fed.ledger, fed.view, &ask, &report, &why), DD_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "KHONG-CO"));
	report_fini(&report);
	end(&fed, h);
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_adds_up_and_equals_a_count_from_the_raw_events),
		cmocka_unit_test(a_report_agrees_with_the_views_own_count),
		cmocka_unit_test(the_same_position_gives_the_same_bytes_whatever_came_later),
		cmocka_unit_test(names_are_those_of_their_time),
		cmocka_unit_test(a_kill_between_ledger_and_view_loses_nothing),
		cmocka_unit_test(a_log_that_differs_is_told_and_nothing_is_noted),
		cmocka_unit_test(the_json_is_canonical),
		cmocka_unit_test(a_plan_or_a_day_that_there_was_not_is_told),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
