/* office_inbox_answer.c - what the centre made of sheets from the inbox: once it has decided about
 * every row of one, the file is read again and its answer written anew.
 *
 * Which answers wait is kept in the outbox's store (office_inbox_wait.h), so that a restart changes
 * nothing. Whether a report that was taken became a conflict is told by the followed log: the
 * answer waits until the office's view shows the report. A file that somebody took away or changed
 * meanwhile is told in the journal; `office queue` shows what became of its reports. */
#include "services/office/office_inbox_sheet.h"

#include "common/base/file.h"
#include "common/base/log.h"
#include "services/office/office_inbox_impl.h"
#include "services/office/office_inbox_list.h"
#include "services/office/office_item.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MODE 0660

/* --- keeping ----------------------------------------------------------------------------------
 */

int inbox_sheets_follow(struct inbox_sheets *sheets, const struct inbox_sheet *sheet,
			const struct inbox_paths *paths, uint64_t *id_out, struct dd_error *err)
{
	struct inbox_wait wait = {.said = sheet->said, .count = sheet->count};
	int rc;

	wait.file = dd_strdup(paths->file);
	wait.answer = dd_strdup(paths->answer);
	memcpy(wait.stream, sheets->stream, sizeof(wait.stream));
	memcpy(wait.content, sheet->content, sizeof(wait.content));
	rc = inbox_wait_keep(sheets->office->outbox, &wait, err);
	if (rc == DD_OK) {
		*id_out = wait.id;
		sheets->waiting = true;
	}
	wait.said = NULL;
	inbox_wait_fini(&wait);
	return rc;
}

void inbox_sheets_forget(struct inbox_sheets *sheets, uint64_t id)
{
	struct dd_error err;

	/* Kept for nothing: without its file it is dropped when it is looked at. */
	if (inbox_wait_drop(sheets->office->outbox, id, &err) != DD_OK)
		dd_log(DD_LOG_WARN, "office.inbox_wait", dd_f_text("why", err.text));
}

/* --- the rows ---------------------------------------------------------------------------------
 */

/* What the centre made of a command. */
struct verdict {
	struct office_item item;
	bool conflict;
};

/* DD_ERR_RETRY: the centre has not decided, or the view does not show it yet. */
static int judge(struct office *office, const uint8_t stream[DD_ID_LEN],
		 const struct inbox_said *said, struct verdict *out)
{
	int rc = office_outbox_of_client(office->outbox, stream, said->number, &out->item);

	out->conflict = false;
	if (rc != 0)
		return rc;
	if (!office_state_settled((enum office_state)out->item.state))
		return DD_ERR_RETRY;
	if (out->item.state != OFFICE_ACCEPTED ||
	    said->action != DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS)
		return 0;
	return office_replica_conflict(office->replica, out->item.task, out->item.receipt.sequence,
				       &out->conflict);
}

/* "REFUSAL_STATE (awaiting, report) ..." as the outbox keeps it: the code and the first argument.
 */
static void read_reason(const char *reason, Dondoc__V1__Refusal *refusal, char *argument,
			size_t room)
{
	char name[64];
	size_t len = strcspn(reason, " (");
	const ProtobufCEnumValue *code;

	snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : 0), reason);
	code = protobuf_c_enum_descriptor_get_value_by_name(&dondoc__v1__refusal_code__descriptor,
							    name);
	refusal->code = code != NULL ? (Dondoc__V1__RefusalCode)code->value
				     : DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE;
	reason += len + strspn(reason + len, " (");
	snprintf(argument, room, "%.*s", (int)strcspn(reason, ",)"), reason);
}

/* `verdict` NULL: the report was not taken into the outbox. */
static void answer_row(struct dd_sheet *sheet, struct dd_sheet_row *row,
		       const struct inbox_said *said, const struct verdict *verdict)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	Dondoc__V1__Receipt receipt = DONDOC__V1__RECEIPT__INIT;
	char words[OFFICE_REASON_TEXT] = "";
	char *argument = words;
	bool refused = true;

	body.action_case = (Dondoc__V1__CommandBody__ActionCase)said->action;
	if (verdict == NULL) {
		refusal.code = (Dondoc__V1__RefusalCode)said->refusal;
	} else if (verdict->item.state == OFFICE_REFUSED ||
		   verdict->item.state == OFFICE_WITHDRAWN) {
		read_reason(verdict->item.reason, &refusal, words, sizeof(words));
	} else {
		refused = false;
		receipt.sequence = verdict->item.receipt.sequence;
		reply.receipt = &receipt;
		reply.held = verdict->item.state == OFFICE_HELD;
	}
	refusal.arguments = &argument;
	refusal.n_arguments = words[0] != '\0';
	reply.refusal = refused ? &refusal : NULL;
	reply.outcome = refused ? DONDOC__V1__OUTCOME__OUTCOME_REFUSED
				: DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	dd_sheet_answer(sheet, row, &body, &reply, verdict != NULL && verdict->conflict,
			verdict != NULL ? verdict->item.changed_us : 0);
}

static struct dd_sheet_row *find_row(struct dd_sheet *sheet, uint32_t number)
{
	for (size_t i = 0; i < sheet->count; i++) {
		if (sheet->rows[i].number == number)
			return &sheet->rows[i];
	}
	return NULL;
}

/* --- a sheet ----------------------------------------------------------------------------------
 */

/* Whether all of it is decided, without its file. */
static int judge_all(struct office *office, const struct inbox_wait *wait)
{
	struct verdict verdict;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < wait->count; i++) {
		if (wait->said[i].number != 0)
			rc = judge(office, wait->stream, &wait->said[i], &verdict);
	}
	return rc;
}

static int read_again(const struct inbox_wait *wait, struct dd_sheet **sheet_out,
		      struct dd_error *err)
{
	uint8_t content[DD_HASH_LEN];
	struct dd_buf file = {0};
	int rc = inbox_file_read(wait->file, &file, err);

	if (rc == DD_OK) {
		dd_hash(file.data, file.len, content);
		if (memcmp(content, wait->content, sizeof(content)) != 0)
			rc = dd_fail(err, DD_ERR_INVALID, "the file was changed since");
		else
			rc = dd_sheet_read(file.data, file.len, DD_SHEET_VI, sheet_out, err);
	}
	dd_buf_fini(&file);
	return rc;
}

static int write_anew(struct office *office, const struct inbox_wait *wait, struct dd_error *err)
{
	struct dd_sheet *sheet = NULL;
	struct dd_buf answer = {0};
	struct verdict verdict;
	int rc = read_again(wait, &sheet, err);

	for (size_t i = 0; rc == DD_OK && i < wait->count; i++) {
		const struct inbox_said *said = &wait->said[i];
		struct dd_sheet_row *row = find_row(sheet, said->row);

		if (row == NULL)
			continue;
		if (said->number != 0 && judge(office, wait->stream, said, &verdict) != 0)
			rc = dd_fail(err, DD_ERR_RETRY, "not decided");
		else
			answer_row(sheet, row, said, said->number != 0 ? &verdict : NULL);
	}
	if (rc == DD_OK)
		rc = dd_sheet_write(sheet, true, &answer, err);
	if (rc == DD_OK)
		rc = dd_file_write(wait->answer, answer.data, answer.len, FILE_MODE, err);
	dd_buf_fini(&answer);
	dd_sheet_free(sheet);
	return rc;
}

static void tell(struct inbox_sheets *sheets, const struct inbox_wait *wait, const char *why)
{
	if (!sheets->told)
		dd_log(DD_LOG_WARN, "office.inbox_answer", dd_f_text("sheet", wait->file),
		       dd_f_text("answer", wait->answer), dd_f_text("why", why));
}

/* What cannot be written now (a full disk) is tried again; without its file there is no answer. */
static void settle(struct inbox_sheets *sheets, const struct inbox_wait *wait)
{
	struct dd_error err = {0};
	int rc;

	if (judge_all(sheets->office, wait) != 0)
		return;
	rc = write_anew(sheets->office, wait, &err);
	if (rc == DD_ERR_RETRY)
		return;
	if (rc != DD_OK)
		tell(sheets, wait, err.text);
	sheets->told = rc != DD_OK && rc != DD_ERR_INVALID && rc != DD_ERR_NOT_FOUND;
	if (!sheets->told)
		inbox_sheets_forget(sheets, wait->id);
}

void inbox_sheets_look(struct inbox_sheets *sheets)
{
	struct inbox_wait wait;
	uint64_t last = 0;

	while (sheets->waiting && inbox_wait_next(sheets->office->outbox, last, &wait) == 0) {
		last = wait.id;
		settle(sheets, &wait);
		inbox_wait_fini(&wait);
	}
	if (last == 0)
		sheets->waiting = false;
}
