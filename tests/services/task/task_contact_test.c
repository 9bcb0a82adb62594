/* task_contact_test.c - what the centre knows of its offices. */
#include "services/task/task_contact.h"
#include "tests/services/task/task_visible_fixture.h"

#include <pthread.h>

#define NOW     INT64_C(1790000000000000)
#define SECOND  INT64_C(1000000)
#define THREADS 4
#define UNITS   200

struct world {
	struct hall *hall;
	struct task_admission admission;
	struct task_contact *contact;
	int64_t now_us;
	Dondoc__V1__Answer *answer;
};

static int set_up(void **state)
{
	struct world *w = dd_alloc(sizeof(*w));
	void *hall = NULL;

	(void)hall_set_up(&hall);
	w->hall = hall;
	(void)hall_plan(w->hall);
	assert_int_equal(dd_access_open(NULL, &w->admission.access, NULL), 0);
	w->admission.view = w->hall->view;
	w->now_us = NOW;
	w->contact = task_contact_new(NOW - 1000 * SECOND);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	void *hall = w->hall;

	dondoc__v1__answer__free_unpacked(w->answer, NULL);
	task_contact_free(w->contact);
	dd_access_close(w->admission.access);
	free(w);
	return hall_tear_down(&hall);
}

static const Dondoc__V1__OfficeList *list_of(struct world *w, const char *unit)
{
	const struct task_contact_source source = {.admission = &w->admission,
						   .view = w->hall->view,
						   .log = w->hall->log,
						   .now_us = w->now_us};
	Dondoc__V1__ListOffices ask = DONDOC__V1__LIST_OFFICES__INIT;
	struct dd_buf bytes = {0};

	ask.unit = text_of(unit);
	task_contact_answer(w->contact, &source, &ask, &bytes);
	dondoc__v1__answer__free_unpacked(w->answer, NULL);
	w->answer = dondoc__v1__answer__unpack(NULL, bytes.len, bytes.data);
	dd_buf_fini(&bytes);
	assert_non_null(w->answer);
	assert_int_equal(w->answer->what_case, DONDOC__V1__ANSWER__WHAT_OFFICES);
	return w->answer->offices;
}

static void an_office_is_in_contact_for_two_minutes(void **state)
{
	struct world *w = *state;
	const Dondoc__V1__OfficeList *list = list_of(w, "");

	assert_int_equal(list->n_rows, 0);
	assert_int_equal(list->since_us, NOW - 1000 * SECOND);
	task_contact_heard(w->contact, &hall_syt, NOW - 200 * SECOND);
	task_contact_heard(w->contact, &hall_stc, NOW - 10 * SECOND);
	task_contact_heard(w->contact, &hall_stc, NOW - 5 * SECOND);
	task_contact_heard(w->contact, &hall_operator, NOW);
	list = list_of(w, "");
	assert_int_equal(list->n_rows, 2);
	assert_string_equal(list->rows[0]->unit, "STC");
	assert_true(list->rows[0]->linked);
	assert_int_equal(list->rows[0]->last_contact_us, NOW - 5 * SECOND);
	assert_int_equal(list->rows[0]->requests, 2);
	assert_int_equal(list->rows[0]->last_key.len, 8);
	assert_string_not_equal(list->rows[0]->unit_name, "");
	assert_false(list->rows[0]->told);
	assert_string_equal(list->rows[1]->unit, "SYT");
	assert_false(list->rows[1]->linked);
	list = list_of(w, "SYT");
	assert_int_equal(list->n_rows, 1);
	assert_string_equal(list->rows[0]->unit, "SYT");
	assert_int_equal(list_of(w, "HN")->n_rows, 0);
}

static void how_far_a_copy_is_behind_is_counted_from_the_first_record_that_it_lacks(void **state)
{
	struct world *w = *state;
	uint64_t head = hall_head(w->hall);
	const Dondoc__V1__OfficeRow *row;

	w->now_us = dd_eventlog_head_us(w->hall->log) + 90 * SECOND;
	task_contact_heard(w->contact, &hall_syt, w->now_us);
	row = list_of(w, "SYT")->rows[0];
	assert_int_equal(row->sequence, 0); /* not known */
	assert_int_equal(row->lag_events, 0);
	task_contact_read(w->contact, &hall_syt, head - 2, w->now_us);
	row = list_of(w, "SYT")->rows[0];
	assert_int_equal(row->sequence, head - 2);
	assert_int_equal(row->lag_events, 2);
	assert_true(row->lag_us >= 90 * SECOND);
	assert_int_equal(row->requests, 2);
	task_contact_read(w->contact, &hall_syt, head, w->now_us);
	row = list_of(w, "SYT")->rows[0];
	assert_int_equal(row->lag_events, 0);
	assert_int_equal(row->lag_us, 0);
}

static void what_an_office_tells_of_itself_is_shown(void **state)
{
	struct world *w = *state;
	Dondoc__V1__OfficeTells tells = DONDOC__V1__OFFICE_TELLS__INIT;
	const Dondoc__V1__OfficeRow *row;
	char longer[200];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	tells.backlog = 7;
	tells.oldest_us = NOW - 3600 * SECOND;
	tells.build = longer;
	task_contact_told(w->contact, &hall_operator, &tells); /* no office */
	assert_int_equal(list_of(w, "")->n_rows, 0);
	task_contact_heard(w->contact, &hall_syt, NOW);
	task_contact_told(w->contact, &hall_syt, &tells);
	row = list_of(w, "")->rows[0];
	assert_true(row->told);
	assert_int_equal(row->backlog, 7);
	assert_int_equal(row->oldest_us, NOW - 3600 * SECOND);
	assert_int_equal(strlen(row->build), 63); /* cut: it is anybody's text */
}

static void *hear(void *arg)
{
	struct task_contact *contact = arg;

	for (unsigned i = 0; i < 10 * UNITS; i++) {
		struct dd_principal who = {.cls = DD_PRINCIPAL_OFFICE};

		snprintf(who.unit, sizeof(who.unit), "U%03u", i % UNITS);
		task_contact_read(contact, &who, i, NOW);
	}
	return NULL;
}

static void many_offices_are_heard_on_several_threads(void **state)
{
	struct world *w = *state;
	const Dondoc__V1__OfficeList *list;
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hear, w->contact), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	list = list_of(w, "");
	assert_int_equal(list->n_rows, UNITS);
	for (size_t i = 0; i < list->n_rows; i++) {
		assert_int_equal(list->rows[i]->requests, 10 * THREADS);
		if (i > 0)
			assert_true(strcmp(list->rows[i - 1]->unit, list->rows[i]->unit) < 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_office_is_in_contact_for_two_minutes),
		TEST(how_far_a_copy_is_behind_is_counted_from_the_first_record_that_it_lacks),
		TEST(what_an_office_tells_of_itself_is_shown),
		TEST(many_offices_are_heard_on_several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
