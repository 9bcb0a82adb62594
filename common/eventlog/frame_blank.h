/* frame_blank.h - a frame without the bodies of some of its records: what the log is rewritten
 * with, and what readers get of it before it is rewritten. */
#ifndef DD_EVENTLOG_FRAME_BLANK_H
#define DD_EVENTLOG_FRAME_BLANK_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/eventlog/frame.h"

/* A record that loses its body; what stays instead of it, for all who read the log later. */
struct dd_redact {
	uint64_t sequence;
	const uint8_t *rest; /* NULL = nothing stays */
	uint32_t rest_len;   /* at most DD_REST_MAX */
};

/* NULL: it keeps its body. `records` ascend. */
const struct dd_redact *dd_redact_find(const struct dd_redact *records, size_t count,
				       uint64_t sequence);
/* Append the frame to `out`, its full records among `records` blanked. Header, leaves and chain are
 * as before. DD_ERR_INVALID: it would become too long; nothing is appended. */
int dd_frame_blank(const uint8_t *data, const struct dd_frame_info *info,
		   const struct dd_redact *records, size_t count, struct dd_buf *out,
		   struct dd_error *err) DD_MUST_CHECK;

#endif
