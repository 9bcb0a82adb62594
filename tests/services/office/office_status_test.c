/* office_status_test.c - what the office tells people about itself. */
#include "common/base/clock.h"
#include "services/office/office_status.h"
#include "tests/services/office/sim.h"

struct told {
	struct sim sim;
	struct centre centre;
	struct office_replica *replica;
	struct office_status status;
	const char *follow_trouble;
	const char *tasks_trouble;
	char *dir;
};

static void told_open(struct told *told)
{
	struct office_replica_options options = {.unit = "SYT"};
	struct dd_error err = {0};

	memset(told, 0, sizeof(*told));
	told->follow_trouble = told->tasks_trouble = "";
	told->dir = test_tmpdir();
	centre_init(&told->centre);
	sim_open(&told->sim, &told->centre, 1, told->dir);
	options.store = office_outbox_store(told->sim.outbox);
	options.data_dir = told->dir;
	assert_int_equal(office_replica_open(&options, &told->replica, &err), 0);
}

static void told_close(struct told *told)
{
	office_replica_close(told->replica);
	sim_close(&told->sim);
	centre_fini(&told->centre);
	test_tmpdir_end(told->dir);
}

static const Dondoc__V1__Status *tell(struct told *told, int64_t later_us)
{
	const struct office_status_source source = {.outbox = told->sim.outbox,
						    .core = told->sim.core,
						    .replica = told->replica,
						    .follow_trouble = told->follow_trouble,
						    .tasks_trouble = told->tasks_trouble,
						    .unit = "SYT",
						    .build = "test",
						    .now_us = SIM_START + told->sim.now_us +
							      later_us};

	assert_int_equal(office_status_fill(&source, &told->status), 0);
	return &told->status.status;
}

static double metric(const Dondoc__V1__Status *status, const char *name)
{
	for (size_t i = 0; i < status->n_metrics; i++)
		if (strcmp(status->metrics[i]->name, name) == 0)
			return status->metrics[i]->value;
	fail_msg("no metric %s", name);
	return -1;
}

static void a_healthy_office_says_ok_and_how_much_waits(void **state)
{
	static struct told told;
	const Dondoc__V1__Status *status;

	(void)state;
	told_open(&told);
	sim_link(&told.sim, DD_LINK_CONNECTING);
	sim_save(&told.sim, "<a>");
	sim_save(&told.sim, "<b>");
	status = tell(&told, 60 * DD_SECOND_US);
	assert_true(status->healthy);
	assert_string_equal(status->health, "ok");
	assert_string_equal(status->link, "connecting");
	assert_int_equal((int)metric(status, "outbox_waiting"), 2);
	assert_int_equal((int)metric(status, "outbox_oldest_seconds"), 60);
	told_close(&told);
}

static void what_is_wrong_with_the_copy_is_told(void **state)
{
	static struct told told;
	const Dondoc__V1__Status *status;

	(void)state;
	told_open(&told);
	status = tell(&told, 0);
	assert_null(status->head); /* nothing was followed yet */
	assert_int_equal((int)metric(status, "tasks_known"), 0);
	told.follow_trouble = "The log differs.";
	told.tasks_trouble = "A task differs.";
	status = tell(&told, 0);
	assert_false(status->healthy);
	assert_non_null(strstr(status->health, "The log differs."));
	assert_non_null(strstr(status->health, "A task differs."));
	told_close(&told);
}

static void denied_is_told_with_the_centres_words(void **state)
{
	static struct told told;
	const Dondoc__V1__Status *status;

	(void)state;
	told_open(&told);
	told.centre.denies = true;
	sim_save(&told.sim, "<a>");
	for (int i = 0; i < 50; i++)
		(void)sim_step(&told.sim, 100000);
	status = tell(&told, 0);
	assert_false(status->healthy);
	assert_string_equal(status->link, "denied");
	assert_non_null(strstr(status->health, "denies this office"));
	told_close(&told);
}

static void a_restored_centre_is_told_for_a_week(void **state)
{
	static struct told told;
	const Dondoc__V1__Status *status;

	(void)state;
	told_open(&told);
	sim_save(&told.sim, "<a>");
	sim_settle(&told.sim);
	centre_restore(&told.centre, 0);
	sim_link(&told.sim, DD_LINK_UP);
	sim_settle(&told.sim);
	status = tell(&told, 0);
	assert_false(status->healthy);
	assert_non_null(strstr(status->health, "restored"));
	assert_int_equal((int)metric(status, "outbox_notices"), 1);
	status = tell(&told, 8 * DD_DAY_US);
	assert_true(status->healthy);
	told_close(&told);
}

static void the_outbox_is_listed_with_state_reason_and_receipt(void **state)
{
	static struct told told;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	Dondoc__V1__Outbox *outbox;
	struct dd_arena arena;

	(void)state;
	told_open(&told);
	dd_arena_init(&arena, 1u << 20);
	sim_save(&told.sim, "<a>");
	sim_save(&told.sim, "<poison>");
	sim_settle(&told.sim);
	sim_link(&told.sim, DD_LINK_CONNECTING);
	sim_save(&told.sim, "<c>");
	outbox = office_status_outbox(told.sim.outbox, &list, &arena);
	assert_int_equal(outbox->n_rows, 3);
	assert_int_equal(outbox->waiting, 1);
	assert_int_equal(outbox->rows[0]->state, DONDOC__V1__OUTBOX_STATE__OUTBOX_QUEUED);
	assert_int_equal(outbox->rows[1]->state, DONDOC__V1__OUTBOX_STATE__OUTBOX_REFUSED);
	assert_true(strlen(outbox->rows[1]->reason) > 0);
	assert_int_equal(outbox->rows[2]->state, DONDOC__V1__OUTBOX_STATE__OUTBOX_ACCEPTED);
	assert_int_equal(outbox->rows[2]->sequence, 1);
	assert_string_equal(outbox->rows[2]->summary, "report_progress");
	assert_int_equal(outbox->rows[2]->task, 7);
	list.open_only = true;
	assert_int_equal(office_status_outbox(told.sim.outbox, &list, &arena)->n_rows, 1);
	list.open_only = false;
	list.limit = 2;
	outbox = office_status_outbox(told.sim.outbox, &list, &arena);
	assert_int_equal(outbox->n_rows, 2);
	assert_true(outbox->rows_cut);
	dd_arena_fini(&arena);
	told_close(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_office_says_ok_and_how_much_waits),
		cmocka_unit_test(what_is_wrong_with_the_copy_is_told),
		cmocka_unit_test(denied_is_told_with_the_centres_words),
		cmocka_unit_test(a_restored_centre_is_told_for_a_week),
		cmocka_unit_test(the_outbox_is_listed_with_state_reason_and_receipt),
	};

	dd_id_start();
	sim_use_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
