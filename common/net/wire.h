/* wire.h - stepping through a packed message without unpacking it. Inside net only. */
#ifndef DD_NET_WIRE_H
#define DD_NET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

struct dd_wire {
	const uint8_t *at;
	const uint8_t *end;
};

static inline bool dd_wire_varint(struct dd_wire *wire, uint64_t *value_out)
{
	uint64_t value = 0;
	unsigned shift;

	for (shift = 0; shift < 64 && wire->at < wire->end; shift += 7) {
		uint8_t byte = *wire->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*value_out = value;
			return true;
		}
	}
	return false;
}

/* Steps over a field's content, by the kind that its key names. Groups (3 and 4) are not used by
 * any of our messages. */
static inline bool dd_wire_skip(struct dd_wire *wire, unsigned kind)
{
	uint64_t len;

	switch (kind) {
	case 0:
		return dd_wire_varint(wire, &len);
	case 1:
		len = 8;
		break;
	case 2:
		if (!dd_wire_varint(wire, &len))
			return false;
		break;
	case 5:
		len = 4;
		break;
	default:
		return false;
	}
	if (len > (uint64_t)(wire->end - wire->at))
		return false;
	wire->at += len;
	return true;
}

#endif
