/* files_worker.c - see files_worker.h.
 *
 * The happy path: the last chunk makes a job, which waits in the row; a thread takes it, finishes
 * the file and posts it back to the loop; there its tickets are answered and it is freed. Who sends
 * a chunk of a file that is being finished waits with its job. Closing: threads end after the job
 * in hand; jobs in the row are dropped, for their parts stay and their senders send again; what was
 * posted before finds the worker closed. */
#include "common/files/files_worker.h"
#include "common/base/alloc.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS     2
#define TICKETS_MAX 8

struct job {
	struct dd_files_worker *worker;
	struct job *next;    /* among all, on the loop's thread */
	struct job *waiting; /* in the row, under the lock */
	uint8_t hash[DD_HASH_LEN];
	uint64_t size;
	struct dd_files_ticket tickets[TICKETS_MAX];
	int ticket_count;
	int rc;
	struct dd_error why;
};

struct dd_files_worker {
	struct dd_files *files; /* borrowed */
	struct dd_loop *loop;   /* borrowed */
	void (*answer)(void *arg, const struct dd_files_answer *answer);
	void *arg;
	struct job *jobs; /* owned; all that are not answered */
	bool closed;

	pthread_t threads[THREADS];
	int started;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t wake;
	struct job *row, **row_end;
	bool closing;
};

/* --- the threads ----------------------------------------------------------------------------- */

static void on_finished(void *arg);

static struct job *take_job(struct dd_files_worker *worker)
{
	struct job *job = NULL;

	pthread_mutex_lock(&worker->lock);
	while (!worker->closing && worker->row == NULL)
		pthread_cond_wait(&worker->wake, &worker->lock);
	if (!worker->closing) {
		job = worker->row;
		worker->row = job->waiting;
		if (worker->row == NULL)
			worker->row_end = &worker->row;
	}
	pthread_mutex_unlock(&worker->lock);
	return job;
}

static void *work(void *arg)
{
	struct dd_files_worker *worker = arg;
	struct job *job;

	while ((job = take_job(worker)) != NULL) {
		job->rc = dd_files_finish(worker->files, job->hash, &job->why);
		dd_loop_post(worker->loop, on_finished, job);
	}
	return NULL;
}

/* --- the loop's side ------------------------------------------------------------------------- */

static void unlink_job(struct job *job)
{
	struct job **at = &job->worker->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
}

static void on_finished(void *arg)
{
	struct job *job = arg;
	struct dd_files_worker *worker = job->worker;
	struct dd_files_answer answer = {.rc = job->rc, .why = job->why};

	if (worker->closed)
		return;
	dd_files_finished(worker->files, job->hash, job->rc);
	answer.complete = job->rc == DD_OK;
	answer.stored = answer.complete ? job->size : 0;
	memcpy(answer.hash, job->hash, DD_HASH_LEN);
	unlink_job(job);
	for (int i = 0; i < job->ticket_count; i++) {
		answer.ticket = job->tickets[i];
		worker->answer(worker->arg, &answer);
	}
	free(job);
}

static struct job *find_job(const struct dd_files_worker *worker, const uint8_t *hash)
{
	struct job *job = worker->jobs;

	while (job != NULL && memcmp(job->hash, hash, DD_HASH_LEN) != 0)
		job = job->next;
	return job;
}

static void start_job(struct dd_files_worker *worker, const struct dd_files_ticket *ticket,
		      const struct dd_files_chunk *chunk)
{
	struct job *job = dd_alloc(sizeof(*job));

	job->worker = worker;
	job->size = chunk->size;
	job->tickets[0] = *ticket;
	job->ticket_count = 1;
	memcpy(job->hash, chunk->hash, DD_HASH_LEN);
	job->next = worker->jobs;
	worker->jobs = job;
	pthread_mutex_lock(&worker->lock);
	*worker->row_end = job;
	worker->row_end = &job->waiting;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
}

void dd_files_worker_put(struct dd_files_worker *worker, const struct dd_files_ticket *ticket,
			 const struct dd_files_chunk *chunk)
{
	struct dd_files_answer answer = {.ticket = *ticket};
	struct job *job = find_job(worker, chunk->hash);
	enum dd_files_state state;

	memcpy(answer.hash, chunk->hash, DD_HASH_LEN);
	if (job != NULL && job->size == chunk->size && job->ticket_count < TICKETS_MAX) {
		job->tickets[job->ticket_count++] = *ticket;
		return;
	}
	if (job != NULL) {
		answer.rc = dd_fail(&answer.why, DD_ERR_RETRY,
				    "this file is being checked: try again in a moment");
	} else {
		answer.rc =
			dd_files_take(worker->files, chunk, &answer.stored, &state, &answer.why);
		if (answer.rc == DD_OK && state == DD_FILES_ALL) {
			start_job(worker, ticket, chunk);
			return;
		}
		answer.complete = answer.rc == DD_OK && state == DD_FILES_COMPLETE;
	}
	worker->answer(worker->arg, &answer);
}

/* --- opening and closing --------------------------------------------------------------------- */

int dd_files_worker_open(struct dd_files *files, struct dd_loop *loop,
			 void (*answer)(void *arg, const struct dd_files_answer *answer), void *arg,
			 struct dd_files_worker **worker_out, struct dd_error *err)
{
	struct dd_files_worker *worker = dd_alloc(sizeof(*worker));

	worker->files = files;
	worker->loop = loop;
	worker->answer = answer;
	worker->arg = arg;
	worker->row_end = &worker->row;
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->wake, NULL);
	while (worker->started < THREADS &&
	       pthread_create(&worker->threads[worker->started], NULL, work, worker) == 0)
		worker->started++;
	if (worker->started == 0) {
		dd_files_worker_close(worker);
		return dd_fail(err, DD_ERR_IO, "cannot start a thread for uploaded files");
	}
	*worker_out = worker;
	return DD_OK;
}

static void release(void *arg)
{
	struct dd_files_worker *worker = arg;

	while (worker->jobs != NULL) {
		struct job *job = worker->jobs;

		worker->jobs = job->next;
		free(job);
	}
	pthread_mutex_destroy(&worker->lock);
	pthread_cond_destroy(&worker->wake);
	free(worker);
}

void dd_files_worker_close(struct dd_files_worker *worker)
{
	if (worker == NULL)
		return;
	pthread_mutex_lock(&worker->lock);
	worker->closing = true;
	pthread_cond_broadcast(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
	for (int i = 0; i < worker->started; i++)
		pthread_join(worker->threads[i], NULL);
	worker->closed = true;
	/* What the threads posted is still in the loop's row, which runs in order. */
	dd_loop_post(worker->loop, release, worker);
}
