/* notify_hook_event.h - an event as other systems are told of it: a pure function of the record, so
 * that what is told again has the same bytes. And the signature of a call. */
#ifndef NOTIFY_HOOK_EVENT_H
#define NOTIFY_HOOK_EVENT_H

#include "common/base/buf.h"
#include "common/eventlog/frame.h"
#include "services/notification/notify_hook_config.h"

/* Append the event as a JSON object to `out` if the hook wants it; false: it does not, or it cannot
 * be read. Its "id" names log, incarnation and sequence: once in the world. */
bool notify_hook_event(const struct notify_hook_config *config, const struct dd_frame_info *info,
		       const struct dd_record *record, struct dd_buf *out);

/* "sha256=" and the HMAC-SHA256 of "<timestamp>.<body>" in hexadecimal digits. */
#define NOTIFY_SIGNATURE 72
void notify_hook_sign(const char *secret, int64_t timestamp, const void *body, size_t len,
		      char out[NOTIFY_SIGNATURE]);

#endif
