/* old_frames_test.c - all that somebody on the line kept is sent to a real centre again, two months
 * later by its clock, in any order and twice: every answer is the one of then, and the log has not
 * grown. DD_TEST_ROUNDS: how many commands there are. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/net/sync_client.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "tests/support/load_message.h"
#include "tests/system/station.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMANDS 400
#define STREAMS  5
#define THEN     "2026-10-01T08:00:00+07:00"
#define LATER    "2026-11-30T08:00:00+07:00"

struct kept {
	struct test_identity id;
	uint8_t content[DD_HASH_LEN];
	uint8_t body[TEST_BODY_MAX];
	size_t body_len;
	struct test_line answer;
};

static const char *const trial[] = {"DONDOC_TRIAL=1", NULL};
static uint64_t requests;

static struct test_line answer_of(const struct dd_buf *bytes, const struct kept *kept)
{
	struct test_line line = {.kind = TEST_FAIL, .id = kept->id};
	Dondoc__V1__Reply *reply = dondoc__v1__reply__unpack(NULL, bytes->len, bytes->data);

	if (reply == NULL || reply->body_case != DONDOC__V1__REPLY__BODY_SUBMIT)
		system_die("no answer to a command");
	if (reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		line.kind = TEST_OK;
	if (reply->submit->receipt != NULL && reply->submit->receipt->chain.len == DD_HASH_LEN) {
		line.sequence = reply->submit->receipt->sequence;
		line.incarnation = reply->submit->receipt->incarnation;
		memcpy(line.chain, reply->submit->receipt->chain.data, DD_HASH_LEN);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return line;
}

static struct test_line send_kept(struct station *station, struct dd_sync_client *client,
				  const struct kept *kept)
{
	uint8_t message[TEST_REQUEST_MAX];
	struct dd_sync_call call = {.id = ++requests, .data = message, .patience_ms = 20000};
	struct test_line invoke = {.kind = TEST_INVOKE, .id = kept->id}, answer;
	struct dd_buf bytes = {0};
	struct dd_error err;

	memcpy(invoke.content, kept->content, DD_HASH_LEN);
	test_history_add(&station->history, &invoke);
	call.len = test_submit_pack(call.id, &kept->id, kept->body, kept->body_len, message);
	if (dd_sync_call(client, &call, &bytes, &err) != 0)
		system_die("%s", err.text);
	answer = answer_of(&bytes, kept);
	test_history_add(&station->history, &answer);
	dd_buf_fini(&bytes);
	return answer;
}

static void make(struct station *station, struct kept *all, size_t count, uint64_t seed)
{
	uint8_t streams[STREAMS][DD_ID_LEN];

	for (size_t i = 0; i < STREAMS; i++)
		dd_id_new(streams[i]);
	for (size_t i = 0; i < count; i++) {
		struct kept *kept = &all[i];
		struct test_report report = {.stream = streams[i % STREAMS],
					     .number = 1 + i / STREAMS,
					     .task = station->tasks[i % station->task_count],
					     .unit = STATION_UNIT,
					     .salt = seed + i};

		memcpy(kept->id.stream, report.stream, DD_ID_LEN);
		kept->id.number = report.number;
		kept->body_len = test_report_pack(&report, kept->body, kept->content);
		dd_hash(kept->body, kept->body_len, kept->id.digest);
	}
}

static struct dd_sync_client *connect_to(const struct station *station)
{
	const struct dd_sync_options options = {.endpoint = station->endpoint};
	struct dd_sync_client *client;
	struct dd_error err;

	if (dd_sync_open(&options, &client, &err) != 0)
		system_die("%s", err.text);
	return client;
}

static void send_again(struct station *station, const struct kept *all, size_t count,
		       uint64_t random)
{
	struct dd_sync_client *client = connect_to(station);

	for (size_t i = 0; i < 2 * count; i++) {
		const struct kept *kept = &all[system_draw(&random) % count];
		const struct test_line answer = send_kept(station, client, kept);

		if (answer.kind != kept->answer.kind || answer.sequence != kept->answer.sequence ||
		    memcmp(answer.chain, kept->answer.chain, DD_HASH_LEN) != 0)
			system_die("number %llu is answered otherwise than then",
				   (unsigned long long)kept->id.number);
	}
	dd_sync_close(client);
}

int main(void)
{
	const char *many = getenv("DD_TEST_ROUNDS");
	const size_t count = many != NULL ? strtoul(many, NULL, 10) : COMMANDS;
	struct kept *all = dd_alloc(count * sizeof(*all));
	const uint64_t seed = system_seed();
	struct test_verdict verdict;
	struct dd_sync_client *client;
	struct station station;
	uint64_t before, after;
	int rc;

	station_init(&station, NULL, 0);
	station.env = trial;
	snprintf(station.now, sizeof(station.now), THEN);
	station_must_start(&station);
	station_prepare(&station, 20);
	make(&station, all, count, seed);
	client = connect_to(&station);
	for (size_t i = 0; i < count; i++)
		all[i].answer = send_kept(&station, client, &all[i]);
	dd_sync_close(client);
	station_must_stop(&station);
	snprintf(station.now, sizeof(station.now), LATER);
	station_must_start(&station);
	if (!station_head(&station, 10000, &before))
		system_die("no status");
	send_again(&station, all, count, seed);
	if (!station_head(&station, 10000, &after) || after != before)
		system_die("the log has grown");
	test_proc_kill(&station.task);
	rc = station_check(&station, &verdict) && station_verify(station.log, NULL)
		     ? system_report("old-frames", seed, 2 * count, &verdict, "")
		     : 1;
	station_fini(&station);
	free(all);
	return rc;
}
