/* office_refresh_tasks.c - see office_refresh_tasks.h.
 *
 * Which task a unit may see follows from more than the headers of the log tell it: that it helps
 * with a task stands in the task's own fields. So the centre is asked: first with a digest over all
 * that is known here, which costs a few bytes where nothing has changed; then page by page; then
 * the records of each task that is missing or behind, page by page. Whatever goes wrong ends the
 * comparison, and the next one goes on where this one was. */
#include "services/office/office_refresh_tasks.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/eventlog/le.h"
#include "services/office/office_door.h"
#include "services/office/office_follow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS 500u
#define ROWS_MAX  200000u /* bounds memory; far more than a unit has */
#define BYTES_MAX 16384u  /* of records at once: reports go over the same line */
#define BYTES_MIN 4096u

struct office_tasks {
	struct office *office;
	bool busy;
	bool changed; /* something was gained, or went */
	bool missed;  /* something could not be fetched */
	bool compared;
	uint8_t digest[DD_HASH_LEN]; /* of what was known when it began */
	/* What the centre lists; owned. */
	Dondoc__V1__ReadableRow *rows;
	size_t count;
	size_t room;
	struct office_kept_want *wants; /* owned */
	size_t want_count;
	size_t at; /* which of them */
	uint32_t bytes;
	char trouble[320];
};

static void ask_rows(struct office_tasks *tasks);
static void ask_records(struct office_tasks *tasks);

struct office_tasks *office_tasks_new(struct office *office)
{
	struct office_tasks *tasks = dd_alloc(sizeof(*tasks));

	tasks->office = office;
	tasks->bytes = BYTES_MAX;
	return tasks;
}

static void forget(struct office_tasks *tasks)
{
	free(tasks->rows);
	free(tasks->wants);
	tasks->rows = NULL;
	tasks->wants = NULL;
	tasks->count = tasks->room = tasks->want_count = tasks->at = 0;
}

void office_tasks_free(struct office_tasks *tasks)
{
	if (tasks == NULL)
		return;
	forget(tasks);
	free(tasks);
}

const char *office_tasks_trouble(const struct office_tasks *tasks)
{
	return tasks->trouble;
}

static void tell_trouble(struct office_tasks *tasks, const char *words)
{
	if (strcmp(tasks->trouble, words) == 0)
		return;
	(void)snprintf(tasks->trouble, sizeof(tasks->trouble), "%s", words);
	if (words[0] != '\0')
		dd_log(DD_LOG_ERROR, "office.tasks_differ", dd_f_text("reason", words));
}

/* --- the end ---------------------------------------------------------------------------------- */

/* A failure of our own store ends the process; others end the round. */
static bool survives(int rc, const struct dd_error *err)
{
	if (rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		dd_app_die("office.store_failed", err);
	if (rc != 0)
		dd_log(DD_LOG_WARN, "office.fetch_failed", dd_f_text("reason", err->text));
	return rc == 0;
}

static void end(struct office_tasks *tasks)
{
	struct office *office = tasks->office;
	const bool good = tasks->compared && !tasks->missed;
	const bool again = tasks->changed || (tasks->compared && tasks->missed);
	struct dd_error err = {0};

	forget(tasks);
	tasks->busy = false;
	if (tasks->changed && office_replica_follow(office->replica, &err) != 0)
		dd_app_die("office.store_failed", &err);
	if (good && office_follow_at_head(office->follow))
		(void)survives(
			office_kept_fresh(office_replica_kept(office->replica), dd_wall_us(), &err),
			&err);
	if (good)
		tell_trouble(tasks, "");
	office_door_moved(office->door);
	office_refresh_tasks_done(office, again);
}

/* --- the records of a task ----------------------------------------------------------------------
 */

static void next_want(struct office_tasks *tasks)
{
	tasks->at++;
	ask_records(tasks);
}

/* Its history was changed at the centre: that is told, the other tasks go on. */
static void differs(struct office_tasks *tasks, const struct dd_error *err)
{
	char words[sizeof(tasks->trouble)];

	(void)snprintf(words, sizeof(words),
		       "The centre's log was changed: %.200s. Speak with the centre.", err->text);
	tell_trouble(tasks, words);
	tasks->missed = true;
	next_want(tasks);
}

static void take_records(struct office_tasks *tasks, const Dondoc__V1__Answer *answer)
{
	struct office_kept *kept = office_replica_kept(tasks->office->replica);
	struct office_kept_want *want = &tasks->wants[tasks->at];
	const uint64_t before = want->after;
	const uint64_t generation = office_kept_state(kept)->generation;
	const Dondoc__V1__Records *records = answer->records;
	struct dd_error err = {0};
	int rc = office_kept_gain(kept, want, &records->frames, !records->more, &err);

	if (rc == DD_ERR_CONFLICT) {
		differs(tasks, &err);
		return;
	}
	if (!survives(rc, &err)) {
		tasks->missed = true;
		end(tasks);
		return;
	}
	if (office_kept_state(kept)->generation != generation)
		tasks->changed = true;
	if (!records->more) {
		dd_log(DD_LOG_INFO, "office.task_fetched", dd_f_uint("task", want->task),
		       dd_f_uint("version", want->version));
		next_want(tasks);
	} else if (want->after > before) {
		ask_records(tasks);
	} else { /* it has more, behind what was followed so far */
		tasks->missed = true;
		next_want(tasks);
	}
}

/* Our own again, or NULL: the service was closed. A line that gives no answer in time is asked for
 * less at once. */
static struct office_tasks *tasks_of(void *arg, int result)
{
	struct office *office = office_life_end(arg);

	if (office == NULL)
		return NULL;
	if (result == DD_ERR_RETRY && office->tasks->bytes > BYTES_MIN)
		office->tasks->bytes /= 2;
	else if (result == 0 && office->tasks->bytes < BYTES_MAX)
		office->tasks->bytes += BYTES_MIN;
	return office->tasks;
}

static void on_records(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office_tasks *tasks = tasks_of(arg, result);
	const Dondoc__V1__Answer *answer = NULL;
	struct dd_error err = {0};

	if (tasks == NULL)
		return;
	if (result == 0)
		answer = office_refresh_answer(tasks->office, data, len, &err);
	if (answer != NULL && answer->what_case == DONDOC__V1__ANSWER__WHAT_RECORDS) {
		take_records(tasks, answer);
		return;
	}
	tasks->missed = true;
	if (result != 0) { /* the line is bad: the next time */
		end(tasks);
		return;
	}
	dd_log(DD_LOG_WARN, "office.fetch_failed", dd_f_uint("task", tasks->wants[tasks->at].task),
	       dd_f_text("reason", answer == NULL ? err.text : "another question was answered"));
	next_want(tasks);
}

static void ask_records(struct office_tasks *tasks)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ReadRecords read = DONDOC__V1__READ_RECORDS__INIT;

	if (tasks->at == tasks->want_count) {
		end(tasks);
		return;
	}
	read.task = tasks->wants[tasks->at].task;
	read.after = tasks->wants[tasks->at].after;
	read.max_bytes = tasks->bytes;
	query.what_case = DONDOC__V1__QUERY__WHAT_READ_RECORDS;
	query.read_records = &read;
	if (!office_refresh_send(tasks->office, &query, 0, on_records)) {
		tasks->missed = true;
		end(tasks);
	}
}

/* --- the list -----------------------------------------------------------------------------------
 */

static void hash_rows(const struct office_tasks *tasks, uint8_t digest_out[DD_HASH_LEN])
{
	struct dd_hasher hasher;
	uint8_t row[20];

	dd_hasher_init(&hasher, "dondoc.readable1");
	for (size_t i = 0; i < tasks->count; i++) {
		dd_put_u64(row, tasks->rows[i].task);
		dd_put_u64(row + 8, tasks->rows[i].version);
		dd_put_u32(row + 16, tasks->rows[i].flags);
		dd_hasher_add(&hasher, row, sizeof(row));
	}
	dd_hasher_end(&hasher, digest_out);
}

static bool add_rows(struct office_tasks *tasks, const Dondoc__V1__Readable *readable)
{
	const size_t wanted = tasks->count + readable->n_rows;

	if (wanted > ROWS_MAX)
		return false;
	if (wanted > tasks->room) {
		tasks->room = wanted + PAGE_ROWS;
		tasks->rows = dd_realloc(tasks->rows, tasks->room * sizeof(*tasks->rows));
	}
	for (size_t i = 0; i < readable->n_rows; i++) {
		if (tasks->count > 0 &&
		    readable->rows[i]->task <= tasks->rows[tasks->count - 1].task)
			return false; /* not in order */
		tasks->rows[tasks->count++] = *readable->rows[i];
	}
	return true;
}

/* All is there; if it is one state, it is compared. */
static void compare(struct office_tasks *tasks, const Dondoc__V1__Answer *answer)
{
	struct office_kept *kept = office_replica_kept(tasks->office->replica);
	const uint64_t generation = office_kept_state(kept)->generation;
	const struct office_kept_listed listed = {
		.rows = tasks->rows, .count = tasks->count, .view_sequence = answer->view_sequence};
	uint8_t digest[DD_HASH_LEN];
	struct dd_error err = {0};
	bool behind;

	hash_rows(tasks, digest);
	if (answer->readable->digest.len == DD_HASH_LEN &&
	    memcmp(answer->readable->digest.data, digest, DD_HASH_LEN) != 0) {
		tasks->compared = tasks->missed = true; /* it has changed meanwhile: soon again */
		end(tasks);
		return;
	}
	if (!survives(office_kept_compare(kept, &listed, &tasks->wants, &tasks->want_count, &behind,
					  &err),
		      &err)) {
		end(tasks);
		return;
	}
	tasks->compared = true;
	tasks->missed = behind;
	tasks->changed = office_kept_state(kept)->generation != generation;
	ask_records(tasks);
}

static void take_rows(struct office_tasks *tasks, const Dondoc__V1__Answer *answer)
{
	const Dondoc__V1__Readable *readable = answer->readable;

	if (readable->same) {
		tasks->compared = true;
		end(tasks);
	} else if (!add_rows(tasks, readable)) {
		dd_log(DD_LOG_WARN, "office.fetch_failed",
		       dd_f_text("reason",
				 "the centre's list of tasks is too long or not in order"));
		end(tasks);
	} else if (readable->more && readable->n_rows > 0) {
		ask_rows(tasks);
	} else {
		compare(tasks, answer);
	}
}

static void on_rows(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office_tasks *tasks = tasks_of(arg, result);
	const Dondoc__V1__Answer *answer = NULL;
	struct dd_error err = {0};

	if (tasks == NULL)
		return;
	if (result == 0)
		answer = office_refresh_answer(tasks->office, data, len, &err);
	if (answer != NULL && answer->what_case == DONDOC__V1__ANSWER__WHAT_READABLE) {
		take_rows(tasks, answer);
		return;
	}
	if (result == 0)
		dd_log(DD_LOG_WARN, "office.fetch_failed",
		       dd_f_text("reason",
				 answer == NULL ? err.text : "another question was answered"));
	end(tasks);
}

static void ask_rows(struct office_tasks *tasks)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListReadable list = DONDOC__V1__LIST_READABLE__INIT;

	if (tasks->count == 0)
		list.digest =
			(ProtobufCBinaryData){.data = tasks->digest, .len = sizeof(tasks->digest)};
	else
		list.after = tasks->rows[tasks->count - 1].task;
	list.limit = PAGE_ROWS;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_READABLE;
	query.list_readable = &list;
	if (!office_refresh_send(tasks->office, &query, 0, on_rows))
		end(tasks);
}

void office_tasks_begin(struct office_tasks *tasks)
{
	struct dd_error err = {0};

	if (tasks->busy)
		return;
	tasks->busy = true;
	tasks->changed = tasks->missed = tasks->compared = false;
	if (office_kept_digest(office_replica_kept(tasks->office->replica), tasks->digest) != 0) {
		(void)dd_fail(&err, DD_ERR_CORRUPT, "the office's store cannot be read");
		dd_app_die("office.store_failed", &err);
	}
	ask_rows(tasks);
}
