/* cli_event_rules.c - what events about reminders say in a history. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_rules.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

#define SAID(type, body) (((const Dondoc__V1__##type *)(const void *)(body))->said)

static void add_day(enum cli_lang lang, int32_t day, struct dd_buf *out)
{
	char text[CLI_DAY_TEXT];

	if (day != 0)
		cli_add_part(out, cli_day(lang, day, text));
}

static void add_scope(enum cli_lang lang, const Dondoc__V1__RuleScope *scope, struct dd_buf *out)
{
	struct dd_buf words = {0};

	cli_rule_scope_words(lang, scope, &words);
	cli_add_part(out, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

void cli_on_reminder_rule_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetReminderRule *said = SAID(ReminderRuleSet, body);
	struct dd_buf when = {0};
	enum cli_text state;

	if (!said || !said->rule)
		return;
	state = said->removed ? TEXT_RULE_REMOVED : said->rule->on ? TEXT_RULE_ON : TEXT_RULE_OFF;
	cli_rule_when_words(lang, said->rule, &when);
	dd_buf_printf(out, "%s: %s", said->rule->rule, cli_text(lang, state));
	add_scope(lang, said->rule->scope, out);
	if (!said->removed && when.len > 0)
		cli_add_part(out, dd_buf_cstr(&when));
	cli_add_text(out, said->reason);
	dd_buf_fini(&when);
}

void cli_on_reminders_started(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__StartReminders *said = SAID(RemindersStarted, body);

	if (!said)
		return;
	dd_buf_printf(out, "%s: %s", said->plan,
		      cli_text(lang, said->stop ? TEXT_START_STOPPED : TEXT_START_RUNNING));
	add_day(lang, said->day, out);
	cli_add_text(out, said->reason);
}

void cli_on_silence_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetSilence *said = SAID(SilenceSet, body);
	char from[CLI_DAY_TEXT], until[CLI_DAY_TEXT];

	if (!said)
		return;
	add_scope(lang, said->scope, out);
	if (said->rule[0] != '\0')
		cli_add_part(out, said->rule);
	dd_buf_printf(out, ", %s - %s", cli_day(lang, said->from_day, from),
		      cli_day(lang, said->until_day, until));
	cli_add_text(out, said->reason);
}

void cli_on_silence_ended(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SilenceEnded *event =
		(const Dondoc__V1__SilenceEnded *)(const void *)body;

	if (!event->said)
		return;
	dd_buf_printf(out, "#%" PRIu64, event->said->silence);
	add_day(lang, event->day, out);
	cli_add_text(out, event->said->reason);
}

void cli_on_day_promised(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PromiseDay *said = SAID(DayPromised, body);

	if (!said)
		return;
	add_day(lang, said->day, out);
	cli_add_text(out, said->note);
}

void cli_on_reminder_disputed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__DisputeReminder *said = SAID(ReminderDisputed, body);

	if (!said)
		return;
	dd_buf_printf(out, "%s: %s", cli_rule_id_name(lang, said->rule),
		      cli_dispute_words(lang, (int)said->cause));
	cli_add_text(out, said->note);
}

void cli_on_subscription_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetSubscription *said = SAID(SubscriptionSet, body);

	if (!said)
		return;
	dd_buf_printf(out, "%s, %s: %s", said->unit, cli_rule_id_name(lang, said->rule),
		      cli_text(lang, said->off ? TEXT_RULE_OFF : TEXT_RULE_ON));
}
