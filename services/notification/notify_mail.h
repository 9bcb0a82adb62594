/* notify_mail.h - what stands in a mail's header: addresses and values that cannot break out of
 * it, words encoded as RFC 2047 wants them. */
#ifndef NOTIFY_MAIL_H
#define NOTIFY_MAIL_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTIFY_MAIL_TO_MAX 20

/* All borrowed. */
struct notify_mail {
	const char *from;
	const char *from_name; /* may be empty */
	const char *to[NOTIFY_MAIL_TO_MAX];
	size_t to_count;
	const char *subject;
	const char *text;
	const char *html;
	const char *message_id; /* without < and > */
	int64_t date_us;
};

/* A plain ASCII address local@domain, at most 254 bytes, without quotes, spaces or anything that
 * means something in a header or to a shell. */
bool notify_mail_address(const char *text);

/* UTF-8 that may stand in a header: no CR, no LF, no other control characters. */
bool notify_mail_header_text(const char *text);

/* `text` behind a field name of `used` bytes: as it is if it is short printable ASCII, else as
 * encoded words of at most 45 bytes of UTF-8, never cutting a character, folded. */
void notify_mail_words(struct dd_buf *out, const char *text, size_t used);

/* The header lines, each without its line end, handed to `line` in order: From, To, Subject, Date,
 * Message-ID, Auto-Submitted. DD_ERR_INVALID: a value must not stand in a header; no line was
 * handed out. */
int notify_mail_headers(const struct notify_mail *mail, void (*line)(void *arg, const char *text),
			void *arg, struct dd_error *err) DD_MUST_CHECK;

/* "<hex of the digest's id>@<domain of the sender>": the same for every copy of a digest. */
#define NOTIFY_MESSAGE_ID 340
void notify_mail_message_id(const uint8_t digest[32], const char *from,
			    char out[NOTIFY_MESSAGE_ID]);

/* A mail server's words as they may be recorded for ever: one line of printable ASCII, what looks
 * like an address replaced. */
void notify_mail_scrub(const char *reply, char *out, size_t size);

#endif
