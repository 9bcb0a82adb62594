/* enrol_cut_test.c - whoever has lost his admission, or never had one: open connections end, and an
 * invitation is for joining once, and for nothing else. */
#include "tests/system/enrol_field.h"

#include "common/base/id.h"
#include "common/eventlog/position.h"
#include <pthread.h>
#include <unistd.h>

#define CUT_US (5 * DD_SECOND_US) /* the promise: open connections end within it */

/* --- revoking -------------------------------------------------------------------------------- */

struct poll {
	struct field *field;
	const struct dd_curve_key *key;
	struct dd_position after;
	int rc;       /* of the read that waited */
	int again_rc; /* of the next one on the same connection */
	int64_t ended_us;
	Dondoc__V1__ErrorCode code;
};

static int read_log(struct dd_client *client, const struct dd_position *at, uint32_t wait_ms)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	Dondoc__V1__Position after;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	int rc;

	dd_position_to_pb(at, &after);
	read.after = &after;
	read.wait_ms = wait_ms;
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	rc = dd_client_request(client, &request, &reply, &err);
	if (rc == 0)
		dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* A long poll of the log, with half a minute to wait. */
static void *poll_log(void *arg)
{
	struct poll *poll = arg;
	struct dd_client *client = connected(poll->field, poll->key, poll->field->log_address);

	poll->rc = read_log(client, &poll->after, 30000);
	poll->ended_us = dd_mono_us();
	if (poll->rc != 0 && dd_client_error(client) != NULL)
		poll->code = dd_client_error(client)->code;
	dd_client_set_patience(client, 3000);
	poll->again_rc = read_log(client, &poll->after, 0);
	dd_client_close(client);
	return NULL;
}

static struct dd_position durable_head(const struct field *field)
{
	struct dd_client *client = operator_of(field);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	struct dd_position head;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	assert_int_equal(dd_client_query(client, &query, 0, &reply, &err), 0);
	assert_true(dd_position_from_pb(reply->answer->status->head, &head));
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return head;
}

static void begin_poll(struct poll *poll, struct field *field, const struct dd_curve_key *key,
		       pthread_t *thread)
{
	memset(poll, 0, sizeof(*poll));
	poll->field = field;
	poll->key = key;
	poll->after = durable_head(field);
	assert_int_equal(pthread_create(thread, NULL, poll_log, poll), 0);
	system_rest_ms(1000); /* until it waits */
}

static void by_hand(const struct field *field, const struct dd_curve_key *key, bool there)
{
	char path[STATION_PATH + 32], text[256];
	int len = snprintf(text, sizeof(text), "unit " UNIT "\npublic %s\n", key->public_key);

	snprintf(path, sizeof(path), "%.400s/offices/hand.office", field->centre.dir);
	if (there)
		test_write_file(path, text, (unsigned long)len);
	else
		assert_int_equal(unlink(path), 0);
}

/* An open connection for commands, and one that waits in the log: both end. What the waiting one
 * still gets, if anything, is the revocation itself. */
static void a_revoked_key_is_cut_off_within_seconds(void **unused)
{
	struct field field;
	char dir[STATION_PATH];
	struct dd_curve_key key;
	struct dd_client *open;
	struct poll poll;
	pthread_t thread;
	int64_t begin_us;

	(void)unused;
	field_open(&field);
	place(&field, "unit", dir);
	joined(&field, dir);
	key = key_in(dir);
	open = connected(&field, &key, field.address);
	begin_poll(&poll, &field, &key, &thread);
	assert_int_equal(ping(open, 20000), 0);
	MUST(&field, "office", "revoke", UNIT, "--reason", "Máy chủ bị mất");
	begin_us = dd_mono_us();
	assert_int_equal(ping(open, 4000), DD_ERR_RETRY);
	assert_int_equal(dd_client_silence(open), DD_SYNC_DENIED);
	pthread_join(thread, NULL);
	assert_true(poll.ended_us - begin_us < CUT_US);
	assert_int_not_equal(poll.again_rc, 0);
	dd_client_close(open);
	/* Not after a kill either; nor by a file that somebody puts back. */
	test_proc_kill(&field.centre.task);
	by_hand(&field, &key, true);
	station_must_start(&field.centre);
	assert_false(works(&field, &key, 1500));
	field_close(&field);
}

/* No event wakes the waiting one: the file that admitted it is deleted, and it is told. */
static void a_reader_that_waits_is_told_that_it_is_admitted_no_more(void **unused)
{
	struct field field;
	struct dd_curve_key key;
	struct poll poll;
	pthread_t thread;
	int64_t begin_us;

	(void)unused;
	field_open(&field);
	dd_curve_new(&key);
	by_hand(&field, &key, true);
	assert_true(works(&field, &key, 20000));
	begin_poll(&poll, &field, &key, &thread);
	by_hand(&field, &key, false);
	begin_us = dd_mono_us();
	pthread_join(thread, NULL);
	assert_true(poll.ended_us - begin_us < CUT_US);
	assert_int_not_equal(poll.rc, 0);
	assert_int_equal(poll.code, DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED);
	assert_int_not_equal(poll.again_rc, 0);
	field_close(&field);
}

/* --- what an invitation is not for ----------------------------------------------------------- */

static void refused_request(struct dd_client *client, Dondoc__V1__Request *request)
{
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	assert_int_not_equal(dd_client_request(client, request, &reply, &err), 0);
	assert_non_null(dd_client_error(client));
	assert_int_equal(dd_client_error(client)->code,
			 DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED);
}

static void every_other_request_is_refused(const struct field *field,
					   const struct dd_curve_key *key)
{
	struct dd_client *bus = connected(field, key, field->address);
	struct dd_client *log = connected(field, key, field->log_address);
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus status = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__ListTasks tasks = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__FilePut put = DONDOC__V1__FILE_PUT__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	uint8_t bytes[32] = {1};

	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = &query;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &status;
	refused_request(bus, &request);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &tasks;
	refused_request(bus, &request);
	put.hash = (ProtobufCBinaryData){.data = bytes, .len = sizeof(bytes)};
	put.size = 32;
	put.chunk = put.hash;
	request.body_case = DONDOC__V1__REQUEST__BODY_FILE_PUT;
	request.file_put = &put;
	refused_request(bus, &request);
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	refused_request(bus, &request);
	refused_request(log, &request);
	dd_client_close(bus);
	dd_client_close(log);
}

static void submit_denied(struct dd_client *client, const Dondoc__V1__CommandBody *body)
{
	uint8_t stream[16];
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	dd_id_new(stream);
	dd_client_set_stream(client, stream, 0);
	assert_int_equal(dd_client_command(client, body, &reply, &err), 0);
	assert_int_equal(reply->submit->outcome, DONDOC__V1__OUTCOME__OUTCOME_DENIED);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

/* For another unit; with no key; with the invitation's own key. */
static void joins_that_are_denied(struct dd_client *client, const struct dd_curve_key *one_time)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__JoinOffice join = DONDOC__V1__JOIN_OFFICE__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct dd_curve_key mine;
	uint8_t token[32], key[32];

	dd_curve_new(&mine);
	assert_int_equal(dd_curve_bytes(one_time->public_key, token), 0);
	assert_int_equal(dd_curve_bytes(mine.public_key, key), 0);
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_JOIN_OFFICE;
	body.join_office = &join;
	join.token = (ProtobufCBinaryData){.data = token, .len = sizeof(token)};
	join.key = (ProtobufCBinaryData){.data = key, .len = sizeof(key)};
	actor.unit = (char *)(uintptr_t) "KHAC";
	submit_denied(client, &body);
	actor.unit = (char *)(uintptr_t)UNIT;
	join.key.len = 0;
	submit_denied(client, &body);
	join.key = join.token;
	submit_denied(client, &body);
}

/* Whatever command, however often: nothing of it stays in the log. */
static void with_an_invitation_one_can_do_nothing_else(void **unused)
{
	static const int actions[] = {
		DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS,
		DONDOC__V1__COMMAND_BODY__ACTION_INVITE_OFFICE,
		DONDOC__V1__COMMAND_BODY__ACTION_REVOKE_OFFICE,
		DONDOC__V1__COMMAND_BODY__ACTION_ROTATE_OFFICE_KEY,
		DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE,
	};
	union {
		Dondoc__V1__ReportProgress report;
		Dondoc__V1__InviteOffice invite;
		Dondoc__V1__RevokeOffice revoke;
		Dondoc__V1__RotateOfficeKey rotate;
		Dondoc__V1__GrantRole grant;
	} cmd;
	const ProtobufCMessageDescriptor *const types[] = {
		&dondoc__v1__report_progress__descriptor, &dondoc__v1__invite_office__descriptor,
		&dondoc__v1__revoke_office__descriptor, &dondoc__v1__rotate_office_key__descriptor,
		&dondoc__v1__grant_role__descriptor};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct dd_curve_key one_time;
	struct dd_client *client;
	struct field field;
	uint64_t head;

	(void)unused;
	field_open(&field);
	dd_curve_new(&one_time);
	invite_key(&field, &one_time, 600 * DD_SECOND_US);
	head = head_of(&field);
	every_other_request_is_refused(&field, &one_time);
	client = connected(&field, &one_time, field.address);
	actor.unit = (char *)(uintptr_t)UNIT;
	body.actor = &actor;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		memset(&cmd, 0, sizeof(cmd));
		protobuf_c_message_init(types[i], &cmd);
		body.action_case = (Dondoc__V1__CommandBody__ActionCase)actions[i];
		body.report_progress = &cmd.report; /* all members are in one place */
		submit_denied(client, &body);
	}
	joins_that_are_denied(client, &one_time);
	dd_client_close(client);
	assert_int_equal(head_of(&field), head);
	field_close(&field);
}

/* Over, taken back, and of nobody: the door does not open. */
static void an_invitation_that_does_not_hold_opens_nothing(void **unused)
{
	struct field field;
	char token[TOKEN_TEXT], dir[STATION_PATH];
	struct dd_curve_key one_time, stranger;
	char *words;

	(void)unused;
	field_open(&field);
	place(&field, "unit", dir);
	dd_curve_new(&one_time);
	dd_curve_new(&stranger);
	invite_key(&field, &one_time, 4 * DD_SECOND_US);
	assert_true(works(&field, &one_time, 3000));
	system_rest_ms(6000);
	assert_false(works(&field, &one_time, 1000));
	assert_false(works(&field, &stranger, 1000));
	invited(&field, token);
	MUST(&field, "office", "revoke", UNIT, "--reason", "Gửi nhầm");
	assert_int_equal(CLI(&field, &words, "office", "join", token, "--dir", dir), 1);
	free(words);
	/* Altered: the sum tells. */
	token[20] = token[20] == 'A' ? 'B' : 'A';
	assert_int_equal(CLI(&field, &words, "office", "join", token, "--dir", dir), 2);
	free(words);
	field_close(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_revoked_key_is_cut_off_within_seconds),
		cmocka_unit_test(a_reader_that_waits_is_told_that_it_is_admitted_no_more),
		cmocka_unit_test(with_an_invitation_one_can_do_nothing_else),
		cmocka_unit_test(an_invitation_that_does_not_hold_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
