/* task_rules_product_test.c - products before completion, "no change" for many, days waited, and
 * the settings that the daily rules follow. */
#include "tests/services/task/task_life_fixture.h"

/* A task of U1 with three products, the last of them optional. */
static void with_products(struct deciding *test)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__Product products[3], *row[3];

	for (uint32_t i = 0; i < 3; i++) {
		dondoc__v1__product__init(&products[i]);
		products[i].number = i + 1;
		products[i].text = text_of("Báo cáo");
		products[i].optional = i == 2;
		row[i] = &products[i];
	}
	fields.plan = text_of("P");
	fields.code = text_of("3");
	fields.content = text_of("Ba sản phẩm");
	fields.lead_unit = text_of("U1");
	fields.due_day = DUE;
	fields.products = row;
	fields.n_products = 3;
	body.task = &fields;
	header.type = EVENT(TASK_ADDED);
	header.subject = test->sequence + 1;
	test->task = happen(test, &header, &body.base);
}

static void product(struct deciding *test, uint32_t number, Dondoc__V1__ProductState state)
{
	as_lead(test);
	ASK_FOR(REPORT_PRODUCT, report_product);
	test->cmd.product.task = test->task;
	test->cmd.product.product = number;
	test->cmd.product.state = state;
	test->cmd.product.evidence = &test->document;
}

static void setting(struct deciding *test, const char *name, const char *value)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__SettingsSet body = DONDOC__V1__SETTINGS_SET__INIT;
	Dondoc__V1__SetSettings said = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting one = DONDOC__V1__SETTING__INIT, *row = &one;

	one.name = text_of(name);
	one.value = text_of(value);
	said.settings = &row;
	said.n_settings = 1;
	body.said = &said;
	header.type = EVENT(SETTINGS_SET);
	happen(test, &header, &body.base);
}

#define DELIVERED DONDOC__V1__PRODUCT_STATE__PRODUCT_DELIVERED
#define ACCEPTED  DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED
#define RETURNED  DONDOC__V1__PRODUCT_STATE__PRODUCT_RETURNED

static void a_task_is_not_complete_before_every_required_product(void **state)
{
	struct deciding *test = begin();

	(void)state;
	with_products(test);
	request_completion(test);
	refused(test, REFUSAL(PRODUCTS_OPEN), "1, 2");
	product(test, 1, DELIVERED);
	taken(test);
	assert_int_equal(task_now(test).state, DD_TASK_IN_PROGRESS);
	assert_int_equal(task_now(test).receipt, DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED);
	product(test, 2, DONDOC__V1__PRODUCT_STATE__PRODUCT_DRAFTED);
	taken(test);
	request_completion(test);
	refused(test, REFUSAL(PRODUCTS_OPEN), "2");
	product(test, 2, DELIVERED);
	taken(test);
	request_completion(test);
	taken(test);
	end(test);
}

static void a_delivered_product_has_evidence_and_is_judged_by_the_agency(void **state)
{
	struct deciding *test = begin();

	(void)state;
	with_products(test);
	product(test, 4, DELIVERED);
	refused(test, REFUSAL(UNKNOWN_ENTRY), "product");
	product(test, 1, DELIVERED);
	test->cmd.product.evidence = NULL;
	refused(test, REFUSAL(MISSING), "evidence");
	product(test, 1, ACCEPTED);
	refused(test, REFUSAL(NOT_PERMITTED), "U1");
	product(test, 1, ACCEPTED);
	as_assigner(test);
	refused(test, REFUSAL(NO_REQUEST), NULL); /* nothing was delivered */
	product(test, 1, DELIVERED);
	taken(test);
	product(test, 1, RETURNED);
	as_assigner(test);
	refused(test, REFUSAL(MISSING), "note");
	product(test, 1, RETURNED);
	as_assigner(test);
	test->cmd.product.note = text_of("thiếu phụ lục");
	taken(test);
	product(test, 2, DELIVERED);
	taken(test);
	request_completion(test);
	refused(test, REFUSAL(PRODUCTS_OPEN), "1");
	end(test);
}

static void the_authority_says_what_counts_as_evidence(void **state)
{
	struct deciding *test = begin();

	(void)state;
	setting(test, "evidence.required", "file");
	request_completion(test);
	refused(test, REFUSAL(MISSING), "files");
	setting(test, "evidence.required", "none");
	request_completion(test);
	test->cmd.request_completion.evidence = NULL;
	taken(test);
	end(test);
}

static void a_file_that_nobody_attached_is_no_evidence(void **state)
{
	static uint8_t hash[DD_HASH_LEN] = {1};
	struct deciding *test = begin();
	ProtobufCBinaryData file = {.data = hash, .len = sizeof(hash)};

	(void)state;
	request_completion(test);
	test->cmd.request_completion.files = &file;
	test->cmd.request_completion.n_files = 1;
	refused(test, REFUSAL(UNKNOWN_FILE), NULL);
	end(test);
}

static void where_percent_is_off_the_steps_alone_are_reported(void **state)
{
	struct deciding *test = begin();

	(void)state;
	setting(test, "progress.percent", "off");
	report(test);
	test->cmd.report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	test->cmd.report.percent = 40;
	refused(test, REFUSAL(SWITCHED_OFF), "progress.percent");
	report(test);
	taken(test);
	end(test);
}

static void an_extension_is_asked_so_many_days_before(void **state)
{
	struct deciding *test = begin();

	(void)state;
	setting(test, "extension.days_before", "5");
	days_pass(test, DUE - 4 - TODAY);
	request_extension(test);
	refused(test, REFUSAL(TOO_LATE), "extension");
	days_pass(test, -1);
	request_extension(test);
	taken(test);
	end(test);
}

/* --- waiting ------------------------------------------------------------------------------------
 */

static void days_waited_for_a_decision_are_kept_when_work_comes_back(void **state)
{
	struct deciding *test = begin();

	(void)state;
	days_pass(test, DUE - 2 - TODAY);
	request_completion(test);
	taken(test);
	days_pass(test, 8);
	send_back(test);
	taken(test);
	assert_int_equal(task_now(test).waited_days, 8);
	days_pass(test, 1);
	request_completion(test);
	taken(test);
	days_pass(test, 30);
	confirm(test);
	taken(test);
	assert_int_equal(task_now(test).waited_days,
			 8); /* confirmed: the submission's day counts */
	assert_int_equal(task_now(test).submitted_day, DUE + 7);
	end(test);
}

/* --- no change ----------------------------------------------------------------------------------
 */

static void no_change_is_said_of_many_at_once_or_of_none(void **state)
{
	struct deciding *test = begin();
	uint64_t tasks[] = {test->task, test->undated};
	uint64_t twice[] = {test->task, test->undated, test->task};
	uint64_t with_heading[] = {test->task, test->heading};
	static uint64_t many[1001];
	uint64_t before;

	(void)state;
	unchanged(test);
	test->cmd.unchanged.n_tasks = 0;
	refused(test, REFUSAL(MISSING), "tasks");
	unchanged(test);
	test->cmd.unchanged.tasks = many;
	test->cmd.unchanged.n_tasks = 1001;
	refused(test, REFUSAL(TOO_LARGE), "tasks");
	unchanged(test);
	test->cmd.unchanged.tasks = twice;
	test->cmd.unchanged.n_tasks = 3;
	refused(test, REFUSAL(DUPLICATE), "task");
	unchanged(test);
	test->cmd.unchanged.tasks = with_heading;
	test->cmd.unchanged.n_tasks = 2;
	refused(test, REFUSAL(UNKNOWN_TASK), NULL);
	assert_int_equal(test->out.effects.count, 0);
	before = test->sequence;
	unchanged(test);
	test->cmd.unchanged.tasks = tasks;
	test->cmd.unchanged.n_tasks = 2;
	taken(test);
	assert_string_equal(test->out.group, "unchanged");
	assert_int_equal(test->sequence, before + 2);
	assert_int_equal(task_now(test).state, DD_TASK_IN_PROGRESS);
	assert_int_equal(task_now(test).updated_us, test->now_us);
	assert_int_equal(task_now(test).percent, 0);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_is_not_complete_before_every_required_product),
		cmocka_unit_test(a_delivered_product_has_evidence_and_is_judged_by_the_agency),
		cmocka_unit_test(the_authority_says_what_counts_as_evidence),
		cmocka_unit_test(a_file_that_nobody_attached_is_no_evidence),
		cmocka_unit_test(where_percent_is_off_the_steps_alone_are_reported),
		cmocka_unit_test(an_extension_is_asked_so_many_days_before),
		cmocka_unit_test(days_waited_for_a_decision_are_kept_when_work_comes_back),
		cmocka_unit_test(no_change_is_said_of_many_at_once_or_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
