/* view_query_notice_test.c - lists of digests and reports against the history that made them. */
#include "tests/common/view/noticing.h"

static Dondoc__V1__Answer *digests(struct asked *asked, Dondoc__V1__ListDigests *what)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = what;
	return answer(asked, &query);
}

static bool asked_for(const Dondoc__V1__ListDigests *what, const struct history_digest *digest)
{
	return (what->unit[0] == '\0' || strcmp(what->unit, digest->unit) == 0) &&
	       (what->from_day == 0 || digest->day >= what->from_day) &&
	       (what->to_day == 0 || digest->day <= what->to_day) &&
	       (what->state == DIGEST_STATE(UNKNOWN) || (int)what->state == digest->state);
}

/* Against the history itself: as many as there are, newest first. */
static void assert_list(struct asked *asked, Dondoc__V1__ListDigests *what)
{
	Dondoc__V1__Answer *got = digests(asked, what);
	size_t expected = 0;

	for (uint32_t i = 0; i < asked->h->digest_count; i++)
		expected += asked_for(what, &asked->h->digests[i]);
	assert_int_equal(got->digests->n_rows, expected);
	assert_false(got->digests->rows_cut);
	for (size_t i = 1; i < expected; i++)
		assert_true(got->digests->rows[i - 1]->day >= got->digests->rows[i]->day);
	let_go(got);
}

static void lists_of_digests_tell_what_is_asked_for(void **state)
{
	char *dir = test_tmpdir();
	struct history h;
	struct asked asked;

	(void)state;
	begin_random(&asked, &h, dir, 401);
	assert_true(h.digest_count > 20);
	for (int round = 0; round < 400; round++) {
		Dondoc__V1__ListDigests what = DONDOC__V1__LIST_DIGESTS__INIT;
		char unit[16] = "";

		if (history_random(&h, 2) == 0)
			snprintf(unit, sizeof(unit), "U%02u", (unsigned)history_random(&h, 13));
		what.unit = unit;
		if (history_random(&h, 2) == 0)
			what.from_day = HISTORY_DAY0 + (int32_t)history_random(&h, 60);
		if (history_random(&h, 2) == 0)
			what.to_day = HISTORY_DAY0 + (int32_t)history_random(&h, 60);
		if (history_random(&h, 2) == 0)
			what.state = (Dondoc__V1__DigestState)(1 + history_random(&h, 5));
		what.limit = 1000;
		assert_list(&asked, &what);
	}
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_list_longer_than_asked_for_says_so_and_tells_the_lease(void **state)
{
	Dondoc__V1__ListDigests what = DONDOC__V1__LIST_DIGESTS__INIT;
	char *dir = test_tmpdir();
	Dondoc__V1__Answer *got;
	struct asked asked;
	struct history h;

	(void)state;
	begin_random(&asked, &h, dir, 402);
	what.limit = 5;
	got = digests(&asked, &what);
	assert_int_equal(got->digests->n_rows, 5);
	assert_true(got->digests->rows_cut);
	assert_int_equal(got->digests->lease_epoch, h.epoch);
	assert_int_equal(got->digests->lease_holder.len, 16);
	assert_int_equal(got->digests->lease_holder.data[3], (int)(h.epoch & 0xff));
	assert_true(got->digests->rows[0]->unit_name[0] != '\0');
	let_go(got);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static Dondoc__V1__Answer *digest_shown(struct asked *asked, const uint8_t id[32])
{
	Dondoc__V1__ShowDigest show = DONDOC__V1__SHOW_DIGEST__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	uint8_t copy[32];

	memcpy(copy, id, sizeof(copy));
	show.digest = (ProtobufCBinaryData){.data = copy, .len = sizeof(copy)};
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_DIGEST;
	query.show_digest = &show;
	return ask(asked, &query) == DD_OK
		       ? dondoc__v1__answer__unpack(NULL, asked->out.len, asked->out.data)
		       : NULL;
}

static bool told_of(const Dondoc__V1__Answer *shown, uint64_t task)
{
	for (size_t i = 0; i < shown->digest->plan->n_intents; i++) {
		if (shown->digest->plan->intents[i]->task == task)
			return true;
	}
	return false;
}

/* "Was unit X told about task Y before date Z" - through the list and through every plan. */
static void what_was_told_about_a_task_is_found_by_the_task(void **state)
{
	char *dir = test_tmpdir();
	struct asked asked;
	struct history h;

	(void)state;
	begin_random(&asked, &h, dir, 403);
	for (uint32_t t = 0; t < 40 && t < h.task_count; t++) {
		Dondoc__V1__ListDigests what = DONDOC__V1__LIST_DIGESTS__INIT;
		Dondoc__V1__Answer *got;
		size_t expected = 0;

		what.task = h.tasks[t].id;
		what.to_day = dd_day_of(h.now_us) - 10;
		for (uint32_t i = 0; i < h.digest_count; i++) {
			Dondoc__V1__Answer *shown = digest_shown(&asked, h.digests[i].id);

			assert_non_null(shown);
			expected += told_of(shown, what.task) && asked_for(&what, &h.digests[i]);
			let_go(shown);
		}
		got = digests(&asked, &what);
		assert_int_equal(got->digests->n_rows, expected);
		let_go(got);
	}
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void a_digest_is_shown_with_its_plan_from_the_log(void **state)
{
	struct history_digest *digest;
	Dondoc__V1__Answer *got;
	struct story s;

	(void)state;
	begin(&s);
	digest = history_plan_digest(&s.h);
	feed(&s);
	got = digest_shown(&s.asked, digest->id);
	assert_non_null(got);
	assert_string_equal(got->digest->plan->subject, "Nhắc việc");
	assert_int_equal(got->digest->plan->n_intents, got->digest->row->intents);
	assert_int_equal(got->digest->row->sequence, digest->planned);
	let_go(got);
	digest->id[31] ^= 1;
	assert_null(digest_shown(&s.asked, digest->id));
	assert_non_null(strstr(s.asked.err.text, "no such digest"));
	end(&s);
}

static bool in_inbox(const struct history_digest *digest, const char *unit, int32_t from_day)
{
	return strcmp(digest->unit, unit) == 0 && digest->day >= from_day &&
	       (digest->state == DIGEST_STATE(HANDING_OVER) ||
		digest->state == DIGEST_STATE(DELIVERED) ||
		digest->state == DIGEST_STATE(WAITING) || digest->state == DIGEST_STATE(FAILED));
}

/* The whole inbox of a unit, page by page; how many rows it has. */
static size_t read_inbox(struct asked *asked, Dondoc__V1__ListInbox *what)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	uint8_t place[64];
	int32_t day = INT32_MAX;
	size_t rows = 0;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_INBOX;
	query.list_inbox = what;
	for (bool more = true; more;) {
		Dondoc__V1__Answer *got = answer(asked, &query);
		const Dondoc__V1__InboxList *list = got->inbox;

		assert_true(list->n_rows <= what->limit);
		for (size_t i = 0; i < list->n_rows; i++) {
			assert_true(list->rows[i]->day <= day);
			assert_true(list->rows[i]->n_intents > 0);
			assert_string_equal(list->rows[i]->subject, "Nhắc việc");
			assert_int_equal(list->rows[i]->text[0] != '\0', what->with_text);
			day = list->rows[i]->day;
		}
		rows += list->n_rows;
		more = list->next.len > 0;
		assert_true(list->next.len <= sizeof(place));
		if (more)
			memcpy(place, list->next.data, list->next.len);
		what->before = (ProtobufCBinaryData){.data = place, .len = list->next.len};
		let_go(got);
	}
	return rows;
}

static void an_inbox_has_what_its_reader_was_told_and_nothing_else(void **state)
{
	char *dir = test_tmpdir();
	struct asked asked;
	struct history h;
	size_t all = 0;

	(void)state;
	begin_random(&asked, &h, dir, 404);
	asked.today = h.digests[0].day;
	for (uint32_t i = 0; i < h.digest_count; i++)
		if (h.digests[i].day > asked.today)
			asked.today = h.digests[i].day;
	for (unsigned u = 0; u < 13; u++) {
		Dondoc__V1__ListInbox what = DONDOC__V1__LIST_INBOX__INIT;
		size_t expected = 0;
		char unit[16];

		(void)snprintf(unit, sizeof(unit), "U%02u", u);
		what.unit = unit;
		what.from_day = asked.today - 3000;
		what.limit = 1 + u;
		what.with_text = u % 2 == 0;
		for (uint32_t i = 0; i < h.digest_count; i++)
			expected += in_inbox(&h.digests[i], unit, what.from_day);
		assert_int_equal(read_inbox(&asked, &what), expected);
		all += expected;
	}
	assert_true(all > 10);
	end_asking(&asked, &h);
	test_tmpdir_end(dir);
}

static void reports_are_listed_newest_first(void **state)
{
	Dondoc__V1__ListReports what = DONDOC__V1__LIST_REPORTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	uint64_t first, second, found = 0;
	Dondoc__V1__Answer *got;
	struct story s;

	(void)state;
	begin(&s);
	first = history_report(&s.h, "monthly", HISTORY_DAY0 - 1);
	second = history_report(&s.h, "", HISTORY_DAY0 - 1);
	history_report(&s.h, "", HISTORY_DAY0 - 1);
	feed(&s);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REPORTS;
	query.list_reports = &what;
	got = answer(&s.asked, &query);
	assert_int_equal(got->reports->n_rows, 3);
	assert_int_equal(got->reports->rows[1]->sequence, second);
	assert_int_equal(got->reports->rows[2]->sequence, first);
	assert_int_equal(got->reports->rows[2]->issued_us, s.h.now_us);
	assert_string_equal(got->reports->rows[2]->report->schedule, "monthly");
	assert_int_equal(got->reports->rows[2]->report->files[0]->size, 12345);
	let_go(got);
	what.limit = 2;
	got = answer(&s.asked, &query);
	assert_int_equal(got->reports->n_rows, 2);
	let_go(got);
	assert_int_equal(
		view_scheduled_report(view_of(&s), false, "monthly", "", HISTORY_DAY0 - 1, &found),
		DD_OK);
	assert_int_equal(found, first);
	assert_int_equal(view_scheduled_report(view_of(&s), false, "monthly", "P0",
					       HISTORY_DAY0 - 1, &found),
			 DD_ERR_NOT_FOUND);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_digests_tell_what_is_asked_for),
		cmocka_unit_test(a_list_longer_than_asked_for_says_so_and_tells_the_lease),
		cmocka_unit_test(what_was_told_about_a_task_is_found_by_the_task),
		cmocka_unit_test(a_digest_is_shown_with_its_plan_from_the_log),
		cmocka_unit_test(an_inbox_has_what_its_reader_was_told_and_nothing_else),
		cmocka_unit_test(reports_are_listed_newest_first),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
