/* notify_smtp.c - mails as libcurl's transfers.
 *
 * A connection that a mail has left in good order is kept for the next one, for some seconds; each
 * mail that is on its way at the same time has one of its own. Whatever fails ends the connection,
 * and is told with words. */
#include "services/notification/notify_smtp.h"

#include "common/base/alloc.h"
#include "services/notification/notify_reply.h"
#include "services/notification/notify_secret.h"
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 15000L

struct notify_smtp {
	struct notify_curl *curl;
	const struct notify_config *config;
	char *password; /* owned; NULL = none */
};

struct mailing {
	struct notify_transfer transfer; /* first: what curl tells leads here */
	struct notify_smtp *smtp;
	curl_mime *mime;
	struct curl_slist *headers;
	struct curl_slist *recipients;
	size_t to_count;
	struct notify_reply reply;
	void (*on_mailed)(void *arg, const struct notify_mailed *mailed);
	void *arg;
};

static void free_mailing(struct mailing *mailing)
{
	notify_curl_end(&mailing->transfer);
	curl_mime_free(mailing->mime);
	curl_slist_free_all(mailing->headers);
	curl_slist_free_all(mailing->recipients);
	free(mailing);
}

static void on_done(struct notify_transfer *transfer, CURLcode result)
{
	struct mailing *mailing = (struct mailing *)transfer;
	const bool about_mail = result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY;
	struct notify_reply_end end = {.sent = result == CURLE_OK,
				       .about_mail = about_mail,
				       .to_count = mailing->to_count};
	struct notify_mailed mailed;
	void (*on_mailed)(void *, const struct notify_mailed *) = mailing->on_mailed;
	void *arg = mailing->arg;
	long opened = 1;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &opened);
	end.went_on = opened == 0;
	end.why = transfer->why[0] != '\0' ? transfer->why : curl_easy_strerror(result);
	notify_reply_end(&mailing->reply, &end, &mailed);
	free_mailing(mailing);
	on_mailed(arg, &mailed);
}

/* --- one mail -------------------------------------------------------------------------------- */

static void add_header(void *arg, const char *line)
{
	struct mailing *mailing = arg;

	mailing->headers = curl_slist_append(mailing->headers, line);
}

static size_t on_line(char *line, size_t size, size_t count, void *arg)
{
	struct mailing *mailing = arg;

	notify_reply_line(&mailing->reply, line, size * count);
	return size * count;
}

static size_t on_content(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

static void add_part(curl_mime *mime, const char *type, const char *text)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	(void)curl_mime_data(part, text, CURL_ZERO_TERMINATED);
	(void)curl_mime_type(part, type);
	(void)curl_mime_encoder(part, "base64");
}

static void add_content(struct mailing *mailing, const struct notify_mail *mail)
{
	curl_mime *alternative = curl_mime_init(mailing->transfer.easy);
	curl_mimepart *part;

	add_part(alternative, "text/plain; charset=utf-8", mail->text);
	if (mail->html[0] != '\0')
		add_part(alternative, "text/html; charset=utf-8", mail->html);
	mailing->mime = curl_mime_init(mailing->transfer.easy);
	part = curl_mime_addpart(mailing->mime);
	(void)curl_mime_subparts(part, alternative);
	(void)curl_mime_type(part, "multipart/alternative");
	(void)curl_easy_setopt(mailing->transfer.easy, CURLOPT_MIMEPOST, mailing->mime);
}

static void set_server(struct mailing *mailing)
{
	const struct notify_smtp *smtp = mailing->smtp;
	const struct notify_config *config = smtp->config;
	CURL *easy = mailing->transfer.easy;
	const bool none = strcmp(config->smtp_tls, "none") == 0;

	(void)curl_easy_setopt(easy, CURLOPT_URL, config->smtp_url);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(easy, CURLOPT_USE_SSL,
			       (long)(none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (config->smtp_ca_file[0] != '\0')
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, config->smtp_ca_file);
	if (smtp->password != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_USERNAME, config->smtp_user);
		(void)curl_easy_setopt(easy, CURLOPT_PASSWORD, smtp->password);
	}
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(NOTIFY_MAIL_US / 1000));
}

static void set_mail(struct mailing *mailing, const struct notify_mail *mail)
{
	CURL *easy = mailing->transfer.easy;

	for (size_t i = 0; i < mail->to_count; i++)
		mailing->recipients = curl_slist_append(mailing->recipients, mail->to[i]);
	add_content(mailing, mail);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, mailing->headers);
	(void)curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from);
	(void)curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, mailing->recipients);
	/* One address that is wrong must not keep the mail from the unit's others; the server's
	 * refusal stands in the record. */
	(void)curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, mailing);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_content);
}

int notify_smtp_send(struct notify_smtp *smtp, const struct notify_mail *mail,
		     void (*on_mailed)(void *arg, const struct notify_mailed *mailed), void *arg,
		     struct dd_error *err)
{
	struct mailing *mailing = dd_alloc(sizeof(*mailing));
	int rc;

	mailing->smtp = smtp;
	mailing->on_mailed = on_mailed;
	mailing->arg = arg;
	mailing->to_count = mail->to_count;
	notify_curl_prepare(smtp->curl, &mailing->transfer, on_done);
	rc = notify_mail_headers(mail, add_header, mailing, err);
	if (rc == 0) {
		set_server(mailing);
		set_mail(mailing, mail);
		rc = notify_curl_start(&mailing->transfer, err);
	}
	if (rc != 0)
		free_mailing(mailing);
	return rc;
}

/* --- life ------------------------------------------------------------------------------------ */

int notify_smtp_open(struct notify_curl *curl, const struct notify_config *config,
		     struct notify_smtp **smtp_out, struct dd_error *err)
{
	struct notify_smtp *smtp = dd_alloc(sizeof(*smtp));
	int rc = 0;

	smtp->curl = curl;
	smtp->config = config;
	if (config->smtp_password_file[0] != '\0')
		rc = notify_secret_read("smtp.password_file", config->smtp_password_file, 1,
					&smtp->password, err);
	if (rc != 0) {
		free(smtp);
		return rc;
	}
	*smtp_out = smtp;
	return 0;
}

void notify_smtp_close(struct notify_smtp *smtp)
{
	if (smtp == NULL)
		return;
	notify_secret_free(smtp->password);
	free(smtp);
}
