/* cli_verify.c - `log verify`: reads the log's folder in a child process, so that a file which
 * breaks the reader is told as damage and does not break the tool. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/eventlog/eventlog.h"
#include "services/cli/cli.h"
#include "services/cli/cli_child.h"
#include "services/cli/cli_talk.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child tells through the pipe. */
struct finding {
	int rc;
	struct dd_error err;
	struct dd_verify_report report;
};

static int bad_receipt(const struct cli *cli)
{
	return cli_misused(cli, TEXT_BAD_VALUE, "--receipt", cli->args.value[CLI_OPT_RECEIPT],
			   NULL);
}

/* INCARNATION:SEQUENCE:CHAIN, as `task update` and the like print it. */
static int read_receipt(const struct cli *cli, struct dd_position *expect_out)
{
	const char *receipt = cli->args.value[CLI_OPT_RECEIPT];
	uint64_t incarnation;
	char part[3][80];

	memset(expect_out, 0, sizeof(*expect_out));
	if (!receipt)
		return 0;
	if (sscanf(receipt, "%79[0-9]:%79[0-9]:%79[0-9a-f]", part[0], part[1], part[2]) != 3)
		return bad_receipt(cli);
	if (cli_parse_number(part[0], UINT32_MAX, &incarnation) != 0 ||
	    cli_parse_number(part[1], UINT64_MAX, &expect_out->sequence) != 0 ||
	    dd_hex_parse(part[2], expect_out->chain, DD_HASH_LEN) != 0 || expect_out->sequence == 0)
		return bad_receipt(cli);
	expect_out->incarnation = (uint32_t)incarnation;
	return 0;
}

/* --dir, DONDOC_LOG_DIR, else that of the trial whose run folder this is; NULL: none is known.
 * Caller frees. */
static char *find_folder(const struct cli *cli)
{
	const char *env = getenv("DONDOC_LOG_DIR");
	struct dd_buf path = {0};
	char *found;

	if (cli->args.value[CLI_OPT_DIR])
		return dd_strdup(cli->args.value[CLI_OPT_DIR]);
	if (env && *env)
		return dd_strdup(env);
	dd_buf_printf(&path, "%s/data/task/log", cli->run);
	found = realpath(dd_buf_cstr(&path), NULL);
	dd_buf_fini(&path);
	return found;
}

/* A receipt does not name its log: the first pass finds the log's id. */
static void verify(const char *dir, struct dd_position *expect, struct finding *finding)
{
	finding->rc = dd_eventlog_verify(dir, NULL, &finding->report, &finding->err);
	if (finding->rc != 0 || expect->sequence == 0)
		return;
	memcpy(expect->log_id, finding->report.head.log_id, DD_ID_LEN);
	finding->rc = dd_eventlog_verify(dir, expect, &finding->report, &finding->err);
}

static void child(const char *dir, struct dd_position *expect, int to)
{
	struct finding finding = {0};

	verify(dir, expect, &finding);
	cli_child_tell(to, &finding, sizeof(finding));
}

/* False: the child ended without a word. */
static bool verify_apart(const char *dir, struct dd_position *expect, struct finding *finding)
{
	int ends[2];
	bool told;
	pid_t pid;

	if (pipe(ends) != 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(dir, expect, ends[1]);
	}
	close(ends[1]);
	told = pid > 0 && cli_child_hear(ends[0], finding, sizeof(*finding));
	close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return told;
}

static void print_json(const struct cli *cli, const struct dd_verify_report *report)
{
	char id[2 * DD_ID_LEN + 1], chain[2 * DD_HASH_LEN + 1];

	fprintf(cli->out,
		"{\"records\":\"%" PRIu64 "\",\"frames\":\"%" PRIu64 "\",\"segments\":\"%" PRIu64
		"\",\"commands\":\"%" PRIu64 "\",\"log_id\":\"%s\",\"incarnation\":%" PRIu32
		",\"sequence\":\"%" PRIu64 "\",\"chain\":\"%s\",\"checkpoint\":\"%" PRIu64
		"\",\"torn_bytes\":\"%" PRIu64 "\"}\n",
		report->records, report->frames, report->segments, report->commands,
		dd_hex(report->head.log_id, DD_ID_LEN, id), report->head.incarnation,
		report->head.sequence, dd_hex(report->head.chain, DD_HASH_LEN, chain),
		report->checkpoint_sequence, report->torn_bytes);
}

static void say_number(const struct cli *cli, enum cli_text text, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	cli_say(cli, text, digits, NULL);
}

static void print_report(const struct cli *cli, const char *dir,
			 const struct dd_verify_report *report)
{
	char receipt[160], chain[2 * DD_HASH_LEN + 1];

	if (cli->format == CLI_JSON) {
		print_json(cli, report);
		return;
	}
	snprintf(receipt, sizeof(receipt), "%" PRIu32 ":%" PRIu64 ":%s", report->head.incarnation,
		 report->head.sequence, dd_hex(report->head.chain, DD_HASH_LEN, chain));
	cli_say(cli, TEXT_VERIFIED, dir, NULL);
	say_number(cli, TEXT_VERIFIED_RECORDS, report->records);
	say_number(cli, TEXT_VERIFIED_COMMANDS, report->commands);
	say_number(cli, TEXT_VERIFIED_FRAMES, report->frames);
	say_number(cli, TEXT_VERIFIED_SEGMENTS, report->segments);
	say_number(cli, TEXT_VERIFIED_CHECKPOINT, report->checkpoint_sequence);
	cli_say(cli, TEXT_VERIFIED_HEAD, receipt, NULL);
	if (report->torn_bytes)
		say_number(cli, TEXT_VERIFIED_TORN, report->torn_bytes);
	if (cli->args.value[CLI_OPT_RECEIPT])
		cli_say(cli, TEXT_VERIFIED_RECEIPT, NULL);
}

int cli_log_verify(struct cli *cli)
{
	struct finding finding = {0};
	struct dd_position expect;
	char *dir;
	int rc = read_receipt(cli, &expect);

	if (rc == 0 && cli->format == CLI_CSV)
		rc = cli_misused(cli, TEXT_NO_CSV, NULL);
	if (rc != 0)
		return rc;
	dir = find_folder(cli);
	if (!dir)
		return cli_misused(cli, TEXT_NO_LOG_DIR, NULL);
	fflush(cli->out); /* or the child would have it too */
	if (!verify_apart(dir, &expect, &finding)) {
		cli_complain(cli, TEXT_VERIFIER_DIED, dir, NULL);
		rc = CLI_DAMAGE;
	} else if (finding.rc == DD_ERR_CORRUPT) {
		cli_complain(cli, TEXT_DAMAGE, finding.err.text, NULL);
		rc = CLI_DAMAGE;
	} else if (finding.rc != 0) {
		rc = cli_failed(cli, &finding.err);
	} else {
		print_report(cli, dir, &finding.report);
	}
	free(dir);
	return rc;
}
