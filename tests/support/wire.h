/* wire.h - messages by the numbers of their fields, written and read by hand: for tests of what
 * another version sends, which must not change with the messages of this one. Only for tests; each
 * includes its own copy. */
#ifndef TESTS_SUPPORT_WIRE_H
#define TESTS_SUPPORT_WIRE_H

#include "common/base/buf.h"
#include <stdbool.h>
#include <string.h>

#define WIRE_HELPER __attribute__((unused)) static

/* --- writing -----------------------------------------------------------------------------------
 */

WIRE_HELPER void put_varint(struct dd_buf *out, uint64_t value)
{
	uint8_t byte;

	for (; value > 0x7f; value >>= 7) {
		byte = (uint8_t)(value | 0x80);
		dd_buf_add(out, &byte, 1);
	}
	byte = (uint8_t)value;
	dd_buf_add(out, &byte, 1);
}

WIRE_HELPER void put_number(struct dd_buf *out, uint32_t field, uint64_t value)
{
	put_varint(out, (uint64_t)field << 3);
	put_varint(out, value);
}

WIRE_HELPER void put_bytes(struct dd_buf *out, uint32_t field, const void *data, size_t len)
{
	put_varint(out, ((uint64_t)field << 3) | 2);
	put_varint(out, len);
	dd_buf_add(out, data, len);
}

WIRE_HELPER void put_text(struct dd_buf *out, uint32_t field, const char *text)
{
	put_bytes(out, field, text, strlen(text));
}

/* A message inside; `inner` is empty afterwards. */
WIRE_HELPER void put_inner(struct dd_buf *out, uint32_t field, struct dd_buf *inner)
{
	put_bytes(out, field, inner->data, inner->len);
	dd_buf_fini(inner);
}

/* --- reading -----------------------------------------------------------------------------------
 */

struct wire_span {
	const uint8_t *at; /* borrowed */
	size_t len;
};

struct wire_field {
	uint32_t field;
	uint64_t number;
	struct wire_span bytes; /* at NULL: it is a number */
};

WIRE_HELPER struct wire_span wire_of(const struct dd_buf *buf)
{
	return (struct wire_span){.at = buf->data, .len = buf->len};
}

WIRE_HELPER bool take_varint(struct wire_span *from, uint64_t *value_out)
{
	*value_out = 0;
	for (unsigned shift = 0; shift < 64 && from->len > 0; shift += 7) {
		const uint8_t byte = *from->at++;

		from->len--;
		*value_out |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

/* The next field; false at the end, or where it cannot be read. */
WIRE_HELPER bool take_field(struct wire_span *from, struct wire_field *out)
{
	uint64_t key;
	size_t len;

	memset(out, 0, sizeof(*out));
	if (!take_varint(from, &key))
		return false;
	out->field = (uint32_t)(key >> 3);
	if ((key & 7) == 0)
		return take_varint(from, &out->number);
	if ((key & 7) == 2 && !take_varint(from, &out->number))
		return false;
	len = (key & 7) == 2 ? (size_t)out->number : (key & 7) == 1 ? 8 : 4;
	if ((key & 7) == 3 || (key & 7) == 4 || len > from->len)
		return false;
	out->bytes = (struct wire_span){.at = from->at, .len = len};
	from->at += len;
	from->len -= len;
	return true;
}

/* The field as often as it stands there, from 0. */
WIRE_HELPER bool find_field(struct wire_span in, uint32_t field, size_t which,
			    struct wire_field *out)
{
	while (take_field(&in, out)) {
		if (out->field == field && which-- == 0)
			return true;
	}
	return false;
}

/* 0: it does not stand there. */
WIRE_HELPER uint64_t find_number(struct wire_span in, uint32_t field)
{
	struct wire_field found;

	return find_field(in, field, 0, &found) ? found.number : 0;
}

/* At NULL: it does not stand there. */
WIRE_HELPER struct wire_span find_bytes(struct wire_span in, uint32_t field)
{
	struct wire_field found;

	return find_field(in, field, 0, &found) ? found.bytes : (struct wire_span){0};
}

WIRE_HELPER bool wire_same(struct wire_span one, struct wire_span other)
{
	return one.len == other.len && (one.len == 0 || memcmp(one.at, other.at, one.len) == 0);
}

#endif
