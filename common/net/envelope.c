/* envelope.c - packing, unpacking and checking messages by their descriptors. */
#include "common/net/envelope.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/net/train.h"
#include "common/net/wire.h"
#include <string.h>

#define REQUEST_ID_FIELD 2
#define REPLY_ID_FIELD   1
#define FIELDS_LOOKED_AT 16 /* ids stand at the beginning; rubbish may be long */

static void *arena_take(void *data, size_t size)
{
	return dd_arena_alloc(data, size);
}

/* The arena gives everything back at once. */
static void arena_leave(void *data, void *pointer)
{
	(void)data;
	(void)pointer;
}

ProtobufCAllocator dd_arena_allocator(struct dd_arena *arena)
{
	return (ProtobufCAllocator){
		.alloc = arena_take, .free = arena_leave, .allocator_data = arena};
}

Dondoc__V1__Request *dd_request_unpack(struct dd_arena *arena, const void *data, size_t len)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);

	return dondoc__v1__request__unpack(&allocator, len, data);
}

Dondoc__V1__Reply *dd_reply_unpack(struct dd_arena *arena, const void *data, size_t len)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);

	return dondoc__v1__reply__unpack(&allocator, len, data);
}

/* --- one number out of a packed message ---------------------------------------------------- */

static uint64_t wire_number(const void *data, size_t len, uint64_t field)
{
	struct dd_wire wire = {.at = data, .end = (const uint8_t *)data + len};
	uint64_t key;
	uint64_t value;
	int left = FIELDS_LOOKED_AT;

	while (left-- > 0 && dd_wire_varint(&wire, &key)) {
		if (key == field << 3)
			return dd_wire_varint(&wire, &value) ? value : 0;
		if (!dd_wire_skip(&wire, (unsigned)(key & 7)))
			return 0;
	}
	return 0;
}

uint64_t dd_request_id(const void *data, size_t len)
{
	return wire_number(data, len, REQUEST_ID_FIELD);
}

uint64_t dd_reply_id(const void *data, size_t len)
{
	return wire_number(data, len, REPLY_ID_FIELD);
}

size_t dd_request_ping(uint64_t id, uint8_t room[DD_PING_MAX])
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping ping = DONDOC__V1__PING__INIT;

	request.version = 1;
	request.id = id;
	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &ping;
	return dondoc__v1__request__pack(&request, room);
}

uint32_t dd_reply_pong_train(const void *data, size_t len)
{
	Dondoc__V1__Reply *reply = dondoc__v1__reply__unpack(NULL, len, data);
	uint32_t train = 0;

	if (reply && reply->body_case == DONDOC__V1__REPLY__BODY_PONG)
		train = reply->pong->train;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return train;
}

/* --- replies ------------------------------------------------------------------------------- */

int dd_reply_send(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		  const Dondoc__V1__Reply *reply)
{
	size_t len = dondoc__v1__reply__get_packed_size(reply);

	dondoc__v1__reply__pack(reply, dd_bus_server_build(server, len));
	return dd_bus_server_send_built(server, peer);
}

int dd_reply_pong(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		  const struct dd_principal *who, uint64_t id)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Pong pong = DONDOC__V1__PONG__INIT;

	pong.now_us = dd_wall_us();
	/* Packing does not write. */
	pong.principal = (char *)dd_principal_class_name(who->cls);
	pong.unit = (char *)who->unit;
	pong.train = DD_TRAIN_MAX;
	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_PONG;
	reply.pong = &pong;
	return dd_reply_send(server, peer, &reply);
}

int dd_reply_error(struct dd_bus_server *server, const struct dd_bus_peer *peer, uint64_t id,
		   Dondoc__V1__ErrorCode code, const char *text)
{
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	error.code = code;
	/* The generated struct has no const; packing does not write. */
	if (text)
		memcpy(&error.text, &text, sizeof(text));
	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_ERROR;
	reply.error = &error;
	return dd_reply_send(server, peer, &reply);
}

/* --- walking a message by its descriptor --------------------------------------------------- */

typedef bool value_check(const ProtobufCFieldDescriptor *field, const void *value);

/* How many values the field has in this message, and where they are. */
static size_t field_values(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
			   const uint8_t **values_out)
{
	const uint8_t *base = (const uint8_t *)message;
	const uint8_t *quantifier = base + field->quantifier_offset;
	size_t count = 1;
	uint32_t chosen;

	*values_out = base + field->offset;
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, quantifier, sizeof(count));
		memcpy(values_out, base + field->offset, sizeof(*values_out));
	} else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		memcpy(&chosen, quantifier, sizeof(chosen));
		count = chosen == field->id;
	}
	return count;
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
	return field->type == PROTOBUF_C_TYPE_ENUM ? sizeof(int) : sizeof(void *);
}

static bool every_value(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
			value_check *check)
{
	const uint8_t *values;
	size_t count = field_values(message, field, &values);
	size_t i;

	for (i = 0; i < count; i++)
		if (!check(field, values + i * value_size(field)))
			return false;
	return true;
}

static const void *value_pointer(const void *value)
{
	const void *pointer;

	memcpy(&pointer, value, sizeof(pointer));
	return pointer;
}

/* The depth is bounded: message types are not recursive (checked by the schemas' lint). */
static bool known_message(const ProtobufCMessage *message);
static bool valid_message(const ProtobufCMessage *message);

static bool known_value(const ProtobufCFieldDescriptor *field, const void *value)
{
	const ProtobufCMessage *inner = value_pointer(value);

	(void)field;
	return !inner || known_message(inner);
}

static bool known_message(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	unsigned i;

	if (message->n_unknown_fields > 0)
		return false;
	for (i = 0; i < type->n_fields; i++)
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE &&
		    !every_value(message, &type->fields[i], known_value))
			return false;
	return true;
}

static bool valid_value(const ProtobufCFieldDescriptor *field, const void *value)
{
	const void *pointer;
	int number;

	if (field->type == PROTOBUF_C_TYPE_ENUM) {
		memcpy(&number, value, sizeof(number));
		return protobuf_c_enum_descriptor_get_value(field->descriptor, number) != NULL;
	}
	pointer = value_pointer(value);
	if (!pointer)
		return true;
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return dd_text_valid(pointer, strlen(pointer));
	return valid_message(pointer);
}

static bool valid_message(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	unsigned i;

	for (i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (field->type != PROTOBUF_C_TYPE_MESSAGE &&
		    field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_ENUM)
			continue;
		if (!every_value(message, field, valid_value))
			return false;
	}
	return true;
}

bool dd_pb_unknown(const ProtobufCMessage *message)
{
	return !known_message(message);
}

bool dd_pb_valid(const ProtobufCMessage *message)
{
	return valid_message(message);
}

bool dd_pb_whole(const ProtobufCMessage *message, size_t len)
{
	return protobuf_c_message_get_packed_size(message) == len;
}
