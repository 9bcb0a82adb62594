/* socket.h - ZeroMQ sockets of the process's context, counted, so that its end cannot hang. */
#ifndef DD_NET_SOCKET_H
#define DD_NET_SOCKET_H

#include "common/base/err.h"
#include "common/net/bus.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket with LINGER 0 (the library's default keeps a process from ending for ever), closed with
 * dd_socket_close. DD_ERR_IO: no more file descriptors. One socket belongs to one thread. */
int dd_socket_open(int type, void **socket_out, struct dd_error *err) DD_MUST_CHECK;
/* Count a socket that was opened elsewhere; nothing happens if it is counted already. */
void dd_socket_adopt(void *socket);
void dd_socket_close(void *socket); /* NULL is fine */
int dd_socket_count(void);

/* Options whose names we give and whose values are in range: a refusal is our own mistake. */
void dd_socket_set_int(void *socket, int option, int value);
void dd_socket_set_text(void *socket, int option, const char *text);

/* What every bus socket gets: bounds on queues, messages, handshakes, dead peers and storms. */
void dd_socket_set_bus(void *socket, const char *endpoint, int64_t max_message);

/* The largest request a listener of this kind takes unless told otherwise: 1 MiB on ipc and 64 KiB
 * on tcp. */
int64_t dd_socket_max_message(const char *endpoint);

bool dd_endpoint_is_ipc(const char *endpoint);
bool dd_endpoint_is_tcp(const char *endpoint);
/* "tcp://127.0.0.1:..." or "tcp://[::1]:...". */
bool dd_endpoint_is_loopback(const char *endpoint);

/* Send or receive one frame without waiting; 0, or -1 with errno. Through dd_sys(). */
int dd_socket_send(void *socket, void *msg, bool more);
int dd_socket_recv(void *socket, void *msg);

#endif
