/* office_inbox_sheet.c - see office_inbox_sheet.h. */
#include "services/office/office_inbox_sheet.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "services/office/office_item.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLLOWED_MAX 64 /* sheets; the oldest one's answer then stays as it is */
#define FILE_MODE    0660

/* One command of a row, under its number in the inbox's own stream. */
struct said {
	uint64_t number; /* 0 = it was not taken into the outbox */
	size_t row;
	Dondoc__V1__CommandBody__ActionCase action;
	struct office_item item; /* as last seen */
	bool settled;
};

struct inbox_sheet {
	struct dd_sheet *sheet; /* owned */
	struct said *said;      /* owned */
	size_t count;
	char *path; /* owned; of the answer; NULL before it is followed */
};

struct inbox_sheets {
	struct office *office;
	uint8_t stream[DD_ID_LEN]; /* a new one with every start */
	uint64_t number;           /* the last that is used */
	struct inbox_sheet *followed[FOLLOWED_MAX];
	size_t count;
};

struct inbox_sheets *inbox_sheets_new(struct office *office)
{
	struct inbox_sheets *sheets = dd_alloc(sizeof(*sheets));

	memset(sheets, 0, sizeof(*sheets));
	sheets->office = office;
	dd_id_new(sheets->stream);
	return sheets;
}

void inbox_sheet_free(struct inbox_sheet *sheet)
{
	if (sheet == NULL)
		return;
	dd_sheet_free(sheet->sheet);
	free(sheet->said);
	free(sheet->path);
	free(sheet);
}

void inbox_sheets_free(struct inbox_sheets *sheets)
{
	for (size_t i = 0; i < sheets->count; i++)
		inbox_sheet_free(sheets->followed[i]);
	free(sheets);
}

/* --- into the outbox -----------------------------------------------------------------------------
 */

/* The engine's failures end the process; a full disk is told. */
static int submit(struct inbox_sheets *sheets, const Dondoc__V1__CommandBody *body,
		  Dondoc__V1__SubmitReply *reply, struct dd_error *err)
{
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	struct dd_error full = {0};
	size_t len = dondoc__v1__command_body__get_packed_size(body);
	uint8_t *bytes = dd_alloc(len + 1);
	int rc;

	dondoc__v1__command_body__pack(body, bytes);
	submit.stream = (ProtobufCBinaryData){sizeof(sheets->stream), sheets->stream};
	submit.number = sheets->number + 1;
	submit.body = (ProtobufCBinaryData){len, bytes};
	office_now(sheets->office);
	rc = office_core_submit(sheets->office->core, &submit, reply, &full);
	office_after(sheets->office, rc, &full);
	free(bytes);
	if (full.code != DD_OK)
		return dd_fail(err, DD_ERR_FULL, "%s", full.text);
	if (reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		sheets->number++;
	return DD_OK;
}

static int send_command(struct inbox_sheets *sheets, struct inbox_sheet *taken, size_t row,
			struct dd_sheet_command *command, struct dd_error *err)
{
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct said *said = &taken->said[taken->count];
	Dondoc__V1__SubmitReply reply;
	uint8_t nonce[DD_ID_LEN];
	int rc;

	dd_id_new(nonce);
	actor.unit = sheets->office->config->unit;
	command->body.actor = &actor;
	command->body.fact_us = dd_wall_us();
	command->body.nonce = (ProtobufCBinaryData){DD_ID_LEN, nonce};
	rc = submit(sheets, &command->body, &reply, err);
	if (rc != DD_OK)
		return rc;
	said->row = row;
	said->action = command->body.action_case;
	if (reply.outcome == DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		said->number = sheets->number;
	taken->count++;
	dd_sheet_answer(taken->sheet, &taken->sheet->rows[row], &command->body, &reply, false,
			dd_wall_us());
	return DD_OK;
}

/* Those that are in the outbox already are passed over. */
static int send_rows(struct inbox_sheets *sheets, struct inbox_sheet *taken, struct dd_error *err)
{
	struct dd_sheet_command commands[DD_SHEET_SAYS_MAX];
	size_t at = 0;
	int rc = DD_OK;

	for (size_t i = 0; rc == DD_OK && i < taken->sheet->count; i++) {
		size_t count = dd_sheet_commands(taken->sheet, &taken->sheet->rows[i], commands);

		for (size_t k = 0; rc == DD_OK && k < count; k++) {
			if (at++ >= taken->count)
				rc = send_command(sheets, taken, i, &commands[k], err);
		}
	}
	return rc;
}

static int check_sheet(const struct inbox_sheets *sheets, const struct dd_sheet *sheet,
		       struct dd_error *err)
{
	bool filled = false;

	if (strcmp(sheet->head->unit, sheets->office->config->unit) != 0)
		return dd_fail(
			err, DD_ERR_INVALID,
			sheet->lang == DD_SHEET_VI
				? "phiếu này của đơn vị %s, không phải của %s: gửi đến nơi đã lập "
				  "phiếu"
				: "this sheet is of unit %s, not of %s: hand it in where it was "
				  "made",
			sheet->head->unit, sheets->office->config->unit);
	for (size_t i = 0; i < sheet->count; i++)
		filled = filled || sheet->rows[i].fate != DD_SHEET_UNTOUCHED;
	if (filled)
		return DD_OK;
	return dd_fail(
		err, DD_ERR_INVALID, "%s",
		sheet->lang == DD_SHEET_VI
			? "phiếu chưa điền dòng nào: điền vào các ô màu vàng, lưu lại rồi gửi"
			: "no row is filled in: fill in the yellow cells, save and hand it in");
}

static int read_sheet(struct inbox_sheets *sheets, const struct dd_buf *file,
		      struct inbox_sheet **sheet_out, struct dd_error *err)
{
	struct inbox_sheet *taken = dd_alloc(sizeof(*taken));
	int rc;

	memset(taken, 0, sizeof(*taken));
	rc = dd_sheet_read(file->data, file->len, DD_SHEET_VI, &taken->sheet, err);
	if (rc == DD_OK)
		rc = check_sheet(sheets, taken->sheet, err);
	if (rc == DD_OK) {
		size_t room = (taken->sheet->count * DD_SHEET_SAYS_MAX + 1) * sizeof(*taken->said);

		taken->said = dd_alloc(room);
		memset(taken->said, 0, room);
		*sheet_out = taken;
	} else {
		inbox_sheet_free(taken);
	}
	return rc;
}

int inbox_sheet_take(struct inbox_sheets *sheets, const struct dd_buf *file,
		     struct inbox_sheet **sheet, struct dd_error *err)
{
	int rc = *sheet == NULL ? read_sheet(sheets, file, sheet, err) : DD_OK;

	return rc == DD_OK ? send_rows(sheets, *sheet, err) : rc;
}

int inbox_sheet_answer(struct inbox_sheet *sheet, struct dd_buf *out, struct dd_error *err)
{
	return dd_sheet_write(sheet->sheet, true, out, err);
}

const char *inbox_sheet_ending(const struct inbox_sheet *sheet)
{
	return sheet->sheet->lang == DD_SHEET_VI ? ".ket-qua.xlsx" : ".answer.xlsx";
}

/* --- what the centre made of it ------------------------------------------------------------------
 */

void inbox_sheets_follow(struct inbox_sheets *sheets, struct inbox_sheet *sheet, const char *path)
{
	if (sheets->count == FOLLOWED_MAX) {
		inbox_sheet_free(sheets->followed[0]);
		memmove(&sheets->followed[0], &sheets->followed[1],
			(FOLLOWED_MAX - 1) * sizeof(sheets->followed[0]));
		sheets->count--;
	}
	sheet->path = dd_strdup(path);
	sheets->followed[sheets->count++] = sheet;
}

/* How many of the sheet's reports have not been decided yet. */
static size_t count_open(struct inbox_sheets *sheets, struct inbox_sheet *sheet)
{
	size_t open = 0;

	for (size_t i = 0; i < sheet->count; i++) {
		struct said *said = &sheet->said[i];

		if (said->number == 0 || said->settled)
			continue;
		if (office_outbox_of_client(sheets->office->outbox, sheets->stream, said->number,
					    &said->item) == 0)
			said->settled = office_state_settled((enum office_state)said->item.state);
		open += said->settled ? 0 : 1;
	}
	return open;
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

static void answer_anew(struct inbox_sheet *sheet, const struct said *said)
{
	struct dd_sheet_row *row = &sheet->sheet->rows[said->row];
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	Dondoc__V1__Receipt receipt = DONDOC__V1__RECEIPT__INIT;
	char words[OFFICE_REASON_TEXT];
	char *argument = words;

	body.action_case = said->action;
	receipt.sequence = said->item.receipt.sequence;
	reply.receipt = &receipt;
	reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	reply.held = said->item.state == OFFICE_HELD;
	if (said->item.state == OFFICE_REFUSED || said->item.state == OFFICE_WITHDRAWN) {
		read_reason(said->item.reason, &refusal, words, sizeof(words));
		refusal.arguments = &argument;
		refusal.n_arguments = words[0] != '\0';
		reply.refusal = &refusal;
		reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_REFUSED;
	}
	dd_sheet_answer(sheet->sheet, row, &body, &reply, false, said->item.changed_us);
}

/* Rows that never reached the outbox keep their answers. */
static void clear_rows(struct inbox_sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++) {
		struct dd_sheet_row *row = &sheet->sheet->rows[sheet->said[i].row];

		if (sheet->said[i].number == 0 || row->fate != DD_SHEET_SAVED)
			continue;
		row->fate = DD_SHEET_READY;
		dd_buf_clear(&row->result);
	}
}

static bool settle(struct inbox_sheets *sheets, struct inbox_sheet *sheet)
{
	struct dd_buf answer = {0};
	struct dd_error err;

	if (count_open(sheets, sheet) > 0)
		return false;
	clear_rows(sheet);
	for (size_t i = 0; i < sheet->count; i++) {
		if (sheet->said[i].number != 0)
			answer_anew(sheet, &sheet->said[i]);
	}
	if (dd_sheet_write(sheet->sheet, true, &answer, &err) != DD_OK ||
	    dd_file_write(sheet->path, answer.data, answer.len, FILE_MODE, &err) != DD_OK)
		dd_log(DD_LOG_WARN, "office.inbox_answer", dd_f_text("file", sheet->path),
		       dd_f_text("why", err.text));
	dd_buf_fini(&answer);
	return true;
}

void inbox_sheets_look(struct inbox_sheets *sheets)
{
	size_t kept = 0;

	for (size_t i = 0; i < sheets->count; i++) {
		if (settle(sheets, sheets->followed[i]))
			inbox_sheet_free(sheets->followed[i]);
		else
			sheets->followed[kept++] = sheets->followed[i];
	}
	sheets->count = kept;
}
