/* sheet_answer.c - what came of a row, in the words of whoever filled it in. */
#include "common/base/clock.h"
#include "common/sheet/sheet_impl.h"
#include "common/sheet/sheet_text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool known(const Dondoc__V1__SubmitReply *reply)
{
	return reply->refusal &&
	       reply->refusal->code == DONDOC__V1__REFUSAL_CODE__REFUSAL_SHEET_ROW_KNOWN;
}

static enum dd_sheet_fate fate_of(const Dondoc__V1__SubmitReply *reply, bool conflict)
{
	if (!reply)
		return DD_SHEET_UNSENT;
	switch (reply->outcome) {
	case DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED:
		if (reply->held)
			return DD_SHEET_HELD;
		return conflict ? DD_SHEET_CONFLICT : DD_SHEET_TAKEN;
	case DONDOC__V1__OUTCOME__OUTCOME_SAVED:
		return DD_SHEET_SAVED;
	case DONDOC__V1__OUTCOME__OUTCOME_REFUSED:
	case DONDOC__V1__OUTCOME__OUTCOME_DENIED:
		return known(reply) ? DD_SHEET_KNOWN : DD_SHEET_REFUSED;
	default:
		return DD_SHEET_UNSENT;
	}
}

/* "15:24 ngày 24/11/2026" */
static void moment(enum dd_sheet_lang lang, int64_t us, char out[48])
{
	int32_t day = dd_day_of(us);
	int minute = (int)((us - dd_day_start_us(day)) / (60 * DD_SECOND_US));
	char text[DD_DAY_TEXT];

	snprintf(out, 48, "%02d:%02d %s%s", minute / 60, minute % 60,
		 lang == DD_SHEET_VI ? "ngày " : "",
		 lang == DD_SHEET_VI ? dd_day_vn(day, text) : dd_day_iso(day, text));
}

static void fill_two(struct dd_buf *out, const char *text, const char *number, const char *at)
{
	for (; *text; text++) {
		if (strncmp(text, "{0}", 3) == 0 || strncmp(text, "{1}", 3) == 0) {
			dd_buf_text(out, text[1] == '0' ? number : at);
			text += 2;
		} else {
			dd_buf_add(out, text, 1);
		}
	}
}

static void refused(const struct dd_sheet *sheet, const Dondoc__V1__SubmitReply *reply,
		    struct dd_buf *out)
{
	Dondoc__V1__RefusalCode code = reply->refusal
					       ? reply->refusal->code
					       : DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED;

	dd_sheet_fill(out, dd_sheet_words(sheet->lang, SHEET_SAID_REFUSED),
		      dd_sheet_refusal(sheet->lang, code));
	dd_sheet_fill(out, dd_sheet_words(sheet->lang, SHEET_SAID_REMEDY),
		      dd_sheet_remedy(sheet->lang, code));
}

static void say(const struct dd_sheet *sheet, enum dd_sheet_fate fate,
		const Dondoc__V1__SubmitReply *reply, int64_t now_us, struct dd_buf *out)
{
	static const enum sheet_text texts[DD_SHEET_FATES] = {
		[DD_SHEET_KNOWN] = SHEET_SAID_KNOWN,       [DD_SHEET_TAKEN] = SHEET_SAID_TAKEN,
		[DD_SHEET_SAVED] = SHEET_SAID_SAVED,       [DD_SHEET_HELD] = SHEET_SAID_HELD,
		[DD_SHEET_CONFLICT] = SHEET_SAID_CONFLICT, [DD_SHEET_UNSENT] = SHEET_SAID_UNSENT};
	char number[32] = "?", at[48];

	if (fate == DD_SHEET_REFUSED) {
		refused(sheet, reply, out);
		return;
	}
	if (fate == DD_SHEET_KNOWN && reply->refusal->n_arguments > 0)
		snprintf(number, sizeof(number), "%.20s", reply->refusal->arguments[0]);
	else if (reply && reply->receipt)
		snprintf(number, sizeof(number), "%" PRIu64, reply->receipt->sequence);
	moment(sheet->lang, now_us, at);
	fill_two(out, dd_sheet_words(sheet->lang, texts[fate]), number, at);
}

void dd_sheet_answer(const struct dd_sheet *sheet, struct dd_sheet_row *row,
		     const Dondoc__V1__CommandBody *body, const Dondoc__V1__SubmitReply *reply,
		     bool conflict, int64_t now_us)
{
	enum dd_sheet_fate fate = fate_of(reply, conflict);
	bool several = row->said.new_due != 0 || row->said.complete;

	if (fate > row->fate)
		row->fate = fate;
	if (row->result.len > 0)
		dd_buf_text(&row->result, "\n");
	if (several)
		dd_buf_printf(&row->result,
			      "%s: ", dd_sheet_action(sheet->lang, body->action_case));
	say(sheet, fate, reply, now_us, &row->result);
}
