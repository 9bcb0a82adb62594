/* office_offline_test.c - what is done in time stays in time: a completion that an office saves in
 * the last hours of the due day, while the centre is away, reaches it the next morning and still
 * counts for that day. Real processes on the trial clock. */
#include "tests/support/harness.h"

#include "common/app/client.h"
#include "common/base/clock.h"
#include "dondoc/v1/event.pb-c.h"
#include "tests/support/fake_clock.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENING    "2026-12-31T19:00:00+07:00" /* the day on which the tasks are due */
#define LATE       "2026-12-31T23:30:00+07:00" /* hours without the centre */
#define MORNING    "2027-01-01T09:00:00+07:00"
#define STARTED_MS 20000
#define DRAIN_MS   20000

static const char *const trial[] = {"DONDOC_TRIAL=1", NULL};

struct evening {
	struct station centre;
	struct branch office;
};

/* The centre's or the office's program, its clock beginning at `now`. */
static void start_at(struct test_proc *proc, const struct evening *evening, const char *name,
		     const char *now)
{
	const bool office = proc == &evening->office.office;
	const char *const argv[] = {office ? DONDOC_OFFICE : evening->centre.program,
				    "--config",
				    office ? evening->office.config : evening->centre.config,
				    "--now",
				    now,
				    NULL};
	char ready[32];
	char *words;

	test_proc_fini(proc);
	snprintf(ready, sizeof(ready), "\"%s.ready\"", name);
	if (test_proc_start(proc, evening->centre.dir, name, argv, trial) &&
	    test_proc_wait_err(proc, ready, STARTED_MS))
		return;
	words = test_read_file(proc->err_path, NULL);
	system_die("dondoc-%s does not start:\n%s", name, words != NULL ? words : "");
}

static Dondoc__V1__Reply *ask(const char *endpoint, const Dondoc__V1__Query *query)
{
	const struct dd_client_options options = {.endpoint = endpoint, .patience_ms = 10000};
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	if (dd_client_open(&options, &client, &err) != 0 ||
	    dd_client_query(client, query, 0, &reply, &err) != 0)
		system_die("no answer at %s: %s", endpoint, err.text);
	dd_client_close(client);
	return reply;
}

static Dondoc__V1__Reply *ask_office(const struct evening *evening)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	return ask(evening->office.endpoint, &query);
}

/* How much of the centre's log the office says it has seen. */
static uint64_t office_head(const struct evening *evening)
{
	Dondoc__V1__Reply *reply = ask_office(evening);
	const Dondoc__V1__Position *head = reply->answer->status->head;
	const uint64_t sequence = head != NULL ? head->sequence : 0;

	assert_true(sequence <= reply->answer->status->view_sequence);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return sequence;
}

/* In the evening the office sees the centre; then the centre is gone, and the office starts again
 * hours later. */
static void evening_open(struct evening *evening)
{
	memset(evening, 0, sizeof(*evening));
	station_init(&evening->centre, NULL, system_free_port());
	start_at(&evening->centre.task, evening, "task", EVENING);
	station_prepare(&evening->centre, 2);
	branch_init(&evening->office, &evening->centre);
	start_at(&evening->office.office, evening, "office", EVENING);
	for (int i = 0; i < 500 && office_head(evening) < evening->centre.prepared; i++)
		system_rest_ms(20);
	assert_true(office_head(evening) >= evening->centre.prepared);
	station_must_stop(&evening->centre);
	assert_int_equal(test_proc_stop(&evening->office.office, STARTED_MS), 0);
	start_at(&evening->office.office, evening, "office", LATE);
	assert_true(office_head(evening) >= evening->centre.prepared);
}

static void evening_close(struct evening *evening)
{
	branch_fini(&evening->office);
	station_fini(&evening->centre);
}

/* As a person at the office does it. */
static void complete_by_cli(const struct evening *evening)
{
	const char *const argv[] = {DONDOC_CLI, "-e",     evening->office.endpoint, "task",
				    "complete", "N00000", "--evidence-number",      "12/BC",
				    NULL};
	char state[STATION_PATH + 32];
	const char *env[] = {state, NULL};
	char path[STATION_PATH];
	char *words;

	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", evening->centre.dir);
	if (test_proc_run(evening->centre.dir, "cli", argv, env, STARTED_MS) == 0)
		return;
	snprintf(path, sizeof(path), "%.400s/cli.err", evening->centre.dir);
	words = test_read_file(path, NULL);
	system_die("the completion was not taken: %s", words != NULL ? words : "");
}

/* The same of the second task, by a client that does not tell what it had seen. */
static void complete_unseen(const struct evening *evening)
{
	const struct dd_client_options options = {.endpoint = evening->office.endpoint};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;
	char unit[] = STATION_UNIT, number[] = "13/BC";
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	evidence.number = number;
	request.task = evening->centre.tasks[1];
	request.evidence = &evidence;
	actor.unit = unit;
	body.actor = &actor;
	body.fact_us = test_time(LATE);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	body.request_completion = &request;
	if (dd_client_open(&options, &client, &err) != 0 ||
	    dd_client_command(client, &body, &reply, &err) != 0)
		system_die("%s", err.text);
	assert_int_equal(reply->submit->outcome, DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
}

/* What the centre made of a completion: the day for which it counts, and its event's header. */
struct made {
	int32_t day;
	bool doubtful;
	int64_t fact_us;
};

static void take_header(const Dondoc__V1__HistoryRow *row, struct made *made)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, row->header.len, row->header.data);

	assert_non_null(header);
	if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_REQUESTED) {
		made->doubtful = header->fact_doubtful;
		made->fact_us = header->fact_us;
	}
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static struct made ask_made(const struct evening *evening, size_t at)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	const Dondoc__V1__TaskDetail *task;
	Dondoc__V1__Reply *reply;
	struct made made = {0};

	show.task = evening->centre.tasks[at];
	show.history_limit = 10;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	reply = ask(evening->centre.endpoint, &query);
	task = reply->answer->task;
	made.day = task->task->submitted_day;
	for (size_t i = 0; i < task->n_history; i++)
		take_header(task->history[i], &made);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return made;
}

static void done_on_the_last_evening_without_the_centre_it_counts_for_that_day(void **unused)
{
	struct evening evening;
	struct made seen, unseen;

	(void)unused;
	evening_open(&evening);
	complete_by_cli(&evening);
	complete_unseen(&evening);
	assert_int_equal(branch_waiting(&evening.office), 2);
	start_at(&evening.centre.task, &evening, "task", MORNING);
	assert_true(branch_drained(&evening.office, DRAIN_MS));
	station_settle(&evening.centre);
	seen = ask_made(&evening, 0);
	assert_false(seen.doubtful);
	assert_in_range(seen.fact_us, test_time(LATE), test_time(LATE) + 1800 * DD_SECOND_US - 1);
	assert_int_equal(seen.day, test_day("2026-12-31"));
	/* Who names no position is believed for ten minutes only. */
	unseen = ask_made(&evening, 1);
	assert_true(unseen.doubtful);
	assert_int_equal(unseen.day, test_day("2027-01-01"));
	evening_close(&evening);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			done_on_the_last_evening_without_the_centre_it_counts_for_that_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
