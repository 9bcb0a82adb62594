/* view_records_test.c - streams and their commands, each principal's own. */
#include "tests/common/view/viewing.h"

static void a_command_is_found_again_with_its_stream(void **state)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct view_stream stream;
	struct view_command known;
	struct history_event e;
	uint64_t first, last;
	struct history h;
	Dondoc__V1__CommandWithdrawn body = DONDOC__V1__COMMAND_WITHDRAWN__INIT;

	(void)state;
	history_begin(&h, 9);
	history_found(&h);
	history_open_frame(&h);
	history_header(&h, &e, EVENT_TYPE(COMMAND_WITHDRAWN));
	history_cause(&h, &e);
	e.cause.count = 2;
	first = history_add(&h, &e.header, &body.base);
	e.cause.index = 1;
	e.cause.digest.len = 0;
	last = history_add(&h, &e.header, &body.base);
	history_close_frame(&h);
	replay_rest(view, &h);
	must(view_flush(view, &why));
	assert_int_equal(view_stream(view, false, e.principal, e.stream, &stream), DD_OK);
	assert_int_equal(stream.last_number, e.cause.number);
	assert_int_equal(stream.last_sequence, last);
	assert_memory_equal(stream.last_digest, e.digest, 32);
	assert_int_equal(view_command(view, false, e.principal, e.stream, e.cause.number, &known),
			 DD_OK);
	assert_int_equal(known.first, first);
	assert_int_equal(known.last, last);
	assert_int_equal(
		view_command(view, false, e.principal, e.stream, e.cause.number + 1, &known),
		DD_ERR_NOT_FOUND);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void one_id_is_a_stream_for_each_principal_that_uses_it(void **state)
{
	char *const principals[] = {lent("office/SYT"), lent("notification")};
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	Dondoc__V1__CommandWithdrawn body = DONDOC__V1__COMMAND_WITHDRAWN__INIT;
	struct view_stream stream;
	struct view_command known;
	struct history_event e;
	struct history h;
	uint64_t made[2];

	(void)state;
	history_begin(&h, 10);
	history_found(&h);
	history_open_frame(&h);
	for (int i = 0; i < 2; i++) {
		history_header(&h, &e, EVENT_TYPE(COMMAND_WITHDRAWN));
		history_cause(&h, &e);
		memset(e.stream, 'z', sizeof(e.stream));
		e.cause.number = 1;
		e.header.principal = principals[i];
		made[i] = history_add(&h, &e.header, &body.base);
	}
	history_close_frame(&h);
	replay_rest(view, &h);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(view_stream(view, false, principals[i], e.stream, &stream), DD_OK);
		assert_int_equal(stream.last_number, 1);
		assert_int_equal(stream.last_sequence, made[i]);
		assert_int_equal(view_command(view, false, principals[i], e.stream, 1, &known),
				 DD_OK);
		assert_int_equal(known.first, made[i]);
	}
	assert_int_equal(view_stream(view, false, "office/ST", e.stream, &stream),
			 DD_ERR_NOT_FOUND);
	view_close(view);
	history_end(&h);
	test_tmpdir_end(dir);
}

static void a_stream_s_tag_tells_principals_and_ids_apart(void **state)
{
	uint8_t a[16] = {1}, b[16] = {2};
	uint8_t tags[4][16];

	(void)state;
	view_stream_tag("office/SYT", a, tags[0]);
	view_stream_tag("office/SYT", b, tags[1]);
	view_stream_tag("office/STC", a, tags[2]);
	view_stream_tag("office/SYT", a, tags[3]);
	assert_memory_equal(tags[0], tags[3], 16);
	assert_memory_not_equal(tags[0], tags[1], 16);
	assert_memory_not_equal(tags[0], tags[2], 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_found_again_with_its_stream),
		cmocka_unit_test(one_id_is_a_stream_for_each_principal_that_uses_it),
		cmocka_unit_test(a_stream_s_tag_tells_principals_and_ids_apart),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
