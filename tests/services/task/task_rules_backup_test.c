/* task_rules_backup_test.c - what a backup may say that it covers, and how a restored log goes on.
 */
#include "common/eventlog/position.h"
#include "common/view/view_backup.h"
#include "common/view/view_query.h"
#include "tests/services/task/task_engine_fixture.h"

static const struct given *cover(struct hall *hall, const struct dd_principal *who, uint64_t number,
				 const struct dd_position *at)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__CoverBackup said = DONDOC__V1__COVER_BACKUP__INIT;
	Dondoc__V1__Position position;
	uint8_t manifest[DD_HASH_LEN] = {7};
	struct sent sent = {
		.who = who, .stream = who == &hall_operator ? 'B' : 'F', .number = number};

	dd_position_to_pb(at, &position);
	said.position = &position;
	said.manifest.data = manifest;
	said.manifest.len = sizeof(manifest);
	said.label = text_of("USB 2");
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_COVER_BACKUP;
	body.cover_backup = &said;
	sent_body(&sent, &body);
	return hall_do(hall, &sent);
}

static const struct given *release(struct hall *hall, uint64_t number, int32_t day)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ReleaseRestore said = DONDOC__V1__RELEASE_RESTORE__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'R', .number = number};

	said.reason = text_of("looked at it");
	said.told_until_day = day;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_RESTORE;
	body.release_restore = &said;
	sent_body(&sent, &body);
	return hall_do(hall, &sent);
}

/* A report by a client that has seen `seen`. */
static struct sent report_seeing(uint64_t number, uint64_t task, const struct dd_position *seen)
{
	struct sent sent = report_of(&hall_syt, 'a', number, task, 10);
	Dondoc__V1__CommandBody *body = dondoc__v1__command_body__unpack(NULL, sent.len, sent.body);
	Dondoc__V1__Position position;

	dd_position_to_pb(seen, &position);
	body->last_seen = &position;
	sent_body(&sent, body);
	body->last_seen = NULL;
	dondoc__v1__command_body__free_unpacked(body, NULL);
	return sent;
}

/* Takes an entry back, by a client that has seen `seen`. */
static struct sent withdrawal_seeing(uint64_t number, uint64_t task, uint64_t entry,
				     const struct dd_position *seen)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__WithdrawEntry said = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	struct sent sent = report_of(&hall_syt, 'a', number, task, 10);
	Dondoc__V1__Position position;

	dd_position_to_pb(seen, &position);
	said.task = task;
	said.entry = entry;
	said.reason = text_of("wrong");
	body.fact_us = dd_wall_us();
	body.last_seen = &position;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_ENTRY;
	body.withdraw_entry = &said;
	sent_body(&sent, &body);
	return sent;
}

static size_t listed(struct hall *hall, uint64_t *covered_out)
{
	struct view_query_context context = {.view = hall->view};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListBackups list = DONDOC__V1__LIST_BACKUPS__INIT;
	struct dd_buf packed = {0};
	Dondoc__V1__Answer *answer;
	size_t count;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_BACKUPS;
	query.list_backups = &list;
	assert_int_equal(view_query(&context, &query, &packed, &hall->err), 0);
	answer = dondoc__v1__answer__unpack(NULL, packed.len, packed.data);
	count = answer->backups->n_rows;
	*covered_out = count > 0 ? answer->backups->rows[0]->position->sequence : 0;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&packed);
	return count;
}

static void a_backup_covers_only_what_this_log_has(void **state)
{
	struct hall *hall = *state;
	struct dd_position at, wrong;
	struct view_covered covered;
	uint64_t newest;

	(void)hall_plan(hall);
	at = dd_eventlog_head(hall->log);
	wrong = at;
	wrong.chain[5] ^= 1;
	assert_int_equal(cover(hall, &hall_operator, 1, &wrong)->refusal, REFUSAL(NOT_THIS_LOG));
	wrong = at;
	wrong.sequence += 100;
	assert_int_equal(cover(hall, &hall_operator, 2, &wrong)->refusal, REFUSAL(NOT_THIS_LOG));
	wrong = at;
	wrong.incarnation++;
	assert_int_equal(cover(hall, &hall_operator, 3, &wrong)->refusal, REFUSAL(NOT_THIS_LOG));
	wrong = at;
	wrong.log_id[0] ^= 1;
	assert_int_equal(cover(hall, &hall_operator, 4, &wrong)->refusal, REFUSAL(NOT_THIS_LOG));
	assert_int_equal(cover(hall, &hall_syt, 1, &at)->outcome, OUTCOME(DENIED));
	assert_int_equal(view_covered(hall->view, false, &covered), DD_ERR_NOT_FOUND);

	assert_int_equal(cover(hall, &hall_operator, 5, &at)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(BACKUP_COVERED));
	assert_int_equal(view_covered(hall->view, false, &covered), 0);
	assert_int_equal(covered.covered, at.sequence);
	/* An older one, told later, is listed and takes nothing back. */
	assert_int_equal(dd_eventlog_position(hall->log, 1, &wrong, &hall->err), 0);
	assert_int_equal(cover(hall, &hall_operator, 6, &wrong)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(listed(hall, &newest), 2);
	assert_int_equal(newest, 1);
	hall_reopen(hall, false);
	assert_int_equal(view_covered(hall->view, false, &covered), 0);
	assert_int_equal(covered.covered, at.sequence);
	assert_int_equal(listed(hall, &newest), 2);
}

static struct dd_restore_mark mark_of(const struct hall *hall)
{
	struct dd_restore_mark mark = {.at = dd_eventlog_head(hall->log), .incarnation = 5};

	(void)snprintf(mark.reason, sizeof(mark.reason), "the disk broke");
	return mark;
}

static void a_restored_log_begins_its_incarnation_and_waits_for_a_release(void **state)
{
	struct hall *hall = *state;
	const uint64_t task = hall_plan(hall);
	const int32_t today = dd_day_of(dd_wall_us());
	struct sent report = report_of(&hall_syt, 'a', 1, task, 10);
	struct dd_restore_mark mark = mark_of(hall);
	struct view_restore restore;

	assert_int_equal(release(hall, 1, 0)->refusal, REFUSAL(NOTHING_HELD));
	mark = mark_of(hall);
	hall->restored = &mark;
	hall_reopen(hall, true);
	hall->restored = NULL;
	assert_int_equal(hall_head(hall), mark.at.sequence + 1);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(INCARNATION));
	assert_int_equal(hall_do(hall, &report)->incarnation, 5);
	assert_int_equal(view_restore(hall->view, false, &restore), 0);
	assert_int_equal(restore.cut_after, mark.at.sequence);
	assert_int_equal(restore.released, 0);

	assert_int_equal(release(hall, 2, today + 1)->refusal, REFUSAL(RANGE));
	assert_int_equal(release(hall, 3, 0)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(release(hall, 4, 0)->refusal, REFUSAL(NOTHING_HELD));
	hall_reopen(hall, false);
	assert_int_equal(view_restore(hall->view, false, &restore), 0);
	assert_int_equal(restore.incarnation, 5);
	assert_int_not_equal(restore.released, 0);
	assert_int_equal(restore.told_until_day, today);
	assert_string_equal(restore.reason, "the disk broke");
}

static void what_only_the_lost_part_knew_is_no_longer_spoken_of(void **state)
{
	struct hall *hall = *state;
	const uint64_t task = hall_plan(hall);
	struct dd_restore_mark mark = mark_of(hall);
	struct dd_position seen = mark.at;
	struct sent report;

	hall->restored = &mark;
	hall_reopen(hall, true);
	hall->restored = NULL;
	seen.sequence += 50; /* of the lost part */
	report = report_seeing(1, task, &seen);
	assert_int_equal(hall_do(hall, &report)->outcome, OUTCOME(ACCEPTED));
	report = report_seeing(2, mark.at.sequence + 20, &seen);
	assert_int_equal(hall_do(hall, &report)->refusal, REFUSAL(OTHER_LOG));
	/* An entry of a task that stayed, but of the lost part. */
	report = withdrawal_seeing(3, task, mark.at.sequence + 2, &seen);
	assert_int_equal(hall_do(hall, &report)->refusal, REFUSAL(OTHER_LOG));
	seen.incarnation = 5;
	report = withdrawal_seeing(4, task, mark.at.sequence + 2, &seen);
	assert_int_not_equal(hall_do(hall, &report)->refusal, REFUSAL(OTHER_LOG));
	report = report_seeing(5, mark.at.sequence + 20, &seen);
	assert_int_equal(hall_do(hall, &report)->refusal, REFUSAL(UNKNOWN_TASK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)
		TEST(a_backup_covers_only_what_this_log_has),
		TEST(a_restored_log_begins_its_incarnation_and_waits_for_a_release),
		TEST(what_only_the_lost_part_knew_is_no_longer_spoken_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
