/* cli_event_json.c - records of the log as JSON, for machines. */
#include "common/app/pb_json.h"
#include "common/base/id.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event.h"
#include <inttypes.h>

static void add_message(const char *name, const ProtobufCMessageDescriptor *type, const void *data,
			size_t len, struct dd_buf *out)
{
	ProtobufCMessage *message = type ? protobuf_c_message_unpack(type, NULL, len, data) : NULL;

	if (message) {
		dd_buf_printf(out, ",\"%s\":", name);
		dd_pb_to_json(message, out);
		protobuf_c_message_free_unpacked(message, NULL);
		return;
	}
	dd_buf_printf(out, ",\"%s_hex\":\"", name);
	dd_hex(data, len, (char *)dd_buf_reserve(out, 2 * len + 1));
	out->len += 2 * len;
	dd_buf_text(out, "\"");
}

void cli_event_json(uint64_t sequence, const void *header, size_t header_len, const void *body,
		    size_t body_len, struct dd_buf *out)
{
	Dondoc__V1__EventHeader *head = dondoc__v1__event_header__unpack(NULL, header_len, header);
	int type = head ? (int)head->type : DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN;

	if (head)
		dondoc__v1__event_header__free_unpacked(head, NULL);
	dd_buf_printf(out, "{\"sequence\":\"%" PRIu64 "\"", sequence);
	add_message("header", &dondoc__v1__event_header__descriptor, header, header_len, out);
	add_message("body", cli_event_body(type), body, body_len, out);
	dd_buf_text(out, "}");
}
