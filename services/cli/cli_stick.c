/* cli_stick.c - `stick take|settle`: an office's file taken at the centre, and the centre's answers
 * back. The services seal and open; here are only files. */
#include "services/cli/cli_stick.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/net/stick.h"
#include "services/cli/cli_draft.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FILE_MODE 0600
#define AGAIN_MAX 20 /* times that a busy service is asked once more */
#define AGAIN_NS  250000000L

/* --- files --------------------------------------------------------------------------------------
 */

void cli_stick_head(const Dondoc__V1__StickHead *head, uint8_t batch[16], struct dd_buf *file)
{
	size_t len = dondoc__v1__stick_head__get_packed_size(head);
	struct dd_buf packed = {0};

	(void)dd_buf_reserve(&packed, len);
	packed.len = dondoc__v1__stick_head__pack(head, packed.data);
	dd_stick_begin(file);
	dd_stick_add(file, packed.data, packed.len);
	if (head->batch.len == 16)
		memcpy(batch, head->batch.data, 16);
	dd_buf_fini(&packed);
}

int cli_stick_save(struct cli *cli, const char *path, const struct dd_buf *file)
{
	struct dd_error err;

	if (dd_file_write(path, file->data, file->len, FILE_MODE, &err) == 0)
		return 0;
	return cli_failed(cli, &err);
}

/* --- at the centre: taking ----------------------------------------------------------------------
 */

struct taking {
	struct cli *cli;
	Dondoc__V1__StickHead *head; /* owned */
	struct dd_buf answers;
	struct cli_table *table;
	uint32_t reports, accepted, again;
	uint32_t files;   /* of evidence that are whole at the centre now */
	uint32_t strange; /* records that were not taken */
	bool newer;       /* because they are of a newer version */
	bool end;
	char file_name[256]; /* of the one that comes piece by piece */
};

/* The first record of a file; NULL with words. */
static Dondoc__V1__StickHead *read_head(struct cli *cli, struct dd_stick_reader *reader,
					bool answers)
{
	Dondoc__V1__StickHead *head = NULL;
	const uint8_t *record;
	struct dd_error err;
	size_t len;

	if (dd_stick_next(reader, &record, &len, &err) != 0) {
		(void)cli_failed(cli, &err);
		return NULL;
	}
	if (len > 0)
		head = dondoc__v1__stick_head__unpack(NULL, len, record);
	if (head && head->answers == answers)
		return head;
	if (head)
		dondoc__v1__stick_head__free_unpacked(head, NULL);
	cli_complain(cli, answers ? TEXT_STICK_NOT_ANSWERS : TEXT_STICK_NOT_REPORTS, NULL);
	return NULL;
}

/* What the office will show. */
static int state_after(Dondoc__V1__Outcome outcome)
{
	switch ((int)outcome) {
	case DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED:
		return DONDOC__V1__OUTBOX_STATE__OUTBOX_ACCEPTED;
	case DONDOC__V1__OUTCOME__OUTCOME_REFUSED:
		return DONDOC__V1__OUTBOX_STATE__OUTBOX_REFUSED;
	case DONDOC__V1__OUTCOME__OUTCOME_CONFLICT:
		return DONDOC__V1__OUTBOX_STATE__OUTBOX_CONFLICT;
	default:
		return DONDOC__V1__OUTBOX_STATE__OUTBOX_QUEUED;
	}
}

static void add_row(struct taking *taking, const Dondoc__V1__StickOut *out)
{
	const struct cli *cli = taking->cli;
	struct dd_buf words = {0};

	taking->reports++;
	taking->accepted += out->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	cli_table_number(taking->table, (long long)out->number);
	cli_table_cell(taking->table, cli_name_outbox(cli->lang, state_after(out->outcome)));
	if (out->refusal && out->refusal->code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
		cli_refusal_words(cli->lang, out->refusal, &words);
	if (out->expected > 0 && out->outcome == DONDOC__V1__OUTCOME__OUTCOME_GAP)
		dd_buf_printf(&words, "%s %" PRIu64, cli_text(cli->lang, TEXT_STICK_GAP),
			      out->expected);
	cli_table_cell(taking->table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

/* A piece of evidence: only the last one is a row, or the one that is refused. */
static void add_file(struct taking *taking, const Dondoc__V1__StickOut *out)
{
	const struct cli *cli = taking->cli;
	const bool refused =
		out->refusal && out->refusal->code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE;
	struct dd_buf words = {0};

	if (out->file_name[0] != '\0')
		snprintf(taking->file_name, sizeof(taking->file_name), "%.255s", out->file_name);
	if (!out->file_complete && !refused)
		return;
	taking->files += out->file_complete ? 1 : 0;
	cli_table_cell(taking->table, taking->file_name);
	cli_table_cell(
		taking->table,
		cli_name_outbox(cli->lang, refused ? DONDOC__V1__OUTBOX_STATE__OUTBOX_REFUSED
						   : DONDOC__V1__OUTBOX_STATE__OUTBOX_ACCEPTED));
	if (refused)
		cli_refusal_words(cli->lang, out->refusal, &words);
	cli_table_cell(taking->table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

/* Neither decided nor to come again: nothing of it is at the centre. */
static void add_strange(struct taking *taking, const Dondoc__V1__StickOut *out)
{
	const struct cli *cli = taking->cli;

	taking->strange++;
	taking->newer |= out->newer != 0;
	cli_table_cell(taking->table, "?");
	cli_table_cell(taking->table, cli_text(cli->lang, TEXT_STICK_NOT_TAKEN));
	cli_table_cell(taking->table,
		       out->newer ? cli_text(cli->lang, TEXT_STICK_NEWER) : out->trouble);
}

/* One record; again where the service is busy. */
static int take_record(struct taking *taking, const uint8_t *record, size_t len)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__StickIn in = DONDOC__V1__STICK_IN__INIT;
	const Dondoc__V1__StickOut *out;
	const struct timespec pause = {.tv_nsec = AGAIN_NS};
	Dondoc__V1__Reply *reply;
	bool again = true;
	int rc = 0;

	in.office = taking->head->office;
	in.sealed = (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)record, .len = len};
	request.body_case = DONDOC__V1__REQUEST__BODY_STICK_IN;
	request.stick_in = &in;
	for (int i = 0; i < AGAIN_MAX && again; i++) {
		if (i > 0)
			(void)nanosleep(&pause, NULL);
		rc = cli_request(taking->cli, &request, &reply);
		if (rc != 0)
			return rc;
		out = reply->body_case == DONDOC__V1__REPLY__BODY_STICK_OUT ? reply->stick_out
									    : NULL;
		again = out && out->again;
		if (!again)
			break;
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	if (again) {
		taking->again++;
		return 0;
	}
	if (!out) {
		cli_complain(taking->cli, TEXT_STRANGE_ANSWER, taking->cli->target, NULL);
		rc = CLI_INTERNAL;
	} else {
		dd_stick_add(&taking->answers, out->sealed.data, out->sealed.len);
		if (out->trouble[0] != '\0')
			add_strange(taking, out);
		else if (out->number > 0)
			add_row(taking, out);
		else if (out->file.len > 0)
			add_file(taking, out);
		taking->end |= out->end > 0;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static void begin_answers(struct taking *taking)
{
	Dondoc__V1__StickHead head = *taking->head;
	uint8_t batch[16];

	head.answers = true;
	head.made_us = dd_wall_us();
	cli_stick_head(&head, batch, &taking->answers);
}

static int take_all(struct taking *taking, struct dd_stick_reader *reader)
{
	const uint8_t *record;
	struct dd_error err;
	size_t len;
	int rc = 0;

	begin_answers(taking);
	while (rc == 0) {
		if (dd_stick_next(reader, &record, &len, &err) != 0) {
			(void)cli_failed(taking->cli, &err);
			return CLI_FAULTS;
		}
		if (len == 0)
			return 0;
		rc = take_record(taking, record, len);
	}
	return rc;
}

/* What came of it; also of a file that turned out to be cut: what was whole is in. */
static int tell_taken(struct taking *taking, int rc)
{
	struct cli *cli = taking->cli;
	char accepted[16], reports[16], files[16], strange[16];

	cli_print_table(cli, taking->table);
	if (rc == 0 && !taking->end) {
		cli_complain(cli, TEXT_STICK_CUT, NULL);
		rc = CLI_FAULTS;
	}
	if (rc == 0 && taking->again > 0) {
		cli_complain(cli, TEXT_STICK_BUSY, NULL);
		rc = CLI_NO_ANSWER;
	}
	snprintf(strange, sizeof(strange), "%" PRIu32, taking->strange);
	if (rc == 0 && taking->strange > 0) {
		cli_complain(cli, taking->newer ? TEXT_STICK_SOME_NEWER : TEXT_STICK_SOME_STRANGE,
			     strange, NULL);
		rc = CLI_FAULTS;
	}
	snprintf(files, sizeof(files), "%" PRIu32, taking->files);
	snprintf(accepted, sizeof(accepted), "%" PRIu32, taking->accepted);
	snprintf(reports, sizeof(reports), "%" PRIu32, taking->reports);
	if (cli->format == CLI_TABLE)
		cli_say(cli, TEXT_STICK_TAKEN, taking->head->unit, reports, accepted,
			cli->args.value[CLI_OPT_ANSWER], files, NULL);
	return rc == 0 ? CLI_DONE : rc;
}

static int read_file(struct cli *cli, const char *path, struct dd_buf *file,
		     struct dd_stick_reader *reader)
{
	struct dd_error err;

	if (dd_file_read(path, CLI_STICK_FILE_MAX, file, &err) != 0 ||
	    dd_stick_reader(file, reader, &err) != 0)
		return cli_failed(cli, &err);
	return 0;
}

int cli_stick_take(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_STICK_WHAT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
	};
	struct taking taking = {.cli = cli};
	struct dd_stick_reader reader;
	struct dd_buf file = {0};
	const char *answer;
	int rc = cli_text_option(cli, CLI_OPT_ANSWER, &answer);

	if (rc == 0)
		rc = read_file(cli, cli_word(cli, 0), &file, &reader);
	if (rc == 0 && !(taking.head = read_head(cli, &reader, false)))
		rc = CLI_FAULTS;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0) {
		int told;

		taking.table = cli_table_new(columns, 3);
		rc = take_all(&taking, &reader);
		told = cli_stick_save(cli, answer, &taking.answers);
		rc = tell_taken(&taking, rc != 0 ? rc : told);
		cli_table_free(taking.table);
	}
	if (taking.head)
		dondoc__v1__stick_head__free_unpacked(taking.head, NULL);
	dd_buf_fini(&taking.answers);
	dd_buf_fini(&file);
	return rc;
}

/* --- at the office: answers ----------------------------------------------------------------------
 */

struct settled {
	uint32_t reports, files;
	bool end;
};

static int settle_record(struct cli *cli, const uint8_t *record, size_t len,
			 struct settled *settled)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__StickSettle settle = DONDOC__V1__STICK_SETTLE__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	settle.sealed = (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)record, .len = len};
	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_STICK_SETTLE;
	asked.stick_settle = &settle;
	request.body_case = DONDOC__V1__REQUEST__BODY_OFFICE_DO;
	request.office_do = &asked;
	rc = cli_request(cli, &request, &reply);
	if (rc != 0)
		return rc;
	if (reply->body_case == DONDOC__V1__REPLY__BODY_OFFICE_DONE &&
	    reply->office_done->settled) {
		settled->reports += reply->office_done->settled->settled ? 1 : 0;
		settled->files += reply->office_done->settled->file ? 1 : 0;
		settled->end |= reply->office_done->settled->end != 0;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int settle_all(struct cli *cli, struct dd_stick_reader *reader, struct settled *settled)
{
	const uint8_t *record;
	struct dd_error err;
	size_t len;
	int rc = 0;

	while (rc == 0) {
		if (dd_stick_next(reader, &record, &len, &err) != 0) {
			(void)cli_failed(cli, &err);
			return CLI_FAULTS;
		}
		if (len == 0)
			break;
		rc = settle_record(cli, record, len, settled);
	}
	return rc;
}

int cli_stick_settle(struct cli *cli)
{
	Dondoc__V1__StickHead *head = NULL;
	struct dd_stick_reader reader;
	struct dd_buf file = {0};
	struct settled settled = {0};
	char reports[16], files[16];
	int rc = cli_office_named(cli);

	if (rc == 0)
		rc = read_file(cli, cli_word(cli, 0), &file, &reader);
	if (rc == 0 && !(head = read_head(cli, &reader, true)))
		rc = CLI_FAULTS;
	if (head)
		dondoc__v1__stick_head__free_unpacked(head, NULL);
	if (rc == 0)
		rc = cli_connect(cli, "");
	if (rc == 0)
		rc = settle_all(cli, &reader, &settled);
	dd_buf_fini(&file);
	if (rc != 0)
		return rc;
	if (!settled.end)
		cli_complain(cli, TEXT_STICK_CUT, NULL);
	snprintf(reports, sizeof(reports), "%" PRIu32, settled.reports);
	snprintf(files, sizeof(files), "%" PRIu32, settled.files);
	cli_say(cli, TEXT_STICK_SETTLED, reports, files, NULL);
	return settled.end ? CLI_DONE : CLI_FAULTS;
}
