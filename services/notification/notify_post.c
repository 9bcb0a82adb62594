/* notify_post.c - a digest becomes a mail or a short message: addresses from the contacts, which no
 * event holds. */
#include "services/notification/notify.h"

#include "common/base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_BACK_DAYS 7 /* a digest of earlier than that is hardly sent today */

struct posting {
	struct notify_life *life;
	unsigned slot;
};

static struct notify_reader reader_of(const struct view_digest *digest)
{
	static const uint8_t nobody[sizeof(digest->person)];
	const bool person = memcmp(digest->person, nobody, sizeof(nobody)) != 0;

	return (struct notify_reader){.unit = digest->unit,
				      .person = person ? digest->person : NULL};
}

/* --- what the engine asks before ------------------------------------------------------------- */

void notify_post_ways(void *arg, const struct view_digest *digest, struct notify_ways *ways_out)
{
	const struct notify *notify = arg;
	const struct notify_reader reader = reader_of(digest);
	struct notify_ways all;

	notify_contacts_ways(notify->contacts, &reader, &all);
	ways_out->count = 0;
	for (size_t i = 0; i < all.count; i++) {
		const enum notify_channel channel = (enum notify_channel)all.channel[i];

		if (channel == NOTIFY_EMAIL || notify_gateways_have(notify->gateways, channel))
			notify_ways_add(ways_out, channel);
	}
}

struct counting {
	const struct view_digest *digest;
	bool mail;
	int32_t today;
	int64_t count;
};

static int count_told(void *arg, const struct view_digest *told)
{
	struct counting *counting = arg;

	if (told->state == DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED &&
	    (told->channel == NOTIFY_EMAIL) == counting->mail &&
	    memcmp(told->person, counting->digest->person, sizeof(told->person)) == 0 &&
	    dd_day_of(told->settled_us) == counting->today)
		counting->count++;
	return 0;
}

/* What goes beyond waits for the next working day; counted in the view, so that it holds over
 * restarts. */
bool notify_post_allowed(void *arg, const struct view_digest *digest, enum notify_channel channel)
{
	struct notify *notify = arg;
	const bool mail = channel == NOTIFY_EMAIL;
	const int64_t most = mail ? notify->config->daily_mails : notify->config->daily_shorts;
	struct counting counting = {
		.digest = digest, .mail = mail, .today = dd_day_of(dd_wall_us())};
	struct dd_error err = {0};

	for (int32_t back = 0; back < LOOK_BACK_DAYS && counting.count < most; back++)
		if (view_unit_digests(notify->view, digest->unit, counting.today - back, count_told,
				      &counting, &err) != 0)
			return false;
	return counting.count < most;
}

/* --- sending --------------------------------------------------------------------------------- */

static void on_mailed(void *arg, const struct notify_mailed *mailed)
{
	struct posting *posting = arg;
	struct notify *notify = notify_life_end(posting->life);
	const unsigned slot = posting->slot;

	free(posting);
	if (notify == NULL)
		return;
	dd_log(mailed->delivered ? DD_LOG_INFO : DD_LOG_WARN, "notification.mailed",
	       dd_f_bool("delivered", mailed->delivered), dd_f_uint("reached", mailed->reached),
	       dd_f_text("reply", mailed->reply));
	notify_engine_time(notify->engine, dd_wall_us(), dd_mono_us());
	notify_engine_sent(notify->engine, slot, mailed);
	notify_run(notify);
}

/* It ended before it began: "<words><what>". */
static int give_up(struct notify_mailed *mailed, bool permanent, const char *words,
		   const char *what)
{
	memset(mailed, 0, sizeof(*mailed));
	mailed->permanent = permanent;
	(void)snprintf(mailed->reply, sizeof(mailed->reply), "%.60s%.130s", words, what);
	return 1;
}

static struct posting *posting_new(struct notify *notify, unsigned slot)
{
	struct posting *posting = dd_alloc(sizeof(*posting));

	posting->life = notify->life;
	posting->slot = slot;
	return posting;
}

/* The rows that name this channel; by mail, where nobody names it, all that have an address. */
static size_t addresses_of(const struct notify *notify, const struct notify_sending *sending,
			   const char *out[NOTIFY_MAIL_TO_MAX])
{
	const struct notify_contact *found[NOTIFY_MAIL_TO_MAX];
	const struct notify_reader reader = reader_of(sending->digest);
	const size_t rows = notify_contacts_find(notify->contacts, &reader, found);
	size_t count = 0;

	for (size_t i = 0; i < rows; i++) {
		bool named = false;

		for (size_t k = 0; k < found[i]->ways.count; k++)
			named = named || found[i]->ways.channel[k] == sending->channel;
		if (named)
			out[count++] = sending->channel == NOTIFY_EMAIL ? found[i]->email
									: found[i]->phone;
	}
	return count;
}

static int send_mail(struct notify *notify, const struct notify_sending *sending,
		     struct posting *posting, struct dd_error *err)
{
	const Dondoc__V1__PlanDigest *plan = sending->plan;
	char id[NOTIFY_MESSAGE_ID];
	struct notify_mail mail = {.from = notify->config->smtp_from,
				   .from_name = notify->config->smtp_from_name,
				   .subject = plan->subject,
				   .text = plan->text,
				   .html = plan->html,
				   .message_id = id,
				   .date_us = dd_wall_us()};

	mail.to_count = addresses_of(notify, sending, mail.to);
	notify_mail_message_id(sending->digest->id, mail.from, id);
	return notify_smtp_send(notify->smtp, &mail, on_mailed, posting, err);
}

static int send_short(struct notify *notify, const struct notify_sending *sending,
		      struct posting *posting, struct dd_error *err)
{
	const Dondoc__V1__PlanDigest *plan = sending->plan;
	const char *phones[NOTIFY_MAIL_TO_MAX];
	struct view_unit unit = {.name = ""};
	struct notify_short message = {.digest = sending->digest->id,
				       .phones = phones,
				       .unit = plan->unit,
				       .unit_name = unit.name,
				       .day = plan->day,
				       .count = plan->n_intents,
				       .subject = plan->subject};

	(void)view_unit(notify->view, false, plan->unit, &unit);
	message.phone_count = addresses_of(notify, sending, phones);
	return notify_gateway_send(notify->gateways, sending->channel, &message, on_mailed, posting,
				   err);
}

int notify_post_send(void *arg, const struct notify_sending *sending,
		     struct notify_mailed *mailed_out)
{
	struct notify *notify = arg;
	const char *addresses[NOTIFY_MAIL_TO_MAX];
	struct posting *posting;
	struct dd_error err = {0};
	int rc;

	if (notify->contacts == NULL)
		return give_up(mailed_out, false, "not sent: the contacts file cannot be used", "");
	if (addresses_of(notify, sending, addresses) == 0)
		return give_up(mailed_out, true, "no address in the contacts file for unit ",
			       sending->plan->unit);
	posting = posting_new(notify, sending->slot);
	rc = sending->channel == NOTIFY_EMAIL ? send_mail(notify, sending, posting, &err)
					      : send_short(notify, sending, posting, &err);
	if (rc != 0) {
		free(posting);
		return give_up(mailed_out, true, "it cannot be sent: ", err.text);
	}
	(void)notify_life_begin(notify);
	return 0;
}
