/* cli_enrol_join.c - `office join`: run once on the unit's machine.
 *
 * Order: the new key is on disk beside its place, the settings are written, then the centre is
 * told, then the key is tried, then it takes its place. Wherever that ends, the same command goes
 * on: the centre knows the key that it has registered, and answers the same. An outbox that is
 * there stays: what waits in it goes under the new key. */
#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "services/cli/cli_enrol.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_DIR  "/etc/dondoc"
#define TRY_MS      15000
#define TRY_OLD_MS  3000
#define TOKEN_LINES 4096

struct joining {
	struct cli_token token;
	char token_secret[41], token_public[41], centre_key[41];
	char dir[PATH_MAX - 64];
	char settings_path[PATH_MAX], key_path[PATH_MAX], new_path[PATH_MAX + 8];
	bool system; /* as the packages lay it out */
	struct dd_curve_key key;
};

/* --- what is to be done, and where ------------------------------------------------------------ */

static int read_token(struct cli *cli, struct joining *join)
{
	const char *word = cli_word(cli, 0);
	char lines[TOKEN_LINES];
	struct dd_error err;
	size_t len;
	int rc;

	if (strcmp(word, "-") == 0) {
		len = fgets(lines, sizeof(lines), stdin) != NULL ? strlen(lines) : 0;
		lines[len] = '\0';
		word = lines;
	}
	rc = cli_token_read(word, &join->token, &err);
	sodium_memzero(lines, sizeof(lines));
	if (rc != 0)
		return cli_misused(cli, TEXT_BAD_TOKEN, NULL);
	dd_curve_text(join->token.secret, join->token_secret);
	dd_curve_text(join->token.centre_key, join->centre_key);
	if (dd_curve_public(join->token_secret, join->token_public, &err) != 0)
		return cli_misused(cli, TEXT_BAD_TOKEN, NULL);
	return 0;
}

static int choose_places(const struct cli *cli, struct joining *join)
{
	const char *dir = cli->args.value[CLI_OPT_DIR] ? cli->args.value[CLI_OPT_DIR] : SYSTEM_DIR;
	char whole[PATH_MAX];
	struct dd_error err;
	struct stat st;

	if (stat(dir, &st) != 0 && dd_dir_make(dir, &err) != 0)
		return cli_failed(cli, &err);
	if (realpath(dir, whole) == NULL || strlen(whole) >= sizeof(join->dir)) {
		dd_fail_errno(&err, DD_ERR_IO, errno, "folder %s", dir);
		return cli_failed(cli, &err);
	}
	memcpy(join->dir, whole, strlen(whole) + 1);
	join->system = strcmp(whole, SYSTEM_DIR) == 0;
	snprintf(join->settings_path, sizeof(join->settings_path), "%s/office-%s.yaml", join->dir,
		 join->token.unit);
	snprintf(join->key_path, sizeof(join->key_path), "%s/office-%s.key", join->dir,
		 join->token.unit);
	snprintf(join->new_path, sizeof(join->new_path), "%s.new", join->key_path);
	return 0;
}

/* Settings that are there stay as somebody made them, if they are of this unit and centre. */
static int keep_settings(const struct cli *cli, const struct joining *join)
{
	struct cli_office_settings settings;
	char data_dir[PATH_MAX + 16];
	int rc = cli_office_settings_read(cli, join->settings_path, &settings);

	if (rc == 0 && (strcmp(settings.unit, join->token.unit) != 0 ||
			strcmp(settings.centre_key, join->centre_key) != 0)) {
		cli_complain(cli, TEXT_OTHER_OFFICE, join->settings_path, NULL);
		return CLI_CONFLICT;
	}
	if (rc != CLI_NOT_FOUND)
		return rc;
	memset(&settings, 0, sizeof(settings));
	memcpy(settings.unit, join->token.unit, sizeof(settings.unit));
	memcpy(settings.centre, join->token.centre, sizeof(settings.centre));
	memcpy(settings.centre_log, join->token.log, sizeof(settings.centre_log));
	memcpy(settings.centre_key, join->centre_key, sizeof(settings.centre_key));
	if (join->system) {
		snprintf(settings.key, sizeof(settings.key),
			 "/run/credentials/dondoc-office@%s.service/office.key", join->token.unit);
		snprintf(data_dir, sizeof(data_dir), "/var/lib/dondoc/office");
	} else {
		if (strlen(join->key_path) >= sizeof(settings.key))
			return cli_misused(cli, TEXT_BAD_VALUE, "--dir", join->dir, NULL);
		memcpy(settings.key, join->key_path, strlen(join->key_path) + 1);
		snprintf(data_dir, sizeof(data_dir), "%s/data-%s", join->dir, join->token.unit);
	}
	return cli_office_settings_write(cli, join->settings_path, data_dir, &settings);
}

/* --- at the centre ---------------------------------------------------------------------------- */

/* The key takes its place; one that was there is kept beside. */
static int settle_key(const struct cli *cli, const struct joining *join)
{
	const struct dd_sys *sys = dd_sys();
	char old[PATH_MAX + 8];
	struct dd_error err;

	snprintf(old, sizeof(old), "%s.old", join->key_path);
	if (sys->rename(sys->ctx, join->key_path, old) != 0 && errno != ENOENT) {
		dd_fail_errno(&err, DD_ERR_IO, errno, "%s", old);
		return cli_failed(cli, &err);
	}
	if (sys->rename(sys->ctx, join->new_path, join->key_path) != 0) {
		dd_fail_errno(&err, DD_ERR_IO, errno, "%s", join->key_path);
		return cli_failed(cli, &err);
	}
	return dd_dir_sync(join->dir, &err) != 0 ? cli_failed(cli, &err) : 0;
}

static int tell_joined(const struct cli *cli, const struct joining *join)
{
	char start[PATH_MAX + 64], id[17];
	uint8_t bytes[8];
	ProtobufCBinaryData name = {.data = bytes, .len = sizeof(bytes)};

	dd_curve_id(join->key.public_key, bytes);
	if (cli->format == CLI_JSON) {
		fprintf(cli->out, "{\"unit\":\"%s\",\"key\":\"%s\",\"settings\":\"%s\"}\n",
			join->token.unit, cli_key_id(&name, id), join->settings_path);
		return CLI_DONE;
	}
	if (join->system)
		snprintf(start, sizeof(start), "systemctl enable --now dondoc-office@%s",
			 join->token.unit);
	else
		snprintf(start, sizeof(start), "dondoc-office --config %s", join->settings_path);
	cli_say(cli, TEXT_JOINED, join->token.unit, cli_key_id(&name, id), NULL);
	cli_say(cli, TEXT_JOIN_FILES, join->settings_path, NULL);
	cli_say(cli, TEXT_JOIN_START, start, NULL);
	return CLI_DONE;
}

static int tell_silence(const struct cli *cli, const struct joining *join,
			const struct dd_error *err)
{
	char until[DD_TIME_TEXT], now[DD_TIME_TEXT];

	if (err->code != DD_ERR_RETRY)
		return cli_failed(cli, err);
	if (dd_client_silence(cli->client) != DD_SYNC_DENIED) {
		cli_complain(cli, TEXT_CENTRE_SILENT, join->token.centre, NULL);
		return CLI_NO_ANSWER;
	}
	cli_complain(cli, TEXT_JOIN_DENIED, dd_time_local(join->token.valid_until_us, until),
		     dd_time_local(dd_wall_us(), now), NULL);
	return CLI_REFUSED;
}

static int link_with(struct cli *cli, const struct joining *join, const struct dd_curve_key *key)
{
	struct cli_link link = {
		.address = join->token.centre, .centre_key = join->centre_key, .key = *key};

	return cli_link_open(cli, &link);
}

/* Over a connection with the invitation's key. *reply_out is the caller's. */
static int ask_to_join(struct cli *cli, struct joining *join, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__JoinOffice said = DONDOC__V1__JOIN_OFFICE__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct dd_curve_key one_time;
	uint8_t token[32], key[32];
	struct dd_error err;
	int rc;

	memcpy(one_time.public_key, join->token_public, sizeof(one_time.public_key));
	memcpy(one_time.secret_key, join->token_secret, sizeof(one_time.secret_key));
	if (dd_curve_bytes(join->token_public, token) != 0 ||
	    dd_curve_bytes(join->key.public_key, key) != 0)
		return CLI_INTERNAL;
	rc = link_with(cli, join, &one_time);
	sodium_memzero(&one_time, sizeof(one_time));
	if (rc != 0)
		return rc;
	if (cli_link_ping(cli, TRY_MS, &err) != 0)
		return tell_silence(cli, join, &err);
	said.token = (ProtobufCBinaryData){.data = token, .len = sizeof(token)};
	said.key = (ProtobufCBinaryData){.data = key, .len = sizeof(key)};
	said.label = cli_option_text(cli, CLI_OPT_MACHINE);
	said.build = (char *)dd_app_build();
	actor.unit = join->token.unit;
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_JOIN_OFFICE;
	body.join_office = &said;
	return cli_link_command(cli, &body, "dondoc join", reply_out);
}

static bool key_works(struct cli *cli, const struct joining *join, const struct dd_curve_key *key,
		      int64_t patience_ms)
{
	struct dd_error err;

	return link_with(cli, join, key) == 0 && cli_link_ping(cli, patience_ms, &err) == 0;
}

/* The invitation is used up: by this machine, before it was switched off at a bad moment? */
static bool joined_before(struct cli *cli, struct joining *join)
{
	struct dd_error err;

	return dd_curve_load(join->key_path, &join->key, &err) == 0 &&
	       key_works(cli, join, &join->key, TRY_OLD_MS);
}

static int try_new_key(struct cli *cli, struct joining *join)
{
	int rc;

	if (!key_works(cli, join, &join->key, TRY_MS)) {
		cli_complain(cli, TEXT_JOIN_NOT_TRIED, NULL);
		return CLI_NO_ANSWER;
	}
	rc = settle_key(cli, join);
	return rc != 0 ? rc : tell_joined(cli, join);
}

static int tell_refusal(const struct cli *cli, const Dondoc__V1__Refusal *refusal)
{
	struct dd_buf words = {0};

	cli_refusal_words(cli->lang, refusal, &words);
	cli_complain(cli, TEXT_REFUSED, dd_buf_cstr(&words), NULL);
	dd_buf_fini(&words);
	return CLI_REFUSED;
}

static int join_centre(struct cli *cli, struct joining *join)
{
	const Dondoc__V1__SubmitReply *said;
	Dondoc__V1__Reply *reply;
	int code, rc = ask_to_join(cli, join, &reply);

	if (rc != 0)
		return rc;
	said = reply->submit;
	code = said->refusal ? (int)said->refusal->code : 0;
	if (said->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED ||
	    code == DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO)
		rc = try_new_key(cli, join);
	else if (code == DONDOC__V1__REFUSAL_CODE__REFUSAL_TOKEN && joined_before(cli, join))
		rc = tell_joined(cli, join);
	else if (said->outcome == DONDOC__V1__OUTCOME__OUTCOME_DENIED && said->refusal)
		rc = tell_refusal(cli, said->refusal);
	else
		rc = cli_outcome(cli, said);
	/* A key that the centre knows for another reason will never do. */
	if (code == DONDOC__V1__REFUSAL_CODE__REFUSAL_DUPLICATE ||
	    code == DONDOC__V1__REFUSAL_CODE__REFUSAL_TOKEN)
		(void)unlink(join->new_path);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_office_join(struct cli *cli)
{
	struct joining *join = dd_alloc(sizeof(*join));
	int rc = cli->format == CLI_CSV ? cli_misused(cli, TEXT_NO_CSV, NULL) : 0;

	if (rc == 0)
		rc = read_token(cli, join);
	if (rc == 0)
		rc = choose_places(cli, join);
	if (rc == 0)
		rc = cli_key_keep(cli, join->new_path, &join->key);
	if (rc == 0)
		rc = keep_settings(cli, join);
	if (rc == 0)
		rc = join_centre(cli, join);
	sodium_memzero(join, sizeof(*join));
	free(join);
	return rc;
}
