/* task.h - the task service: the only writer of the event log. */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/eventlog/log_server.h"
#include "common/files/files_worker.h"
#include "services/task/task_admission.h"
#include "services/task/task_config.h"
#include "services/task/task_contact.h"
#include "services/task/task_daily.h"
#include "services/task/task_engine.h"
#include "services/task/task_query.h"
#include "services/task/task_stick.h"
#include "services/task/task_withhold.h"

struct task_waiting; /* questions that wait for LMDB to have seen a position */

struct task {
	const struct task_config *config; /* borrowed */
	struct dd_loop *loop;             /* borrowed */
	const char *build;                /* borrowed */
	int64_t started_us;
	struct dd_access *access;
	struct view *view;
	struct dd_eventlog *log;
	struct dd_files *files;
	struct dd_files_worker *uploads;
	struct task_engine *engine;
	struct task_daily daily;
	struct task_admission admission;
	struct task_withhold withhold;
	struct dd_bus_server *server;
	struct dd_log_server *log_server;
	struct view_visible_reader *reader; /* owned; of the log server's thread */
	struct task_contact *contact;       /* owned */
	struct dd_timer *tick;
	struct task_query_source source;
	struct task_waiting *waiting;
	struct task_stick stick;
	struct dd_curve_key key; /* the server's, if it has one */
	bool has_key;
	struct dd_arena arena; /* one request */
	struct dd_buf answer;
	bool paused;
	bool closed;  /* what was posted before finds nothing any more */
	bool turning; /* the each-turn callback is set */
	uint64_t malformed;
};

int task_service_open(const struct dd_app_context *context, void **service_out,
		      struct dd_error *err);
void task_service_close(void *service);

/* task_requests.c */
void task_on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		     const uint8_t *data, size_t len);
/* A chunk of a file that `who` brings. */
void task_put_file(struct task *task, const struct dd_bus_peer *peer,
		   const struct dd_principal *who, const Dondoc__V1__Request *request);
/* What became of a chunk. */
void task_on_upload(void *arg, const struct dd_files_answer *answer);
void task_on_reply(void *arg, const struct task_ticket *ticket,
		   const Dondoc__V1__SubmitReply *reply);
/* Answer the questions that waited, and those that waited too long. */
void task_waiting_run(struct task *task);
struct task_waiting *task_waiting_new(void);
void task_waiting_free(struct task_waiting *waiting);

/* task_status.c */
void task_status(struct task *task, struct dd_buf *answer_out);

#endif
