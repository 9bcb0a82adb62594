/* cli_backup_check.c - see cli_backup_check.h. */
#include "services/cli/cli_backup_check.h"
#include "common/base/file.h"
#include "services/cli/cli_child.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child tells through the pipe. */
struct told {
	int rc;
	struct dd_error err;
	struct cli_backup_finding finding;
};

struct question {
	const char *dir;
	const struct dd_position *at; /* NULL = the whole backup */
};

/* --- in the child ----------------------------------------------------------------------------- */

static int check_log(const char *log, const struct dd_position *at, struct dd_error *err)
{
	struct dd_verify_report report;
	int rc = dd_eventlog_verify(log, at, &report, err);

	if (rc == 0 && report.head.sequence != at->sequence)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "the log's copy ends at %" PRIu64 " and not at %" PRIu64,
			     report.head.sequence, at->sequence);
	return rc;
}

static void check_file(const char *dir, const struct cli_backup_entry *entry,
		       struct cli_backup_finding *finding)
{
	char *path = dd_path(dir, entry->path);
	struct cli_backup_sum sum;
	struct dd_error ignored;
	int rc = cli_backup_read(path, &sum, &ignored);

	finding->files++;
	finding->bytes += entry->sum.size;
	free(path);
	if (rc == 0 && cli_backup_same(&sum, &entry->sum))
		return;
	if (finding->missing + finding->differing == 0)
		(void)snprintf(finding->first, sizeof(finding->first), "%s", entry->path);
	if (rc == DD_ERR_NOT_FOUND)
		finding->missing++;
	else
		finding->differing++;
}

static int check_all(const char *dir, struct cli_backup_finding *finding, struct dd_error *err)
{
	struct cli_backup_manifest manifest;
	char *log = dd_path(dir, "task/log");
	int rc = cli_manifest_read(dir, &manifest, err);

	if (rc == 0) {
		finding->at = manifest.at;
		finding->made_us = manifest.made_us;
		finding->lacking = manifest.lacking;
		finding->secrets = (int)manifest.secrets;
		memcpy(finding->hash, manifest.hash, DD_HASH_LEN);
		memcpy(finding->label, manifest.label, sizeof(finding->label));
		for (size_t i = 0; i < manifest.count; i++)
			check_file(dir, &manifest.entries[i], finding);
		if (finding->missing + finding->differing > 0)
			rc = dd_fail(err, DD_ERR_CORRUPT,
				     "%s: of %" PRIu64 " files %" PRIu64 " are missing and %" PRIu64
				     " differ, the first is %.200s: use another backup of the set",
				     dir, finding->files, finding->missing, finding->differing,
				     finding->first);
		if (rc == 0)
			rc = check_log(log, &manifest.at, err);
		cli_manifest_fini(&manifest);
	}
	free(log);
	return rc;
}

static void child(const struct question *question, int to)
{
	static struct told told;

	if (question->at != NULL)
		told.rc = check_log(question->dir, question->at, &told.err);
	else
		told.rc = check_all(question->dir, &told.finding, &told.err);
	cli_child_tell(to, &told, sizeof(told));
}

/* --- in the parent ---------------------------------------------------------------------------- */

static int ask(const struct question *question, struct told *told, struct dd_error *err)
{
	int ends[2];
	bool heard;
	pid_t pid;

	if (pipe(ends) != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot check %s", question->dir);
	(void)fflush(NULL); /* or the child would have it too */
	pid = fork();
	if (pid == 0) {
		(void)close(ends[0]);
		child(question, ends[1]);
	}
	(void)close(ends[1]);
	heard = pid > 0 && cli_child_hear(ends[0], told, sizeof(*told));
	(void)close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (!heard)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "%s cannot even be read: the process that checked it died",
			       question->dir);
	if (told->rc != 0 && err != NULL)
		*err = told->err;
	return told->rc;
}

int cli_backup_check_log(const char *log, const struct dd_position *at, struct dd_error *err)
{
	struct told told;

	return ask(&(struct question){log, at}, &told, err);
}

int cli_backup_check(const char *dir, struct cli_backup_finding *finding_out, struct dd_error *err)
{
	struct told told;
	int rc;

	memset(&told, 0, sizeof(told));
	rc = ask(&(struct question){dir, NULL}, &told, err);
	*finding_out = told.finding;
	return rc;
}
