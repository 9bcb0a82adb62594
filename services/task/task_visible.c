/* task_visible.c - see task_visible.h. */
#include "services/task/task_visible.h"

#include <string.h>

#include "dondoc/v1/event.pb-c.h"

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* Types whose events are everybody's where they name no unit; all others only concern whom they
 * name. */
static bool is_everybodys(Dondoc__V1__EventType type)
{
	switch ((int)type) {
	case EVENT(GENESIS):
	case EVENT(INCARNATION):
	case EVENT(GROUP_OPENED):
	case EVENT(GROUP_CLOSED):
	case EVENT(GROUP_ABANDONED):
	case EVENT(GROUP_UNDONE):
	case EVENT(CLOCK_CONFIRMED):
	case EVENT(UNIT_SET):
	case EVENT(UNIT_ALIAS_SET):
	case EVENT(UNITS_CHANGE_PLANNED):
	case EVENT(UNITS_CHANGE_WITHDRAWN):
	case EVENT(UNITS_CHANGED):
	case EVENT(CHARGE_SET):
	case EVENT(AREA_SET):
	case EVENT(CALENDAR_DAY_SET):
	case EVENT(PLAN_SET):
	case EVENT(PLAN_DRAFTED):
	case EVENT(PLAN_PUBLISHED):
	case EVENT(PLAN_CLOSED):
	case EVENT(OCCURRENCE_RECORDED):
	case EVENT(INDICATOR_SET):
	case EVENT(LABEL_SET):
	case EVENT(SETTINGS_SET):
	case EVENT(LEASE_TAKEN):
	case EVENT(BACKUP_COVERED):
	case EVENT(RESTORE_RELEASED):
	case EVENT(REMINDER_RULE_SET):
	case EVENT(REMINDERS_STARTED):
	case EVENT(SILENCE_SET):
	case EVENT(SILENCE_ENDED):
	/* Numbers of events, by which whoever keeps one knows that its words are to go. */
	case EVENT(DESTRUCTION_CONFIRMED):
	case EVENT(DESTRUCTION_DONE):
		return true;
	default:
		return false;
	}
}

/* Older confirmations hold what stays of the events, whoever's they are. */
static bool tells_rest(const struct dd_record *record)
{
	Dondoc__V1__DestructionConfirmed *said =
		record->kind == DD_RECORD_FULL ? dondoc__v1__destruction_confirmed__unpack(
							 NULL, record->body_len, record->body)
					       : NULL;
	bool tells = said == NULL || said->n_rest > 0;

	dondoc__v1__destruction_confirmed__free_unpacked(said, NULL);
	return tells;
}

/* Which of the record's units is it? */
enum { UNIT, OTHER_UNIT };

static void name(const char *unit, char out[static 32])
{
	const size_t len = strlen(unit);

	if (len < 32) /* a principal has no longer one */
		memcpy(out, unit, len);
}

void task_query_look(void *arg, const struct dd_record *record, struct dd_log_facts *facts_out)
{
	Dondoc__V1__EventHeader *header = NULL;

	(void)arg;
	if (record->kind != DD_RECORD_LEAF)
		header = dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	if (header == NULL)
		return; /* nobody's */
	if (header->type != EVENT(DESTRUCTION_CONFIRMED) || !tells_rest(record)) {
		facts_out->type = (uint32_t)header->type;
		facts_out->subject = header->subject;
		facts_out->everybodys = header->subject == 0 && header->unit[0] == '\0' &&
					is_everybodys(header->type);
		name(header->unit, facts_out->units[UNIT]);
		name(header->other_unit, facts_out->units[OTHER_UNIT]);
	}
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static bool names(const struct dd_log_facts *facts, const char *unit)
{
	return strcmp(facts->units[UNIT], unit) == 0 || strcmp(facts->units[OTHER_UNIT], unit) == 0;
}

/* Said to the unit that stands beside the lead, whatever else it may read of the task; or what took
 * the task from the one and gave it to the other. */
static bool speaks_to(const struct dd_log_facts *facts, const char *unit)
{
	switch ((int)facts->type) {
	case EVENT(UNIT_ASKED):
	case EVENT(ASK_ANSWERED):
	case EVENT(ASK_CLOSED):
	case EVENT(COMMENTED):
	case EVENT(OUTGOING_HELD):
	case EVENT(REMINDER_DISPUTED): /* by another than the lead */
	case EVENT(TASK_PASSED_ON):    /* to a division */
		return strcmp(facts->units[OTHER_UNIT], unit) == 0;
	case EVENT(TASK_ASSIGNED):
	case EVENT(REFUSAL_DECIDED):
	case EVENT(TRANSFER_DECIDED):
	case EVENT(DECISION_TAKEN_BACK):
		return true;
	default:
		return false;
	}
}

/* Of a task that the record names together with the unit. What LMDB knows of the task may be older
 * than the record: then the header is the last word. */
static bool of_task(struct view_visible_reader *reader, uint64_t sequence,
		    const struct dd_log_facts *facts, const char *unit)
{
	uint64_t version;
	uint32_t flags;
	int rc;

	if (reader == NULL || speaks_to(facts, unit))
		return true;
	rc = view_visible_read(reader, unit, facts->subject, &version, &flags);
	if (rc == DD_ERR_NOT_FOUND)
		return true;
	return rc == DD_OK && (version < sequence || flags != 0);
}

static bool office_sees(struct view_visible_reader *reader, const char *unit, uint64_t sequence,
			const struct dd_log_facts *facts)
{
	if (unit[0] == '\0')
		return false;
	if (names(facts, unit))
		return facts->subject == 0 || of_task(reader, sequence, facts, unit);
	return facts->everybodys;
}

bool task_query_visible(void *arg, const struct dd_principal *who, const struct dd_record *record,
			const struct dd_log_facts *facts)
{
	struct dd_log_facts found = {.subject = 0};

	switch (who->cls) {
	case DD_PRINCIPAL_OPERATOR:
	case DD_PRINCIPAL_GATEWAY:
	case DD_PRINCIPAL_NOTIFICATION:
	case DD_PRINCIPAL_REPORTING:
		return true;
	case DD_PRINCIPAL_OFFICE:
		break;
	default:
		return false;
	}
	if (facts == NULL) {
		task_query_look(arg, record, &found);
		facts = &found;
	}
	return office_sees(arg, who->unit, record->sequence, facts);
}
