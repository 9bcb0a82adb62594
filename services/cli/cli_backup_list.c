/* cli_backup_list.c - `backup list` asks the service which backups cover the log; `backup verify`
 * reads one from the first byte to the last. */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "services/cli/cli_backup.h"
#include "services/cli/cli_backup_check.h"
#include "services/cli/cli_backup_make.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 50

/* --- list ------------------------------------------------------------------------------------- */

static void add_row(const struct cli *cli, const Dondoc__V1__BackupRow *row,
		    struct cli_table *table)
{
	char text[DD_TIME_TEXT], size[32], hash[2 * DD_HASH_LEN + 1] = "";

	cli_table_number(table, (long long)row->sequence);
	cli_table_cell(table, dd_time_local(row->recorded_us, text));
	cli_table_number(table, row->position ? (long long)row->position->sequence : 0);
	cli_table_number(table, row->position ? row->position->incarnation : 0);
	cli_table_number(table, (long long)row->files);
	snprintf(size, sizeof(size), "%.1f", (double)row->bytes / (1 << 20));
	cli_table_cell(table, size);
	cli_table_cell(table, cli_text(cli->lang, row->with_secrets ? TEXT_YES : TEXT_BACKUP_NO));
	if (row->manifest.len == DD_HASH_LEN)
		dd_hex(row->manifest.data, row->manifest.len, hash);
	hash[CLI_HASH_SHORT] = '\0';
	cli_table_cell(table, hash);
	cli_table_cell(table, row->label);
}

static void say_restore(const struct cli *cli, const Dondoc__V1__RestoreState *state)
{
	char text[DD_TIME_TEXT], day[DD_DAY_TEXT], incarnation[16], cut[24];

	if (state == NULL || state->incarnation == 0)
		return;
	snprintf(incarnation, sizeof(incarnation), "%" PRIu32, state->incarnation);
	snprintf(cut, sizeof(cut), "%" PRIu64, state->cut_after);
	cli_say(cli, TEXT_RESTORE_WAS, incarnation, dd_time_local(state->restored_us, text), cut,
		state->reason, NULL);
	if (state->released == 0)
		cli_say(cli, TEXT_RESTORE_HOLDS, NULL);
	else
		cli_say(cli, TEXT_RESTORE_RELEASED, dd_day_vn(state->told_until_day, day), NULL);
}

static void print_list(const struct cli *cli, const Dondoc__V1__BackupList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_BACKUP_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_COVERS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_INCARNATION), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_FILES), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_MIB), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_SECRETS), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_MANIFEST), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_BACKUP_LABEL), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 9);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
	if (cli->format != CLI_TABLE)
		return;
	if (list->n_rows == 0)
		cli_say(cli, TEXT_NO_BACKUP, NULL);
	say_restore(cli, list->restore);
}

int cli_backup_show(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListBackups list = DONDOC__V1__LIST_BACKUPS__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, 1000, ROWS, &limit);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	list.limit = (uint32_t)limit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_BACKUPS;
	query.list_backups = &list;
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_BACKUPS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->backups->base);
	else
		print_list(cli, reply->answer->backups);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- verify ----------------------------------------------------------------------------------- */

static void print_finding(const struct cli *cli, const char *dir,
			  const struct cli_backup_finding *finding)
{
	char sequence[24], incarnation[16], files[24], size[32], lacking[24], made[DD_TIME_TEXT];
	char hash[2 * DD_HASH_LEN + 1];

	snprintf(sequence, sizeof(sequence), "%" PRIu64, finding->at.sequence);
	snprintf(incarnation, sizeof(incarnation), "%" PRIu32, finding->at.incarnation);
	snprintf(files, sizeof(files), "%" PRIu64, finding->files);
	snprintf(size, sizeof(size), "%.1f", (double)finding->bytes / (1 << 20));
	snprintf(lacking, sizeof(lacking), "%" PRIu64, finding->lacking);
	dd_hex(finding->hash, DD_HASH_LEN, hash);
	if (cli->format == CLI_JSON) {
		fprintf(cli->out,
			"{\"sequence\":\"%s\",\"incarnation\":%s,\"files\":\"%s\",\"bytes\":"
			"\"%" PRIu64 "\",\"lacking\":\"%s\",\"made_us\":\"%" PRId64
			"\",\"manifest\":\"%s\"}\n",
			sequence, incarnation, files, finding->bytes, lacking, finding->made_us,
			hash);
		return;
	}
	cli_say(cli, TEXT_BACKUP_GOOD, dir, sequence, incarnation, files, size,
		dd_time_local(finding->made_us, made), NULL);
	if (finding->lacking > 0)
		cli_say(cli, TEXT_BACKUP_LACKING, lacking, NULL);
}

/* Each file that was damaged where it lay, and what helps: whoever has it yet. */
static void say_lacking(const struct cli *cli, const struct cli_backup_manifest *manifest)
{
	const char *name;

	for (size_t i = 0; i < manifest->lacking; i++) {
		name = strrchr(manifest->lacks[i].path, '/');
		cli_complain(cli, TEXT_BACKUP_LACKS, manifest->lacks[i].path,
			     name != NULL ? name + 1 : "", NULL);
	}
}

/* With the passphrase at hand, what is sealed is opened too. */
static int open_secrets(const struct cli *cli, struct cli_seal *seal, const char *dir,
			const struct cli_backup_manifest *manifest)
{
	struct dd_error err;
	size_t opened;
	char count[24];

	if (seal == NULL)
		return 0;
	if (cli_backup_open_secrets(dir, manifest, seal, &opened, &err) != 0)
		return cli_failed(cli, &err);
	snprintf(count, sizeof(count), "%zu", opened);
	if (cli->format == CLI_TABLE)
		cli_say(cli, TEXT_BACKUP_OPENED, count, NULL);
	return 0;
}

static int verify(const struct cli *cli, struct cli_seal *seal, const char *dir)
{
	struct cli_backup_finding finding;
	struct cli_backup_manifest manifest;
	struct dd_error err;
	int rc;

	if (cli_backup_check(dir, &finding, &err) != 0 ||
	    cli_manifest_read(dir, &manifest, &err) != 0)
		return cli_failed(cli, &err);
	print_finding(cli, dir, &finding);
	say_lacking(cli, &manifest);
	rc = open_secrets(cli, seal, dir, &manifest);
	cli_manifest_fini(&manifest);
	return rc;
}

int cli_backup_verify(struct cli *cli)
{
	struct cli_seal *seal = NULL;
	struct dd_error err;
	char *dir = NULL;
	int rc;

	if (cli->format == CLI_CSV)
		return cli_misused(cli, TEXT_NO_CSV, NULL);
	rc = cli_backup_seal(cli, &seal);
	if (rc == 0 && cli_backup_find(cli_word(cli, 0), &dir, &err) != 0)
		rc = cli_failed(cli, &err);
	if (rc == 0)
		rc = verify(cli, seal, dir);
	cli_seal_close(seal);
	free(dir);
	return rc;
}
