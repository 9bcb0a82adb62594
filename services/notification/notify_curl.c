/* notify_curl.c - uv_poll and uv_timer under libcurl.
 *
 * The happy path: start -> curl asks for a timer and sockets -> their events go to curl -> a
 * transfer is done -> its on_done is told. Closing: transfers are ended first, idle connections are
 * shut down so that curl's farewells cannot wait for a peer, then curl gives up its sockets, then
 * timer and polls are closed; memory goes with the last close callback. */
#include "services/notification/notify_curl.h"

#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKETS_MAX 256
#define IDLE_S      20L /* a connection that was idle for longer is not used again */

struct notify_curl {
	uv_loop_t *loop;
	uv_timer_t timer;
	CURLM *multi;
	struct notify_transfer *transfers;
	curl_socket_t sockets[SOCKETS_MAX]; /* open ones, in no order */
	size_t socket_count;
	bool closed;
	int refs; /* the timer and the polls */
};

struct poll {
	uv_poll_t handle;
	curl_socket_t socket;
	struct notify_curl *curl;
};

static void release(struct notify_curl *curl)
{
	if (--curl->refs == 0)
		free(curl);
}

/* --- sockets --------------------------------------------------------------------------------- */

curl_socket_t notify_curl_socket(struct notify_curl *curl, const struct curl_sockaddr *address)
{
	curl_socket_t fd;

	if (curl->socket_count == SOCKETS_MAX)
		return CURL_SOCKET_BAD;
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (fd >= 0)
		curl->sockets[curl->socket_count++] = fd;
	return fd;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	return notify_curl_socket(arg, address);
}

static int on_close(void *arg, curl_socket_t fd)
{
	struct notify_curl *curl = arg;

	for (size_t i = 0; i < curl->socket_count; i++)
		if (curl->sockets[i] == fd) {
			curl->sockets[i] = curl->sockets[--curl->socket_count];
			break;
		}
	return close(fd);
}

/* --- events ---------------------------------------------------------------------------------- */

static void tell_done(struct notify_curl *curl)
{
	int left;
	CURLMsg *message;

	while (!curl->closed && (message = curl_multi_info_read(curl->multi, &left)) != NULL) {
		char *at = NULL;
		struct notify_transfer *transfer;
		const CURLcode result = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &at);
		transfer = (struct notify_transfer *)(void *)at;
		transfer->on_done(transfer, result);
	}
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
	struct poll *poll = handle->data;
	struct notify_curl *curl = poll->curl;
	int flags = 0, running;

	if (status < 0)
		flags = CURL_CSELECT_ERR;
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	(void)curl_multi_socket_action(curl->multi, poll->socket, flags, &running);
	tell_done(curl);
}

static void on_timer(uv_timer_t *timer)
{
	struct notify_curl *curl = timer->data;
	int running;

	(void)curl_multi_socket_action(curl->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	tell_done(curl);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *arg)
{
	struct notify_curl *curl = arg;

	(void)multi;
	if (curl->closed)
		return 0;
	if (timeout_ms < 0)
		(void)uv_timer_stop(&curl->timer);
	else /* never from inside the call that asked */
		(void)uv_timer_start(&curl->timer, on_timer, (uint64_t)timeout_ms, 0);
	return 0;
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct poll *poll = handle->data;
	struct notify_curl *curl = poll->curl;

	free(poll);
	release(curl);
}

static struct poll *poll_new(struct notify_curl *curl, curl_socket_t fd)
{
	struct poll *poll = dd_alloc(sizeof(*poll));

	poll->socket = fd;
	poll->curl = curl;
	poll->handle.data = poll;
	if (uv_poll_init_socket(curl->loop, &poll->handle, fd) != 0) {
		free(poll);
		return NULL;
	}
	curl->refs++;
	(void)curl_multi_assign(curl->multi, fd, poll);
	return poll;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct notify_curl *curl = arg;
	struct poll *poll = socket_arg;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (poll != NULL) {
			(void)uv_poll_stop(&poll->handle);
			uv_close((uv_handle_t *)&poll->handle, on_poll_closed);
			(void)curl_multi_assign(curl->multi, fd, NULL);
		}
		return 0;
	}
	if (poll == NULL)
		poll = poll_new(curl, fd);
	if (poll == NULL)
		return -1;
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	(void)uv_poll_start(&poll->handle, events, on_poll);
	return 0;
}

/* --- one transfer ---------------------------------------------------------------------------- */

void notify_curl_prepare(struct notify_curl *curl, struct notify_transfer *transfer,
			 void (*on_done)(struct notify_transfer *transfer, CURLcode result))
{
	CURL *easy = curl_easy_init();

	transfer->curl = curl;
	transfer->easy = easy;
	transfer->on_done = on_done;
	transfer->prev = NULL;
	transfer->next = curl->transfers;
	if (transfer->next != NULL)
		transfer->next->prev = transfer;
	curl->transfers = transfer;
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, IDLE_S);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, curl);
	(void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	(void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, curl);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->why);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

int notify_curl_start(struct notify_transfer *transfer, struct dd_error *err)
{
	if (curl_multi_add_handle(transfer->curl->multi, transfer->easy) != CURLM_OK)
		return dd_fail(err, DD_ERR_INVALID, "the transfer could not be begun");
	return 0;
}

void notify_curl_end(struct notify_transfer *transfer)
{
	if (transfer->prev != NULL)
		transfer->prev->next = transfer->next;
	else
		transfer->curl->transfers = transfer->next;
	if (transfer->next != NULL)
		transfer->next->prev = transfer->prev;
	(void)curl_multi_remove_handle(transfer->curl->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	transfer->easy = NULL;
}

/* --- life ------------------------------------------------------------------------------------ */

int notify_curl_open(uv_loop_t *loop, struct notify_curl **curl_out, struct dd_error *err)
{
	struct notify_curl *curl;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return dd_fail(err, DD_ERR_IO, "libcurl cannot start");
	curl = dd_alloc(sizeof(*curl));
	curl->loop = loop;
	curl->refs = 1;
	(void)uv_timer_init(loop, &curl->timer);
	curl->timer.data = curl;
	curl->multi = curl_multi_init();
	(void)curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
	(void)curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	(void)curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
	*curl_out = curl;
	return 0;
}

static void on_timer_closed(uv_handle_t *handle)
{
	release(handle->data);
}

void notify_curl_close(struct notify_curl *curl)
{
	if (curl == NULL)
		return;
	curl->closed = true;
	while (curl->transfers != NULL) {
		struct notify_transfer *transfer = curl->transfers;

		transfer->on_done(transfer, CURLE_ABORTED_BY_CALLBACK);
	}
	for (size_t i = 0; i < curl->socket_count; i++)
		(void)shutdown(curl->sockets[i], SHUT_RDWR);
	(void)curl_multi_cleanup(curl->multi);
	(void)uv_timer_stop(&curl->timer);
	uv_close((uv_handle_t *)&curl->timer, on_timer_closed);
	curl_global_cleanup();
}
