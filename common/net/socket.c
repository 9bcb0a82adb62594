/* socket.c - the process's ZeroMQ context, its sockets and the options they all have. */
#include "common/net/socket.h"
#include "common/base/alloc.h"
#include "common/base/sys.h"
#include "common/net/loop.h"
#include "common/net/monitor.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define SOCKETS_MAX   16384
#define HEARTBEAT_MS  10000
#define DEAD_PEER_MS  30000
#define HANDSHAKE_MS  5000
#define LISTEN_QUEUE  1024
#define TCP_SEND_BUF  (256 * 1024)
#define BUS_HWM       2048 /* a burst of one whole batch's replies to one peer fits */
#define MAX_IPC_BYTES (1 << 20)
#define MAX_TCP_BYTES (64 << 10)

/* One per process, as loop.h says. */
static struct {
	pthread_mutex_t lock;
	void *context;
	void **sockets; /* owned array of borrowed sockets */
	int count;
	int room;
} net = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int real_send(void *ctx, void *msg, void *socket, int flags)
{
	(void)ctx;
	return zmq_msg_send(msg, socket, flags);
}

static int real_recv(void *ctx, void *msg, void *socket, int flags)
{
	(void)ctx;
	return zmq_msg_recv(msg, socket, flags);
}

void *dd_zmq_context(void)
{
	void *context;

	pthread_mutex_lock(&net.lock);
	if (!net.context) {
		net.context = zmq_ctx_new();
		assert(net.context);
		zmq_ctx_set(net.context, ZMQ_BLOCKY, 0);
		zmq_ctx_set(net.context, ZMQ_IO_THREADS, 1);
		zmq_ctx_set(net.context, ZMQ_MAX_SOCKETS, SOCKETS_MAX);
		dd_sys_set_sockets(real_send, real_recv);
	}
	context = net.context;
	pthread_mutex_unlock(&net.lock);
	return context;
}

void dd_zmq_context_end(void)
{
	pthread_mutex_lock(&net.lock);
	/* An open socket would make the next call wait for ever. */
	assert(net.count == 0);
	if (net.context)
		while (zmq_ctx_term(net.context) != 0)
			assert(errno == EINTR);
	net.context = NULL;
	free(net.sockets);
	net.sockets = NULL;
	net.room = 0;
	pthread_mutex_unlock(&net.lock);
}

static int find_socket(const void *socket)
{
	int i;

	for (i = net.count - 1; i >= 0; i--)
		if (net.sockets[i] == socket)
			return i;
	return -1;
}

void dd_socket_adopt(void *socket)
{
	pthread_mutex_lock(&net.lock);
	if (find_socket(socket) < 0) {
		if (net.count == net.room) {
			net.room = net.room ? 2 * net.room : 16;
			net.sockets =
				dd_realloc(net.sockets, (size_t)net.room * sizeof(*net.sockets));
		}
		net.sockets[net.count++] = socket;
	}
	pthread_mutex_unlock(&net.lock);
}

void dd_socket_close(void *socket)
{
	int at;

	if (!socket)
		return;
	/* Out of the list before the address can be given to a new socket. */
	pthread_mutex_lock(&net.lock);
	at = find_socket(socket);
	if (at >= 0)
		net.sockets[at] = net.sockets[--net.count];
	pthread_mutex_unlock(&net.lock);
	dd_monitor_stop(socket);
	zmq_close(socket);
}

int dd_socket_count(void)
{
	int count;

	pthread_mutex_lock(&net.lock);
	count = net.count;
	pthread_mutex_unlock(&net.lock);
	return count;
}

int dd_socket_open(int type, void **socket_out, struct dd_error *err)
{
	void *socket = zmq_socket(dd_zmq_context(), type);

	if (!socket)
		return dd_fail(err, DD_ERR_IO,
			       "no ZeroMQ socket: %s; raise the limit of open files (LimitNOFILE)",
			       zmq_strerror(errno));
	dd_socket_adopt(socket);
	dd_socket_set_int(socket, ZMQ_LINGER, 0);
	*socket_out = socket;
	return 0;
}

void dd_socket_set_int(void *socket, int option, int value)
{
	int rc = zmq_setsockopt(socket, option, &value, sizeof(value));

	assert(rc == 0);
}

void dd_socket_set_text(void *socket, int option, const char *text)
{
	int rc = zmq_setsockopt(socket, option, text, strlen(text));

	assert(rc == 0);
}

void dd_socket_set_bus(void *socket, const char *endpoint, int64_t max_message)
{
	int rc = zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_message, sizeof(max_message));

	assert(rc == 0);
	dd_socket_set_int(socket, ZMQ_SNDHWM, BUS_HWM);
	dd_socket_set_int(socket, ZMQ_RCVHWM, BUS_HWM);
	dd_socket_set_int(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
	dd_socket_set_int(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS);
	dd_socket_set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, DEAD_PEER_MS);
	dd_socket_set_int(socket, ZMQ_BACKLOG, LISTEN_QUEUE);
	if (!dd_endpoint_is_tcp(endpoint))
		return;
	dd_socket_set_int(socket, ZMQ_TCP_KEEPALIVE, 1);
	/* The high-water mark alone does not bound what a slow reader costs. */
	dd_socket_set_int(socket, ZMQ_SNDBUF, TCP_SEND_BUF);
	dd_socket_set_int(socket, ZMQ_IPV6, strchr(endpoint, '[') != NULL);
}

int64_t dd_socket_max_message(const char *endpoint)
{
	return dd_endpoint_is_tcp(endpoint) ? MAX_TCP_BYTES : MAX_IPC_BYTES;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool dd_endpoint_is_ipc(const char *endpoint)
{
	return begins(endpoint, "ipc://");
}

bool dd_endpoint_is_tcp(const char *endpoint)
{
	return begins(endpoint, "tcp://");
}

bool dd_endpoint_is_loopback(const char *endpoint)
{
	return begins(endpoint, "tcp://127.0.0.1:") || begins(endpoint, "tcp://[::1]:");
}

int dd_socket_send(void *socket, void *msg, bool more)
{
	const struct dd_sys *sys = dd_sys();
	int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);

	return sys->sock_send(sys->ctx, msg, socket, flags) < 0 ? -1 : 0;
}

int dd_socket_recv(void *socket, void *msg)
{
	const struct dd_sys *sys = dd_sys();

	return sys->sock_recv(sys->ctx, msg, socket, ZMQ_DONTWAIT) < 0 ? -1 : 0;
}
