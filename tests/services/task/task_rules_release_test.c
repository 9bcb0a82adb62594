/* task_rules_release_test.c - a report to a superior waits at the task service: nobody hands it
 * over before who follows the plan up, or the time set, has let it go. */
#include "dondoc/v1/query.pb-c.h"
#include "tests/services/task/task_remind_fixture.h"

#define RELEASE(name) DONDOC__V1__RELEASE_ACTION__RELEASE_##name
#define STATE(name)   DONDOC__V1__DIGEST_STATE__DIGEST_##name
#define SUPERIOR      DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR

static const struct giver by_service = {&remind_service, "", 0};
static const struct giver by_gateway_syt = {&remind_gateway, "SYT", 0};

static uint8_t holder[16] = {1};

/* Of these tasks, by the rule of superiors; the digest's id. */
static const struct given *plan_report(struct hall *hall, uint64_t *tasks, size_t count,
				       uint8_t id_out[DD_HASH_LEN])
{
	Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;
	Dondoc__V1__Intent intents[4], *list[4];
	uint8_t ids[4][DD_HASH_LEN], person[16], away[16];
	char to[DD_RECIPIENT_TEXT];

	memset(person, 'd', sizeof(person));
	memset(away, 'h', sizeof(away));
	for (size_t i = 0; i < count; i++) {
		dondoc__v1__intent__init(&intents[i]);
		intents[i].rule = text_of("superior");
		intents[i].task = tasks[i];
		intents[i].due_day = test_day("2026-02-25");
		intents[i].step = 2;
		list[i] = &intents[i];
		dd_intent_id("superior", tasks[i], intents[i].due_day, 2,
			     dd_recipient("HN", away, to), ids[i]);
	}
	plan.unit = text_of("HN");
	plan.person = (ProtobufCBinaryData){.data = person, .len = 16};
	plan.deputy_for = (ProtobufCBinaryData){.data = away, .len = 16};
	plan.day = test_day("2026-03-02");
	plan.kind = SUPERIOR;
	plan.subject = text_of("Báo cáo cấp trên");
	plan.text = text_of("Một nhiệm vụ quá hạn, chưa có phản hồi");
	plan.intents = list;
	plan.n_intents = count;
	dd_digest_id_of(SUPERIOR, dd_recipient("HN", away, to), plan.day,
			(const uint8_t(*)[DD_HASH_LEN])ids, count, id_out);
	return give(hall, &by_service, ACTION(PLAN_DIGEST), &plan.base);
}

static const struct given *release(struct hall *hall, const struct giver *giver, uint8_t *digest,
				   Dondoc__V1__ReleaseAction action, const char *reason)
{
	Dondoc__V1__ReleaseDigest said = DONDOC__V1__RELEASE_DIGEST__INIT;

	said.digest = (ProtobufCBinaryData){.data = digest, .len = DD_HASH_LEN};
	said.action = action;
	said.reason = text_of(reason);
	return give(hall, giver, ACTION(RELEASE_DIGEST), &said.base);
}

static const struct given *hand_over(struct hall *hall, uint8_t *digest)
{
	Dondoc__V1__HandOverDigest said = DONDOC__V1__HAND_OVER_DIGEST__INIT;

	said.digest = (ProtobufCBinaryData){.data = digest, .len = DD_HASH_LEN};
	said.epoch = 1;
	said.attempt = 1;
	return give(hall, &by_service, ACTION(HAND_OVER_DIGEST), &said.base);
}

static int state_of(struct hall *hall, const uint8_t *digest)
{
	struct view_digest found;

	assert_int_equal(view_digest(hall->view, false, digest, &found), DD_OK);
	return found.state;
}

/* A report that waits, and a service that holds the lease. */
static void wait_for_release(struct hall *hall, uint8_t digest_out[DD_HASH_LEN])
{
	Dondoc__V1__TakeLease lease = DONDOC__V1__TAKE_LEASE__INIT;
	uint64_t task = hall_plan(hall);

	lease.holder = (ProtobufCBinaryData){.data = holder, .len = sizeof(holder)};
	assert_accepted(give(hall, &by_service, ACTION(TAKE_LEASE), &lease.base));
	assert_accepted(plan_report(hall, &task, 1, digest_out));
}

static void set_auto_hours(struct hall *hall, const char *hours)
{
	Dondoc__V1__SetSettings set = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *list[] = {&setting};

	setting.name = text_of("superior.auto_hours");
	setting.value = text_of(hours);
	set.settings = list;
	set.n_settings = 1;
	assert_accepted(give(hall, &by_operator, ACTION(SET_SETTINGS), &set.base));
}

/* --- what waits ------------------------------------------------------------------------------ */

static void what_waits_is_handed_over_by_nobody_until_it_is_let_go(void **state)
{
	struct hall *hall = *state;
	struct view_release said;
	struct view_digest found;
	uint8_t digest[DD_HASH_LEN];

	wait_for_release(hall, digest);
	assert_int_equal(state_of(hall, digest), STATE(HELD));
	assert_refused(hand_over(hall, digest), REFUSAL(STATE), "held");
	hall_reopen(hall, false);
	assert_refused(hand_over(hall, digest), REFUSAL(STATE), "held");
	assert_accepted(release(hall, &by_operator, digest, RELEASE(HOLD), "Chờ giải trình"));
	assert_refused(hand_over(hall, digest), REFUSAL(STATE), "held");
	assert_accepted(release(hall, &by_operator, digest, RELEASE(SEND), ""));
	assert_accepted(hand_over(hall, digest));
	assert_refused(release(hall, &by_operator, digest, RELEASE(SEND), ""), REFUSAL(NOT_TOLD),
		       "digest");
	assert_int_equal(view_release(hall->view, false, digest, &said), DD_OK);
	assert_string_equal(said.plan, "P");
	assert_string_equal(said.unit, "HN");
	assert_int_equal(said.action, RELEASE(SEND));
	assert_int_equal(said.by_time, 0);
	assert_int_equal(view_digest(hall->view, false, digest, &found), DD_OK);
	assert_int_equal(found.person[0], 'd'); /* both are told */
	assert_int_equal(found.deputy_for[0], 'h');
}

static void what_is_dropped_is_neither_sent_nor_planned_again(void **state)
{
	struct hall *hall = *state;
	uint8_t digest[DD_HASH_LEN];
	uint64_t task;

	wait_for_release(hall, digest);
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &task), DD_OK);
	assert_refused(release(hall, &by_operator, digest, RELEASE(DROP), " "), REFUSAL(MISSING),
		       "reason");
	assert_refused(release(hall, &by_operator, digest, RELEASE(NONE), ""), REFUSAL(RANGE),
		       "action");
	assert_accepted(release(hall, &by_operator, digest, RELEASE(DROP), "Đã báo cáo"));
	assert_int_equal(state_of(hall, digest), STATE(DROPPED));
	assert_refused(hand_over(hall, digest), REFUSAL(STATE), "dropped");
	assert_refused(plan_report(hall, &task, 1, digest), REFUSAL(PENDING), "intent");
	hall_reopen(hall, false);
	assert_int_equal(state_of(hall, digest), STATE(DROPPED));
}

static void only_who_follows_the_plan_up_decides(void **state)
{
	struct hall *hall = *state;
	static const struct giver by_head = {&remind_gateway, "HN", 'h'};
	static const struct giver by_agency = {&remind_gateway, "HN", 'a'};
	uint8_t digest[DD_HASH_LEN], unknown[DD_HASH_LEN] = {1};

	wait_for_release(hall, digest);
	grant(hall, 'h', DONDOC__V1__ROLE__ROLE_HEAD, "HN");
	grant(hall, 'a', DONDOC__V1__ROLE__ROLE_AGENCY, "HN");
	assert_refused(release(hall, &by_gateway_syt, digest, RELEASE(SEND), ""),
		       REFUSAL(NOT_PERMITTED), "SYT");
	assert_refused(release(hall, &by_head, digest, RELEASE(SEND), ""), REFUSAL(NO_ROLE), NULL);
	assert_int_equal(release(hall, &by_syt, digest, RELEASE(SEND), "")->outcome,
			 OUTCOME(DENIED)); /* an office */
	assert_refused(release(hall, &by_operator, unknown, RELEASE(SEND), ""), REFUSAL(NOT_TOLD),
		       "digest");
	assert_accepted(release(hall, &by_agency, digest, RELEASE(SEND), ""));
}

static void the_service_lets_go_only_where_it_is_set_and_nobody_holds_it(void **state)
{
	struct hall *hall = *state;
	struct view_release said;
	uint8_t digest[DD_HASH_LEN];

	wait_for_release(hall, digest);
	assert_refused(release(hall, &by_service, digest, RELEASE(SEND), ""),
		       REFUSAL(NOT_PERMITTED), "notification");
	set_auto_hours(hall, "8");
	assert_refused(release(hall, &by_service, digest, RELEASE(DROP), "không cần"),
		       REFUSAL(NOT_PERMITTED), "notification");
	assert_accepted(release(hall, &by_operator, digest, RELEASE(HOLD), "Chờ giải trình"));
	assert_refused(release(hall, &by_service, digest, RELEASE(SEND), ""),
		       REFUSAL(NOT_PERMITTED), "notification");
	assert_accepted(release(hall, &by_operator, digest, RELEASE(DROP), "Đã báo cáo"));
	set_auto_hours(hall, "0");
	assert_int_equal(view_release(hall->view, false, digest, &said), DD_OK);
	assert_int_equal(said.by_time, 0);
}

static void by_time_is_told_as_such(void **state)
{
	struct hall *hall = *state;
	struct view_release said;
	uint8_t digest[DD_HASH_LEN];

	wait_for_release(hall, digest);
	set_auto_hours(hall, "8");
	assert_accepted(release(hall, &by_service, digest, RELEASE(SEND), ""));
	assert_int_equal(state_of(hall, digest), STATE(PLANNED));
	assert_int_equal(view_release(hall->view, false, digest, &said), DD_OK);
	assert_int_equal(said.by_time, 1);
	assert_accepted(hand_over(hall, digest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_waits_is_handed_over_by_nobody_until_it_is_let_go, hall_set_up,
			hall_tear_down),
		cmocka_unit_test_setup_teardown(what_is_dropped_is_neither_sent_nor_planned_again,
						hall_set_up, hall_tear_down),
		cmocka_unit_test_setup_teardown(only_who_follows_the_plan_up_decides, hall_set_up,
						hall_tear_down),
		cmocka_unit_test_setup_teardown(
			the_service_lets_go_only_where_it_is_set_and_nobody_holds_it, hall_set_up,
			hall_tear_down),
		cmocka_unit_test_setup_teardown(by_time_is_told_as_such, hall_set_up,
						hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
