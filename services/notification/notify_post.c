/* notify_post.c - a digest becomes a mail: addresses from the contacts, which no event holds. */
#include "services/notification/notify.h"

#include "common/base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct posting {
	struct notify_life *life;
	unsigned slot;
};

static void on_mailed(void *arg, const struct notify_mailed *mailed)
{
	struct posting *posting = arg;
	struct notify *notify = notify_life_end(posting->life);
	const unsigned slot = posting->slot;

	free(posting);
	if (notify == NULL)
		return;
	dd_log(mailed->delivered ? DD_LOG_INFO : DD_LOG_WARN, "notification.mailed",
	       dd_f_bool("delivered", mailed->delivered), dd_f_text("reply", mailed->reply));
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

int notify_post_send(void *arg, unsigned slot, const uint8_t digest[DD_HASH_LEN],
		     const Dondoc__V1__PlanDigest *plan, struct notify_mailed *mailed_out)
{
	struct notify *notify = arg;
	char id[NOTIFY_MESSAGE_ID];
	struct notify_mail mail = {.from = notify->config->smtp_from,
				   .from_name = notify->config->smtp_from_name,
				   .subject = plan->subject,
				   .text = plan->text,
				   .html = plan->html,
				   .message_id = id,
				   .date_us = dd_wall_us()};
	struct posting *posting;
	struct dd_error err = {0};

	if (notify->contacts == NULL)
		return give_up(mailed_out, false, "not sent: the contacts file cannot be used", "");
	mail.to_count = notify_contacts_find(notify->contacts, plan->unit, mail.to);
	if (mail.to_count == 0)
		return give_up(mailed_out, true, "no address in the contacts file for unit ",
			       plan->unit);
	notify_mail_message_id(digest, mail.from, id);
	posting = dd_alloc(sizeof(*posting));
	posting->life = notify->life;
	posting->slot = slot;
	if (notify_smtp_send(notify->smtp, &mail, on_mailed, posting, &err) != 0) {
		free(posting);
		return give_up(mailed_out, true, "it cannot be a mail: ", err.text);
	}
	(void)notify_life_begin(notify);
	return 0;
}
