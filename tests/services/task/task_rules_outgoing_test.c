/* task_rules_outgoing_test.c - what the head lets go is the sender's: his conflicts, his times, his
 * name beside the head's; and who may correct it afterwards. Over a real log. */
#include "common/view/view_unit.h"
#include "tests/services/task/task_engine_fixture.h"

#define MINUTE_US     (60 * DD_SECOND_US)
#define COMMAND(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

static ProtobufCBinaryData person_of(char letter)
{
	static uint8_t ids[128][16];
	size_t at = (size_t)letter;

	memset(ids[at], letter, sizeof(ids[at]));
	return (ProtobufCBinaryData){.data = ids[at], .len = sizeof(ids[at])};
}

/* One client with its stream, who speaks for SYT as a person (0 = none). */
struct client {
	const struct dd_principal *who;
	char stream, person;
	uint64_t number;
	uint64_t based_on; /* version of the task that it has seen */
	uint64_t seen;     /* position of the log */
	int64_t fact_us;   /* 0 = now */
};

static const struct given *say(struct hall *hall, struct client *client,
			       Dondoc__V1__CommandBody__ActionCase action, const void *message)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__Base base = DONDOC__V1__BASE__INIT;
	Dondoc__V1__Position position = DONDOC__V1__POSITION__INIT;
	struct sent sent = {
		.who = client->who, .stream = client->stream, .number = ++client->number};

	actor.unit = text_of(HALL_OFFICE);
	if (client->person != 0)
		actor.person = person_of(client->person);
	base.task_version = client->based_on;
	position.sequence = client->seen;
	body.actor = &actor;
	body.based_on = &base;
	body.last_seen = client->seen != 0 ? &position : NULL;
	body.fact_us = client->fact_us != 0 ? client->fact_us : dd_wall_us();
	body.action_case = action;
	memcpy(&body.report_progress, &message, sizeof(message)); /* all are pointers */
	sent_body(&sent, &body);
	return hall_do(hall, &sent);
}

static uint64_t accepted(const struct given *given)
{
	if (given->outcome != OUTCOME(ACCEPTED))
		fail_msg("refused: %d %s %s", (int)given->refusal, given->arguments[0],
			 given->arguments[1]);
	return given->sequence;
}

static Dondoc__V1__ReportProgress percent_of(uint64_t task, uint32_t percent)
{
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;

	report.task = task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = percent;
	report.note = text_of("số liệu tuần");
	return report;
}

static const struct given *let_go(struct hall *hall, struct client *head, uint64_t held)
{
	Dondoc__V1__DecideOutgoing decision = DONDOC__V1__DECIDE_OUTGOING__INIT;

	decision.held = held;
	decision.approved = true;
	return say(hall, head, COMMAND(DECIDE_OUTGOING), &decision);
}

static void give_role(struct hall *hall, struct client *clerk, char person, Dondoc__V1__Role role)
{
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;

	grant.person = person_of(person);
	grant.role = role;
	grant.unit = text_of(HALL_OFFICE);
	(void)accepted(say(hall, clerk, COMMAND(GRANT_ROLE), &grant));
}

static void set(struct hall *hall, struct client *clerk, const char *name, const char *value)
{
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows[] = {&row};
	Dondoc__V1__SetSettings settings = DONDOC__V1__SET_SETTINGS__INIT;

	row.name = text_of(name);
	row.value = text_of(value);
	row.unit = text_of(HALL_OFFICE);
	settings.settings = rows;
	settings.n_settings = 1;
	settings.reason = text_of("quy chế");
	(void)accepted(say(hall, clerk, COMMAND(SET_SETTINGS), &settings));
}

/* SYT with head h, focal person f, staff s and t, who want the head to see what leaves. */
struct house {
	uint64_t task;
	struct client clerk, head, focal, staff, other;
};

static struct house begin(struct hall *hall, bool approval)
{
	static const struct dd_principal gateway = {.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"};
	struct house house = {
		.clerk = {.who = &hall_operator, .stream = 'O'},
		.head = {.who = &gateway, .stream = 'H', .person = 'h'},
		.focal = {.who = &gateway, .stream = 'F', .person = 'f'},
		.staff = {.who = &hall_syt, .stream = 'S', .person = 's'},
		.other = {.who = &hall_syt, .stream = 'T', .person = 't'},
	};

	house.task = hall_plan(hall);
	give_role(hall, &house.clerk, 'h', DONDOC__V1__ROLE__ROLE_HEAD);
	give_role(hall, &house.clerk, 'f', DONDOC__V1__ROLE__ROLE_FOCAL);
	give_role(hall, &house.clerk, 's', DONDOC__V1__ROLE__ROLE_STAFF);
	give_role(hall, &house.clerk, 't', DONDOC__V1__ROLE__ROLE_STAFF);
	if (approval)
		set(hall, &house.clerk, "approval", "on");
	return house;
}

static struct view_task now(struct hall *hall, uint64_t task)
{
	struct view_task out;

	assert_int_equal(view_task(hall->view, false, task, &out), DD_OK);
	return out;
}

/* --- conflicts ------------------------------------------------------------------------------- */

/* Somebody else has set the value since the sender looked: a conflict, as if it had not waited. */
static void what_was_overtaken_while_it_waited_is_a_conflict(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, true);
	Dondoc__V1__ReportProgress first = percent_of(house.task, 30);
	Dondoc__V1__ReportProgress second = percent_of(house.task, 60);
	uint64_t held;

	house.staff.based_on = now(hall, house.task).version;
	held = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &first));
	house.head.based_on = now(hall, house.task).version;
	(void)accepted(say(hall, &house.head, COMMAND(REPORT_PROGRESS), &second));
	assert_int_equal(hall_percent(hall, house.task), 60);
	house.head.based_on = now(hall, house.task).version; /* the head has seen everything */
	(void)accepted(let_go(hall, &house.head, held));
	assert_int_equal(hall_percent(hall, house.task), 60);
	assert_int_equal(now(hall, house.task).conflicts, 1);
	hall_reopen(hall, false);
	assert_int_equal(now(hall, house.task).conflicts, 1);
	assert_int_equal(hall_percent(hall, house.task), 60);
}

/* Two of one client, let go one after the other, and a third that did not wait: no conflict. */
static void what_one_client_sent_does_not_conflict_with_itself(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, true);
	Dondoc__V1__ReportProgress report = percent_of(house.task, 30);
	uint64_t first, second;

	house.staff.based_on = now(hall, house.task).version;
	first = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));
	report.percent = 50;
	second = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));
	(void)accepted(let_go(hall, &house.head, first));
	assert_int_equal(hall_percent(hall, house.task), 30);
	(void)accepted(let_go(hall, &house.head, second));
	assert_int_equal(hall_percent(hall, house.task), 50);
	set(hall, &house.clerk, "approval", "off");
	report.percent = 70;
	(void)accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));
	assert_int_equal(hall_percent(hall, house.task), 70);
	assert_int_equal(now(hall, house.task).conflicts, 0);
}

/* --- who and when ---------------------------------------------------------------------------- */

static void it_is_the_senders_with_who_let_it_go_beside_him(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, true);
	Dondoc__V1__ReportProgress report = percent_of(house.task, 30);
	Dondoc__V1__EventHeader *header;
	int64_t fact_us = dd_wall_us() + 30 * MINUTE_US;
	uint64_t held, sequence;

	house.staff.seen = hall_head(hall);
	test_clock_advance(3 * DD_DAY_US); /* it was done without a line, and sent late */
	house.staff.fact_us = fact_us;
	held = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));
	test_clock_advance(5 * DD_DAY_US);
	sequence = accepted(let_go(hall, &house.head, held));
	header = hall_header(hall, sequence);
	assert_int_equal(header->type, EVENT(PROGRESS_REPORTED));
	assert_int_equal(header->fact_us, fact_us);
	assert_false(header->fact_doubtful);
	assert_int_equal(header->record_us, dd_wall_us());
	assert_memory_equal(header->actor->person.data, person_of('s').data, 16);
	assert_non_null(header->let_go);
	assert_memory_equal(header->let_go->by->person.data, person_of('h').data, 16);
	assert_int_equal(header->let_go->held, held);
	assert_string_equal(header->principal, "gateway"); /* by which it came */
	dondoc__v1__event_header__free_unpacked(header, NULL);
	header = hall_header(hall, sequence - 1);
	assert_int_equal(header->type, EVENT(OUTGOING_DECIDED));
	assert_memory_equal(header->actor->person.data, person_of('h').data, 16);
	assert_null(header->let_go);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

/* A time that was doubtful when it was sent stays so, whenever it is let go. */
static void a_doubtful_time_stays_doubtful(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, true);
	Dondoc__V1__ReportProgress report = percent_of(house.task, 30);
	Dondoc__V1__EventHeader *header;
	uint64_t held;

	test_clock_advance(3 * DD_DAY_US);
	house.staff.fact_us = dd_wall_us() - 2 * DD_DAY_US; /* and it does not say what it saw */
	held = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));
	header = hall_header(hall, accepted(let_go(hall, &house.head, held)));
	assert_true(header->fact_doubtful);
	assert_int_equal(header->fact_us, house.staff.fact_us);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

/* The day that counts for "on time": on which it left the unit, or on which it was done. */
static void the_day_of_a_submission_is_as_the_unit_wants(void **state)
{
	static const struct {
		const char *setting;
		int32_t days_after; /* the day of the fact */
	} rows[] = {{"approved", 8}, {"sent", 0}};
	struct hall *hall = *state;
	struct house house = begin(hall, true);
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;

	evidence.number = text_of("15/BC-SYT");
	request.task = house.task;
	request.evidence = &evidence;
	for (size_t i = 0; i < 2; i++) {
		int32_t day = dd_day_of(dd_wall_us());
		Dondoc__V1__WithdrawEntry withdraw = DONDOC__V1__WITHDRAW_ENTRY__INIT;
		uint64_t held;

		set(hall, &house.clerk, "approval.day", rows[i].setting);
		house.focal.seen = hall_head(hall);
		house.focal.fact_us = dd_wall_us() + MINUTE_US;
		test_clock_advance(3 * DD_DAY_US);
		held = accepted(say(hall, &house.focal, COMMAND(REQUEST_COMPLETION), &request));
		test_clock_advance(5 * DD_DAY_US);
		withdraw.task = house.task;
		withdraw.entry = accepted(let_go(hall, &house.head, held));
		assert_int_equal(now(hall, house.task).state, DD_TASK_AWAITING);
		assert_int_equal(now(hall, house.task).submitted_day, day + rows[i].days_after);
		withdraw.reason = text_of("gửi lại");
		(void)accepted(say(hall, &house.head, COMMAND(WITHDRAW_ENTRY), &withdraw));
	}
}

/* --- who the head is ---------------------------------------------------------------------------
 */

static uint64_t give_scope(struct hall *hall, struct client *clerk, char person, const char *unit,
			   Dondoc__V1__Scope scope)
{
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;

	grant.person = person_of(person);
	grant.role = DONDOC__V1__ROLE__ROLE_HEAD;
	grant.scope = scope;
	grant.unit = text_of(unit);
	return accepted(say(hall, clerk, COMMAND(GRANT_ROLE), &grant));
}

static void put_under(struct hall *hall, struct client *clerk, const char *parent)
{
	Dondoc__V1__SetUnit set = DONDOC__V1__SET_UNIT__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;

	fields.code = text_of(HALL_OFFICE);
	fields.name = text_of("Sở Y tế");
	fields.parent = text_of(parent);
	set.unit = &fields;
	set.reason = text_of("trực thuộc");
	(void)accepted(say(hall, clerk, COMMAND(SET_UNIT), &set));
}

static bool waits(struct hall *hall, uint64_t sequence)
{
	return hall_type(hall, sequence) == EVENT(OUTGOING_HELD);
}

static void take_role(struct hall *hall, struct client *clerk, uint64_t role)
{
	Dondoc__V1__RevokeRole cmd = DONDOC__V1__REVOKE_ROLE__INIT;

	cmd.grant = role;
	cmd.reason = text_of("nghỉ hưu");
	(void)accepted(say(hall, clerk, COMMAND(REVOKE_ROLE), &cmd));
}

/* Nobody could let it go, so it goes. */
static void without_a_head_nothing_waits(void **state)
{
	struct hall *hall = *state;
	struct client clerk = {.who = &hall_operator, .stream = 'O'};
	struct client staff = {.who = &hall_syt, .stream = 'S', .person = 's'};
	struct client nobody = {.who = &hall_syt, .stream = 'N'};
	Dondoc__V1__ReportProgress report = percent_of(hall_plan(hall), 10);
	uint64_t role;

	give_role(hall, &clerk, 's', DONDOC__V1__ROLE__ROLE_STAFF);
	set(hall, &clerk, "approval", "on");
	assert_false(waits(hall, accepted(say(hall, &staff, COMMAND(REPORT_PROGRESS), &report))));
	assert_int_equal(hall_percent(hall, report.task), 10);

	role = give_scope(hall, &clerk, 'h', HALL_OFFICE, DONDOC__V1__SCOPE__SCOPE_OWN);
	report.percent = 20;
	assert_true(waits(hall, accepted(say(hall, &staff, COMMAND(REPORT_PROGRESS), &report))));
	assert_true(waits(hall, accepted(say(hall, &nobody, COMMAND(REPORT_PROGRESS), &report))));
	hall_reopen(hall, false);
	take_role(hall, &clerk, role);
	report.percent = 30;
	assert_false(waits(hall, accepted(say(hall, &staff, COMMAND(REPORT_PROGRESS), &report))));
	assert_false(waits(hall, accepted(say(hall, &nobody, COMMAND(REPORT_PROGRESS), &report))));
	assert_int_equal(hall_percent(hall, report.task), 30);
}

/* A role over the unit above, that reaches down. */
static void the_head_above_lets_go_what_its_units_send(void **state)
{
	static const struct dd_principal gateway = {.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"};
	struct hall *hall = *state;
	struct client clerk = {.who = &hall_operator, .stream = 'O'};
	struct client staff = {.who = &hall_syt, .stream = 'S', .person = 's'};
	struct client above = {.who = &gateway, .stream = 'A', .person = 'a'};
	Dondoc__V1__ReportProgress report = percent_of(hall_plan(hall), 10);
	uint64_t held, role;

	put_under(hall, &clerk, "STC");
	give_role(hall, &clerk, 's', DONDOC__V1__ROLE__ROLE_STAFF);
	set(hall, &clerk, "approval", "on");
	role = give_scope(hall, &clerk, 'a', "STC", DONDOC__V1__SCOPE__SCOPE_OWN);
	assert_false(waits(hall, accepted(say(hall, &staff, COMMAND(REPORT_PROGRESS), &report))));
	take_role(hall, &clerk, role);

	role = give_scope(hall, &clerk, 'a', "STC", DONDOC__V1__SCOPE__SCOPE_SUBTREE);
	report.percent = 40;
	held = accepted(say(hall, &staff, COMMAND(REPORT_PROGRESS), &report));
	assert_true(waits(hall, held));
	(void)accepted(let_go(hall, &above, held));
	assert_int_equal(hall_percent(hall, report.task), 40);
	assert_true(view_unit_headed(hall->view, true, "STC", dd_day_of(dd_wall_us())));
	assert_false(view_unit_headed(hall->view, true, "HN", dd_day_of(dd_wall_us())));
	take_role(hall, &clerk, role);
	assert_false(view_unit_headed(hall->view, true, "STC", dd_day_of(dd_wall_us())));

	(void)give_scope(hall, &clerk, 'b', "", DONDOC__V1__SCOPE__SCOPE_ALL);
	assert_true(view_unit_headed(hall->view, true, "HN", dd_day_of(dd_wall_us())));
}

/* --- correcting ------------------------------------------------------------------------------ */

static const struct given *withdraw(struct hall *hall, struct client *client, uint64_t task,
				    uint64_t entry)
{
	Dondoc__V1__WithdrawEntry cmd = DONDOC__V1__WITHDRAW_ENTRY__INIT;

	cmd.task = task;
	cmd.entry = entry;
	cmd.reason = text_of("nhầm số liệu");
	return say(hall, client, COMMAND(WITHDRAW_ENTRY), &cmd);
}

static const struct given *replace(struct hall *hall, struct client *client, uint64_t task,
				   uint64_t entry, uint32_t percent)
{
	Dondoc__V1__ReplaceUpdate cmd = DONDOC__V1__REPLACE_UPDATE__INIT;

	cmd.task = task;
	cmd.entry = entry;
	cmd.has_percent_case = DONDOC__V1__REPLACE_UPDATE__HAS_PERCENT_PERCENT;
	cmd.percent = percent;
	cmd.reason = text_of("nhầm số liệu");
	return say(hall, client, COMMAND(REPLACE_UPDATE), &cmd);
}

static void staff_corrects_what_it_sent_and_the_focal_person_and_the_head_all(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, false);
	Dondoc__V1__ReportProgress report = percent_of(house.task, 30);
	struct client nobody = {.who = &hall_syt, .stream = 'N'};
	const struct given *given;
	uint64_t entry = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));

	given = withdraw(hall, &house.other, house.task, entry);
	assert_int_equal(given->refusal, REFUSAL(OTHERS_ENTRY));
	assert_string_equal(given->arguments[0], HALL_OFFICE);
	given = replace(hall, &house.other, house.task, 0, 35); /* nor by "the last one" */
	assert_int_equal(given->refusal, REFUSAL(OTHERS_ENTRY));
	entry = accepted(replace(hall, &house.staff, house.task, entry, 35));
	assert_int_equal(hall_percent(hall, house.task), 35);
	entry = accepted(replace(hall, &house.focal, house.task, entry, 40));
	given = withdraw(hall, &house.staff, house.task, entry); /* it is the focal person's now */
	assert_int_equal(given->refusal, REFUSAL(OTHERS_ENTRY));
	(void)accepted(withdraw(hall, &house.head, house.task, entry));
	report.percent = 45;
	entry = accepted(say(hall, &nobody, COMMAND(REPORT_PROGRESS), &report));
	given = withdraw(hall, &house.staff, house.task, entry); /* the unit's, not his */
	assert_int_equal(given->refusal, REFUSAL(OTHERS_ENTRY));
}

/* One batch: the entry is not durable when its correction comes, and is judged all the same. */
static void an_entry_of_the_same_moment_is_the_senders_too(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, false);
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = percent_of(house.task, 30);
	Dondoc__V1__WithdrawEntry cmd = DONDOC__V1__WITHDRAW_ENTRY__INIT;
	struct sent sent = {.who = &hall_syt, .stream = 'S', .number = 1};
	uint64_t first, second;

	actor.unit = text_of(HALL_OFFICE);
	actor.person = person_of('s');
	body.actor = &actor;
	body.action_case = COMMAND(REPORT_PROGRESS);
	body.report_progress = &report;
	sent_body(&sent, &body);
	first = hall_submit(hall, &sent);
	cmd.task = house.task;
	cmd.reason = text_of("nhầm");
	body.action_case = COMMAND(WITHDRAW_ENTRY);
	body.withdraw_entry = &cmd;
	sent.number = 2;
	sent_body(&sent, &body);
	second = hall_submit(hall, &sent);
	hall_run(hall);
	assert_int_equal(hall_answer(hall, first)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_answer(hall, second)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(hall_percent(hall, house.task), 0);
}

/* What the head let go is still his who sent it. */
static void what_was_let_go_is_corrected_by_its_sender(void **state)
{
	struct hall *hall = *state;
	struct house house = begin(hall, true);
	Dondoc__V1__ReportProgress report = percent_of(house.task, 30);
	uint64_t held = accepted(say(hall, &house.staff, COMMAND(REPORT_PROGRESS), &report));
	uint64_t entry = accepted(let_go(hall, &house.head, held));

	set(hall, &house.clerk, "approval", "off");
	assert_int_equal(withdraw(hall, &house.other, house.task, entry)->refusal,
			 REFUSAL(OTHERS_ENTRY));
	(void)accepted(withdraw(hall, &house.staff, house.task, entry));
	assert_int_equal(hall_percent(hall, house.task), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_overtaken_while_it_waited_is_a_conflict),
		TEST(what_one_client_sent_does_not_conflict_with_itself),
		TEST(it_is_the_senders_with_who_let_it_go_beside_him),
		TEST(a_doubtful_time_stays_doubtful),
		TEST(the_day_of_a_submission_is_as_the_unit_wants),
		TEST(without_a_head_nothing_waits),
		TEST(the_head_above_lets_go_what_its_units_send),
		TEST(staff_corrects_what_it_sent_and_the_focal_person_and_the_head_all),
		TEST(an_entry_of_the_same_moment_is_the_senders_too),
		TEST(what_was_let_go_is_corrected_by_its_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
