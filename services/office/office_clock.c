/* office_clock.c - see office_clock.h. Table: Z -> struct kept. */
#include "services/office/office_clock.h"

#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "services/office/office.h"
#include "services/office/office_tables.h"
#include <stdlib.h>
#include <string.h>

#define DEADLINE_MS 20000u
#define TRIP_MAX_US (10 * DD_SECOND_US) /* what took longer tells little */
#define ANEW_US     (600 * DD_SECOND_US)
#define NEWS_US     (5 * DD_SECOND_US)
#define KEEP_US     (3600 * DD_SECOND_US)

struct kept {
	int64_t centre_us;
	int64_t ahead_us;
};

static struct dd_key key_clock(void)
{
	struct dd_key key;

	dd_key_begin(&key, 'Z');
	return key;
}

int office_clock_load(struct office_clock *clock, struct office_outbox *outbox)
{
	const struct dd_key key = key_clock();
	struct dd_txn *txn;
	struct kept kept;
	int rc = office_read(outbox, &txn);

	memset(clock, 0, sizeof(*clock));
	if (rc != 0)
		return rc;
	rc = office_get(txn, &key, &kept, sizeof(kept));
	dd_txn_reset(txn);
	if (rc != 0)
		return rc == DD_ERR_NOT_FOUND ? 0 : rc;
	clock->centre_us = clock->kept_us = kept.centre_us;
	clock->ahead_us = clock->kept_ahead_us = kept.ahead_us;
	return 0;
}

static int keep(struct office_clock *clock, struct office_outbox *outbox, struct dd_error *err)
{
	const struct kept kept = {clock->centre_us, clock->ahead_us};
	const struct dd_key key = key_clock();
	int rc = office_begin(outbox, err);

	if (rc == 0)
		rc = office_end(outbox, office_put(outbox, &key, &kept, sizeof(kept), err), err);
	if (rc == 0) {
		clock->kept_us = kept.centre_us;
		clock->kept_ahead_us = kept.ahead_us;
	}
	return rc == DD_ERR_FULL ? 0 : rc;
}

int office_clock_learn(struct office_clock *clock, struct office_outbox *outbox, int64_t centre_us,
		       int64_t trip_us, struct dd_error *err)
{
	int64_t news_us;

	if (centre_us <= 0 || trip_us < 0 || trip_us > TRIP_MAX_US)
		return 0;
	clock->centre_us = centre_us + trip_us / 2;
	clock->ahead_us = dd_wall_us() - clock->centre_us;
	clock->mono_us = dd_mono_us();
	clock->said = true;
	news_us = clock->ahead_us - clock->kept_ahead_us;
	if (clock->kept_us != 0 && news_us < NEWS_US && news_us > -NEWS_US &&
	    clock->centre_us - clock->kept_us < KEEP_US)
		return 0;
	return keep(clock, outbox, err);
}

int64_t office_clock_now(const struct office_clock *clock)
{
	const int64_t wall_us = dd_wall_us();

	if (clock->centre_us == 0)
		return wall_us;
	if (clock->said)
		return clock->centre_us + (dd_mono_us() - clock->mono_us);
	/* Before the time at which it was told: the own clock was set since. */
	return wall_us - clock->ahead_us >= clock->centre_us ? wall_us - clock->ahead_us : wall_us;
}

bool office_clock_ahead(const struct office_clock *clock, int64_t *ahead_out, int64_t *age_out)
{
	const int64_t now_us = office_clock_now(clock);

	*ahead_out = dd_wall_us() - now_us;
	*age_out = now_us > clock->centre_us ? now_us - clock->centre_us : 0;
	return clock->centre_us != 0;
}

/* --- asking -----------------------------------------------------------------------------------
 */

struct call {
	struct office_life *life;
	int64_t sent_us;
};

static void on_pong(void *arg, int result, const uint8_t *data, size_t len)
{
	struct call *call = arg;
	struct office *office = office_life_end(call->life);
	const int64_t trip_us = dd_mono_us() - call->sent_us;
	const Dondoc__V1__Reply *reply = NULL;
	struct dd_error err;

	free(call);
	if (office == NULL || result != 0)
		return;
	dd_arena_reset(&office->arena);
	reply = dd_reply_unpack(&office->arena, data, len);
	if (reply == NULL || reply->body_case != DONDOC__V1__REPLY__BODY_PONG)
		return;
	if (office_clock_learn(&office->clock, office->outbox, reply->pong->now_us, trip_us,
			       &err) != 0)
		dd_app_die("office.store_failed", &err);
}

void office_clock_ask(struct office *office, bool anew)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping ping = DONDOC__V1__PING__INIT;
	uint8_t packed[64];
	struct call *call;

	if (!anew && office->clock.said && dd_mono_us() - office->clock.mono_us < ANEW_US)
		return;
	request.version = 1;
	request.id = dd_bus_client_next_id(office->centre);
	request.deadline_ms = DEADLINE_MS;
	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &ping;
	call = dd_alloc(sizeof(*call));
	call->sent_us = dd_mono_us();
	call->life = office_life_begin(office);
	if (dd_bus_client_send(office->centre, request.id, packed,
			       dondoc__v1__request__pack(&request, packed), DEADLINE_MS, on_pong,
			       call) == 0)
		return;
	(void)office_life_end(call->life);
	free(call);
}
