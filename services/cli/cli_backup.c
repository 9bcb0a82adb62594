/* cli_backup.c - `backup DIR`: head, log, files, keys; each copy read back; then the event that
 * says that it covers the log up to that head. */
#include "services/cli/cli_backup.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/eventlog/position.h"
#include "services/cli/cli_backup_make.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEEP_MAX 100000u

int cli_backup_seal(const struct cli *cli, struct cli_seal **seal_out)
{
	const char *file = cli->args.value[CLI_OPT_PASSPHRASE_FILE];
	struct dd_error err;

	*seal_out = NULL;
	if (file == NULL || cli_seal_open(file, seal_out, &err) == 0)
		return 0;
	return cli_failed(cli, &err);
}

char *cli_backup_base(const struct cli *cli)
{
	struct dd_buf path = {0};
	char *found;

	if (cli->args.value[CLI_OPT_DATA])
		return dd_strdup(cli->args.value[CLI_OPT_DATA]);
	dd_buf_printf(&path, "%s/data", cli->run);
	found = realpath(dd_buf_cstr(&path), NULL);
	dd_buf_fini(&path);
	return found != NULL ? found : dd_strdup("/var/lib/dondoc");
}

/* --- the head --------------------------------------------------------------------------------- */

static int ask_head(struct cli *cli, struct cli_backup_manifest *manifest,
		    struct dd_position *head_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_STATUS);
	if (rc != 0)
		return rc;
	if (!dd_position_from_pb(reply->answer->status->head, head_out) ||
	    head_out->sequence == 0) {
		cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
		rc = CLI_INTERNAL;
	}
	(void)snprintf(manifest->authority, sizeof(manifest->authority), "%s",
		       reply->answer->status->authority);
	(void)snprintf(manifest->build, sizeof(manifest->build), "%s",
		       reply->answer->status->build);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* --- keys and settings ------------------------------------------------------------------------ */

/* --secrets DIR[,DIR]; in a trial the folders that it has; else /etc/dondoc. */
static char *secret_folders(const struct cli *cli, const char *base)
{
	char *conf = dd_path(base, "conf");
	struct dd_buf list = {0};
	char *folders;

	if (cli->args.value[CLI_OPT_SECRETS])
		dd_buf_text(&list, cli->args.value[CLI_OPT_SECRETS]);
	else if (!cli_backup_empty(conf))
		dd_buf_printf(&list, "%s,%s/keys,%s/offices", conf, base, base);
	else
		dd_buf_text(&list, "/etc/dondoc");
	folders = dd_strdup(dd_buf_cstr(&list));
	dd_buf_fini(&list);
	free(conf);
	return folders;
}

static int take_secrets(const struct cli *cli, struct cli_backup_job *job, struct dd_error *err)
{
	char *folders, *rest, *folder;
	int rc = 0;

	if (cli->args.value[CLI_OPT_NO_SECRETS])
		return 0;
	folders = secret_folders(cli, job->base);
	for (folder = strtok_r(folders, ",", &rest); rc == 0 && folder != NULL;
	     folder = strtok_r(NULL, ",", &rest))
		rc = cli_backup_secrets(job, folder, err);
	free(folders);
	return rc != 0 ? rc : cli_backup_checkpoint_key(job, err);
}

/* --- telling ---------------------------------------------------------------------------------- */

static void say_lack(struct cli *cli, const struct cli_backup_job *job,
		     const struct cli_backup_entry *lack)
{
	char *path = dd_path(job->base, lack->path), *units = NULL;
	const char *slash = strrchr(lack->path, '/');
	const char *name = slash != NULL ? slash + 1 : "";

	if (access(path, F_OK) == 0) {
		cli_complain(cli, TEXT_BACKUP_LACKS, lack->path, name, NULL);
	} else {
		units = cli_backup_senders(cli, lack->sum.hash);
		cli_complain(cli, TEXT_BACKUP_MISSES, lack->path, name,
			     units[0] != '\0' ? units : "-", NULL);
	}
	free(units);
	free(path);
}

static void say_done(struct cli *cli, const struct cli_backup_job *job, const char *dir)
{
	char sequence[24], files[24], copied[24], shared[24];

	snprintf(sequence, sizeof(sequence), "%" PRIu64, job->now.at.sequence);
	snprintf(files, sizeof(files), "%zu", job->now.count);
	snprintf(copied, sizeof(copied), "%.1f", (double)job->copied / (1 << 20));
	snprintf(shared, sizeof(shared), "%.1f", (double)(job->linked + job->kept) / (1 << 20));
	for (size_t i = 0; i < job->now.lacking; i++)
		say_lack(cli, job, &job->now.lacks[i]);
	if (cli->format == CLI_TABLE)
		cli_say(cli, TEXT_BACKUP_MADE, dir, sequence, files, copied, shared, NULL);
}

static int cover(struct cli *cli, const struct cli_backup_job *job)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__CoverBackup said = DONDOC__V1__COVER_BACKUP__INIT;
	Dondoc__V1__Position position;
	Dondoc__V1__Reply *reply;
	int rc;

	dd_position_to_pb(&job->now.at, &position);
	said.position = &position;
	said.manifest.data = (uint8_t *)job->now.hash;
	said.manifest.len = DD_HASH_LEN;
	said.label = (char *)job->now.label;
	said.bytes = cli_manifest_bytes(&job->now);
	said.files = job->now.count;
	said.with_secrets = job->now.secrets != CLI_SECRETS_NO;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_COVER_BACKUP;
	body.cover_backup = &said;
	rc = cli_submit(cli, &body, cli_acting_unit(cli, ""), &reply);
	if (rc == 0) {
		rc = cli_outcome(cli, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	if (rc != 0)
		cli_complain(cli, TEXT_BACKUP_NOT_TOLD, NULL);
	return rc;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* What must have happened before the next thing may: see DESIGN, "Backup order". */
static int make(struct cli *cli, struct cli_backup_job *job, char **dir_out)
{
	struct dd_position head;
	struct dd_error err;
	int rc;

	if (cli_backup_begin(job, &err) != 0)
		return cli_failed(cli, &err);
	rc = ask_head(cli, &job->now, &head);
	if (rc != 0)
		return rc;
	if (cli_backup_log(job, &head, &err) != 0 || cli_backup_files(job, &err) != 0)
		rc = cli_failed(cli, &err);
	if (rc == 0)
		rc = cli_backup_evidence(cli, job);
	if (rc == 0 &&
	    (take_secrets(cli, job, &err) != 0 || cli_backup_finish(job, dir_out, &err) != 0))
		rc = cli_failed(cli, &err);
	if (rc != 0)
		cli_complain(cli, TEXT_BACKUP_UNFINISHED, job->part, NULL);
	return rc;
}

static int thin(const struct cli *cli, const char *set)
{
	struct dd_error err;
	uint64_t keep;
	size_t removed;
	int rc = cli_number_option(cli, CLI_OPT_KEEP, KEEP_MAX, 0, &keep);
	char count[24];

	if (rc != 0 || keep == 0)
		return rc;
	if (cli_backup_thin(set, (size_t)keep, &removed, &err) != 0)
		return cli_failed(cli, &err);
	snprintf(count, sizeof(count), "%zu", removed);
	if (removed > 0 && cli->format == CLI_TABLE)
		cli_say(cli, TEXT_BACKUP_THINNED, count, NULL);
	return 0;
}

/* Wrong values are told before the long work. */
static int check_options(const struct cli *cli)
{
	uint64_t keep;
	int rc = cli_number_option(cli, CLI_OPT_KEEP, KEEP_MAX, 0, &keep);

	if (rc == 0 && cli->args.value[CLI_OPT_NO_SECRETS] &&
	    (cli->args.value[CLI_OPT_SECRETS] || cli->args.value[CLI_OPT_PASSPHRASE_FILE]))
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--no-secrets", "--secrets", NULL);
	return rc;
}

/* Once the log says that the backup covers it, offices let go of what they keep, and with that
 * maybe of the last good copy of a file that is lacking here. */
static int tell(struct cli *cli, const struct cli_backup_job *job, const char *dir)
{
	bool lacks = job->now.lacking > 0;
	int rc;

	say_done(cli, job, dir);
	if (lacks && !cli->args.value[CLI_OPT_ACCEPT_LOST]) {
		cli_complain(cli, TEXT_BACKUP_NOT_COVERED, NULL);
		return CLI_DAMAGE;
	}
	rc = cover(cli, job);
	if (rc == 0)
		rc = thin(cli, job->set);
	return rc == 0 && lacks ? CLI_DAMAGE : rc;
}

int cli_backup_make(struct cli *cli)
{
	struct cli_backup_job job = {.set = cli_word(cli, 0), .lock_fd = -1};
	const char *note = cli->args.value[CLI_OPT_NOTE];
	char *dir = NULL, *base = cli_backup_base(cli);
	int rc = check_options(cli);

	job.base = base;
	(void)snprintf(job.now.label, 200, "%s", note != NULL ? note : job.set);
	if (rc == 0)
		rc = cli_backup_seal(cli, &job.seal);
	if (rc == 0)
		rc = make(cli, &job, &dir);
	if (rc == 0)
		rc = tell(cli, &job, dir);
	cli_seal_close(job.seal);
	cli_backup_end(&job);
	free(base);
	free(dir);
	return rc;
}
