/* notify_mail.c - see notify_mail.h. */
#include "services/notification/notify_mail.h"

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX    254
#define PLAIN_MAX      60 /* characters of a value that needs no folding */
#define WORD_BYTES     45
#define LINE_MAX_CHARS 76
#define WORD_FRAME     12 /* "=?UTF-8?B?" and "?=" */

/* --- what may stand in a header -------------------------------------------------------------- */

static bool address_char(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr(".!#$%&*+-/=?^_{|}~", c) != NULL);
}

bool notify_mail_address(const char *text)
{
	const char *at = strchr(text, '@');

	if (at == NULL || at == text || strlen(text) > ADDRESS_MAX || text[0] == '-')
		return false;
	for (const char *c = text; c < at; c++)
		if (!address_char(*c))
			return false;
	for (const char *c = at + 1; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '.' && *c != '-')
			return false;
	return isalnum((unsigned char)at[1]) && isalnum((unsigned char)text[strlen(text) - 1]);
}

bool notify_mail_header_text(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return dd_text_valid(text, strlen(text));
}

/* --- encoded words --------------------------------------------------------------------------- */

static void add_base64(struct dd_buf *out, const uint8_t *data, size_t len)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		const size_t left = len - i;
		uint32_t group = (uint32_t)data[i] << 16;
		char four[4];

		if (left > 1)
			group |= (uint32_t)data[i + 1] << 8;
		if (left > 2)
			group |= data[i + 2];
		four[0] = letters[group >> 18];
		four[1] = letters[group >> 12 & 63];
		four[2] = left > 1 ? letters[group >> 6 & 63] : '=';
		four[3] = left > 2 ? letters[group & 63] : '=';
		dd_buf_add(out, four, sizeof(four));
	}
}

static bool is_plain(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			return false;
	/* What looks like an encoded word would be read as one. */
	return strlen(text) <= PLAIN_MAX && strstr(text, "=?") == NULL;
}

/* Bytes of text for the first word, so that its line keeps its bound. */
static size_t first_room(size_t used)
{
	const size_t frame = used + WORD_FRAME;
	const size_t room = frame < LINE_MAX_CHARS ? (LINE_MAX_CHARS - frame) / 4 * 3 : 0;

	return room < WORD_BYTES ? room : WORD_BYTES;
}

void notify_mail_words(struct dd_buf *out, const char *text, size_t used)
{
	size_t room = first_room(used);

	if (is_plain(text)) {
		dd_buf_text(out, text);
		return;
	}
	while (*text != '\0') {
		const size_t len = room > 0 ? dd_text_cut(text, room) : 0;

		if (len > 0) {
			dd_buf_text(out, "=?UTF-8?B?");
			add_base64(out, (const uint8_t *)text, len);
			dd_buf_text(out, "?=");
			text += len;
		}
		if (*text != '\0')
			dd_buf_text(out, "\r\n ");
		room = WORD_BYTES;
	}
}

/* --- the header ------------------------------------------------------------------------------ */

static int check(const struct notify_mail *mail, struct dd_error *err)
{
	if (!notify_mail_address(mail->from))
		return dd_fail(err, DD_ERR_INVALID, "the sender is not a mail address");
	if (mail->to_count == 0 || mail->to_count > NOTIFY_MAIL_TO_MAX)
		return dd_fail(err, DD_ERR_INVALID, "a mail has 1 to %d recipients",
			       NOTIFY_MAIL_TO_MAX);
	for (size_t i = 0; i < mail->to_count; i++)
		if (!notify_mail_address(mail->to[i]))
			return dd_fail(err, DD_ERR_INVALID, "recipient %zu is not a mail address",
				       i + 1);
	if (!notify_mail_header_text(mail->from_name))
		return dd_fail(err, DD_ERR_INVALID, "the sender's name must not be in a header");
	if (!notify_mail_header_text(mail->subject))
		return dd_fail(err, DD_ERR_INVALID, "the subject must not be in a header");
	if (!notify_mail_address(mail->message_id))
		return dd_fail(err, DD_ERR_INVALID, "'%.80s' is no message id", mail->message_id);
	return 0;
}

static void add_from(struct dd_buf *line, const struct notify_mail *mail)
{
	dd_buf_text(line, "From: ");
	if (mail->from_name[0] == '\0') {
		dd_buf_text(line, mail->from);
		return;
	}
	if (is_plain(mail->from_name) && strpbrk(mail->from_name, "()<>[]:;@\\,.\"") == NULL)
		dd_buf_text(line, mail->from_name);
	else if (is_plain(mail->from_name) && strpbrk(mail->from_name, "\\\"") == NULL)
		dd_buf_printf(line, "\"%s\"", mail->from_name);
	else
		notify_mail_words(line, mail->from_name, strlen("From: "));
	dd_buf_printf(line, "\r\n <%s>", mail->from);
}

static void add_to(struct dd_buf *line, const struct notify_mail *mail)
{
	dd_buf_text(line, "To: ");
	for (size_t i = 0; i < mail->to_count; i++)
		dd_buf_printf(line, "%s%s", i > 0 ? ",\r\n " : "", mail->to[i]);
}

static void add_date(struct dd_buf *line, int64_t us)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const int32_t day = dd_day_of(us);
	const struct dd_date date = dd_day_to_date(day);
	const int second = (int)((us - dd_day_start_us(day)) / DD_SECOND_US);

	dd_buf_printf(line, "Date: %s, %02d %s %04d %02d:%02d:%02d +0700",
		      days[dd_day_weekday(day)], date.day, months[date.month - 1], date.year,
		      second / 3600, second / 60 % 60, second % 60);
}

int notify_mail_headers(const struct notify_mail *mail, void (*line)(void *arg, const char *text),
			void *arg, struct dd_error *err)
{
	struct dd_buf buf = {0};
	int rc = check(mail, err);

	if (rc != 0)
		return rc;
	add_from(&buf, mail);
	line(arg, dd_buf_cstr(&buf));
	dd_buf_clear(&buf);
	add_to(&buf, mail);
	line(arg, dd_buf_cstr(&buf));
	dd_buf_clear(&buf);
	dd_buf_text(&buf, "Subject: ");
	notify_mail_words(&buf, mail->subject, strlen("Subject: "));
	line(arg, dd_buf_cstr(&buf));
	dd_buf_clear(&buf);
	add_date(&buf, mail->date_us);
	line(arg, dd_buf_cstr(&buf));
	dd_buf_clear(&buf);
	dd_buf_printf(&buf, "Message-ID: <%s>", mail->message_id);
	line(arg, dd_buf_cstr(&buf));
	line(arg, "Auto-Submitted: auto-generated");
	dd_buf_fini(&buf);
	return 0;
}

void notify_mail_message_id(const uint8_t digest[32], const char *from, char out[NOTIFY_MESSAGE_ID])
{
	const char *domain = strchr(from, '@');
	char hex[2 * DD_HASH_LEN + 1];

	(void)snprintf(out, NOTIFY_MESSAGE_ID, "%s@%s", dd_hex(digest, DD_HASH_LEN, hex),
		       domain != NULL ? domain + 1 : "localhost");
}

/* --- words of a server ----------------------------------------------------------------------- */

static char as_recorded(char c)
{
	if (c == '\r' || c == '\n' || c == '\t')
		return ' ';
	return (unsigned char)c < 0x20 || (unsigned char)c > 0x7e ? '?' : c;
}

void notify_mail_scrub(const char *reply, char *out, size_t size)
{
	size_t used = 0;

	while (*reply != '\0') {
		const size_t blank = strspn(reply, " \t\r\n");
		const size_t len = strcspn(reply + blank, " \t\r\n");
		const char *word = reply + blank;
		const bool address = memchr(word, '@', len) != NULL;

		for (size_t i = 0; i < blank + len && used + 1 < size; i++) {
			if (address && i >= blank)
				break;
			out[used++] = as_recorded(reply[i]);
		}
		if (address)
			for (const char *c = "<address>"; *c != '\0' && used + 1 < size; c++)
				out[used++] = *c;
		reply = word + len;
	}
	out[used] = '\0';
}
