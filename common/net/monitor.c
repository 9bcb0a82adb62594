/* monitor.c - see monitor.h. */
#include "common/net/monitor.h"
#include "common/base/id.h"
#include "common/net/socket.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

int dd_monitor_open(void *socket, void **monitor_out, struct dd_error *err)
{
	char endpoint[64];
	char name[2 * DD_ID_LEN + 1];
	uint8_t id[DD_ID_LEN];
	void *monitor;
	int rc = dd_socket_open(ZMQ_PAIR, &monitor, err);

	if (rc != 0)
		return rc;
	/* A full queue would stop the library's I/O thread, so there is no such thing. */
	dd_socket_set_int(monitor, ZMQ_RCVHWM, 0);
	/* Not the socket's address: that may be used again while the old name is still bound. */
	dd_id_new(id);
	snprintf(endpoint, sizeof(endpoint), "inproc://monitor-%s", dd_hex(id, sizeof(id), name));
	if (zmq_socket_monitor(socket, endpoint, ZMQ_EVENT_ALL) != 0 ||
	    zmq_connect(monitor, endpoint) != 0) {
		rc = dd_fail(err, DD_ERR_IO, "no monitor for a socket: %s", zmq_strerror(errno));
		dd_monitor_stop(socket);
		dd_socket_close(monitor);
		return rc;
	}
	*monitor_out = monitor;
	return 0;
}

void dd_monitor_stop(void *socket)
{
	zmq_socket_monitor(socket, NULL, 0);
}

/* The first frame begins with the event's number; an address may follow in a second. */
bool dd_monitor_read(void *monitor, uint16_t *event_out)
{
	bool got = false;
	bool more = true;
	zmq_msg_t msg;

	while (more) {
		zmq_msg_init(&msg);
		if (dd_socket_recv(monitor, &msg) != 0) {
			zmq_msg_close(&msg);
			return false;
		}
		if (!got && zmq_msg_size(&msg) >= sizeof(*event_out)) {
			memcpy(event_out, zmq_msg_data(&msg), sizeof(*event_out));
			got = true;
		}
		more = zmq_msg_more(&msg);
		zmq_msg_close(&msg);
	}
	return got;
}
