/* mailsink.c - connections and files.
 *
 * A connection: accept, greet, feed what comes to the session, write what it says; it ends when
 * the session is over and its last words are written, when the peer leaves, or with the server.
 * After uv_close its memory goes in the close callback; the server's goes with the last of them. */
#include "services/mailsink/mailsink.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/mailsink/mailsink_session.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_MAX 256
#define READ_BYTES      65536
#define CONTROL_MAX     1024

struct mailsink {
	uv_tcp_t listener;
	char *dir;     /* owned */
	uint64_t next; /* number of the next mail */
	int port;
	bool closing;
	int refs; /* the listener and the connections */
	struct connection *connections;
};

struct connection {
	uv_tcp_t tcp;
	struct mailsink *sink;
	struct mailsink_session *session; /* owned */
	struct connection *prev, *next;
	bool ending; /* close when what is written is out */
	int writes;
	char bytes[READ_BYTES];
};

struct writing {
	uv_write_t request;
	struct connection *connection;
	struct dd_buf data; /* owned */
};

static void release(struct mailsink *sink)
{
	if (--sink->refs > 0)
		return;
	free(sink->dir);
	free(sink);
}

/* --- files ----------------------------------------------------------------------------------- */

static void on_name(void *arg, const char *name)
{
	struct mailsink *sink = arg;
	char *end;
	const uint64_t number = strtoull(name, &end, 10);

	if (end != name && strcmp(end, ".eml") == 0 && number >= sink->next)
		sink->next = number + 1;
}

static int keep(void *arg, const struct dd_buf *mail)
{
	struct mailsink *sink = arg;
	struct dd_error err = {0};
	char name[32];
	char *path;
	int rc;

	(void)snprintf(name, sizeof(name), "%" PRIu64 ".eml", sink->next);
	path = dd_path(sink->dir, name);
	rc = dd_file_write(path, mail->data, mail->len, 0600, &err);
	free(path);
	if (rc == 0)
		dd_log(DD_LOG_INFO, "mailsink.kept", dd_f_uint("number", sink->next),
		       dd_f_uint("bytes", mail->len));
	else
		dd_log(DD_LOG_ERROR, "mailsink.not_kept", dd_f_text("reason", err.text));
	sink->next += rc == 0;
	return rc;
}

static bool control(void *arg, char line_out[MAILSINK_REPLY_MAX])
{
	const struct mailsink *sink = arg;
	char *path = dd_path(sink->dir, "control");
	struct dd_buf text = {0};
	bool found = false;

	if (dd_file_read(path, CONTROL_MAX, &text, NULL) == 0) {
		const char *line = dd_buf_cstr(&text);
		const size_t len = strcspn(line, "\r\n");

		found = len >= 3 && len < MAILSINK_REPLY_MAX;
		if (found)
			(void)snprintf(line_out, MAILSINK_REPLY_MAX, "%.*s", (int)len, line);
	}
	dd_buf_fini(&text);
	free(path);
	return found;
}

/* --- connections ----------------------------------------------------------------------------- */

static void on_connection_closed(uv_handle_t *handle)
{
	struct connection *connection = handle->data;
	struct mailsink *sink = connection->sink;

	mailsink_session_free(connection->session);
	free(connection);
	release(sink);
}

static void end_connection(struct connection *connection)
{
	uv_handle_t *handle = (uv_handle_t *)&connection->tcp;

	if (uv_is_closing(handle))
		return;
	if (connection->prev != NULL)
		connection->prev->next = connection->next;
	else
		connection->sink->connections = connection->next;
	if (connection->next != NULL)
		connection->next->prev = connection->prev;
	uv_close(handle, on_connection_closed);
}

static void on_written(uv_write_t *request, int status)
{
	struct writing *writing = request->data;
	struct connection *connection = writing->connection;

	dd_buf_fini(&writing->data);
	free(writing);
	connection->writes--;
	if (status < 0 || (connection->ending && connection->writes == 0))
		end_connection(connection);
}

/* Takes the buffer's content. */
static void write_out(struct connection *connection, struct dd_buf *out)
{
	struct writing *writing;
	uv_buf_t bytes;

	if (out->len == 0)
		return;
	writing = dd_alloc(sizeof(*writing));
	writing->connection = connection;
	writing->data = *out;
	memset(out, 0, sizeof(*out));
	writing->request.data = writing;
	bytes = uv_buf_init((char *)writing->data.data, (unsigned)writing->data.len);
	connection->writes++;
	if (uv_write(&writing->request, (uv_stream_t *)&connection->tcp, &bytes, 1, on_written) !=
	    0)
		on_written(&writing->request, -1);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct connection *connection = handle->data;

	(void)suggested;
	*buf = uv_buf_init(connection->bytes, sizeof(connection->bytes));
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct connection *connection = stream->data;
	struct dd_buf out = {0};

	if (len < 0) {
		end_connection(connection);
		return;
	}
	if (connection->ending ||
	    mailsink_session_feed(connection->session, (const uint8_t *)buf->base, (size_t)len,
				  &out)) {
		write_out(connection, &out);
		return;
	}
	connection->ending = true;
	if (out.len > 0)
		write_out(connection, &out);
	else
		end_connection(connection);
}

static void on_connect(uv_stream_t *listener, int status)
{
	struct mailsink *sink = listener->data;
	const struct mailsink_hooks hooks = {.keep = keep, .control = control, .arg = sink};
	struct connection *connection;
	struct dd_buf out = {0};

	if (status < 0)
		return;
	connection = dd_alloc(sizeof(*connection));
	(void)uv_tcp_init(listener->loop, &connection->tcp);
	connection->tcp.data = connection;
	connection->sink = sink;
	sink->refs++;
	connection->next = sink->connections;
	if (connection->next != NULL)
		connection->next->prev = connection;
	sink->connections = connection;
	connection->session = mailsink_session_new(&hooks, &out);
	if (uv_accept(listener, (uv_stream_t *)&connection->tcp) == 0 &&
	    sink->refs <= CONNECTIONS_MAX &&
	    uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read) == 0)
		write_out(connection, &out);
	else
		end_connection(connection);
	dd_buf_fini(&out);
}

/* --- life ------------------------------------------------------------------------------------ */

/* "127.0.0.1:2525" or "[::1]:2525". */
static int read_address(const char *listen, struct sockaddr_storage *address_out,
			struct dd_error *err)
{
	const char *colon = strrchr(listen, ':');
	char host[64];
	char *end = NULL;
	long port = colon != NULL ? strtol(colon + 1, &end, 10) : -1;
	size_t len = colon != NULL ? (size_t)(colon - listen) : 0;

	if (colon == NULL || end == colon + 1 || *end != '\0' || port < 0 || port > 65535 ||
	    len == 0 || len >= sizeof(host))
		return dd_fail(err, DD_ERR_INVALID, "'%s' is not address:port, as 127.0.0.1:2525",
			       listen);
	memcpy(host, listen, len);
	host[len] = '\0';
	if (strcmp(host, "[::1]") == 0 &&
	    uv_ip6_addr("::1", (int)port, (struct sockaddr_in6 *)address_out) == 0)
		return 0;
	if (strncmp(host, "127.", 4) == 0 &&
	    uv_ip4_addr(host, (int)port, (struct sockaddr_in *)address_out) == 0)
		return 0;
	return dd_fail(err, DD_ERR_REFUSED,
		       "'%s' is no loopback address: a mail sink belongs to its own machine",
		       listen);
}

static void on_listener_closed(uv_handle_t *handle)
{
	release(handle->data);
}

static int start_listening(struct mailsink *sink, const struct sockaddr_storage *address,
			   const char *listen, struct dd_error *err)
{
	struct sockaddr_storage bound;
	int len = sizeof(bound);
	int rc = uv_tcp_bind(&sink->listener, (const struct sockaddr *)address, 0);

	if (rc == 0)
		rc = uv_listen((uv_stream_t *)&sink->listener, 128, on_connect);
	if (rc == 0)
		rc = uv_tcp_getsockname(&sink->listener, (struct sockaddr *)&bound, &len);
	if (rc != 0)
		return dd_fail(err, DD_ERR_REFUSED, "cannot listen on %s: %s", listen,
			       uv_strerror(rc));
	sink->port = ntohs(((const struct sockaddr_in *)&bound)->sin_port);
	return 0;
}

int mailsink_open(uv_loop_t *loop, const char *listen, const char *dir, struct mailsink **sink_out,
		  struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct sockaddr_storage address = {0};
	struct mailsink *sink;
	int rc = read_address(listen, &address, err);

	if (rc == 0)
		rc = dd_dir_make(dir, err);
	if (rc != 0)
		return rc;
	sink = dd_alloc(sizeof(*sink));
	sink->dir = dd_strdup(dir);
	sink->next = 1;
	sink->refs = 1;
	(void)uv_tcp_init(loop, &sink->listener);
	sink->listener.data = sink;
	if (sys->list(sys->ctx, dir, on_name, sink) != 0)
		rc = dd_fail(err, DD_ERR_IO, "cannot list %s", dir);
	else
		rc = start_listening(sink, &address, listen, err);
	if (rc != 0) {
		mailsink_close(sink);
		return rc;
	}
	*sink_out = sink;
	return 0;
}

void mailsink_close(struct mailsink *sink)
{
	if (sink == NULL)
		return;
	while (sink->connections != NULL)
		end_connection(sink->connections);
	uv_close((uv_handle_t *)&sink->listener, on_listener_closed);
}

int mailsink_port(const struct mailsink *sink)
{
	return sink->port;
}
