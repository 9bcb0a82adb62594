/* request.c - arbitrary bytes as a request: unpacked within an arena, checked by descriptors, and
 * the command inside it likewise, as the task service does before it believes anything. */
#include "common/net/envelope.h"
#include "common/net/train.h"
#include "dondoc/v1/command.pb-c.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES ((size_t)64 << 10)

/* The envelope also sends; here nothing is sent. */
int dd_bus_server_send_built(struct dd_bus_server *server, const struct dd_bus_peer *peer)
{
	(void)server;
	(void)peer;
	abort();
}

uint8_t *dd_bus_server_build(struct dd_bus_server *server, size_t len)
{
	(void)server;
	(void)len;
	abort();
}

/* What was unpacked packs again, and the bytes are then stable: the same message both times. (With
 * unknown fields protobuf-c does not keep that; such commands are refused.) */
static void assert_stable(const ProtobufCMessage *message)
{
	size_t len = protobuf_c_message_get_packed_size(message);
	uint8_t *once = dd_alloc(len + 1);
	uint8_t *twice = dd_alloc(len + 1);
	ProtobufCMessage *again;

	assert(protobuf_c_message_pack(message, once) == len);
	again = protobuf_c_message_unpack(message->descriptor, NULL, len, once);
	assert(again);
	assert(protobuf_c_message_get_packed_size(again) == len);
	assert(protobuf_c_message_pack(again, twice) == len);
	assert(len == 0 || memcmp(once, twice, len) == 0);
	protobuf_c_message_free_unpacked(again, NULL);
	free(once);
	free(twice);
}

static void check(const ProtobufCMessage *message)
{
	(void)dd_pb_valid(message);
	if (!dd_pb_unknown(message))
		assert_stable(message);
}

static void check_command(struct dd_arena *arena, const ProtobufCBinaryData *body)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);
	Dondoc__V1__CommandBody *command =
		dondoc__v1__command_body__unpack(&allocator, body->len, body->data);

	if (command)
		check(&command->base);
}

/* The parts of a train lie within it, one behind the other, and put together again they are one of
 * the same parts. */
static void check_train(const uint8_t *data, size_t len)
{
	struct dd_train train;
	struct dd_train again;
	struct dd_buf parts = {0};
	const uint8_t *part;
	const uint8_t *other;
	size_t part_len;
	size_t other_len;
	size_t count = 0;

	if (dd_train_read(data, len, &train) != DD_TRAIN_WHOLE)
		return;
	again = train;
	for (; dd_train_next(&again, &part, &part_len); count++) {
		assert(part >= data && part + part_len <= data + len);
		(void)dd_request_id(part, part_len);
		dd_train_add(&parts, part, part_len);
	}
	assert(again.at == again.end && count > 0 && count <= DD_TRAIN_MAX);
	again = (struct dd_train){.at = parts.data, .end = parts.data + parts.len};
	while (dd_train_next(&again, &part, &part_len)) {
		assert(dd_train_next(&train, &other, &other_len) && part_len == other_len);
		assert(memcmp(part, other, part_len) == 0);
	}
	dd_buf_fini(&parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	Dondoc__V1__Request *request;
	Dondoc__V1__Reply *reply;
	struct dd_arena arena;

	dd_arena_init(&arena, ARENA_BYTES);
	check_train(data, len);
	(void)dd_request_id(data, len);
	(void)dd_reply_id(data, len);
	request = dd_request_unpack(&arena, data, len);
	if (request) {
		check(&request->base);
		if (request->body_case == DONDOC__V1__REQUEST__BODY_SUBMIT)
			check_command(&arena, &request->submit->body);
	}
	dd_arena_reset(&arena);
	reply = dd_reply_unpack(&arena, data, len);
	if (reply)
		check(&reply->base);
	assert(arena.used <= arena.cap);
	dd_arena_fini(&arena);
	return 0;
}
