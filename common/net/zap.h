/* zap.h - one question of the library at a handshake (ZeroMQ RFC 27), and what it proves. Inside
 * net only. */
#ifndef DD_NET_ZAP_H
#define DD_NET_ZAP_H

#include "common/base/err.h"
#include "common/net/bus.h"
#include <stdbool.h>

#define DD_ZAP_ENDPOINT "inproc://zeromq.zap.01"

/* How the peers of a listener prove who they are. The listener's ZAP domain says it, with the class
 * of those who connect there: "ipc/operator". */
enum dd_access_proof {
	DD_ACCESS_NOTHING,
	DD_ACCESS_CREDENTIALS, /* ipc: the kernel says the peer has our uid, or is root */
	DD_ACCESS_LOOPBACK,    /* tcp on this machine, without a key */
	DD_ACCESS_KEY          /* the peer holds the secret of a CURVE key */
};
#define DD_DOMAIN_TEXT 40
void dd_zap_domain(enum dd_access_proof proof, enum dd_principal_class cls,
		   char out[DD_DOMAIN_TEXT]);

#define DD_ZAP_FRAMES 7
#define DD_ZAP_FRAME  255 /* longest content */
enum dd_zap_frame {
	DD_ZAP_VERSION,
	DD_ZAP_ID,
	DD_ZAP_DOMAIN,
	DD_ZAP_ADDRESS,
	DD_ZAP_ROUTING_ID,
	DD_ZAP_MECHANISM,
	DD_ZAP_KEY /* CURVE only */
};
struct dd_zap_request {
	char frame[DD_ZAP_FRAMES][DD_ZAP_FRAME + 1]; /* each with a NUL behind it */
	int len[DD_ZAP_FRAMES];
	int count;
	bool whole; /* as many frames as must be, and none too long */
};
/* Waits for nothing: to be called when the socket is readable. */
int dd_zap_receive(void *zap, struct dd_zap_request *request_out) DD_MUST_CHECK;
/* `user` becomes the connection's User-Id; NULL refuses it. */
void dd_zap_reply(void *zap, const struct dd_zap_request *request, const char *user);

/* What the request proves. `who_out` is the class (credentials, loopback) or the key in Z85. */
#define DD_USER_TEXT 48
enum dd_access_proof dd_zap_proof(const struct dd_zap_request *request, char who_out[DD_USER_TEXT]);

#endif
