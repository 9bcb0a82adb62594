/* view_writer.c - the thread that writes layers to LMDB.
 *
 * The happy path: the owner submits a step; the thread sorts the layer's keys, puts them by a
 * cursor, puts the view's own cursor into the same transaction and commits; it wakes the owner, who
 * takes the result. A full disk changes nothing: the owner submits the same step again later. */
#include "common/view/view_writer.h"
#include "common/base/alloc.h"
#include "common/base/sys.h"
#include "common/store/key.h"
#include "common/view/view_impl.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum writer_state { WRITER_IDLE, WRITER_WORK, WRITER_DONE };

struct view_writer {
	struct dd_store *store;
	void (*wake)(void *arg);
	void *arg;
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	enum writer_state state;
	bool stop;
	bool rung;
	int64_t alarm_us; /* by the machine's own clock; 0 = none */
	struct view_step step;
	int result;
	struct dd_error err;
};

/* --- one step ----------------------------------------------------------------------------- */

/* The cursor as it lies in LMDB; no padding, so that equal views are equal byte for byte. */
struct cursor_record {
	uint8_t log_id[DD_ID_LEN];
	uint64_t sequence;
	uint32_t incarnation;
	uint32_t partial;
	uint8_t chain[DD_HASH_LEN];
};

static void cursor_key(struct dd_key *key)
{
	view_key_text(key, VIEW_META, "cursor");
}

static int put_cursor(struct dd_txn *txn, const struct view_step *step, struct dd_error *err)
{
	struct cursor_record record = {
		.sequence = step->position.sequence,
		.incarnation = step->position.incarnation,
		.partial = step->partial,
	};
	struct dd_key key;

	memcpy(record.log_id, step->position.log_id, DD_ID_LEN);
	memcpy(record.chain, step->position.chain, DD_HASH_LEN);
	cursor_key(&key);
	return dd_txn_put(txn, key.data, key.len, &record, sizeof(record), err);
}

static int put_entry(struct dd_txn *txn, struct dd_cursor *cursor,
		     const struct memtable_entry *entry, struct dd_error *err)
{
	int rc;

	if (entry->state == MEMTABLE_PRESENT)
		return dd_cursor_put(cursor, entry->key, entry->key_len, entry->val, entry->val_len,
				     err);
	rc = dd_txn_del(txn, entry->key, entry->key_len);
	if (rc == DD_OK || rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	return dd_fail(err, rc, "cannot delete from the view's store: disk full or failing");
}

static int put_layer(struct dd_txn *txn, const struct memtable *layer, struct dd_error *err)
{
	struct dd_cursor *cursor;
	size_t count;
	const struct memtable_entry **sorted;
	int rc = dd_cursor_open(txn, &cursor, err);

	if (rc != DD_OK)
		return rc;
	sorted = memtable_sorted(layer, &count);
	for (size_t i = 0; i < count && rc == DD_OK; i++)
		rc = put_entry(txn, cursor, sorted[i], err);
	free(sorted);
	dd_cursor_close(cursor);
	return rc;
}

static int write_step(struct dd_store *store, const struct view_step *step, struct dd_error *err)
{
	struct dd_txn *txn;
	int rc = dd_txn_write(store, &txn, err);

	if (rc != DD_OK)
		return rc;
	rc = put_layer(txn, step->layer, err);
	if (rc == DD_OK)
		rc = put_cursor(txn, step, err);
	if (rc != DD_OK) {
		dd_txn_abort(txn);
		return rc;
	}
	return dd_txn_commit(txn, err);
}

int view_cursor_get(struct dd_txn *txn, struct dd_position *position_out, bool *partial_out,
		    struct dd_error *err)
{
	struct cursor_record record;
	struct dd_val val;
	struct dd_key key;
	int rc;

	memset(position_out, 0, sizeof(*position_out));
	*partial_out = false;
	cursor_key(&key);
	rc = dd_txn_get(txn, key.data, key.len, &val);
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc != DD_OK || val.len != sizeof(record))
		return dd_fail(err, rc != DD_OK ? rc : DD_ERR_CORRUPT,
			       "the view's cursor cannot be read; delete the view's folder, it is "
			       "rebuilt from the log");
	memcpy(&record, val.data, sizeof(record));
	memcpy(position_out->log_id, record.log_id, DD_ID_LEN);
	memcpy(position_out->chain, record.chain, DD_HASH_LEN);
	position_out->sequence = record.sequence;
	position_out->incarnation = record.incarnation;
	*partial_out = record.partial != 0;
	return DD_OK;
}

int view_cursor_read(struct dd_store *store, struct dd_position *position_out, bool *partial_out,
		     struct dd_error *err)
{
	struct dd_txn *txn;
	int rc = dd_txn_read(store, &txn, err);

	if (rc != DD_OK)
		return rc;
	rc = view_cursor_get(txn, position_out, partial_out, err);
	dd_txn_abort(txn);
	return rc;
}

/* --- the thread --------------------------------------------------------------------------- */

/* By the machine's clock even where a test's clock stands still: a real thread sleeps on it. */
static int64_t machine_us(void)
{
	const struct dd_sys *sys = dd_sys_real();

	return sys->mono_us(sys->ctx);
}

static void wake_unlocked(struct view_writer *writer)
{
	pthread_mutex_unlock(&writer->lock);
	if (writer->wake)
		writer->wake(writer->arg);
	pthread_mutex_lock(&writer->lock);
}

static void wait_for_change(struct view_writer *writer)
{
	struct timespec until = {
		.tv_sec = (time_t)(writer->alarm_us / 1000000),
		.tv_nsec = (long)(writer->alarm_us % 1000000) * 1000,
	};

	if (writer->alarm_us == 0)
		pthread_cond_wait(&writer->changed, &writer->lock);
	else
		pthread_cond_timedwait(&writer->changed, &writer->lock, &until);
	if (writer->alarm_us == 0 || machine_us() < writer->alarm_us)
		return;
	writer->alarm_us = 0;
	writer->rung = true;
	wake_unlocked(writer);
}

static void do_step(struct view_writer *writer)
{
	int rc;

	pthread_mutex_unlock(&writer->lock);
	rc = write_step(writer->store, &writer->step, &writer->err);
	pthread_mutex_lock(&writer->lock);
	writer->result = rc;
	writer->state = WRITER_DONE;
	pthread_cond_broadcast(&writer->changed);
	wake_unlocked(writer);
}

static void *writer_main(void *arg)
{
	struct view_writer *writer = arg;

	pthread_mutex_lock(&writer->lock);
	while (!writer->stop || writer->state == WRITER_WORK) {
		if (writer->state == WRITER_WORK)
			do_step(writer);
		else
			wait_for_change(writer);
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

struct view_writer *view_writer_new(struct dd_store *store, bool inline_mode, void (*wake)(void *),
				    void *arg)
{
	struct view_writer *writer = dd_alloc(sizeof(*writer));
	pthread_condattr_t attr;
	int rc = 0;

	writer->store = store;
	writer->wake = wake;
	writer->arg = arg;
	writer->threaded = !inline_mode;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&writer->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (writer->threaded)
		rc = pthread_create(&writer->thread, NULL, writer_main, writer);
	assert(rc == 0);
	return writer;
}

void view_writer_free(struct view_writer *writer)
{
	if (!writer)
		return;
	if (writer->threaded) {
		pthread_mutex_lock(&writer->lock);
		writer->stop = true;
		pthread_cond_broadcast(&writer->changed);
		pthread_mutex_unlock(&writer->lock);
		pthread_join(writer->thread, NULL);
	}
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}

/* --- the owner's side --------------------------------------------------------------------- */

bool view_writer_idle(struct view_writer *writer)
{
	bool idle;

	pthread_mutex_lock(&writer->lock);
	idle = writer->state == WRITER_IDLE;
	pthread_mutex_unlock(&writer->lock);
	return idle;
}

void view_writer_submit(struct view_writer *writer, const struct view_step *step)
{
	pthread_mutex_lock(&writer->lock);
	assert(writer->state == WRITER_IDLE);
	writer->step = *step;
	writer->state = WRITER_WORK;
	writer->alarm_us = 0;
	if (writer->threaded)
		pthread_cond_broadcast(&writer->changed);
	else
		do_step(writer);
	pthread_mutex_unlock(&writer->lock);
}

bool view_writer_take(struct view_writer *writer, bool wait, int *result_out, struct dd_error *err)
{
	bool done;

	pthread_mutex_lock(&writer->lock);
	while (wait && writer->state == WRITER_WORK)
		pthread_cond_wait(&writer->changed, &writer->lock);
	done = writer->state == WRITER_DONE;
	if (done) {
		writer->state = WRITER_IDLE;
		*result_out = writer->result;
		if (writer->result != DD_OK && err)
			*err = writer->err;
	}
	pthread_mutex_unlock(&writer->lock);
	return done;
}

void view_writer_alarm(struct view_writer *writer, int64_t after_us)
{
	pthread_mutex_lock(&writer->lock);
	if (writer->threaded && writer->alarm_us == 0) {
		writer->alarm_us = machine_us() + after_us;
		pthread_cond_broadcast(&writer->changed);
	}
	pthread_mutex_unlock(&writer->lock);
}

bool view_writer_rung(struct view_writer *writer)
{
	bool rung;

	pthread_mutex_lock(&writer->lock);
	rung = writer->rung;
	writer->rung = false;
	pthread_mutex_unlock(&writer->lock);
	return rung;
}
