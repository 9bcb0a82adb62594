/* cli_enrol_rotate.c - `office rotate`: run on the unit's machine.
 *
 * Order: the new key is on disk beside the old one; the centre is told over the old one and takes
 * both from then on; the new one is tried; then it takes the old one's place. Wherever that ends,
 * the same command goes on with the same new key. */
#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "services/cli/cli_enrol.h"
#include "services/cli/cli_work.h"
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TRY_MS      15000
#define TRY_NEW_MS  3000
#define CREDENTIALS "/run/credentials/"

struct rotating {
	struct cli_office_settings settings;
	char key_path[PATH_MAX], new_path[PATH_MAX + 8], old_path[PATH_MAX + 8];
	struct dd_curve_key old, fresh;
	bool resumed; /* an earlier run had come so far as to make the new one */
};

/* systemd hands the service a copy; the key itself lies beside the settings. */
static int find_key(const struct cli *cli, const char *config, struct rotating *rotate)
{
	const char *slash = strrchr(config, '/');
	const char *given = cli->args.value[CLI_OPT_KEY];
	int len;

	if (given)
		len = snprintf(rotate->key_path, sizeof(rotate->key_path), "%s", given);
	else if (strncmp(rotate->settings.key, CREDENTIALS, strlen(CREDENTIALS)) == 0)
		len = snprintf(rotate->key_path, sizeof(rotate->key_path), "%.*s/office-%s.key",
			       slash ? (int)(slash - config) : 1, slash ? config : ".",
			       rotate->settings.unit);
	else
		len = snprintf(rotate->key_path, sizeof(rotate->key_path), "%s",
			       rotate->settings.key);
	if (len < 0 || (size_t)len >= sizeof(rotate->key_path))
		return cli_misused(cli, TEXT_BAD_VALUE, "--config", config, NULL);
	snprintf(rotate->new_path, sizeof(rotate->new_path), "%s.new", rotate->key_path);
	snprintf(rotate->old_path, sizeof(rotate->old_path), "%s.old", rotate->key_path);
	return 0;
}

static int read_all(struct cli *cli, struct rotating *rotate)
{
	const char *config;
	struct dd_error err;
	int rc = cli_text_option(cli, CLI_OPT_CONFIG, &config);

	if (rc == 0)
		rc = cli_office_settings_read(cli, config, &rotate->settings);
	if (rc == CLI_NOT_FOUND) {
		dd_fail(&err, DD_ERR_NOT_FOUND, "%s: there is no such file", config);
		return cli_failed(cli, &err);
	}
	if (rc == 0)
		rc = find_key(cli, config, rotate);
	if (rc == 0 && dd_curve_load(rotate->key_path, &rotate->old, &err) != 0)
		rc = cli_failed(cli, &err);
	if (rc != 0)
		return rc;
	rotate->resumed = dd_curve_load(rotate->new_path, &rotate->fresh, &err) == 0;
	return cli_key_keep(cli, rotate->new_path, &rotate->fresh);
}

static int link_with(struct cli *cli, const struct rotating *rotate, const struct dd_curve_key *key)
{
	struct cli_link link = {.address = rotate->settings.centre,
				.centre_key = rotate->settings.centre_key,
				.key = *key};

	return cli_link_open(cli, &link);
}

static bool new_works(struct cli *cli, const struct rotating *rotate, int64_t patience_ms)
{
	struct dd_error err;

	return link_with(cli, rotate, &rotate->fresh) == 0 &&
	       cli_link_ping(cli, patience_ms, &err) == 0;
}

static int tell_centre(struct cli *cli, struct rotating *rotate)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__RotateOfficeKey said = DONDOC__V1__ROTATE_OFFICE_KEY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	uint8_t old[32], fresh[32];
	Dondoc__V1__Reply *reply;
	int rc = link_with(cli, rotate, &rotate->old);

	if (rc != 0)
		return rc;
	if (dd_curve_bytes(rotate->old.public_key, old) != 0 ||
	    dd_curve_bytes(rotate->fresh.public_key, fresh) != 0)
		return CLI_INTERNAL;
	said.old_key = (ProtobufCBinaryData){.data = old, .len = sizeof(old)};
	said.key = (ProtobufCBinaryData){.data = fresh, .len = sizeof(fresh)};
	said.build = (char *)dd_app_build();
	actor.unit = rotate->settings.unit;
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ROTATE_OFFICE_KEY;
	body.rotate_office_key = &said;
	rc = cli_link_command(cli, &body, "dondoc rotate", &reply);
	if (rc != 0)
		return rc;
	if (!(reply->submit->refusal &&
	      reply->submit->refusal->code == DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO) &&
	    reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		rc = cli_outcome(cli, reply->submit);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* The old key stays beside: a copy first, so that there is a key in the place at every moment. */
static int settle(const struct cli *cli, const struct rotating *rotate)
{
	const struct dd_sys *sys = dd_sys();
	struct dd_error err;
	char *dir;
	int rc = dd_curve_save(rotate->old_path, &rotate->old, &err);

	if (rc == 0 && sys->rename(sys->ctx, rotate->new_path, rotate->key_path) != 0)
		rc = dd_fail_errno(&err, DD_ERR_IO, errno, "%s", rotate->key_path);
	if (rc != 0)
		return cli_failed(cli, &err);
	dir = dd_strdup(rotate->key_path);
	if (strrchr(dir, '/') != NULL)
		*strrchr(dir, '/') = '\0';
	rc = dd_dir_sync(dir[0] != '\0' && strcmp(dir, rotate->key_path) != 0 ? dir : ".", &err);
	free(dir);
	return rc != 0 ? cli_failed(cli, &err) : 0;
}

static int tell_rotated(const struct cli *cli, const struct rotating *rotate)
{
	uint8_t bytes[8];
	ProtobufCBinaryData name = {.data = bytes, .len = sizeof(bytes)};
	char id[17];

	dd_curve_id(rotate->fresh.public_key, bytes);
	if (cli->format == CLI_JSON) {
		fprintf(cli->out, "{\"unit\":\"%s\",\"key\":\"%s\"}\n", rotate->settings.unit,
			cli_key_id(&name, id));
		return CLI_DONE;
	}
	cli_say(cli, TEXT_ROTATED, cli_key_id(&name, id), rotate->old_path, NULL);
	cli_say(cli, TEXT_ROTATE_NEXT, rotate->settings.unit, NULL);
	return CLI_DONE;
}

int cli_office_rotate(struct cli *cli)
{
	struct rotating *rotate = dd_alloc(sizeof(*rotate));
	bool works = false;
	int rc = cli->format == CLI_CSV ? cli_misused(cli, TEXT_NO_CSV, NULL) : 0;

	if (rc == 0)
		rc = read_all(cli, rotate);
	if (rc == 0 && rotate->resumed) /* it may be registered, and the old one have ended */
		works = new_works(cli, rotate, TRY_NEW_MS);
	if (rc == 0 && !works)
		rc = tell_centre(cli, rotate);
	if (rc == 0 && !works && !new_works(cli, rotate, TRY_MS)) {
		cli_complain(cli, TEXT_ROTATE_WAITS, NULL);
		rc = CLI_NO_ANSWER;
	}
	if (rc == 0)
		rc = settle(cli, rotate);
	if (rc == 0)
		rc = tell_rotated(cli, rotate);
	sodium_memzero(rotate, sizeof(*rotate));
	free(rotate);
	return rc;
}
