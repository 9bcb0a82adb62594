/* notify_smtp.c - libcurl's multi interface on uv_poll and uv_timer.
 *
 * The happy path: send -> curl asks for a timer and sockets -> their events go to curl -> a
 * transfer is done -> its outcome is told from on_done. Whatever fails ends the same way, with
 * words. Closing: transfers are removed from curl first, which gives up its sockets, then timer and
 * polls are closed; memory goes with the last close callback. */
#include "services/notification/notify_smtp.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/notification/notify_reply.h"
#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS   15000L
#define PASSWORD_MAX 1024

struct notify_smtp {
	uv_loop_t *loop;
	uv_timer_t timer;
	CURLM *multi;
	const struct notify_config *config;
	char *password; /* owned; NULL = none */
	struct transfer *transfers;
	bool closed;
	int refs; /* the timer and the polls */
};

struct transfer {
	struct notify_smtp *smtp;
	struct transfer *prev, *next;
	CURL *easy;
	curl_mime *mime;
	struct curl_slist *headers;
	struct curl_slist *recipients;
	struct notify_reply reply;
	char why[CURL_ERROR_SIZE];
	void (*on_mailed)(void *arg, const struct notify_mailed *mailed);
	void *arg;
};

struct poll {
	uv_poll_t handle;
	curl_socket_t socket;
	struct notify_smtp *smtp;
};

static void release(struct notify_smtp *smtp)
{
	if (--smtp->refs > 0)
		return;
	free(smtp->password);
	free(smtp);
}

/* --- transfers ------------------------------------------------------------------------------- */

static void free_transfer(struct transfer *transfer)
{
	if (transfer->prev != NULL)
		transfer->prev->next = transfer->next;
	else
		transfer->smtp->transfers = transfer->next;
	if (transfer->next != NULL)
		transfer->next->prev = transfer->prev;
	(void)curl_multi_remove_handle(transfer->smtp->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	curl_mime_free(transfer->mime);
	curl_slist_free_all(transfer->headers);
	curl_slist_free_all(transfer->recipients);
	free(transfer);
}

static void on_done(struct transfer *transfer, CURLcode result)
{
	const bool about_mail = result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY;
	struct notify_mailed mailed;
	void (*on_mailed)(void *, const struct notify_mailed *) = transfer->on_mailed;
	void *arg = transfer->arg;

	notify_reply_end(&transfer->reply, result == CURLE_OK, about_mail,
			 transfer->why[0] != '\0' ? transfer->why : curl_easy_strerror(result),
			 &mailed);
	free_transfer(transfer);
	on_mailed(arg, &mailed);
}

static void tell_done(struct notify_smtp *smtp)
{
	int left;
	CURLMsg *message;

	while (!smtp->closed && (message = curl_multi_info_read(smtp->multi, &left)) != NULL) {
		char *at = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &at);
		on_done((struct transfer *)(void *)at, message->data.result);
	}
}

/* --- sockets and time ------------------------------------------------------------------------ */

static void on_poll(uv_poll_t *handle, int status, int events)
{
	struct poll *poll = handle->data;
	int flags = 0, running;

	if (status < 0)
		flags = CURL_CSELECT_ERR;
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	(void)curl_multi_socket_action(poll->smtp->multi, poll->socket, flags, &running);
	tell_done(poll->smtp);
}

static void on_timer(uv_timer_t *timer)
{
	struct notify_smtp *smtp = timer->data;
	int running;

	(void)curl_multi_socket_action(smtp->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	tell_done(smtp);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *arg)
{
	struct notify_smtp *smtp = arg;

	(void)multi;
	if (smtp->closed)
		return 0;
	if (timeout_ms < 0)
		(void)uv_timer_stop(&smtp->timer);
	else /* never from inside the call that asked */
		(void)uv_timer_start(&smtp->timer, on_timer,
				     timeout_ms > 0 ? (uint64_t)timeout_ms : 1, 0);
	return 0;
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct poll *poll = handle->data;
	struct notify_smtp *smtp = poll->smtp;

	free(poll);
	release(smtp);
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *socket_arg)
{
	struct notify_smtp *smtp = arg;
	struct poll *poll = socket_arg;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (poll != NULL) {
			(void)uv_poll_stop(&poll->handle);
			uv_close((uv_handle_t *)&poll->handle, on_poll_closed);
			(void)curl_multi_assign(smtp->multi, socket, NULL);
		}
		return 0;
	}
	if (poll == NULL) {
		poll = dd_alloc(sizeof(*poll));
		poll->socket = socket;
		poll->smtp = smtp;
		poll->handle.data = poll;
		if (uv_poll_init_socket(smtp->loop, &poll->handle, socket) != 0) {
			free(poll);
			return -1;
		}
		smtp->refs++;
		(void)curl_multi_assign(smtp->multi, socket, poll);
	}
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	(void)uv_poll_start(&poll->handle, events, on_poll);
	return 0;
}

/* --- one mail -------------------------------------------------------------------------------- */

static void add_header(void *arg, const char *line)
{
	struct transfer *transfer = arg;

	transfer->headers = curl_slist_append(transfer->headers, line);
}

static size_t on_line(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	notify_reply_line(&transfer->reply, line, size * count);
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

static void add_content(struct transfer *transfer, const struct notify_mail *mail)
{
	curl_mime *alternative = curl_mime_init(transfer->easy);
	curl_mimepart *part;

	add_part(alternative, "text/plain; charset=utf-8", mail->text);
	if (mail->html[0] != '\0')
		add_part(alternative, "text/html; charset=utf-8", mail->html);
	transfer->mime = curl_mime_init(transfer->easy);
	part = curl_mime_addpart(transfer->mime);
	(void)curl_mime_subparts(part, alternative);
	(void)curl_mime_type(part, "multipart/alternative");
	(void)curl_easy_setopt(transfer->easy, CURLOPT_MIMEPOST, transfer->mime);
}

static void set_server(struct transfer *transfer)
{
	const struct notify_smtp *smtp = transfer->smtp;
	const struct notify_config *config = smtp->config;
	CURL *easy = transfer->easy;
	const bool none = strcmp(config->smtp_tls, "none") == 0;

	(void)curl_easy_setopt(easy, CURLOPT_URL, config->smtp_url);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_USE_SSL,
			       (long)(none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	(void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (smtp->password != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_USERNAME, config->smtp_user);
		(void)curl_easy_setopt(easy, CURLOPT_PASSWORD, smtp->password);
	}
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(NOTIFY_MAIL_US / 1000));
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* A few mails a day: a connection of its own for each is simple and always fresh. */
	(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

static void set_mail(struct transfer *transfer, const struct notify_mail *mail)
{
	CURL *easy = transfer->easy;

	for (size_t i = 0; i < mail->to_count; i++)
		transfer->recipients = curl_slist_append(transfer->recipients, mail->to[i]);
	add_content(transfer, mail);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	(void)curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from);
	(void)curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
	/* One address that is wrong must not keep the mail from the unit's others; the server's
	 * refusal stands in the record. */
	(void)curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_content);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->why);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

int notify_smtp_send(struct notify_smtp *smtp, const struct notify_mail *mail,
		     void (*on_mailed)(void *arg, const struct notify_mailed *mailed), void *arg,
		     struct dd_error *err)
{
	struct transfer *transfer = dd_alloc(sizeof(*transfer));
	int rc;

	transfer->smtp = smtp;
	transfer->on_mailed = on_mailed;
	transfer->arg = arg;
	transfer->next = smtp->transfers;
	if (transfer->next != NULL)
		transfer->next->prev = transfer;
	smtp->transfers = transfer;
	transfer->easy = curl_easy_init();
	rc = notify_mail_headers(mail, add_header, transfer, err);
	if (rc == 0) {
		set_server(transfer);
		set_mail(transfer, mail);
		if (curl_multi_add_handle(smtp->multi, transfer->easy) != CURLM_OK)
			rc = dd_fail(err, DD_ERR_INVALID, "the mail could not be begun");
	}
	if (rc != 0)
		free_transfer(transfer);
	return rc;
}

/* --- life ------------------------------------------------------------------------------------ */

static int check_mode(const char *path, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	const int fd = sys->open(sys->ctx, path, O_RDONLY, 0);
	int mode;

	if (fd < 0)
		return dd_fail(err, DD_ERR_INVALID, "smtp.password_file %s cannot be opened", path);
	mode = sys->mode(sys->ctx, fd);
	(void)sys->close(sys->ctx, fd);
	if (mode & 077)
		return dd_fail(err, DD_ERR_REFUSED,
			       "smtp.password_file %s may be read by others: chmod 600", path);
	return 0;
}

static int read_password(struct notify_smtp *smtp, struct dd_error *err)
{
	const char *path = smtp->config->smtp_password_file;
	struct dd_buf text = {0};
	int rc;

	if (path[0] == '\0')
		return 0;
	rc = check_mode(path, err);
	if (rc == 0)
		rc = dd_file_read(path, PASSWORD_MAX, &text, err);
	if (rc == 0) {
		(void)dd_buf_cstr(&text);
		text.data[strcspn((char *)text.data, "\r\n")] = '\0';
		smtp->password = dd_strdup((char *)text.data);
		memset(text.data, 0, text.len);
	}
	dd_buf_fini(&text);
	return rc;
}

int notify_smtp_open(uv_loop_t *loop, const struct notify_config *config,
		     struct notify_smtp **smtp_out, struct dd_error *err)
{
	struct notify_smtp *smtp = dd_alloc(sizeof(*smtp));
	int rc;

	smtp->config = config;
	smtp->loop = loop;
	rc = read_password(smtp, err);
	if (rc == 0 && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		rc = dd_fail(err, DD_ERR_IO, "libcurl cannot start");
	if (rc != 0) {
		free(smtp->password);
		free(smtp);
		return rc;
	}
	smtp->refs = 1;
	(void)uv_timer_init(loop, &smtp->timer);
	smtp->timer.data = smtp;
	smtp->multi = curl_multi_init();
	(void)curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETDATA, smtp);
	(void)curl_multi_setopt(smtp->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	(void)curl_multi_setopt(smtp->multi, CURLMOPT_TIMERDATA, smtp);
	*smtp_out = smtp;
	return 0;
}

static void on_timer_closed(uv_handle_t *handle)
{
	release(handle->data);
}

void notify_smtp_close(struct notify_smtp *smtp)
{
	if (smtp == NULL)
		return;
	smtp->closed = true;
	for (struct transfer *transfer = smtp->transfers, *next; transfer != NULL;
	     transfer = next) {
		next = transfer->next;
		on_done(transfer, CURLE_ABORTED_BY_CALLBACK);
	}
	(void)curl_multi_cleanup(smtp->multi);
	(void)uv_timer_stop(&smtp->timer);
	uv_close((uv_handle_t *)&smtp->timer, on_timer_closed);
	curl_global_cleanup();
}
