/* task_import_event.c - the events of an import, and whether the view has them already. */
#include "common/base/alloc.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct task_event *next_event(struct import *import)
{
	struct task_import_result *result = import->result;

	if (result->event_count == import->event_cap) {
		import->event_cap = import->event_cap ? 2 * import->event_cap : 64;
		result->events =
			dd_realloc(result->events, import->event_cap * sizeof(*result->events));
	}
	return &result->events[result->event_count++];
}

bool import_event(struct import *import, Dondoc__V1__EventType type, uint64_t subject,
		  const char *unit, const ProtobufCMessage *body)
{
	size_t len = protobuf_c_message_get_packed_size(body);
	struct task_event *event;

	if (len > DD_BODY_MAX)
		return false;
	event = next_event(import);
	*event = (struct task_event){.type = (uint32_t)type, .subject = subject};
	assert(strlen(unit) < sizeof(event->unit));
	(void)snprintf(event->unit, sizeof(event->unit), "%s", unit);
	event->body = dd_alloc(len ? len : 1);
	event->body_len = protobuf_c_message_pack(body, event->body);
	return true;
}

bool import_found(struct import *import, int result)
{
	if (result == DD_OK)
		return true;
	if (result != DD_ERR_NOT_FOUND && !import->failed)
		import->failed = result;
	return false;
}

bool import_same(const ProtobufCMessage *message, const uint8_t *bytes, size_t len)
{
	uint8_t *packed;
	bool same;

	if (protobuf_c_message_get_packed_size(message) != len)
		return false;
	packed = dd_alloc(len ? len : 1);
	protobuf_c_message_pack(message, packed);
	same = len == 0 || memcmp(packed, bytes, len) == 0;
	free(packed);
	return same;
}

void import_count(struct import *import, bool was_there, bool same)
{
	if (!was_there)
		import->result->added++;
	else if (!same)
		import->result->changed++;
	else
		import->result->unchanged++;
}
