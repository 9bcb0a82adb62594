/* mailsink_session.h - one SMTP conversation (RFC 5321), without sockets: bytes in, replies out.
 *
 * For trials and tests. Recipients whose local part is one of these words get another answer:
 *   reject   550 at RCPT: no such mailbox
 *   later    451 at RCPT: try again later
 *   hangup   the mail is kept, but the connection ends without the final answer
 * The folder's file "control" may hold a line "451 words" that answers every MAIL command. */
#ifndef MAILSINK_SESSION_H
#define MAILSINK_SESSION_H

#include "common/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAILSINK_MAIL_MAX  (16u << 20)
#define MAILSINK_RCPT_MAX  100
#define MAILSINK_LINE_MAX  1000
#define MAILSINK_REPLY_MAX 256

struct mailsink_session;

struct mailsink_hooks {
	/* Keep a whole mail, durably; its envelope stands at the top as Return-Path and
	 * Delivered-To. Not 0: it was not kept, the client is told 452. */
	int (*keep)(void *arg, const struct dd_buf *mail);
	/* What the control file says for MAIL; false: nothing. `line_out` has a code first. */
	bool (*control)(void *arg, char line_out[MAILSINK_REPLY_MAX]);
	void *arg;
};

/* The greeting is in `out` at once. */
struct mailsink_session *mailsink_session_new(const struct mailsink_hooks *hooks,
					      struct dd_buf *out);
void mailsink_session_free(struct mailsink_session *session); /* NULL is fine */

/* Bytes from the client; replies are appended to `out`. False: send `out`, then end the
 * connection. */
bool mailsink_session_feed(struct mailsink_session *session, const uint8_t *data, size_t len,
			   struct dd_buf *out);

#endif
