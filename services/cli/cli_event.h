/* cli_event.h - events of the log in words and as JSON. */
#ifndef DD_SERVICES_CLI_EVENT_H
#define DD_SERVICES_CLI_EVENT_H

#include "common/base/buf.h"
#include "services/cli/cli_text.h"
#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

/* The message that an event of this type has as its body; NULL for a type of a newer server. */
const ProtobufCMessageDescriptor *cli_event_body(int type);

/* The event in words, without its type: "60%, đang: Đã lấy ý kiến". Nothing is added for a type or
 * a body that this build cannot read. */
void cli_event_words(enum cli_lang lang, int type, const void *body, size_t len,
		     struct dd_buf *out);

/* {"sequence":"12","header":{...},"body":{...}}, without a line feed. What cannot be read is given
 * as hexadecimal under "header_hex" and "body_hex". */
void cli_event_json(uint64_t sequence, const void *header, size_t header_len, const void *body,
		    size_t body_len, struct dd_buf *out);

#endif
