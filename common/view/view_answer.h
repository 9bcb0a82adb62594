/* view_answer.h - an answer in the making: the memory of its rows, and walks through LMDB as of one
 * moment. The files view_query*.c share this. */
#ifndef DD_VIEW_VIEW_ANSWER_H
#define DD_VIEW_VIEW_ANSWER_H

#include "common/view/pool.h"
#include "common/view/view_impl.h"
#include "common/view/view_query.h"

/* Rows stop here, whatever the limit asked for: a reply must fit its connection. */
#define ANSWER_BYTES_MAX ((size_t)4 << 20)

struct answering {
	const struct view_query_context *context;
	struct view *view;
	struct dd_txn *txn; /* everything that a list reads */
	struct pool pool;   /* everything that the answer points to */
	Dondoc__V1__Answer answer;
	struct dd_error *err;
};

/* protobuf-c's allocator over the pool. */
ProtobufCAllocator answer_allocator(struct answering *answering);

/* A growing row of pointers in the pool. `items` fits protobuf-c's repeated fields. */
struct answer_rows {
	void **items;
	size_t count;
	size_t room;
};
void answer_rows_add(struct answering *answering, struct answer_rows *rows, void *item);

/* LMDB alone. DD_ERR_NOT_FOUND. */
int answer_get(struct answering *answering, const struct dd_key *key, struct dd_val *val_out);
int answer_task(struct answering *answering, uint64_t id, struct view_task *task_out);
/* Texts in the pool; the code itself where there is no such unit or area. */
const char *answer_unit_name(struct answering *answering, const char *code);
const char *answer_area_name(struct answering *answering, uint32_t area);
/* DD_ERR_NOT_FOUND with words if a plan is named that is not there. */
int answer_check_plan(struct answering *answering, const char *plan) DD_MUST_CHECK;

/* Persons with a role in the unit in force today, each once; `items` are uint8_t[16]
 * (view_query_people.c). */
int answer_unit_persons(struct answering *answering, const char *unit,
			struct answer_rows *persons_out) DD_MUST_CHECK;

/* Walk all keys of a table, or those that begin with `prefix`. */
struct answer_walk {
	struct dd_cursor *cursor;
	bool begun;
	struct dd_key prefix; /* where the walk begins */
	size_t prefix_len;    /* that much of it is common to all keys */
	struct dd_val key, val;
	int rc; /* DD_OK, or what ended the walk early */
};
int answer_walk_open(struct answering *answering, const struct dd_key *prefix,
		     struct answer_walk *walk) DD_MUST_CHECK;
/* Begin at `start`; walk on as long as keys have its first `prefix_len` bytes. */
int answer_walk_from(struct answering *answering, const struct dd_key *start, size_t prefix_len,
		     struct answer_walk *walk) DD_MUST_CHECK;
bool answer_walk_next(struct answer_walk *walk); /* false: at the end, or see rc */
void answer_walk_close(struct answer_walk *walk);

/* Walk the tasks of a plan ("" = all plans) in the order of the annex, headings among them. */
int answer_tasks_open(struct answering *answering, const char *plan,
		      struct answer_walk *walk) DD_MUST_CHECK;
bool answer_tasks_next(struct answering *answering, struct answer_walk *walk,
		       struct view_task *task_out);

typedef int answer_fn(struct answering *answering, const Dondoc__V1__Query *query);
answer_fn answer_list_tasks, answer_show_task, answer_count_tasks;
answer_fn answer_list_digests, answer_show_digest, answer_list_reports;
answer_fn answer_list_requests, answer_list_comments, answer_list_groups; /* view_query_request.c */
answer_fn answer_list_backups;                                            /* view_query_backup.c */
answer_fn answer_list_plans;                                              /* view_query_plans.c */
answer_fn answer_list_publications, answer_list_indicators, answer_list_baselines,
	answer_list_filters, answer_list_settings, answer_list_areas,
	answer_list_links;                                              /* view_query_plan.c */
answer_fn answer_list_calendar;                                         /* view_query_calendar.c */
answer_fn answer_read_time;                                             /* view_query_time.c */
answer_fn answer_pair_plans;                                            /* view_query_pair.c */
answer_fn answer_list_units, answer_show_unit;                          /* view_query_units.c */
answer_fn answer_list_people, answer_check_right, answer_show_handover; /* view_query_people.c */
answer_fn answer_list_inbox;                                            /* view_query_inbox.c */
answer_fn answer_prove_told;                                            /* view_query_told.c */
answer_fn answer_list_silent;                                           /* view_query_watch.c */
answer_fn answer_list_daily;                                            /* view_query_daily.c */
answer_fn answer_list_reminder_rules, answer_list_silences,
	answer_list_reminder_starts; /* view_query_remind.c */
answer_fn answer_list_files, answer_list_destructions,
	answer_list_destroyed;                   /* view_query_evidence.c */
answer_fn answer_show_plan_at, answer_diff_plan; /* view_query_at.c */

#endif
