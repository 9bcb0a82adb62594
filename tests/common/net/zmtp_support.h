/* zmtp_support.h - the ZeroMQ wire protocol (ZMTP 3.0, NULL mechanism) by hand, to send what no
 * library would send. Writing to a peer that has hung up is no failure. */
#ifndef TESTS_COMMON_NET_ZMTP_SUPPORT_H
#define TESTS_COMMON_NET_ZMTP_SUPPORT_H

#include "tests/support/harness.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ZMTP_MORE    1
#define ZMTP_LONG    2
#define ZMTP_COMMAND 4

static inline int zmtp_connect(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, address, len), 0);
	return fd;
}

static inline int zmtp_connect_ipc(const char *endpoint)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	strncpy(address.sun_path, endpoint + strlen("ipc://"), sizeof(address.sun_path) - 1);
	return zmtp_connect((const struct sockaddr *)&address, sizeof(address));
}

static inline int zmtp_connect_tcp(const char *endpoint)
{
	struct sockaddr_in address = {.sin_family = AF_INET};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)strtol(strrchr(endpoint, ':') + 1, NULL, 10));
	return zmtp_connect((const struct sockaddr *)&address, sizeof(address));
}

static inline void zmtp_put(int fd, const void *data, size_t len)
{
	if (len > 0)
		(void)!send(fd, data, len, MSG_NOSIGNAL);
}

static inline void zmtp_greet(int fd)
{
	uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'N', 'U', 'L', 'L'};

	zmtp_put(fd, greeting, sizeof(greeting));
}

static inline void zmtp_frame(int fd, uint8_t flags, const void *data, size_t len)
{
	uint8_t head[9] = {flags, (uint8_t)len};
	size_t head_len = 2;
	int i;

	if (len > 255) {
		head[0] |= ZMTP_LONG;
		for (i = 0; i < 8; i++)
			head[1 + i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
		head_len = 9;
	}
	zmtp_put(fd, head, head_len);
	zmtp_put(fd, data, len);
}

static inline size_t zmtp_text(uint8_t *out, const char *text)
{
	size_t len = 0;

	for (; text[len]; len++)
		out[len] = (uint8_t)text[len];
	return len;
}

/* One byte for the length of the name, four for that of the value. */
static inline size_t zmtp_property(uint8_t *out, const char *name, const char *value)
{
	size_t name_len = zmtp_text(out + 1, name);
	size_t value_len = zmtp_text(out + 5 + name_len, value);

	out[0] = (uint8_t)name_len;
	memset(out + 1 + name_len, 0, 3);
	out[4 + name_len] = (uint8_t)value_len;
	return 5 + name_len + value_len;
}

/* Read and forget `len` bytes; what does not come is left. */
static inline void zmtp_skip(int fd, size_t len)
{
	uint8_t bytes[256];

	if (len > 0)
		(void)!recv(fd, bytes, len < sizeof(bytes) ? len : sizeof(bytes), MSG_WAITALL);
}

/* Wait for the greeting and the READY of the other side: whoever speaks on before is cut off. */
static inline void zmtp_await_ready(int fd)
{
	struct timeval patience = {.tv_sec = 10};
	uint8_t head[2] = {0, 0};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	zmtp_skip(fd, 64);
	(void)!recv(fd, head, sizeof(head), MSG_WAITALL);
	zmtp_skip(fd, head[1]);
}

/* READY of a DEALER, with one property more unless `name` is NULL. */
static inline void zmtp_ready(int fd, const char *name, const char *value)
{
	uint8_t body[256] = "\x05READY";
	size_t len = 6;

	len += zmtp_property(body + len, "Socket-Type", "DEALER");
	len += zmtp_property(body + len, "Identity", "");
	if (name)
		len += zmtp_property(body + len, name, value);
	zmtp_frame(fd, ZMTP_COMMAND, body, len);
	zmtp_await_ready(fd);
}

#endif
