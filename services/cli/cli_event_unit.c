/* cli_event_unit.c - what events about units, persons and held items say. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

/* The name that this account knows, else the id. */
static void add_person(const ProtobufCBinaryData *person, struct dd_buf *out)
{
	struct dd_buf words = {0};

	cli_person_words(person, &words);
	cli_add_part(out, (const char *)dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void add_period(enum cli_lang lang, int32_t from, int32_t until, struct dd_buf *out)
{
	char first[CLI_DAY_TEXT], last[CLI_DAY_TEXT];

	cli_day(lang, from, first);
	cli_day(lang, until, last);
	if (from != 0 || until != 0)
		dd_buf_printf(out, " (%s – %s)", first, last);
}

static void add_change(enum cli_lang lang, const Dondoc__V1__ChangeUnits *said, struct dd_buf *out)
{
	char day[CLI_DAY_TEXT];

	if (!said)
		return;
	dd_buf_printf(out, "%s: ", cli_day(lang, said->day, day));
	for (size_t i = 0; i < said->n_from; i++)
		dd_buf_printf(out, "%s%s", i ? ", " : "", said->from[i]);
	dd_buf_text(out, " → ");
	for (size_t i = 0; i < said->n_to; i++)
		dd_buf_printf(out, "%s%s", i ? ", " : "", said->to[i]->code);
	cli_add_text(out, said->reason);
	if (said->document) {
		dd_buf_text(out, " [");
		cli_document_words(lang, said->document, out);
		dd_buf_text(out, "]");
	}
}

void cli_on_units_change_planned(enum cli_lang lang, const ProtobufCMessage *body,
				 struct dd_buf *out)
{
	add_change(lang, ((const Dondoc__V1__UnitsChangePlanned *)body)->said, out);
}

void cli_on_units_change_moves(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__UnitsChangeMoves *event = (const Dondoc__V1__UnitsChangeMoves *)body;

	(void)lang;
	dd_buf_printf(out, "%zu", event->n_moves);
}

void cli_on_units_change_withdrawn(enum cli_lang lang, const ProtobufCMessage *body,
				   struct dd_buf *out)
{
	const Dondoc__V1__UnitsChangeWithdrawn *event =
		(const Dondoc__V1__UnitsChangeWithdrawn *)body;

	(void)lang;
	dd_buf_printf(out, "#%" PRIu64, event->change);
	cli_add_text(out, event->reason);
}

void cli_on_units_changed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__UnitsChanged *event = (const Dondoc__V1__UnitsChanged *)body;

	add_change(lang, event->said, out);
	dd_buf_printf(out, " (%" PRIu32 ")", event->moved);
}

void cli_on_charge_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetCharge *said = ((const Dondoc__V1__ChargeSet *)body)->said;

	if (!said)
		return;
	if (said->removed) {
		dd_buf_printf(out, "#%" PRIu64 " -", said->charge);
		return;
	}
	add_person(&said->person, out);
	for (size_t i = 0; i < said->n_areas; i++)
		dd_buf_printf(out, ", %" PRIu32, said->areas[i]);
	for (size_t i = 0; i < said->n_kinds; i++)
		cli_add_part(out, said->kinds[i]);
	for (size_t i = 0; i < said->n_units; i++)
		cli_add_part(out, said->units[i]);
	add_period(lang, said->from_day, said->until_day, out);
}

void cli_on_role_granted(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__GrantRole *said = ((const Dondoc__V1__RoleGranted *)body)->said;

	if (!said)
		return;
	add_person(&said->person, out);
	cli_add_part(out, cli_name_role(lang, (int)said->role));
	cli_add_part(out, said->unit[0] ? said->unit : "*");
	add_period(lang, said->from_day, said->until_day, out);
}

void cli_on_role_revoked(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RoleRevoked *event = (const Dondoc__V1__RoleRevoked *)body;

	(void)lang;
	if (!event->said)
		return;
	add_person(&event->person, out);
	dd_buf_printf(out, ", #%" PRIu64, event->said->grant);
	cli_add_text(out, event->said->reason);
}

void cli_on_deputy_set(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__SetDeputy *said = ((const Dondoc__V1__DeputySet *)body)->said;

	if (!said)
		return;
	add_person(&said->person, out);
	dd_buf_text(out, said->removed ? " × " : " → ");
	cli_person_words(&said->deputy, out);
	add_period(lang, said->from_day, said->until_day, out);
	cli_add_text(out, said->reason);
}

void cli_on_handed_over(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__HandedOver *event = (const Dondoc__V1__HandedOver *)body;

	if (!event->said)
		return;
	add_person(&event->said->person, out);
	dd_buf_text(out, " → ");
	cli_person_words(&event->said->to_person, out);
	add_period(lang, event->said->day, 0, out);
}

void cli_on_outgoing_held(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	cli_add_text(out,
		     cli_name_action(lang, (int)((const Dondoc__V1__OutgoingHeld *)body)->action));
}

void cli_on_outgoing_decided(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__OutgoingDecided *event = (const Dondoc__V1__OutgoingDecided *)body;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;

	if (!event->said)
		return;
	dd_buf_printf(out, "#%" PRIu64 " %s", event->said->held,
		      cli_text(lang, event->said->approved ? TEXT_OUTGOING_LET_GO
							   : TEXT_OUTGOING_GIVEN_BACK));
	cli_add_text(out, event->said->reason);
	if (!event->refused)
		return;
	refusal.code = (Dondoc__V1__RefusalCode)event->refused->code;
	refusal.arguments = event->refused->arguments;
	refusal.n_arguments = event->refused->n_arguments;
	dd_buf_text(out, "; ");
	cli_refusal_words(lang, &refusal, out);
}
