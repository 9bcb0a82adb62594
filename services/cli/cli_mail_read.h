/* cli_mail_read.h - mails as they stand in files: headers and parts (RFC 5322, 2045, 2046, 2047) as
 * UTF-8. What is not understood is given as it stands; nothing is ever executed or fetched. */
#ifndef DD_SERVICES_CLI_MAIL_READ_H
#define DD_SERVICES_CLI_MAIL_READ_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes, without a NUL. */
struct cli_span {
	const char *at;
	size_t len;
};

/* Append the value of the first field of this name, unfolded and decoded. False: there is none. */
bool cli_mail_header(struct cli_span mail, const char *name, struct dd_buf *out);

/* Append the first part of this type ("text/plain"), its transfer encoding undone; a mail that
 * names no type is text/plain. DD_ERR_NOT_FOUND: there is none, at most 8 levels and 100 parts
 * deep. */
int cli_mail_part(struct cli_span mail, const char *type, struct dd_buf *out) DD_MUST_CHECK;

/* "Wed, 14 Oct 2026 08:00:00 +0700". DD_ERR_INVALID. */
int cli_mail_date(const char *text, int64_t *us_out) DD_MUST_CHECK;

/* --- encodings -------------------------------------------------------------------------------- */

/* Append `text` with its encoded words (RFC 2047) decoded; blanks between two of them go. A word of
 * an unknown charset or form stays as it is. */
void cli_mail_decode_words(const char *text, struct dd_buf *out);
/* Append the decoded bytes. A "=" without two digits stays; what is not of the alphabet of base64
 * is passed over. */
void cli_mail_decode_quoted(struct cli_span text, struct dd_buf *out);
void cli_mail_decode_base64(struct cli_span text, struct dd_buf *out);
/* Append bytes of a charset as UTF-8. False: the charset is not known, the bytes are appended as
 * they are. */
bool cli_mail_to_utf8(struct cli_span charset, struct cli_span bytes, struct dd_buf *out);
/* Append the bytes; NUL and what is no UTF-8 becomes U+FFFD, byte for byte. */
void cli_mail_scrub(struct cli_span bytes, struct dd_buf *out);

#endif
