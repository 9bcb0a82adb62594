/* mailsink_session.c - the commands and the mail's own lines.
 *
 *   GREETED --EHLO--> READY --MAIL--> MAIL --RCPT--> RCPT --DATA--> DATA --"."--> READY */
#include "services/mailsink/mailsink_session.h"

#include "common/base/alloc.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum session_state { SESSION_GREETED, SESSION_READY, SESSION_MAIL, SESSION_RCPT, SESSION_DATA };

struct mailsink_session {
	struct mailsink_hooks hooks;
	enum session_state state;
	struct dd_buf line; /* what has come of the next line, without CR LF */
	struct dd_buf mail;
	int recipients;
	bool line_long;
	bool mail_long;
	bool hangup;
	bool over;
};

static void say(struct dd_buf *out, const char *line)
{
	dd_buf_printf(out, "%s\r\n", line);
}

static void reset(struct mailsink_session *session)
{
	dd_buf_clear(&session->mail);
	session->recipients = 0;
	session->mail_long = false;
	session->hangup = false;
	if (session->state != SESSION_GREETED)
		session->state = SESSION_READY;
}

/* --- commands -------------------------------------------------------------------------------- */

/* The address between < and > behind "FROM:" or "TO:"; false if there is none. */
static bool read_path(const char *text, const char *word, char *out, size_t size)
{
	const char *from, *to;

	if (strncasecmp(text, word, strlen(word)) != 0)
		return false;
	from = strchr(text, '<');
	to = from != NULL ? strchr(from, '>') : NULL;
	if (to == NULL || (size_t)(to - from) > size)
		return false;
	memcpy(out, from + 1, (size_t)(to - from - 1));
	out[to - from - 1] = '\0';
	return true;
}

static void on_ehlo(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	(void)rest;
	session->state = SESSION_READY;
	reset(session);
	dd_buf_printf(out, "250-mailsink\r\n250-SIZE %u\r\n250-8BITMIME\r\n250 PIPELINING\r\n",
		      MAILSINK_MAIL_MAX);
}

static void on_helo(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	(void)rest;
	session->state = SESSION_READY;
	reset(session);
	say(out, "250 mailsink");
}

static void on_mail(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	const char *size = strcasestr(rest, " SIZE=");
	char path[MAILSINK_LINE_MAX];
	char line[MAILSINK_REPLY_MAX];

	if (session->state != SESSION_READY) {
		say(out, "503 5.5.1 not now");
	} else if (!read_path(rest, "FROM:", path, sizeof(path))) {
		say(out, "501 5.5.4 MAIL FROM:<address>");
	} else if (session->hooks.control(session->hooks.arg, line)) {
		say(out, line);
	} else if (size != NULL && strtoull(size + 6, NULL, 10) > MAILSINK_MAIL_MAX) {
		say(out, "552 5.3.4 too large");
	} else {
		dd_buf_printf(&session->mail, "Return-Path: <%s>\r\n", path);
		session->state = SESSION_MAIL;
		say(out, "250 2.1.0 Ok");
	}
}

static bool local_part_is(const char *address, const char *word)
{
	const size_t len = strlen(word);

	return strncasecmp(address, word, len) == 0 && address[len] == '@';
}

static void on_rcpt(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	char path[MAILSINK_LINE_MAX];

	if (session->state != SESSION_MAIL && session->state != SESSION_RCPT) {
		say(out, "503 5.5.1 MAIL first");
	} else if (!read_path(rest, "TO:", path, sizeof(path)) || path[0] == '\0') {
		say(out, "501 5.5.4 RCPT TO:<address>");
	} else if (local_part_is(path, "reject")) {
		dd_buf_printf(out, "550 5.1.1 <%s>: no such mailbox\r\n", path);
	} else if (local_part_is(path, "later")) {
		say(out, "451 4.2.0 mailbox is busy, try again later");
	} else if (session->recipients >= MAILSINK_RCPT_MAX) {
		say(out, "452 4.5.3 too many recipients");
	} else {
		dd_buf_printf(&session->mail, "Delivered-To: <%s>\r\n", path);
		session->recipients++;
		session->hangup = session->hangup || local_part_is(path, "hangup");
		session->state = SESSION_RCPT;
		say(out, "250 2.1.5 Ok");
	}
}

static void on_data(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	(void)rest;
	if (session->state != SESSION_RCPT) {
		say(out, "503 5.5.1 RCPT first");
		return;
	}
	session->state = SESSION_DATA;
	say(out, "354 end with a line of one dot");
}

static void on_rset(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	(void)rest;
	reset(session);
	say(out, "250 2.0.0 Ok");
}

static void on_noop(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	(void)session;
	(void)rest;
	say(out, "250 2.0.0 Ok");
}

static void on_quit(struct mailsink_session *session, const char *rest, struct dd_buf *out)
{
	(void)rest;
	session->over = true;
	say(out, "221 2.0.0 bye");
}

static const struct {
	const char *verb;
	void (*on)(struct mailsink_session *session, const char *rest, struct dd_buf *out);
} verbs[] = {
	{"EHLO", on_ehlo}, {"HELO", on_helo}, {"MAIL", on_mail}, {"RCPT", on_rcpt},
	{"DATA", on_data}, {"RSET", on_rset}, {"NOOP", on_noop}, {"QUIT", on_quit},
};

static void on_command(struct mailsink_session *session, const char *line, struct dd_buf *out)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const size_t len = strlen(verbs[i].verb);

		if (strncasecmp(line, verbs[i].verb, len) != 0 ||
		    (line[len] != '\0' && line[len] != ' '))
			continue;
		verbs[i].on(session, line[len] == ' ' ? line + len + 1 : line + len, out);
		return;
	}
	say(out, "500 5.5.2 unknown command");
}

/* --- the mail -------------------------------------------------------------------------------- */

static void end_mail(struct mailsink_session *session, struct dd_buf *out)
{
	if (session->mail_long) {
		say(out, "552 5.3.4 too large");
	} else if (session->hooks.keep(session->hooks.arg, &session->mail) != 0) {
		say(out, "452 4.3.1 not kept");
	} else if (session->hangup) {
		session->over = true;
		return;
	} else {
		say(out, "250 2.0.0 Ok: kept");
	}
	reset(session);
}

static void on_mail_line(struct mailsink_session *session, struct dd_buf *out)
{
	const uint8_t *text = session->line.data;
	size_t len = session->line.len;

	if (len == 1 && text[0] == '.') {
		end_mail(session, out);
		return;
	}
	if (len > 0 && text[0] == '.') { /* a dot that the client doubled */
		text++;
		len--;
	}
	if (session->mail.len + len + 2 > MAILSINK_MAIL_MAX)
		session->mail_long = true;
	if (session->mail_long)
		return;
	dd_buf_add(&session->mail, text, len);
	dd_buf_text(&session->mail, "\r\n");
}

static void on_line(struct mailsink_session *session, struct dd_buf *out)
{
	if (session->state == SESSION_DATA)
		on_mail_line(session, out);
	else if (session->line_long || memchr(session->line.data, '\0', session->line.len) != NULL)
		say(out, "500 5.5.2 not a command line");
	else
		on_command(session, dd_buf_cstr(&session->line), out);
}

static void on_byte(struct mailsink_session *session, uint8_t byte, struct dd_buf *out)
{
	const size_t most =
		session->state == SESSION_DATA ? MAILSINK_MAIL_MAX : (size_t)MAILSINK_LINE_MAX;

	if (byte == '\n') {
		if (session->line.len > 0 && session->line.data[session->line.len - 1] == '\r')
			session->line.len--;
		(void)dd_buf_cstr(&session->line); /* so that there is memory to look at */
		on_line(session, out);
		dd_buf_clear(&session->line);
		session->line_long = false;
	} else if (session->line.len < most) {
		dd_buf_add(&session->line, &byte, 1);
	} else {
		session->line_long = true;
		session->mail_long = session->state == SESSION_DATA;
	}
}

/* --- life ------------------------------------------------------------------------------------ */

struct mailsink_session *mailsink_session_new(const struct mailsink_hooks *hooks,
					      struct dd_buf *out)
{
	struct mailsink_session *session = dd_alloc(sizeof(*session));

	session->hooks = *hooks;
	say(out, "220 mailsink ESMTP, for trials only");
	return session;
}

void mailsink_session_free(struct mailsink_session *session)
{
	if (session == NULL)
		return;
	dd_buf_fini(&session->line);
	dd_buf_fini(&session->mail);
	free(session);
}

bool mailsink_session_feed(struct mailsink_session *session, const uint8_t *data, size_t len,
			   struct dd_buf *out)
{
	for (size_t i = 0; i < len && !session->over; i++)
		on_byte(session, data[i], out);
	return !session->over;
}
