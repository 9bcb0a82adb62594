/* access_self_test.c - knocks at our own door with a key that nobody knows. */
#include "common/base/clock.h"
#include "common/net/bus.h"
#include "common/net/monitor.h"
#include "common/net/socket.h"
#include <errno.h>
#include <string.h>
#include <zmq.h>

#define PATIENCE_US (5 * DD_SECOND_US)

static int expect_refusal(void *monitor, const char *endpoint, struct dd_error *err)
{
	int64_t until = dd_mono_us() + PATIENCE_US;
	int64_t left;
	uint16_t event;

	while ((left = until - dd_mono_us()) > 0) {
		zmq_pollitem_t item = {.socket = monitor, .events = ZMQ_POLLIN};

		if (zmq_poll(&item, 1, left / 1000 + 1) <= 0 || !dd_monitor_read(monitor, &event))
			continue;
		if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
			return 0;
		if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
			return dd_fail(err, DD_ERR_REFUSED,
				       "%s let in a key that nobody knows: access control does not "
				       "work, do not run this build",
				       endpoint);
	}
	return dd_fail(err, DD_ERR_RETRY, "%s did not answer its own access test in 5 s", endpoint);
}

int dd_access_self_test(const char *tcp_endpoint, const char *server_public, struct dd_error *err)
{
	struct dd_curve_key key;
	void *socket = NULL;
	void *monitor = NULL;
	int rc = dd_socket_open(ZMQ_DEALER, &socket, err);

	if (rc == 0)
		rc = dd_monitor_open(socket, &monitor, err);
	if (rc != 0)
		goto out;
	dd_curve_new(&key);
	dd_socket_set_bus(socket, tcp_endpoint, dd_socket_max_message(tcp_endpoint));
	dd_socket_set_text(socket, ZMQ_CURVE_SERVERKEY, server_public);
	dd_socket_set_text(socket, ZMQ_CURVE_PUBLICKEY, key.public_key);
	dd_socket_set_text(socket, ZMQ_CURVE_SECRETKEY, key.secret_key);
	if (zmq_connect(socket, tcp_endpoint) != 0)
		rc = dd_fail(err, DD_ERR_INVALID, "%s: %s", tcp_endpoint, zmq_strerror(errno));
	else
		rc = expect_refusal(monitor, tcp_endpoint, err);
out:
	dd_socket_close(socket);
	dd_socket_close(monitor);
	return rc;
}
