/* zap.c - see zap.h. */
#include "common/net/zap.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define KEY_BYTES 32

static const char *const proof_names[] = {
	[DD_ACCESS_NOTHING] = "nothing",
	[DD_ACCESS_CREDENTIALS] = "ipc",
	[DD_ACCESS_LOOPBACK] = "loopback",
	[DD_ACCESS_KEY] = "key",
};

void dd_zap_domain(enum dd_access_proof proof, enum dd_principal_class cls,
		   char out[DD_DOMAIN_TEXT])
{
	snprintf(out, DD_DOMAIN_TEXT, "%s/%s", proof_names[proof], dd_principal_class_name(cls));
}

int dd_zap_receive(void *zap, struct dd_zap_request *request)
{
	int more = 1;
	size_t len = sizeof(more);

	memset(request, 0, sizeof(*request));
	request->whole = true;
	while (more) {
		int at = request->count < DD_ZAP_FRAMES ? request->count : DD_ZAP_FRAMES - 1;
		int got = zmq_recv(zap, request->frame[at], DD_ZAP_FRAME, ZMQ_DONTWAIT);

		if (got < 0)
			return DD_ERR_RETRY;
		request->whole &= got <= DD_ZAP_FRAME && request->count < DD_ZAP_FRAMES;
		request->len[at] = got;
		request->frame[at][got < DD_ZAP_FRAME ? got : DD_ZAP_FRAME] = 0;
		request->count++;
		if (zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &len) != 0)
			return DD_ERR_RETRY;
	}
	request->whole &= request->count > DD_ZAP_MECHANISM;
	return 0;
}

static void send_text(void *zap, const char *text, int flags)
{
	while (zmq_send(zap, text, strlen(text), flags) < 0 && errno == EINTR)
		;
}

void dd_zap_reply(void *zap, const struct dd_zap_request *request, const char *user)
{
	send_text(zap, "1.0", ZMQ_SNDMORE);
	send_text(zap, request->frame[DD_ZAP_ID], ZMQ_SNDMORE);
	send_text(zap, user ? "200" : "400", ZMQ_SNDMORE);
	send_text(zap, user ? "OK" : "not admitted", ZMQ_SNDMORE);
	send_text(zap, user ? user : "", ZMQ_SNDMORE);
	send_text(zap, "", 0);
}

/* --- what it proves ------------------------------------------------------------------------ */

/* Peer credentials stand behind the host's name as ":uid:gid:pid". */
static bool same_user(const char *address)
{
	const char *at = address + strlen(address);
	unsigned long uid;
	int colons = 0;

	while (at > address && colons < 3)
		colons += *--at == ':';
	if (colons < 3 || at[1] < '0' || at[1] > '9')
		return false;
	uid = strtoul(at + 1, NULL, 10);
	return uid == geteuid() || uid == 0;
}

static bool is_loopback(const char *address)
{
	return strcmp(address, "127.0.0.1") == 0 || strcmp(address, "::1") == 0 ||
	       strcmp(address, "::ffff:127.0.0.1") == 0;
}

/* The class in the listener's domain if the domain asks for this proof, or NULL. */
static const char *domain_class(const struct dd_zap_request *request, enum dd_access_proof proof)
{
	const char *domain = request->frame[DD_ZAP_DOMAIN];
	size_t len = strlen(proof_names[proof]);

	if (strncmp(domain, proof_names[proof], len) != 0 || domain[len] != '/')
		return NULL;
	return domain + len + 1;
}

static enum dd_access_proof proof_of_key(const struct dd_zap_request *request, char *who_out)
{
	const uint8_t *key = (const uint8_t *)request->frame[DD_ZAP_KEY];

	if (!domain_class(request, DD_ACCESS_KEY) || request->count != DD_ZAP_FRAMES ||
	    request->len[DD_ZAP_KEY] != KEY_BYTES || !zmq_z85_encode(who_out, key, KEY_BYTES))
		return DD_ACCESS_NOTHING;
	return DD_ACCESS_KEY;
}

static enum dd_access_proof proof_of_place(const struct dd_zap_request *request, char *who_out)
{
	const char *address = request->frame[DD_ZAP_ADDRESS];
	enum dd_access_proof proof = DD_ACCESS_NOTHING;
	const char *cls;

	if (same_user(address))
		proof = DD_ACCESS_CREDENTIALS;
	else if (is_loopback(address))
		proof = DD_ACCESS_LOOPBACK;
	cls = domain_class(request, proof);
	if (!cls)
		return DD_ACCESS_NOTHING;
	snprintf(who_out, DD_USER_TEXT, "%.*s", DD_DOMAIN_TEXT, cls);
	return proof;
}

enum dd_access_proof dd_zap_proof(const struct dd_zap_request *request, char who_out[DD_USER_TEXT])
{
	if (!request->whole || strcmp(request->frame[DD_ZAP_VERSION], "1.0") != 0)
		return DD_ACCESS_NOTHING;
	if (strcmp(request->frame[DD_ZAP_MECHANISM], "CURVE") == 0)
		return proof_of_key(request, who_out);
	if (strcmp(request->frame[DD_ZAP_MECHANISM], "NULL") == 0)
		return proof_of_place(request, who_out);
	return DD_ACCESS_NOTHING;
}
