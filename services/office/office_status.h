/* office_status.h - answers about the office itself: its state in words and its outbox. */
#ifndef OFFICE_STATUS_H
#define OFFICE_STATUS_H

#include "common/base/alloc.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/office/office_clock.h"
#include "services/office/office_core.h"
#include "services/office/office_files.h"
#include "services/office/office_replica.h"

#define OFFICE_HEALTH_TEXT 2048
#define OFFICE_METRICS     24

struct office_status_source {
	struct office_outbox *outbox;
	const struct office_core *core;
	struct office_replica *replica;
	const char *follow_trouble; /* words; "" = none, as the next */
	const char *tasks_trouble;
	const struct office_files *files; /* NULL = none are told of */
	const struct office_clock *clock; /* NULL = nothing is known of the centre's */
	const char *inbox_trouble;        /* words; NULL or "" = none */
	size_t inbox_waiting;             /* files that wait for their turn */
	bool at_head;                     /* of the centre's log, as far as it is known */
	const char *unit;
	const char *build;
	int64_t started_us;
	int64_t now_us;
};

/* The status with all it points to. */
struct office_status {
	Dondoc__V1__Status status;
	struct dd_position head;
	Dondoc__V1__Position head_pb; /* borrows from `head` */
	Dondoc__V1__Metric metrics[OFFICE_METRICS];
	Dondoc__V1__Metric *metric_list[OFFICE_METRICS];
	char health[OFFICE_HEALTH_TEXT];
	char unit[32];
	char build[96];
};
int office_status_fill(const struct office_status_source *source, struct office_status *out);

/* An item of the outbox as it is told, in `arena`. NULL: no room. */
Dondoc__V1__OutboxRow *office_status_row(struct office_outbox *outbox,
					 const struct office_item *item, struct dd_arena *arena);

/* The newest rows of the outbox, in `arena`. NULL: it cannot be read. */
Dondoc__V1__Outbox *office_status_outbox(struct office_outbox *outbox,
					 const Dondoc__V1__ListOutbox *list,
					 struct dd_arena *arena);

#endif
