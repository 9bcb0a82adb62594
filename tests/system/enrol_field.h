/* enrol_field.h - an authority with a door for offices, the command line, and connections by key:
 * what the tests of enrolment share. */
#ifndef TESTS_SYSTEM_ENROL_FIELD_H
#define TESTS_SYSTEM_ENROL_FIELD_H

#include "common/app/client.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT       STATION_UNIT
#define CLI_MS     60000
#define TOKEN_TEXT 512

struct field {
	struct station centre;
	char address[64], log_address[64];
	struct test_proc office;
	int runs;
};

static inline void field_open(struct field *field)
{
	memset(field, 0, sizeof(*field));
	station_init(&field->centre, NULL, system_free_port());
	station_must_start(&field->centre);
	station_prepare(&field->centre, 5);
	snprintf(field->address, sizeof(field->address), "tcp://127.0.0.1:%d", field->centre.port);
	snprintf(field->log_address, sizeof(field->log_address), "tcp://127.0.0.1:%d",
		 field->centre.port + 1);
}

static inline void field_close(struct field *field)
{
	test_proc_fini(&field->office);
	station_fini(&field->centre);
}

/* --- the command line ------------------------------------------------------------------------ */

/* Runs it; what it printed is the caller's. */
static inline int cli(struct field *field, const char *const words[], char **out)
{
	const char *argv[20] = {DONDOC_CLI, "--lang", "en"};
	char run[STATION_PATH + 32], name[32], path[STATION_PATH + 64];
	const char *env[] = {run, "DONDOC_UNIT=", "LC_ALL=C.UTF-8", NULL};
	int status;

	for (size_t i = 0; words[i] != NULL; i++)
		argv[3 + i] = words[i];
	snprintf(run, sizeof(run), "DONDOC_RUN=%s", field->centre.run);
	snprintf(name, sizeof(name), "cli%d", field->runs++);
	status = test_proc_run(field->centre.dir, name, argv, env, CLI_MS);
	snprintf(path, sizeof(path), "%s/%s.%s", field->centre.dir, name,
		 status == 0 ? "out" : "err");
	if (out != NULL)
		*out = test_read_file(path, NULL);
	return status;
}

#define CLI(field, out, ...) cli(field, (const char *const[]){__VA_ARGS__, NULL}, out)

static inline void must(struct field *field, const char *const words[])
{
	char *out;

	if (cli(field, words, &out) != 0)
		fail_msg("%s %s: %s", words[0], words[1], out != NULL ? out : "");
	free(out);
}

#define MUST(field, ...) must(field, (const char *const[]){__VA_ARGS__, NULL})

/* An invitation through the command line, out of its JSON. */
static inline void invited(struct field *field, char token[TOKEN_TEXT])
{
	static const char mark[] = "\"token\":\"";
	char *out, *at, *end;

	assert_int_equal(CLI(field, &out, "office", "enrol", UNIT, "--centre", field->address,
			     "--format", "json"),
			 0);
	at = strstr(out, mark);
	assert_non_null(at);
	at += strlen(mark);
	end = strchr(at, '"');
	assert_non_null(end);
	snprintf(token, TOKEN_TEXT, "%.*s", (int)(end - at), at);
	free(out);
}

static inline void place(const struct field *field, const char *name, char out[STATION_PATH])
{
	snprintf(out, STATION_PATH, "%.400s/%s", field->centre.dir, name);
}

static inline void joined(struct field *field, const char *dir)
{
	char token[TOKEN_TEXT];

	invited(field, token);
	MUST(field, "office", "join", token, "--dir", dir);
}

static inline struct dd_curve_key key_in(const char *dir)
{
	struct dd_curve_key key;
	char path[STATION_PATH + 32];
	struct dd_error err;

	snprintf(path, sizeof(path), "%.400s/office-" UNIT ".key", dir);
	if (dd_curve_load(path, &key, &err) != 0)
		fail_msg("%s", err.text);
	return key;
}

/* --- connections ----------------------------------------------------------------------------- */

static inline struct dd_client *connected(const struct field *field, const struct dd_curve_key *key,
					  const char *address)
{
	const struct dd_client_options options = {.endpoint = address,
						  .key = key,
						  .server_public = field->centre.public_key,
						  .patience_ms = 20000};
	struct dd_client *client;
	struct dd_error err;

	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	return client;
}

static inline struct dd_client *operator_of(const struct field *field)
{
	const struct dd_client_options options = {.endpoint = field->centre.endpoint,
						  .patience_ms = 20000};
	struct dd_client *client;
	struct dd_error err;

	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	return client;
}

static inline int ping(struct dd_client *client, int64_t patience_ms)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping body = DONDOC__V1__PING__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	int rc;

	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &body;
	dd_client_set_patience(client, patience_ms);
	rc = dd_client_request(client, &request, &reply, &err);
	if (rc == 0)
		dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static inline bool works(const struct field *field, const struct dd_curve_key *key,
			 int64_t patience_ms)
{
	struct dd_client *client = connected(field, key, field->address);
	int rc = ping(client, patience_ms);

	dd_client_close(client);
	return rc == 0;
}

static inline uint64_t head_of(const struct field *field)
{
	uint64_t head;

	assert_true(station_head(&field->centre, 20000, &head));
	return head;
}

/* A one-time key whose invitation the operator gives by hand. */
static inline void invite_key(struct field *field, const struct dd_curve_key *key, int64_t valid_us)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__InviteOffice invite = DONDOC__V1__INVITE_OFFICE__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct dd_client *client = operator_of(field);
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	uint8_t bytes[32];

	assert_int_equal(dd_curve_bytes(key->public_key, bytes), 0);
	invite.unit = (char *)(uintptr_t)UNIT;
	invite.token = (ProtobufCBinaryData){.data = bytes, .len = sizeof(bytes)};
	invite.valid_until_us = dd_wall_us() + valid_us;
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_INVITE_OFFICE;
	body.invite_office = &invite;
	assert_int_equal(dd_client_command(client, &body, &reply, &err), 0);
	assert_int_equal(reply->submit->outcome, DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
}

/* --- the office ---------------------------------------------------------------------------------
 */

static inline void start_office(struct field *field, const char *dir)
{
	char config[STATION_PATH + 32];
	const char *const argv[] = {DONDOC_OFFICE, "--config", config, NULL};
	char *words;

	snprintf(config, sizeof(config), "%.400s/office-" UNIT ".yaml", dir);
	test_proc_fini(&field->office);
	if (test_proc_start(&field->office, field->centre.dir, "office", argv, NULL) &&
	    test_proc_wait_err(&field->office, "\"office.ready\"", 20000))
		return;
	words = test_read_file(field->office.err_path, NULL);
	fail_msg("dondoc-office does not start: %s", words != NULL ? words : "");
}

static inline bool office_waits(const struct field *field, uint32_t *waiting_out)
{
	char endpoint[STATION_PATH + 32];
	const struct dd_client_options options = {.endpoint = endpoint, .patience_ms = 10000};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_client *client;
	struct dd_error err;

	snprintf(endpoint, sizeof(endpoint), "ipc://%.400s/office-" UNIT "/local/bus",
		 field->centre.run);
	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	list.open_only = true;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	assert_int_equal(dd_client_query(client, &query, 0, &reply, &err), 0);
	*waiting_out = reply->answer->outbox->waiting;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return *waiting_out > 0;
}

static inline bool drained(const struct field *field, int ms)
{
	uint32_t waiting;

	for (int waited = 0; waited < ms; waited += 50) {
		if (!office_waits(field, &waiting))
			return true;
		system_rest_ms(50);
	}
	return false;
}

/* Until the office shows the unit's tasks by itself. */
static inline void settled(const struct field *field)
{
	char endpoint[STATION_PATH + 32];
	const struct dd_client_options options = {.endpoint = endpoint, .patience_ms = 10000};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	uint64_t head = head_of(field), seen = 0;
	Dondoc__V1__Reply *reply;
	struct dd_client *client;
	struct dd_error err;

	snprintf(endpoint, sizeof(endpoint), "ipc://%.400s/office-" UNIT "/local/bus",
		 field->centre.run);
	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	for (int i = 0; i < 600 && seen < head; i++) {
		system_rest_ms(i > 0 ? 100 : 0);
		assert_int_equal(dd_client_query(client, &query, 0, &reply, &err), 0);
		seen = reply->answer->status->head ? reply->answer->status->head->sequence : 0;
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	assert_true(seen >= head);
	dd_client_close(client);
}

static inline void report(struct field *field, const char *percent)
{
	char task[32];

	snprintf(task, sizeof(task), "#%llu", (unsigned long long)field->centre.tasks[0]);
	MUST(field, "-e", "office-" UNIT, "task", "update", task, "--percent", percent);
}

#endif
