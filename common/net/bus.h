/* bus.h - requests and replies between processes: ROUTER servers, DEALER clients, who is connected.
 */
#ifndef DD_NET_BUS_H
#define DD_NET_BUS_H

#include "common/base/err.h"
#include "common/net/loop.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who is connected; never read from a message. */
enum dd_principal_class {
	DD_PRINCIPAL_NONE = 0,
	DD_PRINCIPAL_OPERATOR, /* the command line on the server itself */
	DD_PRINCIPAL_GATEWAY,
	DD_PRINCIPAL_OFFICE, /* by CURVE key */
	DD_PRINCIPAL_NOTIFICATION,
	DD_PRINCIPAL_REPORTING,
	DD_PRINCIPAL_LOCAL, /* clients of an office service on its own machine */
	DD_PRINCIPAL_TASK,  /* the task service itself, by the clock; nobody connects as this */
	DD_PRINCIPAL_ENROL  /* by the one-time CURVE key of an invitation: may register a key */
};
const char *dd_principal_class_name(enum dd_principal_class cls); /* "operator", "office" ... */
enum dd_principal_class
dd_principal_class_of(const char *name); /* NONE if unknown, or if nobody can connect as it */

#define DD_PRINCIPAL_TEXT 64
struct dd_principal {
	enum dd_principal_class cls;
	char unit[32];                /* by CURVE key: the unit bound to it */
	uint8_t key[8];               /* by CURVE key: dd_curve_id */
	char text[DD_PRINCIPAL_TEXT]; /* "operator", "office/SYT": for event headers */
};

/* --- keys and access ------------------------------------------------------------------------ */

/* CURVE keys in Z85 text (40 characters and NUL). */
struct dd_curve_key {
	char public_key[41];
	char secret_key[41]; /* empty where only the public one is known */
};
void dd_curve_new(struct dd_curve_key *key_out);
/* By what a public key is known where it would be too long: the first bytes of its text's hash. */
void dd_curve_id(const char *public_key, uint8_t id_out[8]);
/* 32 bytes as 40 characters of Z85, and back. DD_ERR_INVALID: the text is not a key's. */
void dd_curve_text(const uint8_t key[32], char text_out[41]);
int dd_curve_bytes(const char *text, uint8_t key_out[32]) DD_MUST_CHECK;
/* Whether a secret can be behind the public key: a few values have none, and whoever knows that
 * could come with them. */
bool dd_curve_sound(const uint8_t public_key[32]);
/* The public half of a secret key. DD_ERR_INVALID: that is not 40 characters of Z85. */
int dd_curve_public(const char *secret_key, char public_out[41],
		    struct dd_error *err) DD_MUST_CHECK;
/* A key file has lines "public <Z85>" and "secret <Z85>", mode 0600; wider is DD_ERR_REFUSED. */
int dd_curve_save(const char *path, const struct dd_curve_key *key,
		  struct dd_error *err) DD_MUST_CHECK;
int dd_curve_load(const char *path, struct dd_curve_key *key_out,
		  struct dd_error *err) DD_MUST_CHECK;

/* The process's access control: the ZAP handler, on a thread of its own. Bound before any listener
 * can be opened (dd_bus_server_open refuses without it when it listens on tcp), and it fails
 * closed. `offices_dir` holds one file per admitted key, "<anything>.office": lines "unit <CODE>"
 * and "public <Z85>"; read again when the folder changes. NULL = no CURVE client is admitted. */
struct dd_access;

/* Whose a key is. */
struct dd_admission {
	char key[41]; /* Z85 */
	char unit[32];
	uint8_t cls;   /* OFFICE, ENROL; NONE = not admitted, whatever a file says */
	uint8_t id[8]; /* dd_curve_id; filled in by the access control */
};

int dd_access_open(const char *offices_dir, struct dd_access **access_out,
		   struct dd_error *err) DD_MUST_CHECK;
void dd_access_close(struct dd_access *access);
void dd_access_reload(struct dd_access *access);
/* Which keys are admitted beside those of the folder, in place of what was told before; copied. A
 * key whose unit or class differs from a file's is admitted to nobody. Holds when it returns. */
void dd_access_tell(struct dd_access *access, const struct dd_admission *keys, size_t count);
/* The keys of the folder alone, sorted; returns how many. *keys_out is the caller's to free. */
size_t dd_access_files(struct dd_access *access, struct dd_admission **keys_out);
/* From now on no file opens the door by itself: its key waits until who tells has seen it, so that
 * a key that is over elsewhere need not be told for ever. dd_access_files_see brings the keys like
 * dd_access_files; the next dd_access_tell has judged them. */
void dd_access_files_hold(struct dd_access *access);
size_t dd_access_files_see(struct dd_access *access, struct dd_admission **keys_out);
/* Whether a key of the folder waits for that. Any thread, no lock. */
bool dd_access_files_wait(const struct dd_access *access);
/* Whether a file of the folder has the key, and for which unit; disputed ones are nobody's. */
bool dd_access_file_unit(struct dd_access *access, const char *key, char unit_out[32]);
/* Grows with every change of who is admitted. Any thread, no lock. */
uint64_t dd_access_generation(const struct dd_access *access);
/* Whose the key (Z85) is now. False: nobody's. */
bool dd_access_of_key(struct dd_access *access, const char *key, struct dd_principal *out);
/* Whether who came by a key still may. Anyone else: yes. For what waits: each message that comes is
 * looked at by itself. */
bool dd_access_admits(struct dd_access *access, const struct dd_principal *who);
/* Connects with a random key to a CURVE listener of this process and must be refused: proves the
 * door is shut. DD_ERR_REFUSED (stop the service) if it was let in. */
int dd_access_self_test(const char *tcp_endpoint, const char *server_public,
			struct dd_error *err) DD_MUST_CHECK;

/* --- server --------------------------------------------------------------------------------- */

/* Where to listen. ipc: the folder is made with mode 0700, the peer's uid must be ours or root
 * (peer credentials, through ZAP), and the class of everybody who connects there is `cls`. tcp:
 * CURVE with `key`, the principal comes from the key; without `key` only loopback and only for
 * benchmarks, class `cls`. */
struct dd_bus_listen {
	const char *endpoint;
	enum dd_principal_class cls;
	const struct dd_curve_key *key;
	int64_t max_message; /* bytes; 0 = 1 MiB on ipc, 64 KiB on tcp */
	int queue; /* replies kept for a peer that does not read, further ones are dropped; 0 =
		    * 2,048 on ipc, 256 on tcp */
};

struct dd_bus_server;

/* Where a reply goes. Copyable; becomes stale, harmlessly, when the peer leaves. */
struct dd_bus_peer {
	uint8_t listen; /* which listener */
	uint8_t len;
	uint8_t id[14];
	bool train; /* it asked in a train: the reply may travel with others */
};

struct dd_bus_server_options {
	struct dd_loop *loop;
	const struct dd_bus_listen *listens;
	int listen_count;
	struct dd_access *access; /* borrowed; may be NULL only if all listeners are ipc in tests */
	int budget;               /* messages per turn and listener; 0 = 64 */
	int64_t cap_us;           /* 0 = 1,000; -1 = none */
	/* One request, alone or one of a train: there is no difference to be seen. `data` is
	 * borrowed for the call. `who` was checked for this very request. */
	void (*on_request)(void *arg, const struct dd_bus_peer *peer,
			   const struct dd_principal *who, const uint8_t *data, size_t len);
	void *arg;
};

int dd_bus_server_open(const struct dd_bus_server_options *options,
		       struct dd_bus_server **server_out, struct dd_error *err) DD_MUST_CHECK;
void dd_bus_server_close(struct dd_bus_server *server);
/* Room for a reply of exactly `len` bytes; fill it and hand it to dd_bus_server_send_built. No
 * copy. */
uint8_t *dd_bus_server_build(struct dd_bus_server *server, size_t len);
/* DD_ERR_CLOSED: the peer is gone. DD_ERR_RETRY: its queue is full; the reply is dropped, the
 * client will ask again. A short reply to a request that came in a train leaves with others at the
 * end of the loop's turn, or when it is many bytes; what becomes of it is counted then. */
int dd_bus_server_send_built(struct dd_bus_server *server, const struct dd_bus_peer *peer);
int dd_bus_server_send(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		       const void *data, size_t len);
/* What was gathered leaves now; for an owner that goes on to something else. */
void dd_bus_server_flush(struct dd_bus_server *server);
void dd_bus_server_pause(struct dd_bus_server *server, bool paused);

/* What has come and gone since opening. Nothing is dropped without being counted. */
struct dd_bus_stats {
	uint64_t received;  /* handed to on_request */
	uint64_t trains;    /* messages that held several of them */
	uint64_t sent;      /* replies given to the socket */
	uint64_t misshapen; /* dropped: not exactly [routing id][payload], a foreign id, a bad train
			     */
	uint64_t unidentified; /* dropped: no User-Id of our access control on it */
	uint64_t not_admitted; /* dropped: the user's admission was taken back */
	uint64_t unroutable;   /* replies whose peer was gone */
	uint64_t full;         /* replies whose peer did not take what it had already */
};
void dd_bus_server_stats(const struct dd_bus_server *server, struct dd_bus_stats *stats_out);
/* The address really bound (for port 0 given as "tcp://127.0.0.1:*"); borrowed. */
const char *dd_bus_server_endpoint(const struct dd_bus_server *server, int listen);

/* --- client --------------------------------------------------------------------------------- */

struct dd_bus_client;

enum dd_link { DD_LINK_CONNECTING, DD_LINK_UP, DD_LINK_DENIED };

struct dd_bus_client_options {
	struct dd_loop *loop;
	const char *endpoint;
	const struct dd_curve_key *key; /* own pair, NULL = no CURVE */
	const char *server_public;      /* Z85; required with `key` */
	int64_t max_message;            /* of replies; 0 = 8 MiB */
	int64_t max_request;            /* 0 = what a listener takes: 1 MiB on ipc, 64 KiB on tcp */
	/* What is sent within one turn of the loop goes in trains (train.h), once the server has
	 * said that it takes them: it is asked whenever the link comes up. A train is as long as
	 * the line carries within a moment, so that little is lost when it breaks. */
	bool trains;
	void (*on_link)(void *arg, enum dd_link link); /* may be NULL; from the socket's monitor */
	void *arg;
};

/* Connects and stays connected: reconnects with jitter, and makes the socket anew after a denial or
 * when requests time out in a row (a denied ZeroMQ client never tries again by itself). */
int dd_bus_client_open(const struct dd_bus_client_options *options,
		       struct dd_bus_client **client_out, struct dd_error *err) DD_MUST_CHECK;
void dd_bus_client_close(struct dd_bus_client *client); /* outstanding requests end with
							   DD_ERR_CLOSED, from the loop */
/* From now on with another key of its own: the connection is made anew, what was sent ends with
 * DD_ERR_RETRY, from the loop. `key` is copied. */
void dd_bus_client_rekey(struct dd_bus_client *client, const struct dd_curve_key *key);
struct dd_loop *dd_bus_client_loop(const struct dd_bus_client *client);
enum dd_link dd_bus_client_link(const struct dd_bus_client *client);

/* What came of a request. DD_OK with the reply's bytes (borrowed for the call); DD_ERR_RETRY: no
 * reply within the deadline, outcome unknown; DD_ERR_CLOSED. Never run from inside
 * dd_bus_client_send. */
typedef void dd_bus_reply(void *arg, int err, const uint8_t *data, size_t len);

/* Ids come from here and go into Request.id. */
uint64_t dd_bus_client_next_id(struct dd_bus_client *client);
/* Send a packed Request whose id is `id`. Replies are matched by reading the id from the reply.
 * `data` is copied. DD_ERR_RETRY: the queue is full. DD_ERR_INVALID: longer than max_request: the
 * server would close the connection, and everything behind it on the way would be lost. */
int dd_bus_client_send(struct dd_bus_client *client, uint64_t id, const void *data, size_t len,
		       uint32_t deadline_ms, dd_bus_reply *on_reply, void *arg) DD_MUST_CHECK;

#endif
