/* reporting_door.c - see reporting_door.h. */
#include "services/reporting/reporting_door.h"

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/net/envelope.h"
#include "common/view/view_query.h"
#include "services/reporting/report_files.h"
#include "services/reporting/reporting.h"
#include "services/reporting/reporting_status.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES  (4u << 20)
#define ENDPOINT_MAX 512
#define BYTES_MAX    ((size_t)7 << 20) /* a reply must fit its connection */
#define REPORTS_MAX  1000u

struct reporting_door {
	struct reporting *reporting;
	struct dd_bus_server *server; /* owned */
	struct dd_arena arena;        /* for one request */
	struct dd_buf bytes;          /* of one report */
	struct dd_buf answer;         /* packed, from the view */
};

/* One question. */
struct asked {
	struct reporting_door *door;
	const struct dd_bus_peer *peer;
	const Dondoc__V1__Request *request;
};

static Dondoc__V1__ErrorCode error_of(int code)
{
	switch (code) {
	case DD_ERR_NOT_FOUND:
		return DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND;
	case DD_ERR_INVALID:
		return DONDOC__V1__ERROR_CODE__ERROR_MALFORMED;
	case DD_ERR_UNSUPPORTED:
		return DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED;
	case DD_ERR_RETRY:
	case DD_ERR_FULL:
		return DONDOC__V1__ERROR_CODE__ERROR_BUSY;
	default:
		return DONDOC__V1__ERROR_CODE__ERROR_INTERNAL;
	}
}

static void refuse(const struct asked *asked, const struct dd_error *why)
{
	(void)dd_reply_error(asked->door->server, asked->peer, asked->request->id,
			     error_of(why->code), why->text);
}

static void answer(const struct asked *asked, Dondoc__V1__Answer *what)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	what->view_sequence = view_stored(asked->door->reporting->view);
	reply.id = asked->request->id;
	reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
	reply.answer = what;
	(void)dd_reply_send(asked->door->server, asked->peer, &reply);
}

/* The bytes that lie in door->bytes. */
static void answer_bytes(const struct asked *asked, uint64_t sequence, uint64_t known,
			 int32_t as_of_day)
{
	Dondoc__V1__Answer what = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__ReportBytes report = DONDOC__V1__REPORT_BYTES__INIT;
	struct dd_buf *bytes = &asked->door->bytes;
	uint8_t hash[DD_HASH_LEN];

	if (bytes->len > BYTES_MAX) {
		(void)dd_reply_error(asked->door->server, asked->peer, asked->request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_TOO_LARGE,
				     "the report is larger than 7 MiB: ask for one plan, or take "
				     "the issued file from the service's folder");
		return;
	}
	dd_hash(bytes->data, bytes->len, hash);
	report.data = (ProtobufCBinaryData){.data = bytes->data, .len = bytes->len};
	report.hash = (ProtobufCBinaryData){.data = hash, .len = sizeof(hash)};
	report.sequence = sequence;
	report.known = known;
	report.as_of_day = as_of_day;
	what.what_case = DONDOC__V1__ANSWER__WHAT_REPORT;
	what.report = &report;
	answer(asked, &what);
}

/* --- run_report ------------------------------------------------------------------------------- */

/* A day that is over: what was recorded by its end, without what was corrected since; a day that
 * was reported on officially stays as it was reported. */
static int fill_past(struct reporting *reporting, struct report_ask *ask, struct dd_error *err)
{
	const uint64_t head = ask->position.sequence;
	int rc = report_ledger_at_day(reporting->ledger, ask->as_of_day, &ask->position, err);

	if (rc == DD_OK)
		rc = report_known(reporting->view, ask->plan, ask->as_of_day, head, &ask->known,
				  err);
	if (rc == DD_OK && ask->known < ask->position.sequence)
		ask->known = ask->position.sequence;
	return rc;
}

/* Which position the day is: for a day that is over, what was recorded by its end. */
static int fill_ask(const struct asked *asked, struct report_ask *ask, struct dd_error *err)
{
	struct reporting *reporting = asked->door->reporting;
	const Dondoc__V1__RunReport *run = asked->request->query->run_report;
	const int32_t today = dd_day_of(dd_wall_us());

	*ask = (struct report_ask){.plan = run->plan,
				   .as_of_day = run->as_of_day != 0 ? run->as_of_day : today,
				   .position = *report_ledger_position(reporting->ledger),
				   .trial = reporting_trial(reporting)};
	if (run->lang[0] != '\0' && strcmp(run->lang, "vi") != 0)
		return dd_fail(err, DD_ERR_UNSUPPORTED, "reports are written in Vietnamese: vi");
	if (ask->as_of_day > today)
		return dd_fail(err, DD_ERR_INVALID,
			       "that day is still to come: a report tells what was recorded");
	if (ask->as_of_day < today)
		return fill_past(reporting, ask, err);
	ask->known = ask->position.sequence;
	return ask->position.sequence != 0
		       ? DD_OK
		       : dd_fail(err, DD_ERR_RETRY, "the log has not been read yet");
}

static void on_run_report(const struct asked *asked)
{
	struct reporting *reporting = asked->door->reporting;
	const char *format = asked->request->query->run_report->format;
	const struct report_dress dress = reporting_dress(reporting);
	struct report report = {.plan_count = 0};
	struct dd_error err = {0};
	struct report_ask ask;
	int rc = fill_ask(asked, &ask, &err);

	dd_buf_clear(&asked->door->bytes);
	if (rc == DD_OK)
		rc = report_make(reporting->ledger, reporting->view, &ask, &report, &err);
	if (rc == DD_OK)
		rc = report_render(&report, &dress, format[0] != '\0' ? format : "pdf",
				   &asked->door->bytes, &err);
	report_fini(&report);
	if (rc == DD_OK)
		answer_bytes(asked, ask.position.sequence, ask.known, ask.as_of_day);
	else
		refuse(asked, &err);
}

/* --- list_reports, fetch_report --------------------------------------------------------------- */

static int query_view(const struct asked *asked, const Dondoc__V1__Query *query,
		      struct dd_error *err)
{
	const struct view_query_context context = {.view = asked->door->reporting->view,
						   .today = dd_day_of(dd_wall_us())};

	dd_buf_clear(&asked->door->answer);
	return view_query(&context, query, &asked->door->answer, err);
}

static void on_list_reports(const struct asked *asked)
{
	struct dd_buf *packed = &asked->door->answer;
	Dondoc__V1__Answer *list;
	struct dd_error err = {0};

	if (query_view(asked, asked->request->query, &err) != DD_OK) {
		refuse(asked, &err);
		return;
	}
	list = dondoc__v1__answer__unpack(NULL, packed->len, packed->data);
	if (list)
		answer(asked, list);
	dondoc__v1__answer__free_unpacked(list, NULL);
}

static const Dondoc__V1__IssueReport *find_file(const Dondoc__V1__ReportList *list,
						const ProtobufCBinaryData *hash)
{
	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__IssueReport *report = list->rows[i]->report;

		for (size_t f = 0; f < report->n_files; f++) {
			if (report->files[f]->hash.len == hash->len &&
			    memcmp(report->files[f]->hash.data, hash->data, hash->len) == 0)
				return report;
		}
	}
	return NULL;
}

/* Only what was issued: a file without its event may be the remains of a kill. */
static int fetch(const struct asked *asked, const Dondoc__V1__Answer *list, uint64_t *sequence_out,
		 int32_t *day_out, struct dd_error *err)
{
	const ProtobufCBinaryData *hash = &asked->request->query->fetch_report->hash;
	const Dondoc__V1__IssueReport *report =
		list && list->what_case == DONDOC__V1__ANSWER__WHAT_REPORTS
			? find_file(list->reports, hash)
			: NULL;

	if (!report)
		return dd_fail(err, DD_ERR_NOT_FOUND, "no issued report has that file");
	*sequence_out = report->sequence;
	*day_out = report->as_of_day;
	return report_files_get(asked->door->reporting->files_dir, hash->data, &asked->door->bytes,
				err);
}

static void on_fetch_report(const struct asked *asked)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListReports all = DONDOC__V1__LIST_REPORTS__INIT;
	struct dd_buf *packed = &asked->door->answer;
	Dondoc__V1__Answer *list = NULL;
	struct dd_error err = {0};
	uint64_t sequence = 0;
	int32_t day = 0;
	int rc = DD_OK;

	all.limit = REPORTS_MAX;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REPORTS;
	query.list_reports = &all;
	if (asked->request->query->fetch_report->hash.len != DD_HASH_LEN)
		rc = dd_fail(&err, DD_ERR_INVALID, "a file's hash has 32 bytes");
	if (rc == DD_OK)
		rc = query_view(asked, &query, &err);
	if (rc == DD_OK) {
		list = dondoc__v1__answer__unpack(NULL, packed->len, packed->data);
		rc = fetch(asked, list, &sequence, &day, &err);
	}
	if (rc == DD_OK)
		answer_bytes(asked, sequence, sequence, day);
	else
		refuse(asked, &err);
	dondoc__v1__answer__free_unpacked(list, NULL);
}

/* --- requests --------------------------------------------------------------------------------- */

static void on_show_status(const struct asked *asked)
{
	Dondoc__V1__Answer what = DONDOC__V1__ANSWER__INIT;
	struct reporting_status status;

	reporting_status_fill(asked->door->reporting, &status);
	what.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	what.status = &status.status;
	answer(asked, &what);
}

static void on_query(const struct asked *asked)
{
	static const struct {
		Dondoc__V1__Query__WhatCase what;
		void (*handler)(const struct asked *asked);
	} routes[] = {
		{DONDOC__V1__QUERY__WHAT_RUN_REPORT, on_run_report},
		{DONDOC__V1__QUERY__WHAT_LIST_REPORTS, on_list_reports},
		{DONDOC__V1__QUERY__WHAT_FETCH_REPORT, on_fetch_report},
		{DONDOC__V1__QUERY__WHAT_SHOW_STATUS, on_show_status},
	};
	struct reporting *reporting = asked->door->reporting;
	struct dd_error err = {0};

	reporting_settle(reporting);
	if (view_stored(reporting->view) < asked->request->min_sequence) {
		(void)dd_fail(&err, DD_ERR_RETRY, "reporting has not followed so far yet");
		refuse(asked, &err);
		return;
	}
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (routes[i].what == asked->request->query->what_case) {
			routes[i].handler(asked);
			return;
		}
	}
	(void)dd_fail(&err, DD_ERR_UNSUPPORTED,
		      "reporting answers run_report, list_reports, fetch_report, show_status");
	refuse(asked, &err);
}

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct reporting_door *door = arg;
	struct asked asked = {.door = door, .peer = peer};

	/* Operator or gateway, by the endpoint; both may read every report. */
	dd_arena_reset(&door->arena);
	asked.request = dd_request_unpack(&door->arena, data, len);
	if (!asked.request || asked.request->version != 1)
		(void)dd_reply_error(door->server, peer, dd_request_id(data, len),
				     DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
				     asked.request ? "only requests of version 1"
						   : "the request cannot be read");
	else if (asked.request->body_case == DONDOC__V1__REQUEST__BODY_QUERY)
		on_query(&asked);
	else if (asked.request->body_case == DONDOC__V1__REQUEST__BODY_PING)
		(void)dd_reply_pong(door->server, peer, who, asked.request->id);
	else
		(void)dd_reply_error(door->server, peer, asked.request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				     "reporting takes questions only");
}

/* --- life ------------------------------------------------------------------------------------- */

int reporting_door_open(struct reporting *reporting, struct reporting_door **door_out,
			struct dd_error *err)
{
	static const enum dd_principal_class classes[] = {DD_PRINCIPAL_OPERATOR,
							  DD_PRINCIPAL_GATEWAY};
	enum { DOORS = sizeof(classes) / sizeof(classes[0]) };
	struct reporting_door *door = dd_alloc(sizeof(*door));
	char endpoints[DOORS][ENDPOINT_MAX];
	struct dd_bus_listen listens[DOORS] = {{.endpoint = NULL}};
	const struct dd_bus_server_options options = {.loop = reporting->context.loop,
						      .listens = listens,
						      .listen_count = DOORS,
						      .access = reporting->access,
						      .on_request = on_request,
						      .arg = door};
	int rc;

	for (int i = 0; i < DOORS; i++) {
		(void)snprintf(endpoints[i], ENDPOINT_MAX, "ipc://%s/reporting/%s/bus",
			       reporting->config->run_dir, dd_principal_class_name(classes[i]));
		listens[i] = (struct dd_bus_listen){.endpoint = endpoints[i], .cls = classes[i]};
	}
	door->reporting = reporting;
	dd_arena_init(&door->arena, ARENA_BYTES);
	rc = dd_bus_server_open(&options, &door->server, err);
	if (rc != DD_OK) {
		reporting_door_close(door);
		return rc;
	}
	*door_out = door;
	return DD_OK;
}

void reporting_door_close(struct reporting_door *door)
{
	if (!door)
		return;
	dd_bus_server_close(door->server);
	dd_arena_fini(&door->arena);
	dd_buf_fini(&door->bytes);
	dd_buf_fini(&door->answer);
	free(door);
}
