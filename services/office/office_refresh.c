/* office_refresh.c - see office_refresh.h.
 *
 * A round, one question at a time: which tasks the unit may see (office_refresh_tasks.c), what has
 * become of reports that wait for the head of the unit, which of the unit's texts were destroyed.
 * Whatever goes wrong ends the round; the next one begins anew. */
#include "services/office/office_refresh.h"

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/net/envelope.h"
#include "services/office/office_destroyed.h"
#include "services/office/office_follow.h"
#include "services/office/office_held.h"
#include "services/office/office_refresh_tasks.h"

#define FIRST_ROUND_MS 500u
#define SOON_MS        500u
#define DEADLINE_MS    20000u

static void ask_held(struct office *office);
static void ask_destroyed(struct office *office, uint64_t after);

bool office_refresh_send(struct office *office, Dondoc__V1__Query *query, uint64_t min_sequence,
			 dd_bus_reply *on_reply)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	struct dd_buf out = {0};
	bool sent;

	request.version = 1;
	request.id = dd_bus_client_next_id(office->centre);
	request.deadline_ms = DEADLINE_MS;
	request.min_sequence = min_sequence;
	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = query;
	(void)dd_buf_reserve(&out, dondoc__v1__request__get_packed_size(&request));
	out.len = dondoc__v1__request__pack(&request, out.data);
	sent = dd_bus_client_send(office->centre, request.id, out.data, out.len, DEADLINE_MS,
				  on_reply, office->life) == 0;
	if (sent) {
		(void)office_life_begin(office);
		office->refreshing = true;
	}
	dd_buf_fini(&out);
	return sent;
}

const Dondoc__V1__Answer *office_refresh_answer(struct office *office, const uint8_t *data,
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

static void on_held(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office *office = office_life_end(arg);
	const Dondoc__V1__Answer *answer;
	struct office_held_centre centre = {0};
	struct office_core_status core;
	struct dd_error err = {0};
	int rc = DD_ERR_INVALID;

	if (office == NULL)
		return;
	office->refreshing = false;
	if (result != 0)
		return;
	office_core_status(office->core, &core);
	centre.incarnation = office_replica_at(office->replica)->incarnation;
	centre.compared = core.settled;
	answer = office_refresh_answer(office, data, len, &err);
	if (answer != NULL)
		rc = office_held_take(office->outbox, answer, &centre, dd_wall_us(), &err);
	if (rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		dd_app_die("office.store_failed", &err);
	if (rc != 0)
		tell_failed(&err);
	ask_destroyed(office, 0);
}

/* What waits for the head of the unit has a round of its own, if there is any. */
static void ask_held(struct office *office)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListRequests list;

	if (!office_held_ask(office->outbox, office->config->unit, &list)) {
		ask_destroyed(office, 0);
		return;
	}
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = &list;
	(void)office_refresh_send(office, &query, 0, on_held);
}

static void on_destroyed(void *arg, int result, const uint8_t *data, size_t len)
{
	struct office *office = office_life_end(arg);
	const Dondoc__V1__Answer *answer;
	struct dd_error err = {0};
	uint64_t after = 0;
	int rc;

	if (office == NULL)
		return;
	office->refreshing = false;
	answer = result == 0 ? office_refresh_answer(office, data, len, &err) : NULL;
	if (answer == NULL) /* a centre of before may not know the question */
		return;
	rc = office_destroyed_take(office->outbox, answer, &after, &err);
	if (rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		dd_app_die("office.store_failed", &err);
	if (rc != 0)
		tell_failed(&err);
	else if (after != 0)
		ask_destroyed(office, after);
}

/* What was destroyed at the centre is not kept here. */
static void ask_destroyed(struct office *office, uint64_t after)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDestroyed list = DONDOC__V1__LIST_DESTROYED__INIT;

	list.after = after;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DESTROYED;
	query.list_destroyed = &list;
	(void)office_refresh_send(office, &query, 0, on_destroyed);
}

/* What is known to be missing is asked for soon, but not for ever at that pace. */
static void start_timer(struct office *office, bool again)
{
	const uint64_t period_ms = (uint64_t)office->config->refresh_s * 1000;
	uint64_t wait_ms = period_ms;

	if (again && office->refresh_again < 16)
		wait_ms = (uint64_t)SOON_MS << office->refresh_again++;
	else if (!again)
		office->refresh_again = 0;
	if (wait_ms > period_ms)
		wait_ms = period_ms;
	dd_timer_start(office->refresh, wait_ms, period_ms);
}

void office_refresh_tasks_done(struct office *office, bool again)
{
	struct office_core_status core;

	office->refreshing = false;
	office_core_status(office->core, &core);
	if (core.link != DD_LINK_UP)
		return;
	start_timer(office, again || office->refresh_soon);
	ask_held(office);
}

void office_refresh(void *arg)
{
	struct office *office = arg;

	office->refresh_soon = false;
	office_clock_ask(office, false);
	dd_store_reader_check(office_outbox_store(office->outbox));
	if (office->refreshing)
		office_refresh_soon(office); /* the last round still waits for something */
	else
		office_tasks_begin(office->tasks);
}

void office_refresh_soon(struct office *office)
{
	struct office_core_status core;

	office_core_status(office->core, &core);
	if (office->refresh_soon || core.link != DD_LINK_UP)
		return;
	office->refresh_soon = true;
	dd_timer_start(office->refresh, SOON_MS, (uint64_t)office->config->refresh_s * 1000);
}

void office_refresh_link(struct office *office, enum dd_link link)
{
	if (link == DD_LINK_UP) {
		dd_timer_start(office->refresh, FIRST_ROUND_MS,
			       (uint64_t)office->config->refresh_s * 1000);
		office_clock_ask(office, true);
	} else {
		dd_timer_stop(office->refresh);
	}
	office->refresh_soon = link == DD_LINK_UP; /* the first round is soon enough */
	office->refresh_again = 0;
}
