/* frame_test.c - frames: built, checked, damaged, redacted. */
#include "tests/support/harness.h"

#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include "tests/common/eventlog/log_fixture.h"

struct fixture {
	struct dd_position before;
	struct dd_buf frame; /* sealed */
	struct dd_frame_info info;
	uint8_t leaves[8 * DD_HASH_LEN];
	uint8_t chains[8 * DD_HASH_LEN];
};

static void sealed(struct fixture *fixture, unsigned count)
{
	memset(fixture, 0, sizeof(*fixture));
	memset(fixture->before.log_id, 9, DD_ID_LEN);
	fixture->before.incarnation = 3;
	fixture->before.sequence = 40;
	dd_chain_first(fixture->before.log_id, fixture->before.chain);
	fx_build(&fixture->frame, &fixture->before, count);
	dd_frame_seal(&fixture->frame, fixture->before.chain, fixture->leaves, fixture->chains);
	assert_int_equal(dd_frame_info(fixture->frame.data, fixture->frame.len, &fixture->info), 0);
}

static int check(const struct fixture *fixture)
{
	return dd_frame_check(fixture->frame.data, fixture->frame.len, &fixture->info, NULL);
}

static int verify(const struct dd_buf *frame, const struct dd_position *before,
		  uint8_t chain[DD_HASH_LEN])
{
	struct dd_frame_info info;
	struct dd_error err;

	assert_int_equal(dd_frame_info(frame->data, frame->len, &info), 0);
	assert_int_equal(dd_frame_check(frame->data, frame->len, &info, NULL), 0);
	memcpy(chain, before->chain, DD_HASH_LEN);
	return dd_frame_verify(frame->data, &info, chain, NULL, &err);
}

/* Make the sums right again, as somebody who forges would. */
static void forge_sums(struct dd_buf *frame)
{
	uint32_t records =
		dd_crc32c(0, frame->data + DD_FRAME_HEADER, frame->len - DD_FRAME_HEADER);

	dd_put_u32(frame->data + DD_AT_RECORDS_CRC, records);
	dd_put_u32(frame->data + DD_AT_HEADER_CRC, dd_crc32c(0, frame->data, DD_AT_HEADER_CRC));
}

static void what_is_put_in_comes_out(void **state)
{
	struct fixture fixture;
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t chain[DD_HASH_LEN];
	uint64_t expected = 41;

	(void)state;
	sealed(&fixture, 5);
	assert_int_equal(fixture.info.count, 5);
	assert_int_equal(fixture.info.base, 41);
	assert_int_equal(fixture.info.incarnation, 3);
	assert_int_equal(fixture.info.length, fixture.frame.len);
	assert_int_equal(fixture.info.length % 8, 0);
	assert_int_equal(fixture.info.record_us, FX_START_US + 45000);
	assert_int_equal(check(&fixture), 0);
	dd_frame_iter(&iter, fixture.frame.data, &fixture.info);
	while (dd_frame_next(&iter, &record)) {
		assert_int_equal(record.sequence, expected++);
		assert_int_equal(fx_check_record(&record), 0);
		assert_false(dd_all_zero(record.salt, DD_SALT_LEN));
	}
	assert_int_equal(expected, 46);
	assert_int_equal(verify(&fixture.frame, &fixture.before, chain), 0);
	assert_memory_equal(chain, fixture.info.chain_after, DD_HASH_LEN);
	assert_memory_equal(chain, fixture.chains + 4 * DD_HASH_LEN, DD_HASH_LEN);
	dd_buf_fini(&fixture.frame);
}

static void any_flipped_bit_is_seen(void **state)
{
	struct fixture fixture;

	(void)state;
	sealed(&fixture, 3);
	for (size_t bit = 0; bit < 8 * fixture.frame.len; bit++) {
		struct dd_frame_info info;
		int rc;

		fixture.frame.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		rc = dd_frame_info(fixture.frame.data, fixture.frame.len, &info);
		if (bit / 8 < DD_FRAME_HEADER)
			assert_int_equal(rc, DD_ERR_CORRUPT);
		else
			assert_int_equal(check(&fixture), DD_ERR_CORRUPT);
		fixture.frame.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(check(&fixture), 0);
	dd_buf_fini(&fixture.frame);
}

static void zeros_and_short_data_are_told_from_damage(void **state)
{
	static const uint8_t zeros[DD_FRAME_HEADER];
	struct fixture fixture;
	struct dd_frame_info info;

	(void)state;
	sealed(&fixture, 1);
	assert_int_equal(dd_frame_info(zeros, sizeof(zeros), &info), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_frame_info(zeros, 8, &info), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_frame_info(zeros, 7, &info), DD_ERR_RETRY);
	assert_int_equal(dd_frame_info(fixture.frame.data, DD_FRAME_HEADER - 1, &info),
			 DD_ERR_RETRY);
	assert_int_equal(
		dd_frame_check(fixture.frame.data, fixture.frame.len - 1, &fixture.info, NULL),
		DD_ERR_CORRUPT);
	dd_buf_fini(&fixture.frame);
}

/* Fields that a good sum does not excuse. */
static void impossible_values_are_refused(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t value;
	} cases[] = {
		{"unknown flag", DD_AT_FLAGS, 8},
		{"a run that says not that it hides", DD_AT_FLAGS, DD_FRAME_RUN},
		{"a run of records", DD_AT_FLAGS, DD_FRAME_FILTERED | DD_FRAME_RUN},
		{"segment end with records", DD_AT_FLAGS, DD_FRAME_SEGMENT_END},
		{"reserved bytes", 6, 1},
		{"reserved bytes", 44, 1},
		{"odd length", DD_AT_LENGTH, 1},
		{"no records", DD_AT_COUNT, 0},
		{"more records than fit", DD_AT_COUNT, 200},
		{"base zero", DD_AT_BASE, 0},
		{"base of the far future", DD_AT_BASE + 7, 0xff},
		{"header too long", DD_FRAME_HEADER + 1, 0x20},
		{"body too long", DD_FRAME_HEADER + 6, 0x20},
		{"unknown kind", DD_FRAME_HEADER + 8, 3},
		{"leaf in a full frame", DD_FRAME_HEADER + 8, DD_RECORD_LEAF},
		{"redacted, but with salt", DD_FRAME_HEADER + 8, DD_RECORD_REDACTED},
		{"reserved bytes of a record", DD_FRAME_HEADER + 12, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fixture fixture;
		struct dd_frame_info info;
		int rc;

		sealed(&fixture, 1);
		fixture.frame.data[cases[i].at] = cases[i].value;
		forge_sums(&fixture.frame);
		rc = dd_frame_info(fixture.frame.data, fixture.frame.len, &info);
		if (rc == 0)
			rc = dd_frame_check(fixture.frame.data, fixture.frame.len, &info, NULL);
		if (rc != DD_ERR_CORRUPT)
			fail_msg("%s: %d", cases[i].what, rc);
		dd_buf_fini(&fixture.frame);
	}
}

static void a_forged_record_breaks_the_chain(void **state)
{
	struct fixture fixture;
	uint8_t chain[DD_HASH_LEN];

	(void)state;
	sealed(&fixture, 3);
	for (size_t at = DD_FRAME_HEADER + 16; at < DD_FRAME_HEADER + 40; at++) {
		fixture.frame.data[at] ^= 1; /* salt, then header, of the first record */
		forge_sums(&fixture.frame);
		assert_int_equal(verify(&fixture.frame, &fixture.before, chain), DD_ERR_CORRUPT);
		fixture.frame.data[at] ^= 1;
	}
	forge_sums(&fixture.frame);
	assert_int_equal(verify(&fixture.frame, &fixture.before, chain), 0);
	fixture.before.chain[0] ^= 1;
	assert_int_equal(verify(&fixture.frame, &fixture.before, chain), DD_ERR_CORRUPT);
	dd_buf_fini(&fixture.frame);
}

static void limits_are_kept(void **state)
{
	struct dd_buf frame = {0};
	uint8_t id[DD_ID_LEN] = {1};
	uint8_t *header, *body;
	unsigned added = 0;

	(void)state;
	dd_frame_begin(&frame, id, 1, 1, 0);
	assert_int_equal(dd_frame_add(&frame, DD_HEADER_MAX + 1, 0, &header, &body),
			 DD_ERR_INVALID);
	assert_int_equal(dd_frame_add(&frame, 0, DD_BODY_MAX + 1, &header, &body), DD_ERR_INVALID);
	assert_int_equal(dd_frame_count(&frame), 0);
	while (dd_frame_add(&frame, DD_HEADER_MAX, DD_BODY_MAX, &header, &body) == 0) {
		memset(header, 1, DD_HEADER_MAX);
		memset(body, 2, DD_BODY_MAX);
		added++;
	}
	assert_int_equal(added, (DD_FRAME_MAX - DD_FRAME_HEADER) /
					dd_record_size(DD_HEADER_MAX, DD_BODY_MAX));
	assert_int_equal(dd_frame_count(&frame), added);
	dd_frame_begin(&frame, id, 1, 1, 0);
	for (added = 0; dd_frame_add(&frame, 0, 0, &header, &body) == 0;)
		added++;
	assert_int_equal(added, DD_FRAME_RECORDS_MAX);
	dd_buf_fini(&frame);
}

static void a_redacted_record_keeps_its_leaf(void **state)
{
	struct dd_position before = {.sequence = 6, .incarnation = 1};
	struct dd_buf frame = {0};
	uint8_t *header, *body, *record;
	uint8_t hash[DD_HASH_LEN], chain[DD_HASH_LEN];

	(void)state;
	dd_chain_first(before.log_id, before.chain);
	dd_frame_begin(&frame, before.log_id, 1, 7, 5);
	assert_int_equal(dd_frame_add(&frame, 3, DD_HASH_LEN, &header, &body), 0);
	memcpy(header, "abc", 3);
	memset(body, 's', DD_HASH_LEN); /* a secret that is as long as a hash */
	dd_frame_seal(&frame, before.chain, NULL, NULL);
	record = frame.data + DD_FRAME_HEADER;
	dd_chain_body(record + 16, record + DD_RECORD_HEADER + 3, DD_HASH_LEN, hash);
	memcpy(record + DD_RECORD_HEADER + 3, hash, DD_HASH_LEN);
	memset(record + 16, 0, DD_SALT_LEN);
	dd_put_u32(record + 8, DD_RECORD_REDACTED);
	forge_sums(&frame);
	assert_int_equal(verify(&frame, &before, chain), 0);
	dd_buf_fini(&frame);
}

static void a_segment_end_says_what_it_was_told(void **state)
{
	struct dd_frame_info like = {.log_id = {5}, .incarnation = 2, .record_us = 77};
	struct dd_segment_end told = {.first = 10, .last = 20, .root = {7}}, end;
	struct dd_buf frame = {0};
	struct dd_frame_info info;

	(void)state;
	memset(like.chain_before, 6, DD_HASH_LEN);
	dd_frame_segment_end(&frame, like.log_id, like.incarnation, told.first, told.last,
			     like.record_us, like.chain_before, told.root);
	assert_int_equal(frame.len, DD_SEGMENT_END_SIZE);
	assert_int_equal(dd_frame_info(frame.data, frame.len, &info), 0);
	assert_int_equal(dd_frame_check(frame.data, frame.len, &info, NULL), 0);
	assert_int_equal(info.flags, DD_FRAME_SEGMENT_END);
	assert_int_equal(info.base, 21);
	assert_int_equal(info.record_us, 77);
	assert_int_equal(info.incarnation, 2);
	end = dd_frame_segment_end_get(frame.data);
	assert_int_equal(end.first, 10);
	assert_int_equal(end.last, 20);
	assert_memory_equal(end.root, told.root, DD_HASH_LEN);
	assert_int_equal(dd_frame_verify(frame.data, &info, like.chain_before, NULL, NULL), 0);
	dd_buf_fini(&frame);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_in_comes_out),
		cmocka_unit_test(any_flipped_bit_is_seen),
		cmocka_unit_test(zeros_and_short_data_are_told_from_damage),
		cmocka_unit_test(impossible_values_are_refused),
		cmocka_unit_test(a_forged_record_breaks_the_chain),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(a_redacted_record_keeps_its_leaf),
		cmocka_unit_test(a_segment_end_says_what_it_was_told),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
