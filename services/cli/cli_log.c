/* cli_log.c - `log tail`: the log's records, one line or one JSON object each. Every frame is
 * checked before it is shown, and the position behind it is what the next question names. */
#include "common/base/clock.h"
#include "common/eventlog/frame.h"
#include "common/eventlog/position.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli.h"
#include "services/cli/cli_event.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <string.h>

#define LAST_RECORDS 20
#define CHUNK_BYTES  (4u << 20)
#define FOLLOW_MS    20000

struct tail {
	struct dd_position at; /* read so far */
	uint64_t from;         /* first record to show; 0 = not known yet */
	uint64_t left;         /* records still to show */
	uint64_t last;         /* of that many last records, from the first head that is told */
	bool follow;
};

static void print_line(const struct cli *cli, const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	struct dd_buf words = {0};
	char time[DD_TIME_TEXT];
	const uint8_t *body;
	uint32_t body_len;

	if (!header) {
		fprintf(cli->out, "%8" PRIu64 "  ?\n", record->sequence);
		return;
	}
	if (record->kind == DD_RECORD_REDACTED)
		dd_buf_text(&words, cli_text(cli->lang, TEXT_REDACTED));
	if (dd_record_body(record, &body, &body_len)) {
		dd_buf_text(&words, words.len > 0 && body_len > 0 ? " " : "");
		if (record->kind == DD_RECORD_FULL || body_len > 0) /* what stays of it */
			cli_event_words(cli->lang, (int)header->type, body, body_len, &words);
	}
	fprintf(cli->out, "%8" PRIu64 "  %s  %s", record->sequence,
		dd_time_local(header->record_us, time),
		cli_name_event(cli->lang, (int)header->type));
	if (header->subject)
		fprintf(cli->out, "  #%" PRIu64, header->subject);
	if (header->actor && header->actor->unit[0])
		fprintf(cli->out, "  %s", header->actor->unit);
	fprintf(cli->out, "  (%s%s)  %s\n", header->principal,
		header->let_go ? cli_text(cli->lang, TEXT_LET_GO) : "", dd_buf_cstr(&words));
	dd_buf_fini(&words);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

static void print_record(const struct cli *cli, const struct dd_record *record)
{
	struct dd_buf out = {0};
	const uint8_t *body;
	uint32_t body_len;

	if (cli->format == CLI_JSON) {
		(void)dd_record_body(record, &body, &body_len);
		cli_event_json(record->sequence, record->header, record->header_len, body, body_len,
			       &out);
		fprintf(cli->out, "%s\n", dd_buf_cstr(&out));
		dd_buf_fini(&out);
	} else if (record->kind == DD_RECORD_LEAF) {
		fprintf(cli->out, "%8" PRIu64 "  %s\n", record->sequence,
			cli_text(cli->lang, TEXT_HIDDEN));
	} else {
		print_line(cli, record);
	}
}

static void print_frame(const struct cli *cli, struct tail *tail, const uint8_t *frame,
			const struct dd_frame_info *info)
{
	struct dd_frame_iter iter;
	struct dd_record record;

	dd_frame_iter(&iter, frame, info);
	while (tail->left > 0 && dd_frame_next(&iter, &record)) {
		if (record.sequence < tail->from)
			continue;
		print_record(cli, &record);
		tail->left--;
	}
}

static void move_behind(struct tail *tail, const struct dd_frame_info *info)
{
	memcpy(tail->at.log_id, info->log_id, DD_ID_LEN);
	memcpy(tail->at.chain, info->chain_after, DD_HASH_LEN);
	tail->at.incarnation = info->incarnation;
	tail->at.sequence = info->base + info->count - 1;
}

static int print_chunk(const struct cli *cli, struct tail *tail, const ProtobufCBinaryData *frames)
{
	struct dd_frame_info info;

	for (size_t at = 0; at < frames->len; at += info.length) {
		const uint8_t *frame = frames->data + at;
		struct dd_error err;

		if (dd_frame_info(frame, frames->len - at, &info) != 0 ||
		    info.length > frames->len - at) {
			cli_complain(cli, TEXT_BAD_FRAME, cli->target, NULL);
			return CLI_DAMAGE;
		}
		if (dd_frame_check(frame, frames->len - at, &info, &err) != 0)
			return cli_failed(cli, &err);
		print_frame(cli, tail, frame, &info);
		move_behind(tail, &info);
	}
	fflush(cli->out);
	return 0;
}

/* The last so many: known as soon as the head is. */
static void find_start(struct tail *tail, const Dondoc__V1__Position *head)
{
	uint64_t sequence = head ? head->sequence : 0;

	if (tail->from == 0)
		tail->from = sequence > tail->last ? sequence - tail->last + 1 : 1;
}

/* One question; *end_out = there is nothing more for now. */
static int read_on(struct cli *cli, struct tail *tail, bool *end_out)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	Dondoc__V1__Position after;
	Dondoc__V1__Reply *reply;
	int rc;

	dd_position_to_pb(&tail->at, &after);
	read.after = &after;
	read.max_bytes = CHUNK_BYTES;
	read.wait_ms = tail->follow ? FOLLOW_MS : 0;
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	rc = cli_request(cli, &request, &reply);
	if (rc != 0)
		return rc;
	if (reply->body_case != DONDOC__V1__REPLY__BODY_LOG_CHUNK) {
		cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
		rc = CLI_INTERNAL;
	} else {
		find_start(tail, reply->log_chunk->head);
		*end_out = reply->log_chunk->frames.len == 0;
		rc = print_chunk(cli, tail, &reply->log_chunk->frames);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_log_tail(struct cli *cli)
{
	bool limited = cli->args.value[CLI_OPT_LIMIT] != NULL;
	bool from_given = cli->args.value[CLI_OPT_FROM] != NULL;
	struct tail tail = {.follow = cli->args.value[CLI_OPT_FOLLOW] != NULL};
	uint64_t limit;
	bool end = false;
	int rc = cli_number_option(cli, CLI_OPT_FROM, INT64_MAX, 0, &tail.from);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_LIMIT, INT64_MAX, LAST_RECORDS, &limit);
	if (rc == 0 && cli->format == CLI_CSV)
		rc = cli_misused(cli, TEXT_NO_CSV, NULL);
	if (rc == 0)
		rc = cli_connect(cli, "tasklog");
	if (rc != 0)
		return rc;
	if (from_given && tail.from == 0)
		tail.from = 1;
	tail.last = limit;
	tail.left = limited && from_given ? limit : UINT64_MAX;
	while (rc == 0 && tail.left > 0 && !end) {
		rc = read_on(cli, &tail, &end);
		end = end && !tail.follow;
	}
	return rc;
}
