/* cli_task_show.c - `task show`: everything about one task, with its history. */
#include "common/app/pb_json.h"
#include "common/base/clock.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli.h"
#include "services/cli/cli_event.h"
#include "services/cli/cli_evidence.h"
#include "services/cli/cli_life.h"
#include "services/cli/cli_past.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <string.h>

static void put_content(const struct cli *cli, const Dondoc__V1__TaskRow *task)
{
	const Dondoc__V1__TaskFields *fields = task->fields;
	struct dd_buf text = {0};

	dd_buf_printf(&text, "%s/%s (#%" PRIu64 ")", fields->plan, fields->code, task->id);
	cli_print_label(cli, TEXT_LABEL_TASK, dd_buf_cstr(&text));
	cli_print_label(cli, TEXT_LABEL_CONTENT, fields->content);
	cli_print_label(cli, TEXT_LABEL_PRODUCT, fields->product);
	cli_print_label(cli, TEXT_LABEL_TARGET, fields->target);
	cli_print_label_number(cli, TEXT_LABEL_AREA, fields->area);
	dd_buf_clear(&text);
	if (task->lead_unit[0]) /* a task of many units has none */
		dd_buf_printf(&text, "%s %s", task->lead_unit, task->lead_name);
	cli_print_label(cli, TEXT_LABEL_LEAD, dd_buf_cstr(&text));
	cli_print_label(cli, TEXT_LABEL_LEAD_TEXT, fields->lead_text);
	cli_print_label(cli, TEXT_LABEL_DIVISION,
			task->division[0] ? task->division : fields->division);
	cli_print_label(cli, TEXT_LABEL_COORDINATING, fields->coordinating_text);
	cli_print_label(cli, TEXT_LABEL_TIME_TEXT, fields->time_text);
	if (fields->recurrence != DONDOC__V1__RECURRENCE__RECUR_ONCE)
		cli_print_label(cli, TEXT_LABEL_RECURRENCE,
				cli_name_recurrence(cli->lang, (int)fields->recurrence));
	cli_print_label(cli, TEXT_LABEL_NOTE, fields->note);
	dd_buf_fini(&text);
}

/* Of a task that many units answer. */
static void put_parts(const struct cli *cli, const Dondoc__V1__Buckets *parts)
{
	struct dd_buf text = {0};

	if (!parts)
		return;
	dd_buf_printf(&text, "%" PRIu32 " (%s %" PRIu32 ", %s %" PRIu32 ")", parts->total,
		      cli_text(cli->lang, TEXT_PARTS_DONE),
		      parts->completed_on_time + parts->completed_late,
		      cli_text(cli->lang, TEXT_PARTS_OVERDUE), parts->open_overdue);
	cli_print_label(cli, TEXT_LABEL_PARTS, dd_buf_cstr(&text));
	dd_buf_fini(&text);
}

static void put_state(const struct cli *cli, const Dondoc__V1__TaskRow *task)
{
	struct dd_buf text = {0};

	cli_state_words(cli->lang, task, &text);
	cli_print_label(cli, TEXT_LABEL_STATE, dd_buf_cstr(&text));
	dd_buf_clear(&text);
	dd_buf_printf(&text, "%" PRIu32 "%%, %s", task->percent,
		      cli_name_step(cli->lang, (int)task->step));
	cli_print_label(cli, TEXT_LABEL_PROGRESS, dd_buf_cstr(&text));
	dd_buf_fini(&text);
	put_parts(cli, task->parts);
	if (task->children > 0)
		cli_print_label_number(cli, TEXT_LABEL_ROLLED, task->rolled_percent);
	if (task->fields->has_weight_case == DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT)
		cli_print_label_number(cli, TEXT_LABEL_WEIGHT, task->fields->weight);
	cli_print_label_day(cli, TEXT_LABEL_ASSIGNED, task->assigned_day);
	cli_print_label_day(cli, TEXT_LABEL_START, task->fields->start_day);
	cli_print_label_day(cli, TEXT_LABEL_DUE, task->due_day);
	if (task->first_due_day != task->due_day)
		cli_print_label_day(cli, TEXT_LABEL_FIRST_DUE, task->first_due_day);
	cli_print_label_day(cli, TEXT_LABEL_INTERNAL_DUE, task->internal_due_day);
	cli_print_label_number(cli, TEXT_LABEL_DAYS_LATE, task->days_late);
	cli_print_label_number(cli, TEXT_LABEL_EXTENSIONS, task->extensions_granted);
	cli_print_label_number(cli, TEXT_LABEL_FILES, task->files);
	cli_print_label_day(cli, TEXT_LABEL_SUBMITTED, task->submitted_day);
	cli_print_label_number(cli, TEXT_LABEL_PENDING_COMPLETION, task->pending_completion);
	cli_print_label_number(cli, TEXT_LABEL_PENDING_EXTENSION, task->pending_extension);
	cli_print_label_day(cli, TEXT_LABEL_PROPOSED, task->proposed_due_day);
	cli_print_label_number(cli, TEXT_LABEL_CONFLICTS, task->conflicts);
	if (task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_BLOCKED)
		cli_print_label(cli, TEXT_LABEL_BLOCKED, cli_text(cli->lang, TEXT_SEE_LINKS));
	cli_print_label_number(cli, TEXT_LABEL_VERSION, task->version);
}

/* The time of fact is told where it differs from the time of record by a minute or more, or is
 * doubtful. */
static void put_times(const struct cli *cli, const Dondoc__V1__EventHeader *header)
{
	int64_t apart = header->record_us - header->fact_us;
	char record[DD_TIME_TEXT], fact[DD_TIME_TEXT];

	fprintf(cli->out, "%s", dd_time_local(header->record_us, record));
	if (header->fact_doubtful || apart >= 60 * DD_SECOND_US || apart <= -60 * DD_SECOND_US)
		fprintf(cli->out, " (%s %s%s)", cli_text(cli->lang, TEXT_FACT_TIME),
			dd_time_local(header->fact_us, fact),
			header->fact_doubtful ? cli_text(cli->lang, TEXT_FACT_DOUBTFUL) : "");
}

static void put_event(const struct cli *cli, const Dondoc__V1__TaskDetail *detail, size_t at)
{
	const Dondoc__V1__HistoryRow *row = detail->history[at];
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, row->header.len, row->header.data);
	struct dd_buf words = {0};

	if (!header) {
		fprintf(cli->out, "  %" PRIu64 "  ?\n", row->sequence);
		return;
	}
	fprintf(cli->out, "  ");
	put_times(cli, header);
	fprintf(cli->out, "  %s  %s", header->actor ? header->actor->unit : "",
		cli_name_event(cli->lang, (int)header->type));
	if (row->redacted)
		cli_destroyed_words(cli->lang, row->destroyed_by, &words);
	if (row->redacted && row->body.len > 0)
		dd_buf_text(&words, " ");
	if (!row->redacted || row->body.len > 0) /* what stays of it */
		cli_event_words(cli->lang, (int)header->type, row->body.data, row->body.len,
				&words);
	fprintf(cli->out, "  [%s %" PRIu64 ", %s%s]\n", cli_text(cli->lang, TEXT_RECEIPT_NUMBER),
		row->sequence, header->principal,
		header->let_go ? cli_text(cli->lang, TEXT_LET_GO) : "");
	if (words.len > 0)
		fprintf(cli->out, "      %s\n", dd_buf_cstr(&words));
	dd_buf_clear(&words);
	cli_past_words(cli->lang, detail, at, &words);
	if (words.len > 0)
		fprintf(cli->out, "      %s\n", dd_buf_cstr(&words));
	dd_buf_fini(&words);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static void put_json(const struct cli *cli, const Dondoc__V1__TaskDetail *detail)
{
	struct dd_buf out = {0};

	dd_buf_text(&out, "{\"task\":");
	dd_pb_to_json(&detail->task->base, &out);
	if (detail->life) {
		dd_buf_text(&out, ",\"life\":");
		dd_pb_to_json(&detail->life->base, &out);
	}
	dd_buf_text(&out, ",\"children\":[");
	for (size_t i = 0; i < detail->n_children; i++) {
		dd_buf_text(&out, i ? "," : "");
		dd_pb_to_json(&detail->children[i]->base, &out);
	}
	dd_buf_text(&out, "],\"local\":[");
	for (size_t i = 0; i < detail->n_local; i++) {
		dd_buf_text(&out, i ? "," : "");
		dd_pb_to_json(&detail->local[i]->base, &out);
	}
	dd_buf_text(&out, "],\"history\":[");
	for (size_t i = 0; i < detail->n_history; i++) {
		const Dondoc__V1__HistoryRow *row = detail->history[i];

		dd_buf_text(&out, i ? "," : "");
		cli_event_json(row->sequence, row->header.data, row->header.len, row->body.data,
			       row->body.len, &out);
	}
	dd_buf_printf(&out, "],\"history_cut\":%s}\n", detail->history_cut ? "true" : "false");
	fwrite(out.data, 1, out.len, cli->out);
	dd_buf_fini(&out);
}

static void put_children(const struct cli *cli, const Dondoc__V1__TaskDetail *detail)
{
	struct dd_buf state = {0};

	if (detail->n_children == 0)
		return;
	cli_say(cli, TEXT_SUBTASKS, NULL);
	for (size_t i = 0; i < detail->n_children; i++) {
		const Dondoc__V1__TaskRow *child = detail->children[i];

		if (!child->fields)
			continue;
		dd_buf_clear(&state);
		cli_state_words(cli->lang, child, &state);
		fprintf(cli->out, "  %s  %s  %s  %" PRIu32 "%%  %s\n", child->fields->code,
			child->fields->content, child->lead_unit, child->rolled_percent,
			dd_buf_cstr(&state));
	}
	if (detail->children_cut)
		cli_say(cli, TEXT_SUBTASKS_CUT, NULL);
	dd_buf_fini(&state);
}

/* What the answering office has saved and the centre has not accepted. */
static void put_local(const struct cli *cli, const Dondoc__V1__TaskDetail *detail)
{
	char queued[DD_TIME_TEXT];
	struct dd_buf words = {0};

	if (detail->n_local > 0)
		cli_say(cli, TEXT_LOCAL_ROWS, NULL);
	for (size_t i = 0; i < detail->n_local; i++) {
		const Dondoc__V1__OutboxRow *row = detail->local[i];

		dd_buf_clear(&words);
		cli_outbox_words(cli->lang, row->summary, &words);
		fprintf(cli->out, "  %s  %s  %s", dd_time_local(row->queued_us, queued),
			dd_buf_cstr(&words), cli_name_outbox(cli->lang, (int)row->state));
		dd_buf_clear(&words);
		cli_outbox_words(cli->lang, row->reason, &words);
		fprintf(cli->out, "%s%s\n", words.len > 0 ? ": " : "", dd_buf_cstr(&words));
	}
	dd_buf_fini(&words);
}

static void put_detail(const struct cli *cli, const Dondoc__V1__TaskDetail *detail)
{
	put_content(cli, detail->task);
	put_state(cli, detail->task);
	cli_print_life(cli, detail->life);
	put_children(cli, detail);
	put_local(cli, detail);
	cli_say(cli, TEXT_HISTORY, NULL);
	for (size_t i = 0; i < detail->n_history; i++)
		put_event(cli, detail, i);
	if (detail->history_cut)
		cli_say(cli, TEXT_HISTORY_CUT, NULL);
}

int cli_task_show(struct cli *cli)
{
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, 100000, 0, &limit);

	if (rc == 0 && cli->format == CLI_CSV)
		rc = cli_misused(cli, TEXT_NO_CSV, NULL);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_find_task(cli, cli_word(cli, 0), (uint32_t)limit, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		put_json(cli, reply->answer->task);
	else
		put_detail(cli, reply->answer->task);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
