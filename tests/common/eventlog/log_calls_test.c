/* log_calls_test.c - who of those that wait is served when the head moves. */
#include "common/eventlog/log_calls.h"
#include "tests/support/harness.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/support/tmpdir.h"

#define MANY 500

struct world {
	char *dir;
	struct dd_eventlog *log;
	struct dd_log_reading reading;
	struct log_calls calls;
	struct follower *followers; /* MANY offices U0, U1, ... and a service */
	uint64_t looks;
	uint64_t everybodys; /* this record is */
};

static void unit_of(uint64_t number, char out[static 32])
{
	(void)snprintf(out, 32, "U%llu", (unsigned long long)number);
}

/* Record n is of unit n, and of the one before that. */
static void look(void *arg, const struct dd_record *record, struct dd_log_facts *facts_out)
{
	struct world *w = arg;

	w->looks++;
	if (record->sequence == w->everybodys) {
		facts_out->everybodys = true;
		return;
	}
	unit_of(record->sequence, facts_out->units[0]);
	unit_of(record->sequence - 1, facts_out->units[1]);
}

static bool sees(void *arg, const struct dd_principal *who, const struct dd_record *record,
		 const struct dd_log_facts *facts)
{
	(void)arg;
	(void)who;
	(void)record;
	return facts->everybodys || strcmp(facts->units[0], who->unit) == 0 ||
	       strcmp(facts->units[1], who->unit) == 0;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct dd_log_server_options how = {.look = look, .visible = sees, .arg = w};
	struct dd_eventlog_options options = {
		.segment_bytes = 8 << 20, .spares = 1, .inline_commit = true, .create = true};
	char *dir;

	w->dir = test_tmpdir();
	dir = dd_path(w->dir, "log");
	options.dir = dir;
	assert_int_equal(dd_eventlog_open(&options, &w->log, NULL), 0);
	free(dir);
	how.log = w->log;
	dd_log_reading_init(&w->reading, &how);
	w->calls.reading = &w->reading;
	w->followers = dd_alloc((MANY + 1) * sizeof(*w->followers));
	for (size_t i = 0; i <= MANY; i++) {
		struct follower *follower = &w->followers[i];

		follower->state = FOLLOWER_WAITING;
		follower->who.cls = i < MANY ? DD_PRINCIPAL_OFFICE : DD_PRINCIPAL_REPORTING;
		if (i < MANY)
			unit_of(i, follower->who.unit);
		follower->name = dd_log_names_of(follower->who.unit);
	}
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	free(w->followers);
	dd_log_reading_fini(&w->reading);
	dd_eventlog_close(w->log);
	test_tmpdir_end(w->dir);
	free(w);
	return 0;
}

/* The head moved: how many of the offices are served now. They go on waiting, at the head. */
static size_t served(struct world *w, size_t count)
{
	const struct dd_position head = dd_eventlog_head(w->log);
	size_t served = 0;

	log_calls_find(&w->calls, w->followers, count, head.sequence);
	for (size_t i = 0; i < count; i++)
		if (log_calls_now(&w->calls, &w->followers[i], head.sequence)) {
			served += i < MANY;
			w->followers[i].after = head;
		}
	return served;
}

static void only_those_whom_a_record_concerns_are_served(void **state)
{
	struct world *w = *state;
	size_t all = 0;

	for (uint64_t i = 1; i <= 100; i++) {
		const struct dd_position before = dd_eventlog_head(w->log);

		assert_int_equal(fx_append_ok(w->log, 1, 1), 0);
		log_calls_tick(&w->calls);
		all += served(w, MANY + 1);
		/* The two that it names, and the service. */
		assert_int_equal(w->followers[i].after.sequence, i);
		assert_int_equal(w->followers[i - 1].after.sequence, i);
		assert_int_equal(w->followers[MANY].after.sequence, i);
		assert_true(before.sequence + 1 == i);
	}
	/* By a hash somebody else may come in between, once in a while. */
	assert_in_range(all, 200, 600);
	assert_int_equal(w->looks, 100); /* not for each of them */
}

static void what_came_while_nobody_waited_is_not_gone_through_again(void **state)
{
	struct world *w = *state;
	struct dd_position head;

	assert_int_equal(fx_append_ok(w->log, 50, 1), 0);
	head = dd_eventlog_head(w->log);
	for (size_t i = 0; i <= MANY; i++)
		w->followers[i].after = head;
	assert_int_equal(fx_append_ok(w->log, 1, 1), 0);
	assert_in_range(served(w, MANY + 1), 2, 20);
	assert_int_equal(w->followers[51].after.sequence, 51);
	assert_int_equal(w->followers[10].after.sequence, 50);
}

static void where_many_are_concerned_the_rest_waits_for_the_tick(void **state)
{
	struct world *w = *state;
	size_t due = 0;

	w->everybodys = 1;
	assert_int_equal(fx_append_ok(w->log, 1, 1), 0);
	assert_int_equal(served(w, MANY + 1), LOG_CALLS_AT_ONCE);
	assert_int_equal(w->followers[MANY].after.sequence, 1); /* a service waits for no tick */
	assert_int_equal(served(w, MANY + 1), 0);
	for (size_t i = 0; i < MANY; i++)
		due += log_calls_due(&w->followers[i], 1, 1);
	assert_int_equal(due, MANY - LOG_CALLS_AT_ONCE);
	/* And then it begins again. */
	for (size_t i = 0; i < MANY; i++)
		w->followers[i].called = false;
	log_calls_tick(&w->calls);
	assert_int_equal(fx_append_ok(w->log, 1, 1), 0);
	assert_in_range(served(w, MANY + 1), 2, 20);
}

static void of_others_work_an_office_hears_after_a_while(void **state)
{
	struct world *w = *state;
	struct follower *office = &w->followers[300];
	uint64_t head;

	office->seen_ms = 5000;
	assert_int_equal(fx_append_ok(w->log, 1, 1), 0);
	(void)served(w, MANY + 1);
	head = dd_eventlog_head(w->log).sequence;
	assert_int_equal(office->after.sequence, 0);
	assert_false(log_calls_due(office, head, 5000 + LOG_CALLS_HIDDEN_MS - 1));
	assert_true(log_calls_due(office, head, 5000 + LOG_CALLS_HIDDEN_MS));
	assert_false(log_calls_due(office, 0, 5000 + LOG_CALLS_HIDDEN_MS)); /* nothing new */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_those_whom_a_record_concerns_are_served),
		TEST(what_came_while_nobody_waited_is_not_gone_through_again),
		TEST(where_many_are_concerned_the_rest_waits_for_the_tick),
		TEST(of_others_work_an_office_hears_after_a_while),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
