/* position.c - see position.h. */
#include "common/eventlog/position.h"
#include <stdint.h>
#include <string.h>

/* The generated struct has no const; packing does not write. */
static ProtobufCBinaryData borrowed(const uint8_t *data, size_t len)
{
	ProtobufCBinaryData out = {.len = len};

	memcpy(&out.data, &data, sizeof(data));
	return out;
}

void dd_position_to_pb(const struct dd_position *position, Dondoc__V1__Position *pb)
{
	static const uint8_t none[DD_ID_LEN];

	dondoc__v1__position__init(pb);
	pb->incarnation = position->incarnation;
	pb->sequence = position->sequence;
	if (memcmp(position->log_id, none, DD_ID_LEN) != 0)
		pb->log_id = borrowed(position->log_id, DD_ID_LEN);
	if (position->sequence > 0)
		pb->chain = borrowed(position->chain, DD_HASH_LEN);
}

bool dd_position_from_pb(const Dondoc__V1__Position *pb, struct dd_position *position)
{
	memset(position, 0, sizeof(*position));
	if (!pb)
		return true;
	if (pb->log_id.len != DD_ID_LEN && (pb->log_id.len != 0 || pb->sequence != 0))
		return false;
	if (pb->chain.len != DD_HASH_LEN && (pb->chain.len != 0 || pb->sequence != 0))
		return false;
	if (pb->log_id.len > 0)
		memcpy(position->log_id, pb->log_id.data, DD_ID_LEN);
	if (pb->chain.len > 0)
		memcpy(position->chain, pb->chain.data, DD_HASH_LEN);
	position->incarnation = pb->incarnation;
	position->sequence = pb->sequence;
	return true;
}

bool dd_position_same(const struct dd_position *a, const struct dd_position *b)
{
	return a->sequence == b->sequence && a->incarnation == b->incarnation &&
	       memcmp(a->log_id, b->log_id, DD_ID_LEN) == 0 &&
	       memcmp(a->chain, b->chain, DD_HASH_LEN) == 0;
}
