/* office_inbox_sheet.c - see office_inbox_sheet.h. What the centre makes of it:
 * office_inbox_answer.c.
 */
#include "services/office/office_inbox_sheet.h"

#include "common/base/clock.h"
#include "services/office/office_inbox_impl.h"
#include <stdlib.h>
#include <string.h>

struct inbox_sheets *inbox_sheets_new(struct office *office)
{
	struct inbox_sheets *sheets = dd_alloc(sizeof(*sheets));

	memset(sheets, 0, sizeof(*sheets));
	sheets->office = office;
	sheets->waiting = true; /* until it was looked */
	dd_id_new(sheets->stream);
	return sheets;
}

void inbox_sheet_free(struct inbox_sheet *sheet)
{
	if (sheet == NULL)
		return;
	dd_sheet_free(sheet->sheet);
	free(sheet->said);
	free(sheet);
}

void inbox_sheets_free(struct inbox_sheets *sheets)
{
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
	struct inbox_said *said = &taken->said[taken->count];
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
	said->row = taken->sheet->rows[row].number;
	said->action = (uint32_t)command->body.action_case;
	said->refusal = reply.refusal != NULL ? (uint32_t)reply.refusal->code : 0;
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
	dd_hash(file->data, file->len, taken->content);
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
