#include "common/net/envelope.h"
#include "tests/common/net/net_support.h"

static size_t pack(const ProtobufCMessage *message, uint8_t *out)
{
	return protobuf_c_message_pack(message, out);
}

static void test_an_id_is_found_without_unpacking(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint64_t request;
		uint64_t reply;
	} cases[] = {
		{"", 0, 0, 0},
		{"\x08\x01\x10\x07", 4, 7, 1},
		{"\x10\xac\x02", 3, 300, 0},
		{"\x10", 1, 0, 0},
		{"\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12, 0, 0},
		{"\x22\x02zz\x10\x05", 6, 5, 0},
		{"\x22\x7fzz\x10\x05", 6, 0, 0},
		{"\x21"
		 "12345678\x10\x05",
		 11, 5, 0},
		{"\x25"
		 "1234\x10\x05",
		 7, 5, 0},
		{"\x23\x10\x05", 3, 0, 0},
		{"\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x10\x05", 18, 5,
		 0},
		{"\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01"
		 "\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x20\x01\x10\x05",
		 34, 0, 0},
		{"\x22\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, 0, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(dd_request_id(cases[i].bytes, cases[i].len) == cases[i].request);
		assert_true(dd_reply_id(cases[i].bytes, cases[i].len) == cases[i].reply);
	}
}

static void test_a_message_that_needs_more_than_the_arena_does_not_unpack(void **state)
{
	static uint8_t bomb[200000];
	struct dd_arena arena;
	size_t i;

	(void)state;
	/* Unknown fields of one byte each cost protobuf-c many times their size. */
	for (i = 0; i + 1 < sizeof(bomb); i += 2) {
		bomb[i] = 0x78;
		bomb[i + 1] = 1;
	}
	dd_arena_init(&arena, 64 << 10);
	assert_null(dd_request_unpack(&arena, bomb, sizeof(bomb)));
	dd_arena_reset(&arena);
	assert_non_null(dd_request_unpack(&arena, "\x08\x01\x10\x07", 4));
	dd_arena_fini(&arena);
}

/* A Request as a newer build would send it: one field more, at the place the test says. */
static void test_fields_of_a_newer_build_are_seen_at_any_depth(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool unknown;
	} cases[] = {
		{"\x10\x07", 2, false},
		{"\x10\x07\x98\x06\x01", 5, true},         /* field 99 of Request */
		{"\x6a\x03\x98\x06\x01", 5, true},         /* field 99 of LogRead */
		{"\x6a\x05\x0a\x03\x98\x06\x01", 7, true}, /* field 99 of LogRead.after */
		{"\x6a\x04\x0a\x02\x18\x05", 6, false},    /* LogRead.after.sequence */
		{"\x72\x00", 2, false},                    /* Ping */
		{"\x72\x02\x08\x01", 4, true},             /* field 1 of Ping */
	};
	struct dd_arena arena;
	size_t i;

	(void)state;
	dd_arena_init(&arena, 64 << 10);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__Request *request =
			dd_request_unpack(&arena, cases[i].bytes, cases[i].len);

		assert_non_null(request);
		assert_int_equal(dd_pb_unknown(&request->base), cases[i].unknown);
	}
	dd_arena_fini(&arena);
}

static void test_only_utf8_texts_and_known_enum_values_are_valid(void **state)
{
	static const struct {
		const char *text;
		const char *argument;
		int code;
		bool valid;
	} cases[] = {
		{"đôn đốc", "a", DONDOC__V1__ERROR_CODE__ERROR_BUSY, true},
		{"", "", DONDOC__V1__ERROR_CODE__ERROR_UNKNOWN, true},
		{"\xff", "a", DONDOC__V1__ERROR_CODE__ERROR_BUSY, false},
		{"a", "\xc3", DONDOC__V1__ERROR_CODE__ERROR_BUSY, false},
		{"a", "\xed\xa0\x80", DONDOC__V1__ERROR_CODE__ERROR_BUSY, false},
		{"a", "a", 99, false},
		{"a", "a", -1, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
		Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
		Dondoc__V1__Reply *got;
		struct dd_arena arena;
		uint8_t packed[256];
		char text[32];
		char argument[32];
		char *arguments[] = {argument, argument};

		snprintf(text, sizeof(text), "%s", cases[i].text);
		snprintf(argument, sizeof(argument), "%s", cases[i].argument);
		error.text = text;
		error.code = (Dondoc__V1__ErrorCode)cases[i].code;
		error.arguments = arguments;
		error.n_arguments = 2;
		reply.body_case = DONDOC__V1__REPLY__BODY_ERROR;
		reply.error = &error;
		dd_arena_init(&arena, 4096);
		got = dd_reply_unpack(&arena, packed, pack(&reply.base, packed));
		assert_non_null(got);
		assert_int_equal(dd_pb_valid(&got->base), cases[i].valid);
		dd_arena_fini(&arena);
	}
}

static void test_bytes_that_say_more_than_the_message_are_not_whole(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool whole;
	} cases[] = {
		{"\x08\x05\x7a\x03\x12\x01z", 7, true},         /* id, Error.text "z" */
		{"\x7a\x03\x12\x01z\x08\x05", 7, true},         /* in another order */
		{"\x08\x05\x7a\x05\x12\x03z\0z", 9, false},     /* NUL in the text */
		{"\x08\x05\x08\x05", 4, false},                 /* the id twice */
		{"\x08\x85\x00", 3, false},                     /* a longer way to say 5 */
		{"\x7a\x02\x08\x04", 4, true},                  /* Error.code BUSY */
		{"\x7a\x06\x08\x84\x80\x80\x80\x10", 8, false}, /* BUSY + 2^32 */
		{"\x72\x00\x7a\x02\x08\x04", 6, false},         /* two of a oneof */
		{"\x08\x05\x98\x06\x01", 5, true},              /* unknown fields are kept */
		{"", 0, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_arena arena;
		Dondoc__V1__Reply *reply;

		dd_arena_init(&arena, 4096);
		reply = dd_reply_unpack(&arena, cases[i].bytes, cases[i].len);
		assert_non_null(reply);
		assert_int_equal(dd_pb_whole(&reply->base, cases[i].len), cases[i].whole);
		dd_arena_fini(&arena);
	}
}

static void test_bytes_at_random_never_break_the_unpacking(void **state)
{
	struct dd_arena arena;
	uint32_t seed = 12345;
	int round;

	(void)state;
	dd_arena_init(&arena, 4096);
	for (round = 0; round < 20000; round++) {
		uint8_t bytes[128];
		Dondoc__V1__Request *request;
		size_t len = 0;

		for (; len < sizeof(bytes) && (len == 0 || seed % 41 != 0); len++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[len] = (uint8_t)(seed >> 24);
		}
		dd_arena_reset(&arena);
		dd_request_id(bytes, len);
		request = dd_request_unpack(&arena, bytes, len);
		if (request) {
			dd_pb_unknown(&request->base);
			dd_pb_valid(&request->base);
		}
		seed += 77;
	}
	dd_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_id_is_found_without_unpacking),
		cmocka_unit_test(test_a_message_that_needs_more_than_the_arena_does_not_unpack),
		cmocka_unit_test(test_fields_of_a_newer_build_are_seen_at_any_depth),
		cmocka_unit_test(test_only_utf8_texts_and_known_enum_values_are_valid),
		cmocka_unit_test(test_bytes_that_say_more_than_the_message_are_not_whole),
		cmocka_unit_test(test_bytes_at_random_never_break_the_unpacking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
