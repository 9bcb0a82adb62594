/* office_refresh.c - see office_refresh.h.
 *
 * A round, one question at a time: ShowStatus for the head of the log, then the unit's tasks page
 * by page, each not older than that head; with the last page head and tasks are stored together.
 * The head comes first because clients give it as what they had seen: it must not be newer than the
 * tasks they were shown. Whatever goes wrong ends the round, and the copy stays as it was until the
 * next one. */
#include "services/office/office_refresh.h"

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/net/envelope.h"
#include "services/office/office_held.h"

#define REFRESH_MS     60000u
#define FIRST_ROUND_MS 500u
#define SOON_MS        5000u
#define DEADLINE_MS    20000u

static void ask_page(struct office *office);
static void ask_held(struct office *office);

static void send_query(struct office *office, Dondoc__V1__Query *query, uint64_t min_sequence,
		       dd_bus_reply *on_reply)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	struct dd_buf out = {0};

	request.version = 1;
	request.id = dd_bus_client_next_id(office->centre);
	request.deadline_ms = DEADLINE_MS;
	request.min_sequence = min_sequence;
	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = query;
	(void)dd_buf_reserve(&out, dondoc__v1__request__get_packed_size(&request));
	out.len = dondoc__v1__request__pack(&request, out.data);
	if (dd_bus_client_send(office->centre, request.id, out.data, out.len, DEADLINE_MS, on_reply,
			       office->life) == 0) {
		(void)office_life_begin(office);
		office->refreshing = true;
	}
	dd_buf_fini(&out);
}

/* The answer in a reply, in the office's arena; NULL with words if it is none. */
static const Dondoc__V1__Answer *unpack_answer(struct office *office, const uint8_t *data,
					       size_t len, struct dd_error *err)
{
	const Dondoc__V1__Reply *reply;

	dd_arena_reset(&office->arena);
	reply = dd_reply_unpack(&office->arena, data, len);
	if (reply != NULL && reply->body_case == DONDOC__V1__REPLY__BODY_ANSWER)
		return reply->answer;
	if (reply != NULL && reply->body_case == DONDOC__V1__REPLY__BODY_ERROR)
		(void)dd_fail(err, DD_ERR_INVALID, "the centre answers: %s", reply->error->text);
	else
		(void)dd_fail(err, DD_ERR_INVALID, "the centre's answer cannot be read");
	return NULL;
}

static void tell_failed(const struct dd_error *err)
{
	dd_log(DD_LOG_WARN, "office.fetch_failed", dd_f_text("reason", err->text));
}

static void on_page(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office *office = office_life_end(arg);
	const Dondoc__V1__Answer *answer;
	struct dd_error err = {0};
	bool more = false;
	int rc = DD_ERR_INVALID;

	if (office == NULL)
		return;
	office->refreshing = false;
	if (result != 0)
		return;
	answer = unpack_answer(office, data, len, &err);
	if (answer != NULL)
		rc = office_replica_take(office->replica, answer, dd_wall_us(), &more, &err);
	if (rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		dd_app_die("office.store_failed", &err);
	if (rc != 0)
		tell_failed(&err);
	else if (more)
		ask_page(office);
	else
		ask_held(office);
}

static void on_held(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office *office = office_life_end(arg);
	const Dondoc__V1__Answer *answer;
	struct dd_error err = {0};
	int rc = DD_ERR_INVALID;

	if (office == NULL)
		return;
	office->refreshing = false;
	if (result != 0)
		return;
	answer = unpack_answer(office, data, len, &err);
	if (answer != NULL)
		rc = office_held_take(office->outbox, answer, dd_wall_us(), &err);
	if (rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		dd_app_die("office.store_failed", &err);
	if (rc != 0)
		tell_failed(&err);
}

/* What waits for the head of the unit has a round of its own, if there is any. */
static void ask_held(struct office *office)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListRequests list;

	if (!office_held_ask(office->outbox, office->config->unit, &list))
		return;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = &list;
	send_query(office, &query, 0, on_held);
}

static void ask_page(struct office *office)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list;
	const uint64_t min_sequence = office_replica_ask(office->replica, &list);

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	send_query(office, &query, min_sequence, on_page);
}

static void on_status(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office *office = office_life_end(arg);
	const Dondoc__V1__Answer *answer;
	struct dd_error err = {0};

	if (office == NULL)
		return;
	office->refreshing = false;
	if (result != 0)
		return;
	answer = unpack_answer(office, data, len, &err);
	if (answer != NULL && office_replica_take_head(office->replica, answer, &err) == 0)
		ask_page(office);
	else
		tell_failed(&err);
}

void office_refresh(void *arg)
{
	struct office *office = arg;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;

	office->refresh_soon = false;
	dd_store_reader_check(office_outbox_store(office->outbox));
	if (office->refreshing)
		return;
	office_replica_begin(office->replica);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	send_query(office, &query, 0, on_status);
}

void office_refresh_soon(struct office *office)
{
	struct office_core_status core;

	office_core_status(office->core, &core);
	if (office->refresh_soon || core.link != DD_LINK_UP)
		return;
	office->refresh_soon = true;
	dd_timer_start(office->refresh, SOON_MS, REFRESH_MS);
}

void office_refresh_link(struct office *office, enum dd_link link)
{
	if (link == DD_LINK_UP)
		dd_timer_start(office->refresh, FIRST_ROUND_MS, REFRESH_MS);
	else
		dd_timer_stop(office->refresh);
	office->refresh_soon = link == DD_LINK_UP; /* the first round is soon enough */
}
