/* frame_blank.c - see frame_blank.h. */
#include "common/eventlog/frame_blank.h"

#include <inttypes.h>
#include <string.h>

#include "common/eventlog/chain.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"

const struct dd_redact *dd_redact_find(const struct dd_redact *records, size_t count,
				       uint64_t sequence)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t at = low + (high - low) / 2;

		if (records[at].sequence == sequence)
			return &records[at];
		if (records[at].sequence < sequence)
			low = at + 1;
		else
			high = at;
	}
	return NULL;
}

static void add_as_is(struct dd_buf *out, const struct dd_record *record)
{
	dd_buf_add(out, record->header - DD_RECORD_HEADER,
		   dd_record_size(record->header_len, record->body_len));
}

static void add_blanked(struct dd_buf *out, const struct dd_record *record,
			const struct dd_redact *redact)
{
	uint32_t body_len = redact->rest ? DD_REST_AT + redact->rest_len : DD_HASH_LEN;
	size_t size = dd_record_size(record->header_len, body_len);
	uint8_t *at = dd_buf_reserve(out, size);
	uint8_t *body = at + DD_RECORD_HEADER + record->header_len;

	memset(at, 0, size);
	dd_put_u32(at, record->header_len);
	dd_put_u32(at + 4, body_len);
	dd_put_u32(at + 8, DD_RECORD_REDACTED);
	memcpy(at + DD_RECORD_HEADER, record->header, record->header_len);
	dd_chain_body(record->salt, record->body, record->body_len, body);
	if (redact->rest) {
		body[DD_REST_AT - 1] = 1;
		memcpy(body + DD_REST_AT, redact->rest, redact->rest_len);
	}
	out->len += size;
}

int dd_frame_blank(const uint8_t *data, const struct dd_frame_info *info,
		   const struct dd_redact *records, size_t count, struct dd_buf *out,
		   struct dd_error *err)
{
	size_t begun = out->len, len;
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t *at;

	dd_buf_add(out, data, DD_FRAME_HEADER);
	dd_frame_iter(&iter, data, info);
	while (dd_frame_next(&iter, &record)) {
		const struct dd_redact *redact = dd_redact_find(records, count, record.sequence);

		if (record.kind == DD_RECORD_FULL && redact)
			add_blanked(out, &record, redact);
		else
			add_as_is(out, &record);
	}
	at = out->data + begun;
	len = out->len - begun;
	if (len > DD_FRAME_MAX) {
		out->len = begun;
		return dd_fail(err, DD_ERR_INVALID,
			       "the frame of sequence %" PRIu64 " would become too long: blank "
			       "fewer of its records at a time",
			       info->base);
	}
	dd_put_u32(at + DD_AT_LENGTH, (uint32_t)len);
	dd_put_u32(at + DD_AT_RECORDS_CRC,
		   dd_crc32c(0, at + DD_FRAME_HEADER, len - DD_FRAME_HEADER));
	dd_put_u32(at + DD_AT_HEADER_CRC, dd_crc32c(0, at, DD_AT_HEADER_CRC));
	return 0;
}
