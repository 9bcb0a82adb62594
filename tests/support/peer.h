/* peer.h - servers in Python's standard library that a test talks to: http_sink.py, smtp_tls.py;
 * and certificates made on the spot. */
#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PEER_PATIENCE_MS 120000

struct peer {
	struct test_proc proc;
	char dir[200];
	int port;
};

static inline void peer_nap(void)
{
	const struct timespec nap = {.tv_nsec = 5 * 1000000};

	(void)nanosleep(&nap, NULL);
}

/* Wait for a file of the peer's; its text, to be freed. */
static inline char *peer_file(const struct peer *peer, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", peer->dir, name);
	for (int waited = 0; access(path, F_OK) != 0; waited += 5) {
		if (waited > PEER_PATIENCE_MS)
			fail_msg("%s does not come", path);
		peer_nap();
	}
	return test_read_file(path, NULL);
}

static inline bool peer_has(const struct peer *peer, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", peer->dir, name);
	return access(path, F_OK) == 0;
}

/* Put whole in its place: the peer may be reading. NULL: taken away. */
static inline void peer_answer(const struct peer *peer, const char *text)
{
	char path[256], fresh[256];

	(void)snprintf(path, sizeof(path), "%s/answer", peer->dir);
	(void)snprintf(fresh, sizeof(fresh), "%s/answer.new", peer->dir);
	if (text == NULL) {
		(void)unlink(path);
		return;
	}
	test_write_file(fresh, text, strlen(text));
	assert_int_equal(rename(fresh, path), 0);
}

/* `script` beside this header; up to four arguments behind the folder, the first NULL ends them. */
static inline void peer_start(struct peer *peer, const char *dir, const char *script,
			      const char *const arguments[4])
{
	const char *end = strrchr(__FILE__, '/');
	char path[512], *text;
	const char *argv[8] = {"/usr/bin/python3", path, peer->dir};

	memset(peer, 0, sizeof(*peer));
	(void)snprintf(path, sizeof(path), "%.*s/%s", (int)(end - __FILE__), __FILE__, script);
	(void)snprintf(peer->dir, sizeof(peer->dir), "%s/%.20s-XXXXXX", dir, script);
	assert_non_null(mkdtemp(peer->dir));
	for (int i = 0; i < 4 && arguments != NULL && arguments[i] != NULL; i++)
		argv[3 + i] = arguments[i];
	assert_true(test_proc_start(&peer->proc, dir, "peer", argv, NULL));
	text = peer_file(peer, "port");
	peer->port = atoi(text);
	free(text);
}

static inline void peer_stop(struct peer *peer)
{
	test_proc_kill(&peer->proc);
	test_proc_fini(&peer->proc);
}

/* <dir>/cert.pem and <dir>/key.pem, good for 127.0.0.1 and localhost. */
static inline void peer_certificate(const char *dir)
{
	char cert[256], key[256];
	const char *argv[] = {"openssl",
			      "req",
			      "-x509",
			      "-newkey",
			      "ec",
			      "-pkeyopt",
			      "ec_paramgen_curve:prime256v1",
			      "-nodes",
			      "-days",
			      "2",
			      "-subj",
			      "/CN=localhost",
			      "-addext",
			      "subjectAltName=DNS:localhost,IP:127.0.0.1",
			      "-keyout",
			      key,
			      "-out",
			      cert,
			      NULL};

	(void)snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	(void)snprintf(key, sizeof(key), "%s/key.pem", dir);
	assert_int_equal(test_proc_run(dir, "openssl", argv, NULL, PEER_PATIENCE_MS), 0);
}

#endif
