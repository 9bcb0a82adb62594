/* notify_curl.h - libcurl's multi interface on the loop, shared by mails and HTTP calls. With
 * notify_smtp.c and notify_http.c the only module that knows libcurl. */
#ifndef NOTIFY_CURL_H
#define NOTIFY_CURL_H

#include "common/base/err.h"
#include "common/net/loop.h"
#include <curl/curl.h>

struct notify_curl;

/* One transfer; a part of its owner's struct, which gives it its options between prepare and
 * start. */
struct notify_transfer {
	struct notify_curl *curl;
	struct notify_transfer *prev, *next;
	CURL *easy;
	char why[CURL_ERROR_SIZE]; /* libcurl's words, if it has any */
	/* It is over; the transfer is to be ended there. */
	void (*on_done)(struct notify_transfer *transfer, CURLcode result);
};

int notify_curl_open(uv_loop_t *loop, struct notify_curl **curl_out,
		     struct dd_error *err) DD_MUST_CHECK;
/* What is on its way is cut off, which is told from inside this call; memory goes with the loop's
 * close callbacks. NULL is fine. */
void notify_curl_close(struct notify_curl *curl);

/* A fresh handle with what all have in common; never a proxy, never a signal. */
void notify_curl_prepare(struct notify_curl *curl, struct notify_transfer *transfer,
			 void (*on_done)(struct notify_transfer *transfer, CURLcode result));
int notify_curl_start(struct notify_transfer *transfer, struct dd_error *err) DD_MUST_CHECK;
/* After prepare, at any time: nothing more is told. What the handle pointed to may go then. */
void notify_curl_end(struct notify_transfer *transfer);

/* Open a socket that is closed with the rest; for CURLOPT_OPENSOCKETFUNCTION. */
curl_socket_t notify_curl_socket(struct notify_curl *curl, const struct curl_sockaddr *address);

#endif
