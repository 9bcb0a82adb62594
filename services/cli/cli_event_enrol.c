/* cli_event_enrol.c - what events about keys of offices say. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/net/bus.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_enrol.h"
#include "services/cli/cli_event_list.h"
#include <inttypes.h>

/* Its short name, as lists have it. */
static const char *name_of(const ProtobufCBinaryData *key, char out[17])
{
	char text[41];
	uint8_t id[8];
	ProtobufCBinaryData bytes = {.data = id, .len = sizeof(id)};

	dd_curve_id(cli_key_text(key, text), id);
	return cli_key_id(&bytes, out);
}

static void add_key(const ProtobufCBinaryData *key, struct dd_buf *out)
{
	char name[17];

	cli_add_part(out, name_of(key, name));
}

void cli_on_office_invited(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__InviteOffice *said =
		((const Dondoc__V1__OfficeInvited *)(const void *)body)->said;
	char time[DD_TIME_TEXT];

	(void)lang;
	if (!said)
		return;
	dd_buf_text(out, said->unit);
	add_key(&said->token, out);
	dd_buf_printf(out, " (– %s)", dd_time_local(said->valid_until_us, time));
	cli_add_text(out, said->label);
}

void cli_on_office_joined(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__JoinOffice *said =
		((const Dondoc__V1__OfficeJoined *)(const void *)body)->said;

	(void)lang;
	if (!said)
		return;
	add_key(&said->key, out);
	cli_add_part(out, said->build);
	cli_add_text(out, said->label);
}

void cli_on_office_key_revoked(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__OfficeKeyRevoked *event =
		(const Dondoc__V1__OfficeKeyRevoked *)(const void *)body;

	if (event->said)
		dd_buf_text(out, event->said->unit);
	for (size_t i = 0; i < event->n_keys; i++)
		add_key(&event->keys[i], out);
	if (event->n_successors > 0)
		cli_add_part(out, cli_text(lang, TEXT_EVENT_KEYS_LEFT));
	for (size_t i = 0; i < event->n_successors; i++)
		add_key(&event->successors[i], out);
	if (event->said)
		cli_add_text(out, event->said->reason);
}

void cli_on_office_key_rotated(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__OfficeKeyRotated *event =
		(const Dondoc__V1__OfficeKeyRotated *)(const void *)body;
	char time[DD_TIME_TEXT], old[17], fresh[17];

	(void)lang;
	if (!event->said)
		return;
	dd_buf_printf(out, "%s (– %s) → %s", name_of(&event->said->old_key, old),
		      dd_time_local(event->old_until_us, time), name_of(&event->said->key, fresh));
}
