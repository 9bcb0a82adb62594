/* pb_json.h - protobuf-c messages to JSON and back, by their descriptors. The only module that
 * knows jansson (pb_json_read.c).
 *
 * Names as in the .proto files (snake_case). Integers of 64 bits are texts ("1234"), smaller ones
 * numbers; enums are the names of their values; bytes are lower-case hexadecimal. What has its
 * default value is left out, except the chosen member of a oneof. */
#ifndef DD_APP_PB_JSON_H
#define DD_APP_PB_JSON_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

#define DD_PB_JSON_DEPTH 32         /* messages within messages */
#define DD_PB_JSON_MAX   (8u << 20) /* bytes of text */

/* Append the message as one line of JSON to `out`. Fields in the order of the .proto file. Unknown
 * enum values become numbers; unknown fields have no names and are left out. */
void dd_pb_to_json(const ProtobufCMessage *message, struct dd_buf *out);

/* The message of this type that `text` describes; free with protobuf_c_message_free_unpacked().
 * Integers may be numbers or texts. Refused with the path of the place (DD_ERR_INVALID): unknown
 * and repeated names, two members of one oneof, values of another type or out of range, texts with
 * NUL, anything behind the object. */
int dd_pb_from_json(const ProtobufCMessageDescriptor *type, const char *text, size_t len,
		    ProtobufCMessage **message_out, struct dd_error *err) DD_MUST_CHECK;

/* Bytes that one value of the field takes in the message's struct. */
size_t dd_pb_value_size(const ProtobufCFieldDescriptor *field);

/* Append `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. */
void dd_json_quote(struct dd_buf *out, const char *text);

#endif
