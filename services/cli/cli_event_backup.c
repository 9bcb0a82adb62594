/* cli_event_backup.c - what backups and restores say in a history. */
#include "common/base/clock.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"
#include <inttypes.h>

void cli_on_backup_covered(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__CoverBackup *said =
		((const Dondoc__V1__BackupCovered *)(const void *)body)->said;

	(void)lang;
	if (!said || !said->position)
		return;
	dd_buf_printf(out, "..%" PRIu64, said->position->sequence);
	cli_add_text(out, said->label);
}

void cli_on_restore_released(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RestoreReleased *event =
		(const Dondoc__V1__RestoreReleased *)(const void *)body;
	char day[DD_DAY_TEXT];

	(void)lang;
	dd_buf_printf(out, "%" PRIu32 ", %s", event->incarnation,
		      dd_day_vn(event->told_until_day, day));
	cli_add_text(out, event->reason);
}
