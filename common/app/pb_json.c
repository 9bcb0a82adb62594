/* pb_json.c - from a message to JSON: walks protobuf-c's descriptors and writes text directly. The
 * other direction is pb_json_read.c. */
#include "common/app/pb_json.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static void quote_bytes(struct dd_buf *out, const char *text, size_t len)
{
	static const char *const hex = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			dd_buf_printf(out, "\\%c", c);
		else if (c == '\n')
			dd_buf_text(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			dd_buf_printf(out, "\\u00%c%c", hex[c >> 4], hex[c & 15]);
		else
			dd_buf_add(out, &c, 1);
	}
}

/* Length of the UTF-8 character at `text`; 0 if it is none. */
static size_t character(const char *text)
{
	size_t len = 1;

	while (len < 4 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return dd_text_valid(text, len) ? len : 0;
}

void dd_json_quote(struct dd_buf *out, const char *text)
{
	size_t len = strlen(text);

	dd_buf_text(out, "\"");
	if (dd_text_valid(text, len)) {
		quote_bytes(out, text, len);
	} else {
		for (size_t n; *text; text += n ? n : 1) {
			n = character(text);
			quote_bytes(out, n ? text : "\xef\xbf\xbd", n ? n : 3);
		}
	}
	dd_buf_text(out, "\"");
}

static void write_hex(struct dd_buf *out, const ProtobufCBinaryData *bytes)
{
	char *text = (char *)dd_buf_reserve(out, 2 * bytes->len + 3);

	text[0] = '"';
	dd_hex(bytes->data, bytes->len, text + 1);
	out->len += 2 * bytes->len + 1;
	dd_buf_text(out, "\"");
}

static void write_enum(const ProtobufCEnumDescriptor *type, int value, struct dd_buf *out)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

	if (found)
		dd_buf_printf(out, "\"%s\"", found->name);
	else
		dd_buf_printf(out, "%d", value);
}

static void write_real(double value, int digits, struct dd_buf *out)
{
	if (isnan(value))
		dd_buf_text(out, "\"NaN\"");
	else if (isinf(value))
		dd_buf_text(out, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else
		dd_buf_printf(out, "%.*g", digits, value);
}

static void write_value(const ProtobufCFieldDescriptor *field, const void *at, struct dd_buf *out)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		dd_buf_printf(out, "%" PRId32, *(const int32_t *)at);
		break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		dd_buf_printf(out, "%" PRIu32, *(const uint32_t *)at);
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		dd_buf_printf(out, "\"%" PRId64 "\"", *(const int64_t *)at);
		break;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		dd_buf_printf(out, "\"%" PRIu64 "\"", *(const uint64_t *)at);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
		write_real((double)*(const float *)at, 9, out);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		write_real(*(const double *)at, 17, out);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		dd_buf_text(out, *(const protobuf_c_boolean *)at ? "true" : "false");
		break;
	case PROTOBUF_C_TYPE_ENUM:
		write_enum(field->descriptor, *(const int *)at, out);
		break;
	case PROTOBUF_C_TYPE_STRING:
		dd_json_quote(out, *(char *const *)at ? *(char *const *)at : "");
		break;
	case PROTOBUF_C_TYPE_BYTES:
		write_hex(out, at);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		dd_pb_to_json(*(ProtobufCMessage *const *)at, out);
		break;
	}
}

size_t dd_pb_value_size(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_ENUM:
		return 4;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return 8;
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		break;
	}
	return sizeof(void *);
}

static bool is_default(const ProtobufCFieldDescriptor *field, const void *at)
{
	static const uint8_t zeros[sizeof(double)];

	if (field->type == PROTOBUF_C_TYPE_STRING)
		return !*(char *const *)at || !**(char *const *)at;
	if (field->type == PROTOBUF_C_TYPE_BYTES)
		return ((const ProtobufCBinaryData *)at)->len == 0;
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return !*(ProtobufCMessage *const *)at;
	return memcmp(at, zeros, dd_pb_value_size(field)) == 0;
}

static bool is_oneof(const ProtobufCFieldDescriptor *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

static const void *member(const ProtobufCMessage *message, unsigned offset)
{
	return (const char *)message + offset;
}

/* Whether the field is to be written. */
static bool is_there(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const void *at = member(message, field->offset);

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return *(const size_t *)member(message, field->quantifier_offset) > 0;
	if (is_oneof(field))
		return *(const uint32_t *)member(message, field->quantifier_offset) == field->id &&
		       (field->type != PROTOBUF_C_TYPE_MESSAGE || !is_default(field, at));
	return !is_default(field, at);
}

static void write_list(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
		       struct dd_buf *out)
{
	size_t count = *(const size_t *)member(message, field->quantifier_offset);
	const char *at = *(const char *const *)member(message, field->offset);

	dd_buf_text(out, "[");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			dd_buf_text(out, ",");
		write_value(field, at + i * dd_pb_value_size(field), out);
	}
	dd_buf_text(out, "]");
}

void dd_pb_to_json(const ProtobufCMessage *message, struct dd_buf *out)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	const char *separator = "";

	dd_buf_text(out, "{");
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (!is_there(message, field))
			continue;
		dd_buf_printf(out, "%s\"%s\":", separator, field->name);
		separator = ",";
		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			write_list(message, field, out);
		else
			write_value(field, member(message, field->offset), out);
	}
	dd_buf_text(out, "}");
}
