/* notify_http.c - see notify_http.h. */
#include "services/notification/notify_http.h"

#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 10000L
#define URL_MAX    1024u

struct calling {
	struct notify_transfer transfer; /* first: what curl tells leads here */
	const struct notify_allow *allow;
	struct curl_slist *headers;
	bool plain;   /* without encryption */
	bool refused; /* an address was not to be reached */
	char text[NOTIFY_HTTP_ANSWER_MAX];
	size_t text_len;
	void (*on_answer)(void *arg, const struct notify_http_answer *answer);
	void *arg;
};

int notify_http_check(const char *url, struct dd_error *err)
{
	CURLU *parsed = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL, *fragment = NULL;
	int rc = 0;

	for (const char *c = url; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			rc = DD_ERR_INVALID;
	if (rc != 0 || strlen(url) > URL_MAX ||
	    curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(parsed, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
		rc = dd_fail(err, DD_ERR_INVALID,
			     "it is no address of the form https://host/path of at most %u bytes",
			     URL_MAX);
	else if (curl_url_get(parsed, CURLUPART_USER, &user, 0) == CURLUE_OK ||
		 curl_url_get(parsed, CURLUPART_FRAGMENT, &fragment, 0) == CURLUE_OK)
		rc = dd_fail(err, DD_ERR_INVALID,
			     "a user or a '#' in it: what is secret belongs into secret_file");
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_free(fragment);
	curl_url_cleanup(parsed);
	return rc;
}

static void free_calling(struct calling *calling)
{
	notify_curl_end(&calling->transfer);
	curl_slist_free_all(calling->headers);
	free(calling);
}

/* What curl is about to connect to: not a name, which may lead elsewhere the next time. */
static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct calling *calling = arg;
	const enum notify_reach reach = notify_address_reach(&address->addr, calling->allow);

	if (purpose != CURLSOCKTYPE_IPCXN || reach == NOTIFY_REACH_NEVER ||
	    (calling->plain && reach != NOTIFY_REACH_LISTED)) {
		calling->refused = true;
		return CURL_SOCKET_BAD;
	}
	return notify_curl_socket(calling->transfer.curl, address);
}

static size_t on_content(char *data, size_t size, size_t count, void *arg)
{
	struct calling *calling = arg;
	const size_t len = size * count;
	size_t room = sizeof(calling->text) - 1 - calling->text_len;

	if (room > len)
		room = len;
	memcpy(calling->text + calling->text_len, data, room);
	calling->text_len += room;
	calling->text[calling->text_len] = '\0';
	return len;
}

static const char *why_not(const struct calling *calling, CURLcode result)
{
	if (calling->refused && calling->plain)
		return "http:// is only for addresses that the setting allow lists";
	if (calling->refused)
		return "that address is not public: list it in the setting allow, if it is meant";
	return calling->transfer.why[0] != '\0' ? calling->transfer.why
						: curl_easy_strerror(result);
}

static void on_done(struct notify_transfer *transfer, CURLcode result)
{
	struct calling *calling = (struct calling *)transfer;
	struct notify_http_answer answer = {.text = calling->text};
	long status = 0;
	curl_off_t sent = 0;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	if (result == CURLE_OK) {
		answer.status = (int)status;
	} else {
		answer.text = why_not(calling, result);
		answer.unsure = sent > 0;
	}
	calling->on_answer(calling->arg, &answer);
	free_calling(calling);
}

static void set_options(struct calling *calling, const struct notify_http_call *call)
{
	CURL *easy = calling->transfer.easy;

	for (size_t i = 0; i < NOTIFY_HTTP_HEADERS_MAX && call->headers[i] != NULL; i++)
		calling->headers = curl_slist_append(calling->headers, call->headers[i]);
	calling->headers = curl_slist_append(calling->headers, "Expect:");
	(void)curl_easy_setopt(easy, CURLOPT_URL, call->url);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, calling->headers);
	(void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "dondoc");
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)call->body_len);
	(void)curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, call->body);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, call->timeout_ms);
	/* A connection that another's list has let through must not serve this one. */
	(void)curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, calling);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_content);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, calling);
	if (call->ca_file[0] != '\0')
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, call->ca_file);
}

int notify_http_post(struct notify_curl *curl, const struct notify_http_call *call,
		     void (*on_answer)(void *arg, const struct notify_http_answer *answer),
		     void *arg, struct dd_error *err)
{
	struct calling *calling = dd_alloc(sizeof(*calling));
	int rc;

	calling->allow = call->allow;
	calling->plain = strncmp(call->url, "http:", 5) == 0;
	calling->on_answer = on_answer;
	calling->arg = arg;
	notify_curl_prepare(curl, &calling->transfer, on_done);
	set_options(calling, call);
	rc = notify_curl_start(&calling->transfer, err);
	if (rc != 0)
		free_calling(calling);
	return rc;
}
