/* cli_restore.c - `restore DIR` puts a backup back; `restore release` lets reminders go again. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/eventlog/position.h"
#include "services/cli/cli_backup.h"
#include "services/cli/cli_backup_check.h"
#include "services/cli/cli_backup_make.h"
#include "services/cli/cli_restore_make.h"
#include "services/cli/cli_talk.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SHORT_WAIT_MS 1500
#define HANDED_OUT    "RESTORES"          /* beside the backups: one line a restore */
#define CLOCK_FROM    INT64_C(1577836800) /* 1 January 2020: numbers fit until 2156 */

/* --- is it still running? --------------------------------------------------------------------- */

/* A socket of this machine that nobody has open: no answer is waited for. */
static bool nobody_listens(const char *endpoint)
{
	static const char ipc[] = "ipc://";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = endpoint + sizeof(ipc) - 1;
	bool nobody;
	int fd;

	if (strncmp(endpoint, ipc, sizeof(ipc) - 1) != 0 ||
	    strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	nobody = connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 &&
		 (errno == ENOENT || errno == ECONNREFUSED);
	(void)close(fd);
	return nobody;
}

/* The id of the log that the task service at the run folder serves; false: none answers. */
static bool ask_log(struct cli *cli, uint8_t log_id_out[DD_ID_LEN])
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	struct dd_position head;
	struct dd_error err;
	bool known;

	if (cli_connect(cli, "task") != 0 || nobody_listens(cli->target))
		return false;
	if (cli->wait_ms == 0)
		dd_client_set_patience(cli->client, SHORT_WAIT_MS);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	if (dd_client_query(cli->client, &query, 0, &reply, &err) != 0)
		return false;
	known = reply->body_case == DONDOC__V1__REPLY__BODY_ANSWER &&
		reply->answer->what_case == DONDOC__V1__ANSWER__WHAT_STATUS &&
		dd_position_from_pb(reply->answer->status->head, &head);
	if (known)
		memcpy(log_id_out, head.log_id, DD_ID_LEN);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return known;
}

/* The same log twice in service would go two ways. A drill elsewhere does no harm. */
static int check_stopped(struct cli *cli, const struct cli_restore_job *job)
{
	uint8_t log_id[DD_ID_LEN];

	if (cli->args.value[CLI_OPT_DRILL] || !ask_log(cli, log_id) ||
	    memcmp(log_id, job->manifest.at.log_id, DD_ID_LEN) != 0)
		return 0;
	cli_complain(cli, TEXT_RESTORE_RUNS, cli->target, NULL);
	return CLI_REFUSED;
}

/* --- the incarnation -------------------------------------------------------------------------- */

static char *handed_out_path(const char *backup)
{
	struct dd_buf path = {0};
	char *text;

	dd_buf_printf(&path, "%s/../" HANDED_OUT, backup);
	text = dd_strdup(dd_buf_cstr(&path));
	dd_buf_fini(&path);
	return text;
}

/* The highest incarnation that any restore from this set was given. */
static uint32_t handed_out(const char *path, const uint8_t log_id[DD_ID_LEN])
{
	char line[200], id[2 * DD_ID_LEN + 1], own[2 * DD_ID_LEN + 1];
	FILE *file = fopen(path, "re");
	uint32_t highest = 0, incarnation;

	dd_hex(log_id, DD_ID_LEN, own);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "log %32[0-9a-f] incarnation %" SCNu32, id, &incarnation) == 2 &&
		    strcmp(id, own) == 0 && incarnation > highest)
			highest = incarnation;
	}
	if (file != NULL)
		(void)fclose(file);
	return highest;
}

/* Durable before the restore is: two restores of one backup must not bear the same number, or
 * receipts of the one would seem to be of the other. */
static bool hand_out(const char *backup, const char *path, const struct dd_restore_mark *mark)
{
	char id[2 * DD_ID_LEN + 1], now[DD_TIME_TEXT], *set = dd_path(backup, "..");
	struct dd_error ignored;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	bool good = fd >= 0 &&
		    dprintf(fd, "log %s incarnation %" PRIu32 " after %" PRIu64 " at %s\n",
			    dd_hex(mark->at.log_id, DD_ID_LEN, id), mark->incarnation,
			    mark->at.sequence, dd_time_local(dd_wall_us(), now)) > 0 &&
		    fsync(fd) == 0 && dd_dir_sync(set, &ignored) == 0;

	if (fd >= 0)
		(void)close(fd);
	free(set);
	return good;
}

/* Two restores of one log, from sets or copies that know nothing of each other, bear different
 * numbers, and the later one the higher: offices go on with that by themselves. 0: the clock stands
 * outside of what fits. */
static uint32_t incarnation_by_clock(void)
{
	int64_t seconds = dd_wall_us() / DD_SECOND_US - CLOCK_FROM;

	return seconds > 0 && seconds < UINT32_MAX ? (uint32_t)seconds : 0;
}

static int choose_incarnation(const struct cli *cli, struct cli_restore_job *job)
{
	const struct dd_position *at = &job->manifest.at;
	char *path = handed_out_path(job->backup);
	uint32_t highest = handed_out(path, at->log_id), by_clock = incarnation_by_clock();
	uint64_t given;
	char least[16];
	int rc = cli_number_option(cli, CLI_OPT_INCARNATION, UINT32_MAX, 0, &given);

	if (highest < at->incarnation)
		highest = at->incarnation;
	job->mark.at = *at;
	job->mark.incarnation = by_clock > highest ? by_clock : highest + 1;
	if (given != 0)
		job->mark.incarnation = (uint32_t)given;
	snprintf(least, sizeof(least), "%" PRIu32, highest + 1);
	if (rc == 0 && job->mark.incarnation <= highest)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--incarnation", least, NULL);
	if (rc == 0 && !hand_out(job->backup, path, &job->mark) && given == 0 &&
	    by_clock <= highest) {
		cli_complain(cli, TEXT_RESTORE_READ_ONLY, path, least, NULL);
		rc = CLI_REFUSED;
	}
	free(path);
	return rc;
}

/* --- restore ---------------------------------------------------------------------------------- */

static void say_stores(const struct cli *cli, const char *base, const char *name)
{
	char *dir = dd_path(base, name);

	if (!cli_backup_empty(dir))
		cli_say(cli, TEXT_RESTORE_STORE, dir, NULL);
	free(dir);
}

static void say_restored(const struct cli *cli, const struct cli_restore_job *job)
{
	char sequence[24], incarnation[16], files[24], size[32], made[DD_TIME_TEXT];

	snprintf(sequence, sizeof(sequence), "%" PRIu64, job->mark.at.sequence);
	snprintf(incarnation, sizeof(incarnation), "%" PRIu32, job->mark.incarnation);
	snprintf(files, sizeof(files), "%" PRIu64, job->files);
	snprintf(size, sizeof(size), "%.1f", (double)job->bytes / (1 << 20));
	cli_say(cli, TEXT_RESTORED, job->base, sequence, dd_time_local(job->manifest.made_us, made),
		files, size, incarnation, NULL);
	if (job->manifest.lacking > 0)
		cli_say(cli, TEXT_BACKUP_LACKING, "", NULL);
	say_stores(cli, job->base, "notification/view");
	if (job->secrets != NULL)
		cli_say(cli, TEXT_RESTORE_SECRETS, job->secrets, NULL);
	else if (job->manifest.secrets != CLI_SECRETS_NO)
		cli_say(cli, TEXT_RESTORE_NO_SECRETS, job->backup, NULL);
	cli_say(cli, TEXT_RESTORE_NEXT, NULL);
}

static int run(struct cli *cli, struct cli_restore_job *job)
{
	struct cli_backup_finding finding;
	struct dd_error err;
	int rc;

	if (cli_backup_check(job->backup, &finding, &err) != 0 ||
	    cli_manifest_read(job->backup, &job->manifest, &err) != 0 ||
	    cli_restore_check(job, &err) != 0)
		return cli_failed(cli, &err);
	rc = check_stopped(cli, job);
	/* Once more, now that nobody else is at it. */
	if (rc == 0 && (cli_restore_lock(job, &err) != 0 || cli_restore_check(job, &err) != 0))
		rc = cli_failed(cli, &err);
	if (rc == 0)
		rc = choose_incarnation(cli, job);
	if (rc != 0)
		return rc;
	if (cli_restore_run(job, &err) != 0)
		return cli_failed(cli, &err);
	say_restored(cli, job);
	return 0;
}

int cli_restore(struct cli *cli)
{
	struct cli_restore_job job = {.lock_fd = -1,
				      .base = cli->args.value[CLI_OPT_DATA],
				      .secrets = cli->args.value[CLI_OPT_SECRETS]};
	const char *reason;
	struct dd_error err;
	char *dir = NULL;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_DATA, &job.base);
	if (rc == 0 && cli->format != CLI_TABLE)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--format", "table", NULL);
	if (rc == 0)
		rc = cli_backup_seal(cli, &job.seal);
	if (rc == 0 && cli_backup_find(cli_word(cli, 0), &dir, &err) != 0)
		rc = cli_failed(cli, &err);
	if (rc == 0) {
		job.backup = dir;
		(void)snprintf(job.mark.reason, sizeof(job.mark.reason), "%s", reason);
		rc = run(cli, &job);
	}
	if (job.lock_fd >= 0)
		(void)close(job.lock_fd);
	cli_manifest_fini(&job.manifest);
	cli_seal_close(job.seal);
	free(dir);
	return rc;
}

/* --- release ---------------------------------------------------------------------------------- */

int cli_restore_release(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ReleaseRestore release = DONDOC__V1__RELEASE_RESTORE__INIT;
	Dondoc__V1__Reply *reply;
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_TOLD_UNTIL, &release.told_until_day);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	release.reason = (char *)reason; /* packed, not changed */
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_RESTORE;
	body.release_restore = &release;
	rc = cli_submit(cli, &body, cli_acting_unit(cli, ""), &reply);
	if (rc == 0) {
		rc = cli_outcome(cli, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	return rc;
}
