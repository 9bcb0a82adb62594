/* bus_listen.c - what must hold before a listener is bound: folder, key, access control. */
#include "common/net/bus_listen.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/net/access.h"
#include "common/net/socket.h"
#include "common/net/zap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

/* A stranger's machine may stop reading: what it may cost is bounded. */
#define TCP_QUEUE 256

#define IPC_PREFIX_LEN 6 /* "ipc://" */

/* Whoever may enter the folder may connect, or put a socket of his own in the place of ours. */
static int refuse_open_folder(const char *dir, struct dd_error *err)
{
	struct stat st;

	if (stat(dir, &st) != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "folder %s", dir);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return dd_fail(err, DD_ERR_REFUSED, "folder %s belongs to another user", dir);
	if (st.st_mode & 077)
		return dd_fail(err, DD_ERR_REFUSED,
			       "folder %s has mode %03o and others may enter it: chmod 700 %s", dir,
			       (unsigned)(st.st_mode & 0777), dir);
	return 0;
}

static int prepare_folder(const char *endpoint, struct dd_error *err)
{
	const char *path = endpoint + IPC_PREFIX_LEN;
	const char *slash = strrchr(path, '/');
	struct sockaddr_un address;
	char *dir;
	int rc;

	if (path[0] != '/' || slash == path)
		return dd_fail(err, DD_ERR_INVALID,
			       "%s: needs an absolute path in a folder of its own", endpoint);
	if (strlen(path) >= sizeof(address.sun_path))
		return dd_fail(err, DD_ERR_INVALID,
			       "%s: the path has %zu bytes, the system allows %zu: choose a "
			       "shorter folder",
			       endpoint, strlen(path), sizeof(address.sun_path) - 1);
	dir = dd_strdup(path);
	dir[slash - path] = 0;
	rc = dd_dir_make(dir, err);
	if (rc == 0)
		rc = refuse_open_folder(dir, err);
	free(dir);
	return rc;
}

/* What the listener's peers must prove, or why it may not be opened. */
static int choose_proof(const struct dd_bus_listen *listen, bool guarded,
			enum dd_access_proof *proof_out, struct dd_error *err)
{
	const char *endpoint = listen->endpoint;

	if (dd_endpoint_is_ipc(endpoint)) {
		if (listen->key)
			return dd_fail(err, DD_ERR_INVALID, "%s: keys are for tcp", endpoint);
		*proof_out = guarded ? DD_ACCESS_CREDENTIALS : DD_ACCESS_NOTHING;
		return prepare_folder(endpoint, err);
	}
	if (!dd_endpoint_is_tcp(endpoint))
		return dd_fail(err, DD_ERR_INVALID, "%s: only ipc:// and tcp://", endpoint);
	if (!guarded)
		return dd_fail(err, DD_ERR_REFUSED, "%s: tcp needs the access control", endpoint);
	if (!listen->key && !dd_endpoint_is_loopback(endpoint))
		return dd_fail(err, DD_ERR_REFUSED,
			       "%s: without a server key only tcp://127.0.0.1 or tcp://[::1]",
			       endpoint);
	*proof_out = listen->key ? DD_ACCESS_KEY : DD_ACCESS_LOOPBACK;
	return 0;
}

static void set_options(void *socket, const struct dd_bus_listen *listen,
			enum dd_access_proof proof)
{
	int64_t most =
		listen->max_message ? listen->max_message : dd_socket_max_message(listen->endpoint);
	char domain[DD_DOMAIN_TEXT];

	dd_socket_set_bus(socket, listen->endpoint, most);
	if (listen->queue > 0 || dd_endpoint_is_tcp(listen->endpoint))
		dd_socket_set_int(socket, ZMQ_SNDHWM,
				  listen->queue > 0 ? listen->queue : TCP_QUEUE);
	/* A reply to a peer that is gone or does not read is an error we see, not a silent loss. */
	dd_socket_set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
	if (proof == DD_ACCESS_NOTHING)
		return;
	/* Without a domain the library does not ask about peers that have no key. */
	dd_zap_domain(proof, listen->cls, domain);
	dd_socket_set_text(socket, ZMQ_ZAP_DOMAIN, domain);
	if (proof != DD_ACCESS_KEY)
		return;
	dd_socket_set_int(socket, ZMQ_CURVE_SERVER, 1);
	dd_socket_set_text(socket, ZMQ_CURVE_SECRETKEY, listen->key->secret_key);
}

static int bind_socket(void *socket, const struct dd_bus_listen *listen, char **endpoint_out,
		       struct dd_error *err)
{
	char bound[256];
	size_t len = sizeof(bound);

	if (zmq_bind(socket, listen->endpoint) != 0)
		return dd_fail(err, errno == EADDRINUSE ? DD_ERR_CONFLICT : DD_ERR_IO,
			       "cannot listen on %s: %s", listen->endpoint, zmq_strerror(errno));
	if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, bound, &len) != 0)
		return dd_fail(err, DD_ERR_IO, "%s: %s", listen->endpoint, zmq_strerror(errno));
	*endpoint_out = dd_strdup(bound);
	return 0;
}

int dd_bus_listen_open(const struct dd_bus_listen *listen, bool guarded, void **socket_out,
		       char **endpoint_out, struct dd_error *err)
{
	enum dd_access_proof proof = DD_ACCESS_NOTHING;
	void *socket = NULL;
	int rc = choose_proof(listen, guarded, &proof, err);

	if (rc == 0)
		rc = dd_socket_open(ZMQ_ROUTER, &socket, err);
	if (rc == 0) {
		set_options(socket, listen, proof);
		rc = bind_socket(socket, listen, endpoint_out, err);
	}
	if (rc != 0) {
		dd_socket_close(socket);
		return rc;
	}
	*socket_out = socket;
	return 0;
}
