/* load_message.h - the bytes that a load client sends. */
#ifndef TESTS_SUPPORT_LOAD_MESSAGE_H
#define TESTS_SUPPORT_LOAD_MESSAGE_H

#include "tests/support/history.h"
#include <stddef.h>
#include <stdint.h>

#define TEST_BODY_MAX    4608u
#define TEST_REQUEST_MAX (TEST_BODY_MAX + 256u)

struct test_report {
	const uint8_t *stream;
	uint64_t number;
	uint64_t task;
	const char *unit;
	size_t note_bytes; /* at most 4,000 */
	uint64_t salt;     /* makes the text exist once in the world */
};

/* A progress report as a command's body; `content` is the hash of its text. */
size_t test_report_pack(const struct test_report *report, uint8_t out[TEST_BODY_MAX],
			uint8_t content[DD_HASH_LEN]);

/* A whole request. */
size_t test_submit_pack(uint64_t request, const struct test_identity *id, const uint8_t *body,
			size_t body_len, uint8_t out[TEST_REQUEST_MAX]);

#endif
