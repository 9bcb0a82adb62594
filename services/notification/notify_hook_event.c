/* notify_hook_event.c - see notify_hook_event.h. */
#include "services/notification/notify_hook_event.h"

#include "common/app/pb_json.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/view/view_evidence.h"
#include "dondoc/v1/event.pb-c.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PREFIX_LEN 6 /* "EVENT_" */

/* A kind that this build does not know has its number for a name. */
static const char *type_name(int type, char number[16])
{
	const ProtobufCEnumValue *value =
		protobuf_c_enum_descriptor_get_value(&dondoc__v1__event_type__descriptor, type);

	(void)snprintf(number, 16, "%d", type);
	return value != NULL ? value->name + PREFIX_LEN : number;
}

static void add_text(struct dd_buf *out, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	dd_buf_printf(out, ",\"%s\":", name);
	dd_json_quote(out, text);
}

static void add_body(const Dondoc__V1__EventHeader *header, const struct dd_record *record,
		     struct dd_buf *out)
{
	const ProtobufCMessageDescriptor *of = view_body_of(header->type);
	ProtobufCMessage *body = NULL;
	const uint8_t *bytes;
	uint32_t len;

	if (record->kind != DD_RECORD_FULL)
		dd_buf_text(out, ",\"redacted\":true");
	if (of != NULL && dd_record_body(record, &bytes, &len))
		body = protobuf_c_message_unpack(of, NULL, len, bytes);
	if (body == NULL)
		return;
	dd_buf_text(out, ",\"body\":");
	dd_pb_to_json(body, out);
	protobuf_c_message_free_unpacked(body, NULL);
}

static void add_event(const struct notify_hook_config *config, const struct dd_frame_info *info,
		      const struct dd_record *record, const Dondoc__V1__EventHeader *header,
		      struct dd_buf *out)
{
	char log_id[2 * DD_ID_LEN + 1], time[DD_TIME_TEXT], number[16];

	dd_buf_printf(out, "{\"id\":\"%s-%" PRIu32 "-%" PRIu64 "\",\"sequence\":\"%" PRIu64 "\"",
		      dd_hex(info->log_id, DD_ID_LEN, log_id), info->incarnation, record->sequence,
		      record->sequence);
	add_text(out, "type", type_name((int)header->type, number));
	add_text(out, "recorded", dd_time_iso(header->record_us, time));
	if (header->fact_us != 0)
		add_text(out, "happened", dd_time_iso(header->fact_us, time));
	add_text(out, "unit", header->unit);
	add_text(out, "other_unit", header->other_unit);
	if (header->subject != 0)
		dd_buf_printf(out, ",\"task\":\"%" PRIu64 "\"", header->subject);
	if (config->settings.body)
		add_body(header, record, out);
	dd_buf_text(out, "}");
}

bool notify_hook_event(const struct notify_hook_config *config, const struct dd_frame_info *info,
		       const struct dd_record *record, struct dd_buf *out)
{
	Dondoc__V1__EventHeader *header;
	char number[16];
	bool wanted;

	if (record->kind == DD_RECORD_LEAF)
		return false;
	header = dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	if (header == NULL)
		return false;
	wanted = notify_hook_wants(config, type_name((int)header->type, number), header->unit,
				   header->other_unit);
	if (wanted)
		add_event(config, info, record, header, out);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return wanted;
}

void notify_hook_sign(const char *secret, int64_t timestamp, const void *body, size_t len,
		      char out[NOTIFY_SIGNATURE])
{
	crypto_auth_hmacsha256_state state;
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	char stamp[32], hex[2 * sizeof(mac) + 1];
	const int stamp_len = snprintf(stamp, sizeof(stamp), "%" PRId64 ".", timestamp);

	crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)stamp,
				      (unsigned long long)stamp_len);
	crypto_auth_hmacsha256_update(&state, body, len);
	crypto_auth_hmacsha256_final(&state, mac);
	(void)snprintf(out, NOTIFY_SIGNATURE, "sha256=%s", dd_hex(mac, sizeof(mac), hex));
	sodium_memzero(&state, sizeof(state));
}
