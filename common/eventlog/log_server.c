/* log_server.c - long polls of the log, on a thread of its own.
 *
 * A follower's read is checked when it arrives and is then in one of these states:
 *
 *   IDLE -> LIVE      it is close to the head: served in this turn
 *   IDLE -> CATCHING  it is far behind: two chunks a turn are given to all of these together, one
 *                     after the other, so that they do not keep the live ones waiting
 *   LIVE -> WAITING   nothing new: served when the head moves (an office: see log_calls.h), or with
 *                     an empty chunk when its time is over
 *   any  -> IDLE      a reply was given
 *
 * Whoever loses his admission is told so and forgotten, whatever state he is in. A second read of
 * the same follower takes the place of the first: it has stopped waiting for that. */
#include "common/eventlog/log_server.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/eventlog/log_calls.h"
#include "common/eventlog/log_places.h"
#include "common/eventlog/log_reading.h"
#include "common/eventlog/position.h"
#include "common/net/envelope.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES       (256u << 10)
#define CHUNK_BYTES_MAX   (1u << 20)
#define WAIT_MS_MAX       30000u
#define TICK_MS           100
#define LIVE_RECORDS      4096 /* behind the head by at most this many */
#define CATCHING_PER_TURN 2
#define FORGET_MS         120000 /* a follower that has not read for so long is gone */
#define REQUEST_ARENA     (64u << 10)

struct dd_log_server {
	struct dd_eventlog *log;
	struct dd_access *access; /* borrowed; NULL = everybody may */
	struct dd_loop *loop;
	struct dd_bus_server *bus;
	struct dd_timer *tick; /* runs while somebody is known */
	struct dd_log_reading reading;
	void (*on_read)(void *arg, const struct dd_principal *who, uint64_t after);
	void *on_read_arg;
	struct dd_arena arena;
	struct follower *followers; /* owned; LOG_PLACES_MAX places, `count` in use */
	size_t count;
	size_t next;         /* which of those catching up is served next */
	uint64_t generation; /* of the access control, when all were looked at */
	struct log_calls calls;
	bool ticking;
	bool listening;
	bool running;
	pthread_t thread;
	atomic_bool waiting; /* somebody is to be told when the head moves */
	atomic_bool woken;   /* a look at the head is posted already */
	atomic_uint active;
};

static void on_head(void *arg);

/* --- followers ----------------------------------------------------------------------------- */

static uint64_t now_ms(const struct dd_log_server *server)
{
	return uv_now(dd_loop_uv(server->loop));
}

static void forget(struct dd_log_server *server, struct follower *follower)
{
	*follower = server->followers[--server->count];
	atomic_store(&server->active, (unsigned)server->count);
}

static struct follower *find(struct dd_log_server *server, const struct dd_bus_peer *peer,
			     const struct dd_principal *who)
{
	struct follower *place = log_place(server->followers, &server->count, peer, who);

	atomic_store(&server->active, (unsigned)server->count);
	return place;
}

/* --- answers ------------------------------------------------------------------------------- */

static void send_error(struct dd_log_server *server, struct follower *follower,
		       Dondoc__V1__ErrorCode code, const char *text)
{
	follower->state = FOLLOWER_IDLE;
	dd_reply_error(server->bus, &follower->peer, follower->request, code, text);
}

static void send_chunk(struct dd_log_server *server, struct follower *follower,
		       const struct dd_buf *frames)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__LogChunk chunk = DONDOC__V1__LOG_CHUNK__INIT;
	Dondoc__V1__Position head;
	struct dd_position at = dd_eventlog_head(server->log);

	dd_position_to_pb(&at, &head);
	chunk.head = &head;
	chunk.frames.data = frames->data;
	chunk.frames.len = frames->len;
	reply.id = follower->request;
	reply.body_case = DONDOC__V1__REPLY__BODY_LOG_CHUNK;
	reply.log_chunk = &chunk;
	follower->state = FOLLOWER_IDLE;
	/* Gone or too slow: it will come back and ask. */
	if (dd_reply_send(server->bus, &follower->peer, &reply) != 0)
		follower->known_set = false;
}

/* Nothing new so far. The head may have moved before the log's thread could see that somebody
 * waits: then it is looked at once more. */
static void wait_for_head(struct dd_log_server *server, struct follower *follower)
{
	follower->state = FOLLOWER_WAITING;
	follower->called = false;
	atomic_store(&server->waiting, true);
	if (dd_eventlog_head(server->log).sequence > follower->after.sequence)
		on_head(server);
}

static void serve(struct dd_log_server *server, struct follower *follower)
{
	const struct dd_buf *frames;
	struct dd_position behind;
	struct dd_error err;
	struct dd_log_want want = {.who = &follower->who,
				   .after = follower->after,
				   .max_bytes = follower->max_bytes,
				   .compact = follower->compact};
	int rc = dd_log_reading_frames(&server->reading, &want, &frames, &behind, &err);

	if (rc != 0) {
		dd_log(DD_LOG_ERROR, "log.read_failed", dd_f_text("why", err.text));
		send_error(server, follower, DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
			   "the log cannot be read");
		return;
	}
	if (frames->len == 0 && follower->until_ms > now_ms(server)) {
		wait_for_head(server, follower);
		return;
	}
	if (frames->len > 0) {
		follower->known = behind;
		follower->known_set = true;
	}
	send_chunk(server, follower, frames);
}

/* --- requests ------------------------------------------------------------------------------ */

static int check_place(struct dd_log_server *server, struct follower *follower,
		       struct dd_error *err)
{
	int rc;

	if (follower->known_set && dd_position_same(&follower->known, &follower->after))
		return 0;
	follower->known_set = false;
	rc = dd_log_reading_check(&server->reading, &follower->after, err);
	if (rc != 0)
		return rc;
	follower->known = follower->after;
	follower->known_set = true;
	return 0;
}

static void choose_state(struct dd_log_server *server, struct follower *follower)
{
	uint64_t head = dd_eventlog_head(server->log).sequence;

	follower->state =
		head - follower->after.sequence <= LIVE_RECORDS ? FOLLOWER_LIVE : FOLLOWER_CATCHING;
}

static void take_read(struct dd_log_server *server, struct follower *follower,
		      const Dondoc__V1__LogRead *read)
{
	uint32_t wait_ms = read->wait_ms < WAIT_MS_MAX ? read->wait_ms : WAIT_MS_MAX;
	struct dd_error err;
	int rc;

	if (!dd_position_from_pb(read->after, &follower->after)) {
		send_error(server, follower, DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
			   "after: a log id has 16 bytes, a chain hash 32");
		return;
	}
	rc = check_place(server, follower, &err);
	if (rc != 0) {
		dd_log(DD_LOG_ERROR, "log.position_refused",
		       dd_f_text("principal", follower->who.text), dd_f_text("why", err.text));
		send_error(server, follower,
			   rc == DD_ERR_CONFLICT ? DONDOC__V1__ERROR_CODE__ERROR_POSITION
						 : DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
			   err.text);
		return;
	}
	if (server->on_read)
		server->on_read(server->on_read_arg, &follower->who, follower->after.sequence);
	follower->max_bytes = read->max_bytes == 0 ? CHUNK_BYTES : read->max_bytes;
	if (follower->max_bytes > CHUNK_BYTES_MAX)
		follower->max_bytes = CHUNK_BYTES_MAX;
	follower->compact = read->compact;
	follower->until_ms = wait_ms == 0 ? 0 : now_ms(server) + wait_ms;
	choose_state(server, follower);
	if (!server->ticking) {
		server->ticking = true;
		dd_timer_start(server->tick, TICK_MS, TICK_MS);
	}
}

static void on_read(struct dd_log_server *server, const struct dd_bus_peer *peer,
		    const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	bool may = who->cls != DD_PRINCIPAL_ENROL; /* with an invitation nothing is read */
	struct follower *follower = may ? find(server, peer, who) : NULL;

	if (!follower) {
		dd_reply_error(server->bus, peer, request->id,
			       may ? DONDOC__V1__ERROR_CODE__ERROR_BUSY
				   : DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED,
			       may ? "too many followers" : "not by an invitation");
		return;
	}
	follower->who = *who;
	follower->name = dd_log_names_of(who->unit);
	follower->request = request->id;
	follower->seen_ms = now_ms(server);
	take_read(server, follower, request->log_read);
}

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct dd_log_server *server = arg;
	Dondoc__V1__Request *request;

	dd_arena_reset(&server->arena);
	request = dd_request_unpack(&server->arena, data, len);
	if (!request) {
		dd_reply_error(server->bus, peer, dd_request_id(data, len),
			       DONDOC__V1__ERROR_CODE__ERROR_MALFORMED, "not a request");
		return;
	}
	switch ((int)request->body_case) {
	case DONDOC__V1__REQUEST__BODY_LOG_READ:
		on_read(server, peer, who, request);
		break;
	case DONDOC__V1__REQUEST__BODY_PING:
		(void)dd_reply_pong(server->bus, peer, who, request->id);
		break;
	default:
		dd_reply_error(server->bus, peer, request->id,
			       DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
			       "here the log is read; commands and queries go to the task service");
		break;
	}
}

/* --- who is admitted no more ---------------------------------------------------------------- */

/* A message is looked at when it comes, but a read may wait here for half a minute: it ends with
 * the admission. */
static void cut_revoked(struct dd_log_server *server)
{
	uint64_t generation = server->access ? dd_access_generation(server->access) : 0;

	if (generation == server->generation)
		return;
	server->generation = generation;
	for (size_t i = server->count; i > 0; i--) { /* backwards: the last takes a free place */
		struct follower *follower = &server->followers[i - 1];

		if (dd_access_admits(server->access, &follower->who))
			continue;
		if (follower->state != FOLLOWER_IDLE)
			send_error(server, follower, DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED,
				   "this key is not admitted any more");
		forget(server, follower);
	}
}

/* --- turns --------------------------------------------------------------------------------- */

static void nothing(void *arg)
{
	(void)arg;
}

/* Returns whether there are more of them than were served. */
static bool serve_catching(struct dd_log_server *server)
{
	int left = CATCHING_PER_TURN;
	size_t i;

	for (i = 0; i < server->count; i++) {
		size_t at = (server->next + i) % server->count;

		if (server->followers[at].state != FOLLOWER_CATCHING)
			continue;
		if (left-- == 0) {
			server->next = at;
			return true;
		}
		serve(server, &server->followers[at]);
	}
	return false;
}

static void on_turn(void *arg)
{
	struct dd_log_server *server = arg;
	size_t i;

	cut_revoked(server);
	for (i = 0; i < server->count; i++)
		if (server->followers[i].state == FOLLOWER_LIVE)
			serve(server, &server->followers[i]);
	/* Sockets have their share before the next two. */
	if (serve_catching(server))
		dd_loop_post(server->loop, nothing, NULL);
}

static void look_at_head(void *arg)
{
	struct dd_log_server *server = arg;
	bool waiting = false;
	uint64_t head;
	size_t i;

	/* First: a move after this is told again. */
	atomic_store(&server->woken, false);
	head = dd_eventlog_head(server->log).sequence;
	log_calls_find(&server->calls, server->followers, server->count, head);
	for (i = 0; i < server->count; i++) {
		struct follower *follower = &server->followers[i];

		if (follower->state != FOLLOWER_WAITING)
			continue;
		if (log_calls_now(&server->calls, follower, head))
			follower->state = FOLLOWER_LIVE;
		else
			waiting = true;
	}
	atomic_store(&server->waiting, waiting);
}

/* On the log's own thread: only wakes ours, if anybody waits, and once until it has looked. */
static void on_head(void *arg)
{
	struct dd_log_server *server = arg;

	if (atomic_load(&server->waiting) && !atomic_exchange(&server->woken, true))
		dd_loop_post(server->loop, look_at_head, server);
}

static void on_tick(void *arg)
{
	static const struct dd_buf empty;
	struct dd_log_server *server = arg;
	uint64_t head = dd_eventlog_head(server->log).sequence;
	uint64_t now = now_ms(server);
	size_t i = 0;

	cut_revoked(server);
	log_calls_tick(&server->calls);
	while (i < server->count) {
		struct follower *follower = &server->followers[i];

		if (follower->state == FOLLOWER_WAITING && log_calls_due(follower, head, now))
			follower->state = FOLLOWER_LIVE;
		else if (follower->state == FOLLOWER_WAITING && follower->until_ms <= now)
			send_chunk(server, follower, &empty);
		if (follower->state == FOLLOWER_IDLE && follower->seen_ms + FORGET_MS <= now)
			forget(server, follower);
		else
			i++;
	}
	if (server->count == 0) {
		server->ticking = false;
		dd_timer_stop(server->tick);
	}
}

/* --- life ---------------------------------------------------------------------------------- */

static void *run(void *arg)
{
	dd_loop_run(((struct dd_log_server *)arg)->loop);
	return NULL;
}

/* Sockets and handles are made here and used by the thread alone once it has begun. */
static int start(struct dd_log_server *server, const struct dd_log_server_options *options,
		 struct dd_error *err)
{
	struct dd_bus_server_options bus = {
		.listens = options->listens,
		.listen_count = options->listen_count,
		.access = options->access,
		.on_request = on_request,
		.arg = server,
	};
	int rc = dd_loop_open(&server->loop, err);

	if (rc != 0)
		return rc;
	bus.loop = server->loop;
	rc = dd_bus_server_open(&bus, &server->bus, err);
	if (rc != 0)
		return rc;
	server->tick = dd_timer_open(server->loop, on_tick, server);
	dd_loop_each_turn(server->loop, on_turn, server);
	if (pthread_create(&server->thread, NULL, run, server) != 0)
		return dd_fail(err, DD_ERR_IO, "no thread for reading the log");
	server->running = true;
	dd_eventlog_listen(server->log, on_head, server);
	server->listening = true;
	/* Whoever began to wait before that. */
	on_head(server);
	return 0;
}

int dd_log_server_open(const struct dd_log_server_options *options,
		       struct dd_log_server **server_out, struct dd_error *err)
{
	struct dd_log_server *server = dd_alloc(sizeof(*server));
	int rc;

	server->log = options->log;
	server->on_read = options->on_read;
	server->on_read_arg = options->on_read_arg;
	server->access = options->access;
	server->followers = dd_alloc(LOG_PLACES_MAX * sizeof(*server->followers));
	dd_arena_init(&server->arena, REQUEST_ARENA);
	dd_log_reading_init(&server->reading, options);
	server->calls.reading = &server->reading;
	atomic_init(&server->waiting, false);
	atomic_init(&server->woken, false);
	atomic_init(&server->active, 0);
	rc = start(server, options, err);
	if (rc != 0) {
		dd_log_server_close(server);
		return rc;
	}
	*server_out = server;
	return 0;
}

void dd_log_server_close(struct dd_log_server *server)
{
	if (!server)
		return;
	if (server->listening)
		dd_eventlog_unlisten(server->log, on_head, server);
	if (server->running) {
		dd_loop_stop(server->loop);
		pthread_join(server->thread, NULL);
	}
	dd_timer_close(server->tick);
	dd_bus_server_close(server->bus);
	dd_loop_close(server->loop);
	dd_log_reading_fini(&server->reading);
	dd_arena_fini(&server->arena);
	free(server->followers);
	free(server);
}

unsigned dd_log_server_followers(struct dd_log_server *server)
{
	return atomic_load(&server->active);
}
