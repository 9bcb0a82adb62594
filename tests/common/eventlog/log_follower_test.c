#include "common/eventlog/le.h"
#include "common/eventlog/log_follower.h"
#include "tests/common/eventlog/follow_fixture.h"

/* What a follower was told. */
struct heard {
	struct dd_follower *follower;
	struct dd_position at;
	int frames;
	int records;
	int caught_up;
	uint64_t head;
	bool stopped;
	int code;
	struct dd_error why;
	int refuse_at;   /* the frame, from 1, that the consumer does not take */
	int refuse_with; /* its code */
	bool close_in_frame;
	uint64_t want; /* for waiting */
	bool poor_line;
};

static int on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		    const struct dd_position *after, struct dd_error *err)
{
	struct heard *heard = arg;
	struct dd_frame_iter iter;
	struct dd_record record;

	(void)err;
	assert_int_equal(info->base, heard->at.sequence + 1);
	if (heard->frames + 1 == heard->refuse_at)
		return heard->refuse_with;
	heard->frames++;
	dd_frame_iter(&iter, frame, info);
	while (dd_frame_next(&iter, &record))
		heard->records++;
	heard->at = *after;
	if (heard->close_in_frame) {
		dd_follower_close(heard->follower);
		heard->follower = NULL;
	}
	return 0;
}

static void on_stopped(void *arg, int code, const struct dd_error *why)
{
	struct heard *heard = arg;

	assert_false(heard->stopped);
	heard->stopped = true;
	heard->code = code;
	heard->why = *why;
}

static void on_caught_up(void *arg, const struct dd_position *head)
{
	struct heard *heard = arg;

	heard->caught_up++;
	heard->head = head->sequence;
	assert_true(dd_position_same(head, &heard->at) || head->sequence == 0);
}

static void follow(struct follow_world *world, struct heard *heard)
{
	struct dd_follower_options options = {
		.client = world->client,
		.from = heard->at,
		.on_frame = on_frame,
		.on_stopped = on_stopped,
		.on_caught_up = on_caught_up,
		.arg = heard,
		.poor_line = heard->poor_line,
	};

	assert_int_equal(dd_follower_open(&options, &heard->follower, NULL), 0);
}

static bool there(void *arg)
{
	struct heard *heard = arg;

	return heard->caught_up > 0 && heard->at.sequence >= heard->want;
}

static void wait_for(struct follow_world *world, struct heard *heard, uint64_t sequence)
{
	heard->want = sequence;
	net_run_until(world->loop, there, heard);
	assert_int_equal(heard->at.sequence, sequence);
	assert_false(heard->stopped);
}

static void test_it_follows_from_the_beginning_and_then_live(void **state)
{
	struct follow_world world;
	struct heard heard = {.frames = 0};
	struct dd_position head;
	unsigned i;

	(void)state;
	follow_open(&world, 100);
	follow_server_up(&world);
	follow(&world, &heard);
	wait_for(&world, &heard, 300);
	assert_int_equal(heard.frames, 100);
	assert_int_equal(heard.caught_up, 1);
	for (i = 1; i <= 20; i++) {
		assert_int_equal(fx_append_ok(world.log, 1, 2), 0);
		wait_for(&world, &heard, 300 + 2 * i);
	}
	head = dd_eventlog_head(world.log);
	assert_true(dd_position_same(&heard.at, &head));
	assert_int_equal(heard.records, 340);
	assert_int_equal(heard.caught_up, 21);
	assert_int_equal(heard.head, 340);
	dd_follower_close(heard.follower);
	follow_close(&world);
}

static void test_it_goes_on_from_the_place_it_is_given(void **state)
{
	struct follow_world world;
	struct heard heard = {.frames = 0};

	(void)state;
	follow_open(&world, 100);
	follow_server_up(&world);
	assert_int_equal(dd_eventlog_position(world.log, 240, &heard.at, NULL), 0);
	follow(&world, &heard);
	wait_for(&world, &heard, 300);
	assert_int_equal(heard.frames, 20);
	dd_follower_close(heard.follower);
	follow_close(&world);
}

static void test_an_empty_log_is_followed_from_its_first_record(void **state)
{
	struct follow_world world;
	struct heard heard = {.frames = 0};

	(void)state;
	follow_open(&world, 0);
	follow_server_up(&world);
	follow(&world, &heard);
	net_run_ms(world.loop, 50);
	assert_int_equal(fx_append_ok(world.log, 2, 1), 0);
	wait_for(&world, &heard, 2);
	dd_follower_close(heard.follower);
	follow_close(&world);
}

static void test_while_the_server_is_away_it_keeps_asking(void **state)
{
	struct follow_world world;
	struct heard heard = {.frames = 0};
	unsigned i;

	(void)state;
	follow_open(&world, 10);
	follow_connect(&world);
	follow(&world, &heard);
	net_run_ms(world.loop, 200);
	assert_int_equal(heard.frames, 0);
	for (i = 1; i <= 3; i++) {
		follow_server_up(&world);
		wait_for(&world, &heard, 27 + 3 * i);
		follow_server_down(&world);
		net_run_ms(world.loop, 50);
		assert_int_equal(fx_append_ok(world.log, 1, 3), 0);
	}
	assert_int_equal(heard.records, 36);
	dd_follower_close(heard.follower);
	follow_close(&world);
}

static bool sees_every_third(void *arg, const struct dd_principal *who,
			     const struct dd_record *record, const struct dd_log_facts *facts)
{
	(void)facts;
	(void)arg;
	(void)who;
	return record->sequence % 3 == 0;
}

static void test_a_reader_who_may_not_see_all_can_verify_too(void **state)
{
	struct follow_world world;
	struct heard heard = {.poor_line = true}; /* in runs of leaves, and little at once */

	(void)state;
	follow_open(&world, 300);
	world.visible = sees_every_third;
	follow_server_up(&world);
	follow(&world, &heard);
	wait_for(&world, &heard, 900);
	assert_int_equal(heard.records, 900);
	dd_follower_close(heard.follower);
	follow_close(&world);
}

static void test_a_follower_whose_place_is_not_in_the_log_stops(void **state)
{
	static const struct {
		bool log, ahead, chain;
	} cases[] = {{.log = true}, {.ahead = true}, {.chain = true}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct follow_world world;
		struct heard heard = {.frames = 0};

		follow_open(&world, 10);
		follow_server_up(&world);
		heard.at = dd_eventlog_head(world.log);
		heard.at.log_id[0] ^= cases[i].log;
		heard.at.sequence += cases[i].ahead ? 5 : 0;
		heard.at.chain[0] ^= cases[i].chain;
		follow(&world, &heard);
		net_run_until(world.loop, net_flag, &heard.stopped);
		assert_int_equal(heard.code, DD_ERR_CONFLICT);
		assert_true(heard.why.text[0]);
		assert_int_equal(heard.frames, 0);
		assert_int_equal(heard.caught_up, 0);
		dd_follower_close(heard.follower);
		follow_close(&world);
	}
}

/* The log is lost and begun anew, or cut, while a follower is connected. */
static void test_a_log_that_was_replaced_stops_its_followers(void **state)
{
	struct follow_world world;
	struct heard heard = {.frames = 0};

	(void)state;
	follow_open(&world, 10);
	follow_server_up(&world);
	follow(&world, &heard);
	wait_for(&world, &heard, 30);
	follow_server_down(&world);
	dd_eventlog_close(world.log);
	free(world.log_dir);
	world.log_dir = dd_path(world.dir, "other");
	follow_log_open(&world);
	assert_int_equal(fx_append_ok(world.log, 20, 3), 0);
	follow_server_up(&world);
	net_run_until(world.loop, net_flag, &heard.stopped);
	assert_int_equal(heard.code, DD_ERR_CONFLICT);
	assert_int_equal(heard.frames, 10);
	dd_follower_close(heard.follower);
	follow_close(&world);
}

static void test_what_the_consumer_does_not_take_stops_it(void **state)
{
	static const int codes[] = {DD_ERR_IO, DD_ERR_UNSUPPORTED, DD_ERR_FULL, DD_ERR_RETRY};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct follow_world world;
		struct heard heard = {.refuse_at = 5, .refuse_with = codes[i]};

		follow_open(&world, 10);
		follow_server_up(&world);
		follow(&world, &heard);
		net_run_until(world.loop, net_flag, &heard.stopped);
		assert_int_equal(heard.code, codes[i]);
		assert_int_equal(heard.frames, 4);
		net_run_ms(world.loop, 50);
		assert_int_equal(heard.frames, 4);
		dd_follower_close(heard.follower);
		follow_close(&world);
	}
}

static bool follower_gone(void *arg)
{
	return !((struct heard *)arg)->follower;
}

static void test_it_may_be_closed_while_it_hands_on_a_frame(void **state)
{
	struct follow_world world;
	struct heard heard = {.close_in_frame = true};

	(void)state;
	follow_open(&world, 10);
	follow_server_up(&world);
	follow(&world, &heard);
	net_run_until(world.loop, follower_gone, &heard);
	net_run_ms(world.loop, 50);
	assert_int_equal(heard.frames, 1);
	assert_int_equal(heard.caught_up, 0);
	follow_close(&world);
}

/* --- a server that gives what is not the log ----------------------------------------------------
 */

struct liar {
	struct follow_world *world;
	struct dd_bus_server *bus;
	struct dd_buf frames;
	struct dd_position head;
	bool answered;
};

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct liar *liar = arg;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__LogChunk chunk = DONDOC__V1__LOG_CHUNK__INIT;
	Dondoc__V1__Position head;

	(void)who;
	if (liar->answered)
		return;
	dd_position_to_pb(&liar->head, &head);
	chunk.frames.data = liar->frames.data;
	chunk.frames.len = liar->frames.len;
	chunk.head = &head;
	reply.id = dd_request_id(data, len);
	reply.body_case = DONDOC__V1__REPLY__BODY_LOG_CHUNK;
	reply.log_chunk = &chunk;
	dd_reply_send(liar->bus, peer, &reply);
	liar->answered = true;
}

enum lie {
	LIE_NONE,
	LIE_BODY,
	LIE_BODY_WITH_SUMS,
	LIE_LAST_BYTE,
	LIE_HEADER,
	LIE_CUT,
	LIE_RUBBISH_BEHIND,
	LIE_GAP,
	LIE_AGAIN,
	LIE_OTHER_LOG,
	LIE_FORGED_CHAIN,
	LIE_OLDER_INCARNATION,
	LIE_NO_RECORDS,
	LIE_HEAD_BEHIND,
	LIE_HEAD_DIFFERS
};

/* The frames 1..5 of the log are known to the follower; 6..10 are what it asks for. */
static void read_frames(struct liar *liar, uint64_t after)
{
	dd_buf_clear(&liar->frames);
	assert_int_equal(dd_eventlog_read(liar->world->log, after, 256 << 10, &liar->frames, NULL),
			 0);
}

static void forge(struct liar *liar, const uint8_t log_id[DD_ID_LEN], uint32_t incarnation,
		  const uint8_t chain[DD_HASH_LEN])
{
	struct dd_position at = liar->head;

	at.sequence = 15;
	at.incarnation = incarnation;
	memcpy(at.log_id, log_id, DD_ID_LEN);
	fx_build(&liar->frames, &at, 3);
	dd_frame_seal(&liar->frames, chain, NULL, NULL);
}

/* Somebody who changes a record and makes the sums right cannot make the chain right. */
static void forge_body(struct liar *liar, const struct dd_frame_info *info)
{
	uint8_t *frame = liar->frames.data;

	frame[DD_FRAME_HEADER + DD_RECORD_HEADER + 3] ^= 1;
	dd_put_u32(frame + 120,
		   dd_crc32c(0, frame + DD_FRAME_HEADER, info->length - DD_FRAME_HEADER));
	dd_put_u32(frame + 124, dd_crc32c(0, frame, 124));
}

/* A header that says "end of segment, no records", with a sum that is right. */
static void forge_empty(struct liar *liar)
{
	uint8_t *frame = liar->frames.data;

	dd_put_u16(frame + 4, DD_FRAME_SEGMENT_END);
	dd_put_u32(frame + 12, 0);
	dd_put_u32(frame + 124, dd_crc32c(0, frame, 124));
}

static void lie_frames(struct liar *liar, enum lie lie, const struct dd_position *from)
{
	static const uint8_t other[DD_HASH_LEN] = {1};
	struct dd_frame_info info;

	read_frames(liar, lie == LIE_GAP ? 18 : lie == LIE_AGAIN ? 12 : 15);
	assert_int_equal(dd_frame_info(liar->frames.data, liar->frames.len, &info), 0);
	if (lie == LIE_BODY)
		liar->frames.data[DD_FRAME_HEADER + DD_RECORD_HEADER + 3] ^= 1;
	else if (lie == LIE_BODY_WITH_SUMS)
		forge_body(liar, &info);
	else if (lie == LIE_LAST_BYTE)
		liar->frames.data[liar->frames.len - 1] ^= 1;
	else if (lie == LIE_HEADER)
		liar->frames.data[60] ^= 1;
	else if (lie == LIE_CUT)
		liar->frames.len -= 8;
	else if (lie == LIE_RUBBISH_BEHIND)
		dd_buf_add(&liar->frames, "rubbish!", 8);
	else if (lie == LIE_OTHER_LOG)
		forge(liar, other, from->incarnation, from->chain);
	else if (lie == LIE_FORGED_CHAIN)
		forge(liar, from->log_id, from->incarnation, other);
	else if (lie == LIE_OLDER_INCARNATION)
		forge(liar, from->log_id, from->incarnation - 1, from->chain);
	else if (lie == LIE_NO_RECORDS)
		forge_empty(liar);
	else if (lie == LIE_HEAD_BEHIND)
		liar->head.sequence = 29;
	else if (lie == LIE_HEAD_DIFFERS)
		liar->head.chain[0] ^= 1;
}

static void test_frames_that_do_not_fit_stop_it_and_are_not_handed_on(void **state)
{
	static const struct {
		enum lie lie;
		int code;
		int frames; /* handed on before */
	} cases[] = {
		{LIE_NONE, 0, 5},
		{LIE_BODY, DD_ERR_CORRUPT, 0},
		{LIE_BODY_WITH_SUMS, DD_ERR_CORRUPT, 0},
		{LIE_LAST_BYTE, DD_ERR_CORRUPT, 4},
		{LIE_HEADER, DD_ERR_CORRUPT, 0},
		{LIE_CUT, DD_ERR_CORRUPT, 4},
		{LIE_RUBBISH_BEHIND, DD_ERR_CORRUPT, 5},
		{LIE_GAP, DD_ERR_CORRUPT, 0},
		{LIE_AGAIN, DD_ERR_CORRUPT, 0},
		{LIE_OTHER_LOG, DD_ERR_CONFLICT, 0},
		{LIE_FORGED_CHAIN, DD_ERR_CONFLICT, 0},
		{LIE_OLDER_INCARNATION, DD_ERR_CONFLICT, 0},
		{LIE_NO_RECORDS, DD_ERR_CORRUPT, 0},
		{LIE_HEAD_BEHIND, DD_ERR_CONFLICT, 5},
		{LIE_HEAD_DIFFERS, DD_ERR_CONFLICT, 5},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct follow_world world;
		struct liar liar = {.world = &world};
		struct heard heard = {.frames = 0};
		struct dd_bus_listen listen = {.endpoint = world.endpoint,
					       .cls = DD_PRINCIPAL_REPORTING};
		struct dd_bus_server_options options = {.listens = &listen,
							.listen_count = 1,
							.on_request = on_request,
							.arg = &liar};

		follow_open(&world, 10);
		assert_int_equal(dd_eventlog_position(world.log, 15, &heard.at, NULL), 0);
		liar.head = dd_eventlog_head(world.log);
		lie_frames(&liar, cases[i].lie, &heard.at);
		options.loop = world.loop;
		options.access = world.access;
		assert_int_equal(dd_bus_server_open(&options, &liar.bus, NULL), 0);
		follow_connect(&world);
		follow(&world, &heard);
		if (cases[i].code == 0)
			wait_for(&world, &heard, 30);
		else
			net_run_until(world.loop, net_flag, &heard.stopped);
		assert_int_equal(heard.code, cases[i].code);
		assert_int_equal(heard.frames, cases[i].frames);
		dd_follower_close(heard.follower);
		dd_bus_server_close(liar.bus);
		dd_buf_fini(&liar.frames);
		follow_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_follows_from_the_beginning_and_then_live),
		cmocka_unit_test(test_it_goes_on_from_the_place_it_is_given),
		cmocka_unit_test(test_an_empty_log_is_followed_from_its_first_record),
		cmocka_unit_test(test_while_the_server_is_away_it_keeps_asking),
		cmocka_unit_test(test_a_reader_who_may_not_see_all_can_verify_too),
		cmocka_unit_test(test_a_follower_whose_place_is_not_in_the_log_stops),
		cmocka_unit_test(test_a_log_that_was_replaced_stops_its_followers),
		cmocka_unit_test(test_what_the_consumer_does_not_take_stops_it),
		cmocka_unit_test(test_it_may_be_closed_while_it_hands_on_a_frame),
		cmocka_unit_test(test_frames_that_do_not_fit_stop_it_and_are_not_handed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
