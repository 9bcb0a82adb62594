/* pb_json_read.c - from JSON to a message: jansson parses, the descriptors say where the values go.
 * Memory is malloc's, as in protobuf-c's default allocator, which frees the message. */
#include "common/app/pb_json.h"
#include "common/base/alloc.h"
#include "common/base/id.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the walker is, for words: "tasks.rows[3].fields.code". */
struct place {
	char path[200];
	struct dd_error *err;
};

static int read_message(const ProtobufCMessageDescriptor *type, const json_t *json, int depth,
			struct place *place, ProtobufCMessage **message_out);

static int bad(const struct place *place, const char *what)
{
	return dd_fail(place->err, DD_ERR_INVALID, "%s: %s", place->path[0] ? place->path : "JSON",
		       what);
}

static size_t enter(struct place *place, const char *name)
{
	size_t len = strlen(place->path);

	snprintf(place->path + len, sizeof(place->path) - len, "%s%s", len ? "." : "", name);
	return len;
}

/* A number, or a text that is one from end to end. */
static int read_int(const json_t *json, int64_t min, int64_t max, const struct place *place,
		    int64_t *value_out)
{
	char *end = NULL;

	if (json_is_integer(json)) {
		*value_out = json_integer_value(json);
	} else {
		const char *text = json_string_value(json);

		errno = 0;
		if (!text || !(*text == '-' || (*text >= '0' && *text <= '9')))
			return bad(place, "an integer is wanted");
		*value_out = strtoll(text, &end, 10);
		if (*end || errno)
			return bad(place, "an integer of at most 64 bits is wanted");
	}
	if (*value_out < min || *value_out > max)
		return bad(place, "the integer is out of range");
	return 0;
}

static int read_uint64(const json_t *json, const struct place *place, uint64_t *value_out)
{
	const char *text = json_string_value(json);
	int64_t value;
	char *end;
	int rc;

	if (!text) {
		rc = read_int(json, 0, INT64_MAX, place, &value);
		if (rc == 0)
			*value_out = (uint64_t)value;
		return rc;
	}
	errno = 0;
	if (*text < '0' || *text > '9')
		return bad(place, "an integer that is not negative is wanted");
	*value_out = strtoull(text, &end, 10);
	if (*end || errno)
		return bad(place, "an integer of at most 64 bits is wanted");
	return 0;
}

static int read_enum(const ProtobufCEnumDescriptor *type, const json_t *json,
		     const struct place *place, int *value_out)
{
	const char *name = json_string_value(json);
	const ProtobufCEnumValue *found;

	if (name)
		found = protobuf_c_enum_descriptor_get_value_by_name(type, name);
	else if (json_is_integer(json) && json_integer_value(json) == (int)json_integer_value(json))
		found = protobuf_c_enum_descriptor_get_value(type, (int)json_integer_value(json));
	else
		return bad(place, "the name of a value is wanted");
	if (!found)
		return bad(place, "no such value");
	*value_out = found->value;
	return 0;
}

static int read_real(const json_t *json, const struct place *place, double *value_out)
{
	const char *text = json_string_value(json);

	if (json_is_number(json))
		*value_out = json_number_value(json);
	else if (text && strcmp(text, "NaN") == 0)
		*value_out = (double)NAN;
	else if (text && strcmp(text, "Infinity") == 0)
		*value_out = (double)INFINITY;
	else if (text && strcmp(text, "-Infinity") == 0)
		*value_out = (double)-INFINITY;
	else
		return bad(place, "a number is wanted");
	return 0;
}

static int read_bytes(const json_t *json, const struct place *place, ProtobufCBinaryData *bytes_out)
{
	const char *text = json_string_value(json);
	size_t len = json_string_length(json);
	uint8_t *data;

	if (!text || len % 2)
		return bad(place, "bytes in hexadecimal are wanted");
	if (len == 0)
		return 0;
	data = dd_alloc(len / 2);
	if (dd_hex_parse(text, data, len / 2) != 0) {
		free(data);
		return bad(place, "bytes in hexadecimal are wanted");
	}
	bytes_out->data = data;
	bytes_out->len = len / 2;
	return 0;
}

static int read_string(const json_t *json, const struct place *place, char **text_out)
{
	const char *text = json_string_value(json);

	if (!text)
		return bad(place, "a text is wanted");
	*text_out = dd_strdup(text);
	return 0;
}

static int read_int32(const json_t *json, const struct place *place, int32_t *value_out)
{
	int64_t value;
	int rc = read_int(json, INT32_MIN, INT32_MAX, place, &value);

	if (rc == 0)
		*value_out = (int32_t)value;
	return rc;
}

static int read_uint32(const json_t *json, const struct place *place, uint32_t *value_out)
{
	int64_t value;
	int rc = read_int(json, 0, UINT32_MAX, place, &value);

	if (rc == 0)
		*value_out = (uint32_t)value;
	return rc;
}

static int read_float(const json_t *json, const struct place *place, float *value_out)
{
	double value;
	int rc = read_real(json, place, &value);

	if (rc == 0)
		*value_out = (float)value;
	return rc;
}

static int read_bool(const json_t *json, const struct place *place, protobuf_c_boolean *value_out)
{
	if (!json_is_boolean(json))
		return bad(place, "true or false is wanted");
	*value_out = json_is_true(json);
	return 0;
}

static int read_value(const ProtobufCFieldDescriptor *field, const json_t *json, int depth,
		      struct place *place, void *at)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return read_int32(json, place, at);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return read_uint32(json, place, at);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return read_int(json, INT64_MIN, INT64_MAX, place, at);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return read_uint64(json, place, at);
	case PROTOBUF_C_TYPE_FLOAT:
		return read_float(json, place, at);
	case PROTOBUF_C_TYPE_DOUBLE:
		return read_real(json, place, at);
	case PROTOBUF_C_TYPE_BOOL:
		return read_bool(json, place, at);
	case PROTOBUF_C_TYPE_ENUM:
		return read_enum(field->descriptor, json, place, at);
	case PROTOBUF_C_TYPE_STRING:
		return read_string(json, place, at);
	case PROTOBUF_C_TYPE_BYTES:
		return read_bytes(json, place, at);
	case PROTOBUF_C_TYPE_MESSAGE:
		break;
	}
	return read_message(field->descriptor, json, depth + 1, place, at);
}

static int read_list(const ProtobufCFieldDescriptor *field, const json_t *json, int depth,
		     struct place *place, ProtobufCMessage *message)
{
	size_t *count = (size_t *)(void *)((char *)message + field->quantifier_offset);
	char **list = (char **)(void *)((char *)message + field->offset);
	size_t wanted = json_array_size(json);
	size_t name_len = strlen(place->path);

	if (!json_is_array(json))
		return bad(place, "a list is wanted");
	if (wanted == 0)
		return 0;
	*list = dd_alloc(wanted * dd_pb_value_size(field));
	for (size_t i = 0; i < wanted; i++) {
		int rc;

		snprintf(place->path + name_len, sizeof(place->path) - name_len, "[%zu]", i);
		rc = read_value(field, json_array_get(json, i), depth, place,
				*list + i * dd_pb_value_size(field));
		if (rc != 0)
			return rc;
		*count = i + 1; /* only whole elements are freed with the message */
	}
	return 0;
}

static int read_field(const ProtobufCFieldDescriptor *field, const json_t *json, int depth,
		      struct place *place, ProtobufCMessage *message)
{
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return read_list(field, json, depth, place, message);
	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		uint32_t *chosen = (uint32_t *)(void *)((char *)message + field->quantifier_offset);

		if (*chosen)
			return bad(place, "another member of the same choice is there already");
		*chosen = field->id; /* before the member: a half-built one is freed by it */
		memset((char *)message + field->offset, 0, dd_pb_value_size(field));
	}
	return read_value(field, json, depth, place, (char *)message + field->offset);
}

static int read_message(const ProtobufCMessageDescriptor *type, const json_t *json, int depth,
			struct place *place, ProtobufCMessage **message_out)
{
	ProtobufCMessage *message;
	const json_t *value;
	const char *name;
	int rc = 0;

	if (!json_is_object(json))
		return bad(place, "an object is wanted");
	if (depth > DD_PB_JSON_DEPTH)
		return bad(place, "nested too deeply");
	message = dd_alloc(type->sizeof_message);
	protobuf_c_message_init(type, message);
	for (void *iter = json_object_iter((json_t *)json); iter && rc == 0;
	     iter = json_object_iter_next((json_t *)json, iter)) {
		const ProtobufCFieldDescriptor *field;
		size_t outer;

		name = json_object_iter_key(iter);
		value = json_object_iter_value(iter);
		outer = enter(place, name);
		field = protobuf_c_message_descriptor_get_field_by_name(type, name);
		rc = field ? read_field(field, value, depth, place, message)
			   : bad(place, "no such field");
		place->path[outer] = '\0';
	}
	if (rc != 0) {
		protobuf_c_message_free_unpacked(message, NULL);
		return rc;
	}
	*message_out = message;
	return 0;
}

int dd_pb_from_json(const ProtobufCMessageDescriptor *type, const char *text, size_t len,
		    ProtobufCMessage **message_out, struct dd_error *err)
{
	struct place place = {.err = err};
	json_error_t why;
	json_t *json;
	int rc;

	if (len > DD_PB_JSON_MAX)
		return dd_fail(err, DD_ERR_INVALID, "JSON of %zu bytes; at most %u are read", len,
			       DD_PB_JSON_MAX);
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!json)
		return dd_fail(err, DD_ERR_INVALID, "JSON, line %d, column %d: %s", why.line,
			       why.column, why.text);
	rc = read_message(type, json, 1, &place, message_out);
	json_decref(json);
	return rc;
}
