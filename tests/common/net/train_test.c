#include "common/net/envelope.h"
#include "common/net/train.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

/* A message with these parts, each of one byte repeated. */
static struct dd_buf packed(bool requests, const size_t *lens, size_t count)
{
	uint8_t head[DD_TRAIN_HEAD];
	struct dd_buf parts = {0};
	struct dd_buf out = {0};
	size_t i;

	for (i = 0; i < count; i++) {
		uint8_t *part = dd_alloc(lens[i] + 1);

		memset(part, (int)i, lens[i]);
		dd_train_add(&parts, part, lens[i]);
		free(part);
	}
	dd_buf_add(&out, head, dd_train_head(requests, parts.len, head));
	memcpy(out.data, head, out.len);
	if (parts.len > 0)
		dd_buf_add(&out, parts.data, parts.len);
	dd_buf_fini(&parts);
	return out;
}

static void test_parts_come_out_as_they_went_in(void **state)
{
	static const size_t lens[] = {0, 1, 127, 128, 5000, 16384, 3};
	struct dd_buf out;
	struct dd_train train;
	const uint8_t *data;
	size_t len;
	size_t i;

	(void)state;
	out = packed(true, lens, 7);
	assert_int_equal(dd_train_read(out.data, out.len, &train), DD_TRAIN_WHOLE);
	for (i = 0; i < 7; i++) {
		assert_true(dd_train_next(&train, &data, &len));
		assert_int_equal(len, lens[i]);
		assert_true(len == 0 || (data[0] == i && data[len - 1] == i));
	}
	assert_false(dd_train_next(&train, &data, &len));
	dd_buf_fini(&out);
}

/* Both directions, against the general way of packing. */
static void test_a_train_is_what_the_schema_says(void **state)
{
	static const size_t lens[] = {3, 200};
	struct dd_buf out = packed(true, lens, 2);
	struct dd_buf replies = packed(false, lens, 2);
	Dondoc__V1__Request *request = dondoc__v1__request__unpack(NULL, out.len, out.data);
	Dondoc__V1__Reply *reply = dondoc__v1__reply__unpack(NULL, replies.len, replies.data);
	struct dd_train train;

	(void)state;
	assert_int_equal(request->version, 1);
	assert_int_equal(request->body_case, DONDOC__V1__REQUEST__BODY_TRAIN);
	assert_int_equal(request->train->n_part, 2);
	assert_int_equal(request->train->part[1].len, 200);
	assert_true(dd_pb_whole(&request->base, out.len));
	assert_int_equal(reply->body_case, DONDOC__V1__REPLY__BODY_TRAIN);
	assert_int_equal(reply->train->n_part, 2);
	assert_true(dd_pb_whole(&reply->base, replies.len));
	assert_int_equal(dd_train_read(replies.data, replies.len, &train), DD_TRAIN_WHOLE);
	dondoc__v1__request__free_unpacked(request, NULL);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_buf_fini(&out);
	dd_buf_fini(&replies);
}

#define T "\x92\x01" /* the key of a train */

static void test_what_is_no_train_and_what_is_a_bad_one(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum dd_train_kind kind;
	} cases[] = {
		{"", 0, DD_TRAIN_NONE},
		{"\x08\x01", 2, DD_TRAIN_NONE},
		{"\x08\x01\x10\x07\x72\x00", 6, DD_TRAIN_NONE},          /* a ping */
		{"\x08\x01\x72\x00" T "\x02\x0a\x00", 9, DD_TRAIN_NONE}, /* behind a body */
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10, DD_TRAIN_NONE},
		{"\x08", 1, DD_TRAIN_NONE},
		{"\x22\x7f" T "\x02\x0a\x00", 7, DD_TRAIN_NONE}, /* cut correlation */
		{T "\x02\x0a\x00", 5, DD_TRAIN_WHOLE},
		{"\x08\x01" T "\x02\x0a\x00", 7, DD_TRAIN_WHOLE},
		{"\x22\x01x" T "\x02\x0a\x00", 8, DD_TRAIN_WHOLE}, /* with a correlation */
		{T, 2, DD_TRAIN_BROKEN},
		{T "\x00", 3, DD_TRAIN_BROKEN},                 /* empty */
		{T "\x01\x0a", 4, DD_TRAIN_BROKEN},             /* a part without length */
		{T "\x02\x0a\x01", 5, DD_TRAIN_BROKEN},         /* cut off */
		{T "\x02\x12\x00", 5, DD_TRAIN_BROKEN},         /* something else in it */
		{T "\x03\x0a\x00", 5, DD_TRAIN_BROKEN},         /* shorter than it says */
		{T "\x02\x0a\x00\x08\x01", 7, DD_TRAIN_BROKEN}, /* something behind it */
		{T "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x0a\x00", 14, DD_TRAIN_BROKEN},
		{T "\x0b\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 14, DD_TRAIN_BROKEN},
	};
	struct dd_train train;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* Exactly as long as it is: a step beyond is seen. */
		uint8_t *bytes = dd_alloc(cases[i].len + 1);
		uint8_t *exact = realloc(bytes, cases[i].len > 0 ? cases[i].len : 1);

		memcpy(exact, cases[i].bytes, cases[i].len);
		if (dd_train_read(exact, cases[i].len, &train) != cases[i].kind)
			fail_msg("case %zu", i);
		free(exact);
	}
}

static void test_a_train_has_so_many_parts_and_no_more(void **state)
{
	static size_t lens[DD_TRAIN_MAX + 1];
	struct dd_buf most;
	struct dd_buf more;
	struct dd_train train;

	(void)state;
	most = packed(true, lens, DD_TRAIN_MAX);
	more = packed(true, lens, DD_TRAIN_MAX + 1);
	assert_int_equal(dd_train_read(most.data, most.len, &train), DD_TRAIN_WHOLE);
	assert_int_equal(dd_train_read(more.data, more.len, &train), DD_TRAIN_BROKEN);
	dd_buf_fini(&most);
	dd_buf_fini(&more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_come_out_as_they_went_in),
		cmocka_unit_test(test_a_train_is_what_the_schema_says),
		cmocka_unit_test(test_what_is_no_train_and_what_is_a_bad_one),
		cmocka_unit_test(test_a_train_has_so_many_parts_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
