/* train.c - see train.h. A train is short to read: [version] [18: [1: part] [1: part] ...]. */
#include "common/net/train.h"
#include "common/net/wire.h"
#include <string.h>

#define VERSION_KEY   (1u << 3)
#define BODY_FIRST    10u /* field numbers of bodies, in Request and Reply */
#define TRAIN_FIELD   18u
#define BYTES         2u
#define PART_KEY      (1u << 3 | BYTES)
#define FIELDS_BEFORE 8 /* of a request: version, id, deadline ... */

/* Every part is all there, and there are neither none nor too many. */
static bool is_whole(struct dd_train train)
{
	const uint8_t *data;
	size_t count = 0;
	size_t len;

	while (count <= DD_TRAIN_MAX && dd_train_next(&train, &data, &len))
		count++;
	return train.at == train.end && count > 0 && count <= DD_TRAIN_MAX;
}

/* It ends with the message. */
static enum dd_train_kind read_body(struct dd_wire *wire, struct dd_train *train_out)
{
	struct dd_train train;
	uint64_t len;

	if (!dd_wire_varint(wire, &len) || len != (uint64_t)(wire->end - wire->at))
		return DD_TRAIN_BROKEN;
	train = (struct dd_train){.at = wire->at, .end = wire->end};
	if (!is_whole(train))
		return DD_TRAIN_BROKEN;
	*train_out = train;
	return DD_TRAIN_WHOLE;
}

enum dd_train_kind dd_train_read(const void *data, size_t len, struct dd_train *train_out)
{
	struct dd_wire wire = {.at = data, .end = (const uint8_t *)data + len};
	uint64_t key;
	int left = FIELDS_BEFORE;

	while (left-- > 0 && wire.at < wire.end && dd_wire_varint(&wire, &key)) {
		if (key == (TRAIN_FIELD << 3 | BYTES))
			return read_body(&wire, train_out);
		if (key >> 3 >= BODY_FIRST || !dd_wire_skip(&wire, (unsigned)(key & 7)))
			return DD_TRAIN_NONE;
	}
	return DD_TRAIN_NONE;
}

bool dd_train_next(struct dd_train *train, const uint8_t **data_out, size_t *len_out)
{
	struct dd_wire wire = {.at = train->at, .end = train->end};
	uint64_t len;

	if (wire.at == wire.end || *wire.at++ != PART_KEY || !dd_wire_varint(&wire, &len) ||
	    len > (uint64_t)(wire.end - wire.at))
		return false;
	*data_out = wire.at;
	*len_out = (size_t)len;
	train->at = wire.at + len;
	return true;
}

static uint8_t *put_varint(uint8_t *at, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

void dd_train_add(struct dd_buf *parts, const void *data, size_t len)
{
	uint8_t *from = dd_buf_reserve(parts, len + DD_TRAIN_PART);
	uint8_t *at = from;

	*at++ = PART_KEY;
	at = put_varint(at, len);
	if (len > 0)
		memcpy(at, data, len);
	parts->len += (size_t)(at - from) + len;
}

size_t dd_train_head(bool requests, size_t parts_len, uint8_t head_out[DD_TRAIN_HEAD])
{
	uint8_t *at = head_out;

	if (requests) {
		*at++ = VERSION_KEY;
		*at++ = 1;
	}
	at = put_varint(at, TRAIN_FIELD << 3 | BYTES);
	at = put_varint(at, parts_len);
	return (size_t)(at - head_out);
}
