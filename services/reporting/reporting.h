/* reporting.h - the reporting service: follows the log, answers at its door, runs its schedule. */
#ifndef REPORTING_H
#define REPORTING_H

#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/eventlog/log_follower.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "services/reporting/report_issuer.h"
#include "services/reporting/report_ledger.h"
#include "services/reporting/reporting_config.h"

struct reporting_door;

/* A command that is at the task service; outlives the service if that is closed meanwhile. */
struct reporting_call {
	struct reporting *reporting; /* NULL: closed */
};

struct reporting {
	struct dd_app_context context;
	const struct reporting_config *config; /* borrowed from the skeleton */
	struct report_schedule schedule;
	char *files_dir; /* owned, like all below */
	char *scratch;
	struct view *view;
	struct report_ledger *ledger;
	struct report_issuer *issuer;
	struct dd_access *access;
	struct dd_bus_client *task;
	struct dd_bus_client *log;
	struct dd_follower *follower;
	struct reporting_door *door;
	struct dd_timer *look;
	struct dd_arena arena;       /* for one reply of the task service */
	struct reporting_call *call; /* owned by itself while it is out; NULL = none */
	bool dirty;                  /* frames were noted and are not yet durable */
	bool live;                   /* the head of the log was reached since the start */
	struct dd_error stopped;     /* code not 0: the follower has stopped for good */
};

int reporting_open(const struct dd_app_context *context, void **service_out, struct dd_error *err);
void reporting_close(void *service);

/* What was noted becomes durable: ledger first, then view. Ends the process if it cannot. */
void reporting_settle(struct reporting *reporting);
struct report_dress reporting_dress(const struct reporting *reporting);
bool reporting_trial(const struct reporting *reporting);

#endif
