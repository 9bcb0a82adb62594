/* office_self_test.c - see office_self_test.h. */
#include "services/office/office_self_test.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/net/envelope.h"
#include "common/net/sync_client.h"
#include "services/office/office_config.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 8000
#define CLOCK_US    (10 * 60 * DD_SECOND_US) /* as the centre takes a jump of its own */
#define ARENA_BYTES (1u << 20)

struct testing {
	const struct office_config *config;
	struct dd_curve_key key;
	struct dd_error *err; /* of the first point that failed */
	int rc;
};

/* --- telling --------------------------------------------------------------------------------- */

static void tell_good(const char *point, const char *words)
{
	printf("ok      %s: %s\n", point, words);
}

static void tell_bad(struct testing *test, const char *point, const struct dd_error *why)
{
	printf("FAULT   %s: %s\n", point, why->text);
	if (test->rc != 0)
		return;
	test->rc = why->code;
	*test->err = *why;
}

/* What may be otherwise in a minute, and stops nobody. */
static void tell_later(const char *point, const char *words)
{
	printf("LATER   %s: %s\n", point, words);
}

/* --- on this machine ------------------------------------------------------------------------- */

static bool check_settings(struct testing *test)
{
	struct dd_error err;

	if (office_config_check(test->config, &test->key, &err) != 0) {
		tell_bad(test, "settings and key", &err);
		return false;
	}
	if (test->key.secret_key[0] == '\0') {
		dd_fail(&err, DD_ERR_INVALID, "%s has no secret half: run `dondoc office join`",
			test->config->key);
		tell_bad(test, "settings and key", &err);
		return false;
	}
	tell_good("settings and key", test->key.public_key);
	return true;
}

static bool check_centre_key(struct testing *test)
{
	uint8_t bytes[32];
	struct dd_error err;

	if (dd_curve_bytes(test->config->centre_key, bytes) != 0 || !dd_curve_sound(bytes)) {
		dd_fail(&err, DD_ERR_INVALID, "office.centre_key is no public key");
		tell_bad(test, "centre's key", &err);
		return false;
	}
	if (strcmp(test->config->centre_key, test->key.public_key) == 0) {
		dd_fail(&err, DD_ERR_INVALID,
			"office.centre_key is this office's own key: ask the centre for its one");
		tell_bad(test, "centre's key", &err);
		return false;
	}
	tell_good("centre's key", test->config->centre_key);
	return true;
}

/* One that is not there is made by the service, as the user that it runs as; who looks now may be
 * another. */
static void check_folder(struct testing *test)
{
	static const char word[] = "dondoc-office --check\n";
	struct dd_error err;
	char *path;
	int rc;

	if (access(test->config->data_dir, F_OK) != 0 && errno == ENOENT) {
		tell_good("office.data_dir", "is made at the first start");
		return;
	}
	path = dd_path(test->config->data_dir, "check.tmp");
	rc = dd_file_write(path, word, sizeof(word) - 1, 0600, &err);
	if (rc == 0 && unlink(path) != 0)
		rc = dd_fail_errno(&err, DD_ERR_IO, errno, "%s", path);
	if (rc != 0)
		tell_bad(test, "office.data_dir", &err);
	else
		tell_good("office.data_dir", test->config->data_dir);
	free(path);
}

/* The name alone: whether anybody is there is the next point. */
static bool check_address(struct testing *test)
{
	const char *from = test->config->centre + strlen("tcp://");
	const char *colon = strrchr(from, ':');
	struct addrinfo *found = NULL;
	struct dd_error err;
	char name[256];
	size_t len = colon != NULL ? (size_t)(colon - from) : 0;
	int rc;

	if (len > 2 && from[0] == '[' && from[len - 1] == ']') {
		from++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(name)) {
		dd_fail(&err, DD_ERR_INVALID, "'%s' is not tcp://name:port", test->config->centre);
		tell_bad(test, "office.centre", &err);
		return false;
	}
	memcpy(name, from, len);
	name[len] = '\0';
	rc = getaddrinfo(name, colon + 1, NULL, &found);
	if (rc != 0) {
		dd_fail(&err, DD_ERR_INVALID, "%s: %s", name, gai_strerror(rc));
		if (rc == EAI_AGAIN)
			tell_later("office.centre", err.text);
		else
			tell_bad(test, "office.centre", &err);
		return false;
	}
	freeaddrinfo(found);
	tell_good("office.centre", test->config->centre);
	return true;
}

/* --- at the centre --------------------------------------------------------------------------- */

static int ask(struct dd_sync_client *client, Dondoc__V1__Request *request, struct dd_arena *arena,
	       Dondoc__V1__Reply **reply_out)
{
	struct dd_sync_call call = {.id = 1, .patience_ms = PATIENCE_MS};
	uint8_t packed[256];
	struct dd_buf reply = {0};
	struct dd_error ignored;
	int rc;

	request->version = 1;
	request->id = call.id;
	call.data = packed;
	call.len = dondoc__v1__request__pack(request, packed);
	rc = dd_sync_call(client, &call, &reply, &ignored);
	if (rc == 0) {
		*reply_out = dd_reply_unpack(arena, reply.data, reply.len);
		if (*reply_out == NULL)
			rc = DD_ERR_INVALID;
	}
	dd_buf_fini(&reply);
	return rc;
}

static void tell_silence(struct testing *test, const struct dd_sync_client *client)
{
	struct dd_error err;

	switch (dd_sync_silence(client)) {
	case DD_SYNC_DENIED:
		dd_fail(&err, DD_ERR_REFUSED,
			"the centre does not admit this key (revoked, or never registered), or "
			"office.centre_key is another centre's: ask there for an invitation and "
			"run "
			"`dondoc office join`");
		tell_bad(test, "admitted", &err);
		return;
	case DD_SYNC_NOBODY:
		tell_later("admitted", "the centre cannot be reached now; reports wait here");
		return;
	case DD_SYNC_NO_REPLY:
		tell_later("admitted", "the centre is there but does not answer");
		return;
	}
}

static void check_clock(struct testing *test, int64_t centre_us)
{
	int64_t off = dd_wall_us() - centre_us;
	struct dd_error err;
	char words[80];

	snprintf(words, sizeof(words), "%lld s off the centre's", (long long)(off / DD_SECOND_US));
	if (off < CLOCK_US && off > -CLOCK_US) {
		tell_good("clock", words);
		return;
	}
	dd_fail(&err, DD_ERR_INVALID, "%s: set it (timedatectl), or times of reports are doubtful",
		words);
	tell_bad(test, "clock", &err);
}

/* Whose the key is, in the centre's eyes. */
static void tell_admitted(struct testing *test, const Dondoc__V1__Pong *pong)
{
	const char *unit = test->config->unit;
	struct dd_error err;

	if (pong->principal[0] == '\0') {
		tell_later("admitted", "this key; an older centre does not say for which unit");
		return;
	}
	if (strcmp(pong->principal, dd_principal_class_name(DD_PRINCIPAL_ENROL)) == 0)
		dd_fail(&err, DD_ERR_REFUSED,
			"%s holds the key of an invitation for unit %s, which only registers "
			"another: run `dondoc office join` with that invitation and set office.key "
			"to the file that it makes",
			test->config->key, pong->unit);
	else if (strcmp(pong->principal, dd_principal_class_name(DD_PRINCIPAL_OFFICE)) != 0 ||
		 strcmp(pong->unit, unit) != 0)
		dd_fail(&err, DD_ERR_REFUSED,
			"the centre admits this key for unit %s (%s), and office.unit is %s: set "
			"office.key to the key file of %s, or set office.unit: %s if this machine "
			"is that unit's",
			pong->unit, pong->principal, unit, unit, pong->unit);
	else {
		tell_good("admitted", unit);
		return;
	}
	tell_bad(test, "admitted", &err);
}

static void check_centre(struct testing *test)
{
	const struct dd_sync_options options = {.endpoint = test->config->centre,
						.key = &test->key,
						.server_public = test->config->centre_key};
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping ping = DONDOC__V1__PING__INIT;
	struct dd_sync_client *client = NULL;
	Dondoc__V1__Reply *reply;
	struct dd_arena arena;
	struct dd_error err;

	dd_arena_init(&arena, ARENA_BYTES);
	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &ping;
	if (dd_sync_open(&options, &client, &err) != 0) {
		tell_bad(test, "admitted", &err);
	} else if (ask(client, &request, &arena, &reply) != 0) {
		tell_silence(test, client);
	} else if (reply->body_case == DONDOC__V1__REPLY__BODY_PONG) {
		tell_admitted(test, reply->pong);
		check_clock(test, reply->pong->now_us);
	}
	dd_sync_close(client);
	dd_arena_fini(&arena);
}

int office_self_test(const void *settings, struct dd_error *err)
{
	struct testing test = {.config = settings, .err = err};
	bool able = check_settings(&test) && check_centre_key(&test);

	check_folder(&test);
	if (able && check_address(&test))
		check_centre(&test);
	memset(&test.key, 0, sizeof(test.key));
	fflush(stdout);
	return test.rc;
}
