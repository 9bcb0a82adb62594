/* reporting_status.c - see reporting_status.h. */
#include "services/reporting/reporting_status.h"

#include "common/base/clock.h"
#include "common/base/sys.h"
#include "common/eventlog/position.h"
#include "common/view/view_backup.h"
#include <stdio.h>

static const char *link_name(enum dd_link link)
{
	switch (link) {
	case DD_LINK_CONNECTING:
		return "connecting";
	case DD_LINK_UP:
		return "up";
	case DD_LINK_DENIED:
		return "denied";
	}
	return "unknown";
}

/* Until an operator has looked at what a restore took away, reports lack it too. */
static bool restore_waits(const struct reporting *reporting)
{
	struct view_restore restore;

	return view_restore(reporting->view, false, &restore) == DD_OK && restore.released == 0;
}

/* The worst first. */
static bool judge(const struct reporting *reporting, char *words, size_t size)
{
	const char *trouble = report_issuer_trouble(reporting->issuer);

	if (reporting->stopped.code != 0)
		(void)snprintf(words, size, "the log is no longer followed%s: %.400s",
			       reporting->stopped.code == DD_ERR_CONFLICT
				       ? " (if it was restored: stop the service, delete view and "
					 "ledger under reporting.data_dir, start it)"
				       : "",
			       reporting->stopped.text);
	else if (dd_bus_client_link(reporting->log) != DD_LINK_UP)
		(void)snprintf(words, size,
			       "the task service is away (%s): reports are as of the last record "
			       "seen",
			       link_name(dd_bus_client_link(reporting->log)));
	else if (trouble)
		(void)snprintf(words, size, "%s", trouble);
	else if (!reporting->live)
		(void)snprintf(words, size, "reading the log");
	else if (restore_waits(reporting))
		(void)snprintf(words, size,
			       "the log was restored: reports lack what came after the backup and "
			       "was not sent again, until dondoc restore release --reason ...");
	else
		return true;
	return false;
}

static void metric(struct reporting_status *out, const char *name, double value)
{
	Dondoc__V1__Metric *item = &out->metrics[out->status.n_metrics];
	union {
		const char *in;
		char *out;
	} text = {.in = name};

	dondoc__v1__metric__init(item);
	item->name = text.out;
	item->value = value;
	out->list[out->status.n_metrics++] = item;
}

static void add_metrics(const struct reporting *reporting, struct reporting_status *out)
{
	const struct dd_sys *sys = dd_sys();
	const int64_t now_us = dd_wall_us();

	metric(out, "reports_issued_total", (double)report_issuer_issued(reporting->issuer));
	metric(out, "view_lag_events", (double)view_lag(reporting->view));
	metric(out, "disk_free_bytes",
	       (double)sys->free_bytes(sys->ctx, reporting->config->data_dir));
	if (reporting->schedule.on)
		metric(out, "next_run_seconds",
		       (double)(report_schedule_next_us(&reporting->schedule, now_us) - now_us) /
			       (double)DD_SECOND_US);
	out->status.metrics = out->list;
}

void reporting_status_fill(struct reporting *reporting, struct reporting_status *out)
{
	union {
		const char *in;
		char *out;
	} build = {.in = reporting->context.build};

	dondoc__v1__status__init(&out->status);
	(void)snprintf(out->service, sizeof(out->service), "reporting");
	out->status.service = out->service;
	out->status.build = build.out;
	out->status.started_us = reporting->context.started_us;
	out->status.now_us = dd_wall_us();
	out->status.trial_clock = dd_sys_trial() != 0;
	out->position = *report_ledger_position(reporting->ledger);
	dd_position_to_pb(&out->position, &out->head);
	out->status.head = &out->head;
	out->status.view_sequence = view_stored(reporting->view);
	(void)snprintf(out->health, sizeof(out->health), "ok");
	out->status.healthy = judge(reporting, out->health, sizeof(out->health));
	out->status.health = out->health;
	out->status.resident_bytes = dd_app_resident_bytes();
	if (view_authority(reporting->view, out->authority) == DD_OK)
		out->status.authority = out->authority;
	add_metrics(reporting, out);
}
