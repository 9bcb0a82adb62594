/* notify_http.h - HTTP calls to other systems, on the loop. Nothing is followed that the other side
 * says: no redirect, no cookie; where a name leads is judged at the moment of connecting. */
#ifndef NOTIFY_HTTP_H
#define NOTIFY_HTTP_H

#include "services/notification/notify_address.h"
#include "services/notification/notify_curl.h"

#define NOTIFY_HTTP_HEADERS_MAX 8
#define NOTIFY_HTTP_ANSWER_MAX  2048

/* One POST; all borrowed but `allow`, which must live as long as the call, copied at once. */
struct notify_http_call {
	const char *url;
	const char *headers[NOTIFY_HTTP_HEADERS_MAX]; /* "Name: value"; the first NULL ends them */
	const void *body;
	size_t body_len;
	const struct notify_allow *allow;
	const char *ca_file; /* certificates trusted; "" = those of the system */
	long timeout_ms;
};

struct notify_http_answer {
	int status;       /* 0 = none came */
	bool unsure;      /* no answer, but the call may have arrived */
	const char *text; /* the beginning of the answer's body; or why there is none */
};

/* An absolute http or https URL without user, fragment or control characters. */
int notify_http_check(const char *url, struct dd_error *err) DD_MUST_CHECK;

/* The outcome is told once, from the loop. Not 0: nothing will be told. */
int notify_http_post(struct notify_curl *curl, const struct notify_http_call *call,
		     void (*on_answer)(void *arg, const struct notify_http_answer *answer),
		     void *arg, struct dd_error *err) DD_MUST_CHECK;

#endif
