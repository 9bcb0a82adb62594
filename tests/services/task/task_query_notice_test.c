/* task_query_notice_test.c - an office sees the reminders sent to its own unit and no others. */
#include "services/task/task_query.h"
#include "tests/services/task/task_rules_notice_fixture.h"

#include "dondoc/v1/query.pb-c.h"

static struct dd_principal office(const char *unit)
{
	struct dd_principal who = {.cls = DD_PRINCIPAL_OFFICE};

	snprintf(who.unit, sizeof(who.unit), "%s", unit);
	snprintf(who.text, sizeof(who.text), "office/%s", unit);
	return who;
}

static bool visible(const struct dd_principal *who, Dondoc__V1__EventType type, const char *unit)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct dd_record record = {.kind = DD_RECORD_FULL};
	uint8_t bytes[256];

	header.type = type;
	header.unit = text_of(unit);
	record.header = bytes;
	record.header_len = (uint32_t)dondoc__v1__event_header__pack(&header, bytes);
	return task_query_visible(NULL, who, &record, NULL);
}

static void what_is_said_to_one_unit_is_read_by_that_unit_alone(void **state)
{
	static const Dondoc__V1__EventType types[] = {
		EVENT(DIGEST_PLANNED), EVENT(DIGEST_HANDING_OVER), EVENT(DIGEST_SETTLED),
		EVENT(COMMAND_REFUSED)};
	struct dd_principal own = office("U1"), other = office("U2");
	struct dd_principal reporting = {.cls = DD_PRINCIPAL_REPORTING, .text = "reporting"};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_true(visible(&own, types[i], "U1"));
		assert_false(visible(&other, types[i], "U1"));
		assert_true(visible(&reporting, types[i], "U1"));
	}
	assert_true(visible(&other, EVENT(UNIT_SET), ""));
	assert_true(visible(&other, EVENT(LEASE_TAKEN), ""));
}

/* One digest to U1 and one to U2, in the view's store. */
static struct deciding *begin_two(void)
{
	struct deciding *test = begin();

	plan_one(test);
	test->cmd.plan.unit = text_of("U2");
	taken(test);
	plan_one(test);
	taken(test);
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
	return test;
}

static int query_as(struct deciding *test, const char *unit, Dondoc__V1__Query *query,
		    Dondoc__V1__Answer **answer_out, Dondoc__V1__ErrorCode *code_out)
{
	struct task_query_source source = {.view = test->view};
	struct dd_principal who = office(unit);
	struct dd_buf out = {0};
	int rc = task_query_answer(&source, &who, query, &out, code_out, &test->err);

	*answer_out = rc == DD_OK ? dondoc__v1__answer__unpack(NULL, out.len, out.data) : NULL;
	dd_buf_fini(&out);
	return rc;
}

static void an_office_lists_its_own_digests_whatever_unit_it_names(void **state)
{
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct deciding *test = begin_two();
	Dondoc__V1__ErrorCode code;
	Dondoc__V1__Answer *got;

	(void)state;
	list.unit = text_of("U2");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	assert_int_equal(query_as(test, "U1", &query, &got, &code), DD_OK);
	assert_int_equal(got->digests->n_rows, 1);
	assert_string_equal(got->digests->rows[0]->unit, "U1");
	dondoc__v1__answer__free_unpacked(got, NULL);
	end(test);
}

static void an_office_may_not_look_at_another_s_digest_nor_list_reports(void **state)
{
	Dondoc__V1__ListReports reports = DONDOC__V1__LIST_REPORTS__INIT;
	Dondoc__V1__ShowDigest show = DONDOC__V1__SHOW_DIGEST__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct deciding *test = begin_two();
	Dondoc__V1__ErrorCode code;
	Dondoc__V1__Answer *got;

	(void)state;
	show.digest = (ProtobufCBinaryData){.data = test->out.digest, .len = DD_HASH_LEN};
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_DIGEST;
	query.show_digest = &show;
	assert_int_equal(query_as(test, "U2", &query, &got, &code), DD_ERR_REFUSED);
	assert_int_equal(code, DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REPORTS;
	query.list_reports = &reports;
	assert_int_equal(query_as(test, "U2", &query, &got, &code), DD_ERR_REFUSED);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_to_one_unit_is_read_by_that_unit_alone),
		cmocka_unit_test(an_office_lists_its_own_digests_whatever_unit_it_names),
		cmocka_unit_test(an_office_may_not_look_at_another_s_digest_nor_list_reports),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
