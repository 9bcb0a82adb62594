#include "common/eventlog/log_server.h"
#include "tests/common/eventlog/follow_fixture.h"

/* One read by hand, and what came back. */
struct read_call {
	bool ended;
	int err;
	Dondoc__V1__Reply *reply; /* free_unpacked */
};

static void on_chunk(void *arg, int err, const uint8_t *data, size_t len)
{
	struct read_call *call = arg;

	call->ended = true;
	call->err = err;
	if (err == 0)
		call->reply = dondoc__v1__reply__unpack(NULL, len, data);
}

static void end_call(struct read_call *call)
{
	if (call->reply)
		dondoc__v1__reply__free_unpacked(call->reply, NULL);
	memset(call, 0, sizeof(*call));
}

static void start_request(struct follow_world *world, Dondoc__V1__Request *request,
			  struct read_call *call)
{
	uint8_t packed[512];

	memset(call, 0, sizeof(*call));
	request->version = 1;
	request->id = dd_bus_client_next_id(world->client);
	assert_int_equal(dd_bus_client_send(world->client, request->id, packed,
					    dondoc__v1__request__pack(request, packed), 60000,
					    on_chunk, call),
			 0);
}

static void start_read(struct follow_world *world, const struct dd_position *after,
		       uint32_t max_bytes, uint32_t wait_ms, struct read_call *call)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	Dondoc__V1__Position pb;

	if (after) {
		dd_position_to_pb(after, &pb);
		read.after = &pb;
	}
	read.max_bytes = max_bytes;
	read.wait_ms = wait_ms;
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	start_request(world, &request, call);
}

static const Dondoc__V1__LogChunk *finish_read(struct follow_world *world, struct read_call *call)
{
	net_run_until(world->loop, net_flag, &call->ended);
	assert_int_equal(call->err, 0);
	assert_non_null(call->reply);
	assert_int_equal(call->reply->body_case, DONDOC__V1__REPLY__BODY_LOG_CHUNK);
	return call->reply->log_chunk;
}

static bool has_a_follower(void *arg)
{
	return dd_log_server_followers(arg) == 1;
}

static struct dd_position beginning(struct follow_world *world)
{
	struct dd_position at = dd_eventlog_head(world->log);

	at.sequence = 0;
	dd_chain_first(at.log_id, at.chain);
	return at;
}

static void assert_head(struct follow_world *world, const Dondoc__V1__LogChunk *chunk)
{
	struct dd_position head;
	struct dd_position ours = dd_eventlog_head(world->log);

	assert_true(dd_position_from_pb(chunk->head, &head));
	assert_true(dd_position_same(&head, &ours));
}

static void test_a_read_from_the_beginning_gives_the_frames_as_they_stand_in_the_log(void **state)
{
	struct follow_world world;
	struct read_call call;
	struct dd_buf ours = {0};
	const Dondoc__V1__LogChunk *chunk;

	(void)state;
	follow_open(&world, 50);
	follow_server_up(&world);
	start_read(&world, NULL, 0, 0, &call);
	chunk = finish_read(&world, &call);
	assert_int_equal(dd_eventlog_read(world.log, 0, 256 << 10, &ours, NULL), 0);
	assert_int_equal(chunk->frames.len, ours.len);
	assert_memory_equal(chunk->frames.data, ours.data, ours.len);
	assert_head(&world, chunk);
	assert_int_equal(dd_log_server_followers(world.server), 1);
	end_call(&call);
	dd_buf_fini(&ours);
	follow_close(&world);
}

static void test_chunk_by_chunk_everything_comes_once(void **state)
{
	static const uint32_t sizes[] = {1, 700, 5000, 0};
	struct follow_world world;
	size_t i;

	(void)state;
	follow_open(&world, 60);
	follow_server_up(&world);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct dd_position at = beginning(&world);

		while (at.sequence < 180) {
			struct read_call call;
			const Dondoc__V1__LogChunk *chunk;
			struct dd_buf frames = {0};

			start_read(&world, at.sequence ? &at : NULL, sizes[i], 0, &call);
			chunk = finish_read(&world, &call);
			assert_true(chunk->frames.len > 0);
			dd_buf_add(&frames, chunk->frames.data, chunk->frames.len);
			assert_int_equal(fx_check_frames(&frames, &at, NULL), 0);
			dd_buf_fini(&frames);
			end_call(&call);
		}
		assert_int_equal(at.sequence, 180);
	}
	follow_close(&world);
}

static void test_at_the_head_a_read_waits_until_the_head_moves(void **state)
{
	struct follow_world world;
	struct read_call call;
	struct dd_position head;
	const Dondoc__V1__LogChunk *chunk;
	struct dd_frame_info info;

	(void)state;
	follow_open(&world, 5);
	follow_server_up(&world);
	head = dd_eventlog_head(world.log);
	start_read(&world, &head, 0, 30000, &call);
	net_run_until(world.loop, has_a_follower, world.server);
	net_run_ms(world.loop, 50);
	assert_false(call.ended);
	assert_int_equal(fx_append_ok(world.log, 1, 2), 0);
	chunk = finish_read(&world, &call);
	assert_int_equal(dd_frame_info(chunk->frames.data, chunk->frames.len, &info), 0);
	assert_int_equal(info.base, 16);
	assert_int_equal(info.count, 2);
	assert_int_equal(info.length, chunk->frames.len);
	assert_head(&world, chunk);
	end_call(&call);
	follow_close(&world);
}

static void test_when_the_wait_is_over_an_empty_chunk_tells_the_head(void **state)
{
	static const uint32_t waits[] = {0, 1, 150};
	struct follow_world world;
	struct dd_position head;
	size_t i;

	(void)state;
	follow_open(&world, 5);
	follow_server_up(&world);
	head = dd_eventlog_head(world.log);
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		struct read_call call;
		const Dondoc__V1__LogChunk *chunk;

		start_read(&world, &head, 0, waits[i], &call);
		chunk = finish_read(&world, &call);
		assert_int_equal(chunk->frames.len, 0);
		assert_head(&world, chunk);
		end_call(&call);
	}
	follow_close(&world);
}

static void test_an_empty_log_can_be_waited_for(void **state)
{
	struct follow_world world;
	struct read_call call;

	(void)state;
	follow_open(&world, 0);
	follow_server_up(&world);
	start_read(&world, NULL, 0, 30000, &call);
	net_run_until(world.loop, has_a_follower, world.server);
	net_run_ms(world.loop, 50);
	assert_false(call.ended);
	assert_int_equal(fx_append_ok(world.log, 1, 1), 0);
	assert_true(finish_read(&world, &call)->frames.len > 0);
	end_call(&call);
	follow_close(&world);
}

static void test_a_second_read_takes_the_place_of_the_first(void **state)
{
	struct follow_world world;
	struct read_call first;
	struct read_call second;
	struct dd_position head;

	(void)state;
	follow_open(&world, 5);
	follow_server_up(&world);
	head = dd_eventlog_head(world.log);
	start_read(&world, &head, 0, 30000, &first);
	start_read(&world, &head, 0, 30000, &second);
	net_run_until(world.loop, has_a_follower, world.server);
	net_run_ms(world.loop, 50);
	assert_int_equal(fx_append_ok(world.log, 1, 1), 0);
	finish_read(&world, &second);
	net_run_ms(world.loop, 50);
	assert_false(first.ended);
	end_call(&second);
	follow_close(&world);
	end_call(&first);
}

/* --- places ------------------------------------------------------------------------------------
 */

enum change { CHANGE_NONE, CHANGE_LOG, CHANGE_INCARNATION, CHANGE_AHEAD, CHANGE_CHAIN };

static void test_a_follower_that_is_elsewhere_is_told_to_stop(void **state)
{
	static const struct {
		uint64_t sequence;
		enum change change;
		bool refused;
	} cases[] = {
		{15, CHANGE_NONE, false},      {6, CHANGE_NONE, false},
		{4, CHANGE_NONE, false},       {6, CHANGE_LOG, true},
		{6, CHANGE_INCARNATION, true}, {15, CHANGE_INCARNATION, true},
		{15, CHANGE_AHEAD, true},      {6, CHANGE_CHAIN, true},
		{15, CHANGE_CHAIN, true},      {1, CHANGE_CHAIN, true},
	};
	struct follow_world world;
	size_t i;

	(void)state;
	follow_open(&world, 5);
	follow_server_up(&world);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_position at;
		struct read_call call;

		assert_int_equal(dd_eventlog_position(world.log, cases[i].sequence, &at, NULL), 0);
		at.log_id[3] ^= cases[i].change == CHANGE_LOG;
		at.incarnation += cases[i].change == CHANGE_INCARNATION;
		at.sequence += cases[i].change == CHANGE_AHEAD;
		at.chain[31] ^= cases[i].change == CHANGE_CHAIN;
		start_read(&world, &at, 0, 0, &call);
		net_run_until(world.loop, net_flag, &call.ended);
		assert_non_null(call.reply);
		if (cases[i].refused) {
			assert_int_equal(call.reply->body_case, DONDOC__V1__REPLY__BODY_ERROR);
			assert_int_equal(call.reply->error->code,
					 DONDOC__V1__ERROR_CODE__ERROR_POSITION);
		} else {
			assert_int_equal(call.reply->body_case, DONDOC__V1__REPLY__BODY_LOG_CHUNK);
		}
		end_call(&call);
	}
	follow_close(&world);
}

static void test_a_place_with_wrong_lengths_is_malformed(void **state)
{
	static const struct {
		size_t log_id;
		size_t chain;
		uint64_t sequence;
	} cases[] = {{15, 32, 3}, {17, 32, 3}, {16, 31, 3}, {0, 32, 3}, {16, 0, 3}, {1, 0, 0}};
	struct follow_world world;
	uint8_t bytes[64] = {0};
	size_t i;

	(void)state;
	follow_open(&world, 5);
	follow_server_up(&world);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
		Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
		Dondoc__V1__Position pb = DONDOC__V1__POSITION__INIT;
		struct read_call call;

		pb.log_id = (ProtobufCBinaryData){.data = bytes, .len = cases[i].log_id};
		pb.chain = (ProtobufCBinaryData){.data = bytes, .len = cases[i].chain};
		pb.sequence = cases[i].sequence;
		read.after = &pb;
		request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
		request.log_read = &read;
		start_request(&world, &request, &call);
		net_run_until(world.loop, net_flag, &call.ended);
		assert_int_equal(call.reply->body_case, DONDOC__V1__REPLY__BODY_ERROR);
		assert_int_equal(call.reply->error->code, DONDOC__V1__ERROR_CODE__ERROR_MALFORMED);
		end_call(&call);
	}
	follow_close(&world);
}

/* --- who sees what -----------------------------------------------------------------------------
 */

static bool sees_even(void *arg, const struct dd_principal *who, const struct dd_record *record,
		      const struct dd_log_facts *facts)
{
	(void)facts;
	(void)arg;
	return who->cls == DD_PRINCIPAL_REPORTING && record->sequence % 2 == 0;
}

static void test_records_that_may_not_be_seen_come_as_leaves_and_verify(void **state)
{
	struct follow_world world;
	struct read_call call;
	const Dondoc__V1__LogChunk *chunk;
	struct dd_position at;
	size_t i;

	(void)state;
	follow_open(&world, 20);
	world.visible = sees_even;
	follow_server_up(&world);
	at = beginning(&world);
	start_read(&world, NULL, 0, 0, &call);
	chunk = finish_read(&world, &call);
	for (i = 0; i < chunk->frames.len;) {
		struct dd_frame_info info;
		struct dd_frame_iter iter;
		struct dd_record record;
		const uint8_t *frame = chunk->frames.data + i;

		assert_int_equal(dd_frame_info(frame, chunk->frames.len - i, &info), 0);
		assert_int_equal(dd_frame_check(frame, chunk->frames.len - i, &info, NULL), 0);
		assert_int_equal(dd_frame_verify(frame, &info, at.chain, NULL, NULL), 0);
		dd_frame_iter(&iter, frame, &info);
		while (dd_frame_next(&iter, &record)) {
			assert_int_equal(record.sequence, ++at.sequence);
			if (record.sequence % 2 == 0)
				assert_int_equal(fx_check_record(&record), 0);
			else
				assert_int_equal(record.kind, DD_RECORD_LEAF);
		}
		i += info.length;
	}
	assert_int_equal(at.sequence, 60);
	end_call(&call);
	follow_close(&world);
}

/* --- other requests ----------------------------------------------------------------------------
 */

static void test_what_is_not_a_read_gets_an_answer_too(void **state)
{
	struct follow_world world;
	struct read_call call;
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping ping = DONDOC__V1__PING__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	uint64_t id;

	(void)state;
	follow_open(&world, 1);
	follow_server_up(&world);
	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &ping;
	start_request(&world, &request, &call);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.reply->body_case, DONDOC__V1__REPLY__BODY_PONG);
	end_call(&call);

	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = &query;
	start_request(&world, &request, &call);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.reply->error->code, DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED);
	end_call(&call);

	/* An id, and then a LogRead that is cut off. */
	id = dd_bus_client_next_id(world.client);
	assert_in_range(id, 1, 127);
	assert_int_equal(dd_bus_client_send(world.client, id,
					    (uint8_t[]){0x10, (uint8_t)id, 0x6a, 0x05, 1}, 5, 60000,
					    on_chunk, &call),
			 0);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.reply->error->code, DONDOC__V1__ERROR_CODE__ERROR_MALFORMED);
	end_call(&call);
	follow_close(&world);
}

/* --- live before catching up -------------------------------------------------------------------
 */

#define CATCHERS 8

struct catcher {
	struct dd_bus_client *client;
	struct follow_world *world;
	struct dd_position at;
	int chunks;
	uint8_t packed[256];
	bool done;
};

static void catch_on(struct catcher *catcher);

static void on_catcher_chunk(void *arg, int err, const uint8_t *data, size_t len)
{
	struct catcher *catcher = arg;
	Dondoc__V1__Reply *reply;
	struct dd_frame_info info;
	size_t at = 0;

	if (err == DD_ERR_CLOSED)
		return;
	assert_int_equal(err, 0);
	reply = dondoc__v1__reply__unpack(NULL, len, data);
	assert_int_equal(reply->body_case, DONDOC__V1__REPLY__BODY_LOG_CHUNK);
	for (; at < reply->log_chunk->frames.len; at += info.length) {
		assert_int_equal(dd_frame_info(reply->log_chunk->frames.data + at,
					       reply->log_chunk->frames.len - at, &info),
				 0);
		catcher->at.sequence = info.base + info.count - 1;
		catcher->at.incarnation = info.incarnation;
		memcpy(catcher->at.chain, info.chain_after, DD_HASH_LEN);
		memcpy(catcher->at.log_id, info.log_id, DD_ID_LEN);
	}
	catcher->chunks++;
	catcher->done = reply->log_chunk->frames.len == 0;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (!catcher->done)
		catch_on(catcher);
}

static void catch_on(struct catcher *catcher)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	Dondoc__V1__Position pb;

	dd_position_to_pb(&catcher->at, &pb);
	read.after = &pb;
	read.max_bytes = 2000;
	request.id = dd_bus_client_next_id(catcher->client);
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	assert_int_equal(dd_bus_client_send(catcher->client, request.id, catcher->packed,
					    dondoc__v1__request__pack(&request, catcher->packed),
					    60000, on_catcher_chunk, catcher),
			 0);
}

static bool all_caught_up(void *arg)
{
	struct catcher *catchers = arg;
	int i;

	for (i = 0; i < CATCHERS; i++)
		if (!catchers[i].done)
			return false;
	return true;
}

static bool is_under_way(void *arg)
{
	return ((struct catcher *)arg)->chunks >= 3;
}

static void test_followers_at_the_head_do_not_wait_for_those_catching_up(void **state)
{
	struct follow_world world;
	struct catcher catchers[CATCHERS] = {{0}};
	struct read_call live;
	struct dd_position head;
	int i;

	(void)state;
	follow_open(&world, 0);
	assert_int_equal(fx_append_ok(world.log, 200, 100), 0);
	follow_server_up(&world);
	head = dd_eventlog_head(world.log);
	start_read(&world, &head, 0, 30000, &live);
	net_run_until(world.loop, has_a_follower, world.server);
	for (i = 0; i < CATCHERS; i++) {
		struct dd_bus_client_options options = {.loop = world.loop,
							.endpoint = world.endpoint};

		assert_int_equal(dd_bus_client_open(&options, &catchers[i].client, NULL), 0);
		catchers[i].world = &world;
		catch_on(&catchers[i]);
	}
	net_run_until(world.loop, is_under_way, catchers);
	assert_int_equal(fx_append_ok(world.log, 1, 1), 0);
	finish_read(&world, &live);
	assert_false(all_caught_up(catchers));
	net_run_until(world.loop, all_caught_up, catchers);
	for (i = 0; i < CATCHERS; i++) {
		assert_int_equal(catchers[i].at.sequence, 20001);
		dd_bus_client_close(catchers[i].client);
	}
	end_call(&live);
	follow_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_a_read_from_the_beginning_gives_the_frames_as_they_stand_in_the_log),
		cmocka_unit_test(test_chunk_by_chunk_everything_comes_once),
		cmocka_unit_test(test_at_the_head_a_read_waits_until_the_head_moves),
		cmocka_unit_test(test_when_the_wait_is_over_an_empty_chunk_tells_the_head),
		cmocka_unit_test(test_an_empty_log_can_be_waited_for),
		cmocka_unit_test(test_a_second_read_takes_the_place_of_the_first),
		cmocka_unit_test(test_a_follower_that_is_elsewhere_is_told_to_stop),
		cmocka_unit_test(test_a_place_with_wrong_lengths_is_malformed),
		cmocka_unit_test(test_records_that_may_not_be_seen_come_as_leaves_and_verify),
		cmocka_unit_test(test_what_is_not_a_read_gets_an_answer_too),
		cmocka_unit_test(test_followers_at_the_head_do_not_wait_for_those_catching_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
