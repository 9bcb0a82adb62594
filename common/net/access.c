/* access.c - the ZAP handler (ZeroMQ RFC 27) and the table of who may connect.
 *
 * The library asks at each handshake, over inproc; a thread of our own answers, so that a busy loop
 * does not keep peers waiting. A connection outlives its admission: therefore the bus server asks
 * again for every message (dd_access_generation, then dd_access_principal). */
#include "common/net/access.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/net/access_table.h"
#include "common/net/key_file.h"
#include "common/net/socket.h"
#include "common/net/zap.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <zmq.h>

#define TOKEN_LEN       ((size_t)2 * DD_ID_LEN)
#define LOG_INTERVAL_US DD_SECOND_US
#define FOLDER_EVENTS                                                                              \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF |   \
	 IN_MOVE_SELF)

struct dd_access {
	char token[TOKEN_LEN + 1];
	char *dir; /* owned; NULL = nobody is admitted by key */
	void *zap; /* owned */
	int stop_fd;
	int folder_fd;
	bool running;
	pthread_t thread;

	pthread_mutex_t reload_lock;  /* one reading at a time, so that an older one never wins */
	struct dd_access_table files; /* under reload_lock, as the next two */
	struct dd_admission *told;    /* owned */
	size_t told_count;
	bool hold;                     /* under reload_lock, as the next two */
	struct dd_access_table seen;   /* files whose keys were shown to who tells ... */
	struct dd_access_table judged; /* ... and those that he has told about since */
	atomic_bool waits;
	pthread_mutex_t lock;
	struct dd_access_table table; /* under lock; both together */
	atomic_uint_fast64_t generation;

	int64_t logged_us; /* the handler's thread only, as the next */
	uint64_t unlogged;
};

/* --- who ----------------------------------------------------------------------------------- */

uint64_t dd_access_generation(const struct dd_access *access)
{
	return atomic_load_explicit(&access->generation, memory_order_acquire);
}

static bool principal_of_key(struct dd_access *access, const char *key, struct dd_principal *out)
{
	const struct dd_admission *admission;
	bool admitted;

	memset(out, 0, sizeof(*out));
	pthread_mutex_lock(&access->lock);
	admission = dd_access_table_find(&access->table, key);
	admitted = admission != NULL;
	if (admitted) {
		out->cls = (enum dd_principal_class)admission->cls;
		memcpy(out->unit, admission->unit, sizeof(out->unit));
		snprintf(out->text, sizeof(out->text), "%s/%s", dd_principal_class_name(out->cls),
			 out->unit);
		memcpy(out->key, admission->id, sizeof(out->key));
	}
	pthread_mutex_unlock(&access->lock);
	return admitted;
}

bool dd_access_principal(struct dd_access *access, const char *user, struct dd_principal *out)
{
	const char *who = user + TOKEN_LEN + 1;
	enum dd_principal_class cls;

	memset(out, 0, sizeof(*out));
	if (strncmp(user, access->token, TOKEN_LEN) != 0 || user[TOKEN_LEN] != '/')
		return false;
	if (dd_key_text_valid(who))
		return principal_of_key(access, who, out);
	cls = dd_principal_class_of(who);
	if (cls == DD_PRINCIPAL_NONE)
		return false;
	out->cls = cls;
	snprintf(out->text, sizeof(out->text), "%s", dd_principal_class_name(cls));
	return true;
}

bool dd_access_of_key(struct dd_access *access, const char *key, struct dd_principal *out)
{
	memset(out, 0, sizeof(*out));
	return principal_of_key(access, key, out);
}

bool dd_access_admits(struct dd_access *access, const struct dd_principal *who)
{
	bool found = false;

	if (who->cls != DD_PRINCIPAL_OFFICE && who->cls != DD_PRINCIPAL_ENROL)
		return true;
	pthread_mutex_lock(&access->lock);
	for (size_t i = 0; i < access->table.count && !found; i++) {
		const struct dd_admission *at = &access->table.items[i];

		found = at->cls == (uint8_t)who->cls && strcmp(at->unit, who->unit) == 0 &&
			memcmp(at->id, who->key, sizeof(at->id)) == 0;
	}
	pthread_mutex_unlock(&access->lock);
	return found;
}

/* --- one handshake ------------------------------------------------------------------------- */

/* Everything that is not explicitly admitted is refused. */
static bool admit(struct dd_access *access, const struct dd_zap_request *request,
		  char who_out[DD_USER_TEXT])
{
	struct dd_principal principal;

	switch (dd_zap_proof(request, who_out)) {
	case DD_ACCESS_KEY:
		return principal_of_key(access, who_out, &principal);
	case DD_ACCESS_CREDENTIALS:
	case DD_ACCESS_LOOPBACK:
		return dd_principal_class_of(who_out) != DD_PRINCIPAL_NONE;
	case DD_ACCESS_NOTHING:
		break;
	}
	return false;
}

/* At most one line a second: whoever is refused may try as often as he likes. */
static void log_refusal(struct dd_access *access, const struct dd_zap_request *request)
{
	int64_t now = dd_mono_us();

	access->unlogged++;
	if (access->logged_us != 0 && now - access->logged_us < LOG_INTERVAL_US)
		return;
	dd_log(DD_LOG_WARN, "access.refused", dd_f_text("address", request->frame[DD_ZAP_ADDRESS]),
	       dd_f_text("domain", request->frame[DD_ZAP_DOMAIN]),
	       dd_f_text("mechanism", request->frame[DD_ZAP_MECHANISM]),
	       dd_f_uint("since_last", access->unlogged));
	access->logged_us = now;
	access->unlogged = 0;
}

static void answer(struct dd_access *access)
{
	struct dd_zap_request request;
	char who[DD_USER_TEXT];
	char user[TOKEN_LEN + 1 + DD_USER_TEXT];

	if (dd_zap_receive(access->zap, &request) != 0)
		return;
	if (admit(access, &request, who)) {
		snprintf(user, sizeof(user), "%s/%s", access->token, who);
		dd_zap_reply(access->zap, &request, user);
	} else {
		log_refusal(access, &request);
		dd_zap_reply(access->zap, &request, NULL);
	}
}

/* --- the thread ---------------------------------------------------------------------------- */

static void on_folder_changed(struct dd_access *access)
{
	char events[4096];

	while (read(access->folder_fd, events, sizeof(events)) > 0)
		;
	dd_access_reload(access);
}

static void *run(void *arg)
{
	struct dd_access *access = arg;
	/* poll() leaves out a descriptor of -1. */
	zmq_pollitem_t items[] = {
		{.socket = access->zap, .events = ZMQ_POLLIN},
		{.fd = access->folder_fd, .events = ZMQ_POLLIN},
		{.fd = access->stop_fd, .events = ZMQ_POLLIN},
	};

	while (!items[2].revents) {
		if (zmq_poll(items, 3, -1) < 0)
			continue;
		if (items[1].revents)
			on_folder_changed(access);
		if (items[0].revents)
			answer(access);
	}
	return NULL;
}

/* Files that count and what was told, as one table. */
static void join_both(struct dd_access *access, struct dd_access_table *table_out)
{
	struct dd_access_table judged;

	if (!access->hold) {
		dd_access_table_merge(&access->files, access->told, access->told_count, table_out);
		return;
	}
	dd_access_table_seen(&access->files, &access->judged, &judged);
	atomic_store_explicit(&access->waits, judged.count < access->files.count,
			      memory_order_release);
	dd_access_table_merge(&judged, access->told, access->told_count, table_out);
	dd_access_table_fini(&judged);
}

/* Both together become what counts; reload_lock is held. */
static void renew(struct dd_access *access)
{
	struct dd_access_table fresh;
	struct dd_access_table old;
	size_t keys;

	join_both(access, &fresh);
	keys = fresh.count;
	pthread_mutex_lock(&access->lock);
	if (dd_access_table_same(&access->table, &fresh)) {
		old = fresh;
		pthread_mutex_unlock(&access->lock);
	} else {
		old = access->table;
		access->table = fresh;
		atomic_fetch_add_explicit(&access->generation, 1, memory_order_release);
		pthread_mutex_unlock(&access->lock);
		dd_log(DD_LOG_INFO, "access.loaded", dd_f_uint("keys", keys));
	}
	dd_access_table_fini(&old);
}

void dd_access_reload(struct dd_access *access)
{
	struct dd_access_table fresh;
	struct dd_error err;

	if (!access->dir)
		return;
	pthread_mutex_lock(&access->reload_lock);
	/* A folder that cannot be read admits nobody. */
	if (dd_access_table_read(access->dir, &fresh, &err) != 0)
		dd_log(DD_LOG_ERROR, "access.folder_unreadable", dd_f_text("why", err.text));
	dd_access_table_fini(&access->files);
	access->files = fresh;
	renew(access);
	pthread_mutex_unlock(&access->reload_lock);
}

void dd_access_tell(struct dd_access *access, const struct dd_admission *keys, size_t count)
{
	bool changed;

	pthread_mutex_lock(&access->reload_lock);
	changed = count != access->told_count ||
		  (count > 0 && memcmp(keys, access->told, count * sizeof(*keys)) != 0);
	if (changed) {
		free(access->told);
		access->told = count > 0 ? dd_memdup(keys, count * sizeof(*keys)) : NULL;
		access->told_count = count;
	}
	if (access->hold) {
		dd_access_table_fini(&access->judged);
		access->judged = access->seen;
		memset(&access->seen, 0, sizeof(access->seen));
	}
	if (changed || access->hold)
		renew(access);
	pthread_mutex_unlock(&access->reload_lock);
}

void dd_access_files_hold(struct dd_access *access)
{
	pthread_mutex_lock(&access->reload_lock);
	access->hold = true;
	renew(access);
	pthread_mutex_unlock(&access->reload_lock);
}

size_t dd_access_files_see(struct dd_access *access, struct dd_admission **keys_out)
{
	size_t count;

	pthread_mutex_lock(&access->reload_lock);
	dd_access_table_fini(&access->seen);
	dd_access_table_seen(&access->files, &access->files, &access->seen);
	count = access->seen.count;
	*keys_out = count > 0 ? dd_memdup(access->seen.items, count * sizeof(**keys_out)) : NULL;
	pthread_mutex_unlock(&access->reload_lock);
	return count;
}

bool dd_access_files_wait(const struct dd_access *access)
{
	return atomic_load_explicit(&access->waits, memory_order_acquire);
}

bool dd_access_file_unit(struct dd_access *access, const char *key, char unit_out[32])
{
	const struct dd_admission *found;

	pthread_mutex_lock(&access->reload_lock);
	found = dd_access_table_find(&access->files, key);
	if (found != NULL)
		memcpy(unit_out, found->unit, sizeof(found->unit));
	pthread_mutex_unlock(&access->reload_lock);
	return found != NULL;
}

size_t dd_access_files(struct dd_access *access, struct dd_admission **keys_out)
{
	size_t count;

	pthread_mutex_lock(&access->reload_lock);
	count = access->files.count;
	*keys_out = count > 0 ? dd_memdup(access->files.items, count * sizeof(**keys_out)) : NULL;
	pthread_mutex_unlock(&access->reload_lock);
	return count;
}

/* --- opening and closing ------------------------------------------------------------------- */

static int watch_folder(struct dd_access *access, struct dd_error *err)
{
	int rc = dd_dir_make(access->dir, err);

	if (rc != 0)
		return rc;
	access->folder_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (access->folder_fd < 0 ||
	    inotify_add_watch(access->folder_fd, access->dir, FOLDER_EVENTS) < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno,
				     "folder of admitted offices %s cannot be watched "
				     "(sysctl fs.inotify)",
				     access->dir);
	/* After the watch began, so that no change falls between. */
	dd_access_reload(access);
	return 0;
}

static int bind_handler(struct dd_access *access, struct dd_error *err)
{
	int rc = dd_socket_open(ZMQ_REP, &access->zap, err);

	if (rc != 0)
		return rc;
	if (zmq_bind(access->zap, DD_ZAP_ENDPOINT) != 0)
		return dd_fail(err, DD_ERR_CONFLICT, "a second access control in this process: %s",
			       zmq_strerror(errno));
	access->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (access->stop_fd < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "access control");
	return 0;
}

int dd_access_open(const char *offices_dir, struct dd_access **access_out, struct dd_error *err)
{
	struct dd_access *access = dd_alloc(sizeof(*access));
	uint8_t token[DD_ID_LEN];
	int rc;

	access->stop_fd = -1;
	access->folder_fd = -1;
	access->dir = offices_dir ? dd_strdup(offices_dir) : NULL;
	pthread_mutex_init(&access->reload_lock, NULL);
	pthread_mutex_init(&access->lock, NULL);
	atomic_init(&access->generation, 1);
	atomic_init(&access->waits, false);
	dd_id_new(token);
	dd_hex(token, sizeof(token), access->token);
	rc = bind_handler(access, err);
	if (rc == 0 && access->dir)
		rc = watch_folder(access, err);
	if (rc == 0 && pthread_create(&access->thread, NULL, run, access) != 0)
		rc = dd_fail(err, DD_ERR_IO, "no thread for the access control");
	if (rc != 0) {
		dd_access_close(access);
		return rc;
	}
	access->running = true;
	*access_out = access;
	return 0;
}

void dd_access_close(struct dd_access *access)
{
	uint64_t one = 1;

	if (!access)
		return;
	if (access->running) {
		ssize_t put = write(access->stop_fd, &one, sizeof(one));

		assert(put == (ssize_t)sizeof(one));
		pthread_join(access->thread, NULL);
	}
	dd_socket_close(access->zap);
	if (access->stop_fd >= 0)
		close(access->stop_fd);
	if (access->folder_fd >= 0)
		close(access->folder_fd);
	dd_access_table_fini(&access->table);
	dd_access_table_fini(&access->files);
	dd_access_table_fini(&access->seen);
	dd_access_table_fini(&access->judged);
	free(access->told);
	pthread_mutex_destroy(&access->reload_lock);
	pthread_mutex_destroy(&access->lock);
	free(access->dir);
	free(access);
}
