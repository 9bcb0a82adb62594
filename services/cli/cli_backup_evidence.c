/* cli_backup_evidence.c - what evidence the log has taken in, against the files that were found: a
 * file that is gone is named like one that is damaged. */
#include "common/base/alloc.h"
#include "services/cli/cli_backup_make.h"
#include "services/cli/cli_talk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "task/files/"

/* Hashes of what was found, good or damaged. */
struct found {
	uint8_t (*hashes)[DD_HASH_LEN]; /* owned; sorted */
	size_t count;
};

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, DD_HASH_LEN);
}

static void note(struct found *found, const struct cli_backup_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(entries[i].path, FOLDER, sizeof(FOLDER) - 1) == 0)
			memcpy(found->hashes[found->count++], entries[i].sum.hash, DD_HASH_LEN);
}

static struct found find_all(const struct cli_backup_manifest *manifest)
{
	struct found found = {.hashes = dd_alloc((manifest->count + manifest->lacking + 1) *
						 sizeof(*found.hashes))};

	note(&found, manifest->entries, manifest->count);
	note(&found, manifest->lacks, manifest->lacking);
	qsort(found.hashes, found.count, sizeof(*found.hashes), by_hash);
	return found;
}

static void compare(struct cli_backup_job *job, const struct found *found,
		    const Dondoc__V1__FileRow *row)
{
	char hex[2 * DD_HASH_LEN + 1], path[sizeof(FOLDER) + sizeof(hex)];
	const uint8_t *hash = row->file != NULL ? row->file->hash.data : NULL;

	if (hash == NULL || row->file->hash.len != DD_HASH_LEN ||
	    row->sequence > job->now.at.sequence || /* the next backup has it */
	    bsearch(hash, found->hashes, found->count, sizeof(*found->hashes), by_hash) != NULL)
		return;
	(void)snprintf(path, sizeof(path), FOLDER "%s", dd_hex(hash, DD_HASH_LEN, hex));
	cli_backup_missing(job, path, hash);
}

static int ask(struct cli *cli, Dondoc__V1__ListFiles *list, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_FILES;
	query.list_files = list;
	rc = cli_query(cli, &query, reply_out);
	return rc != 0 ? rc : cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_FILES);
}

int cli_backup_evidence(struct cli *cli, struct cli_backup_job *job)
{
	Dondoc__V1__ListFiles list = DONDOC__V1__LIST_FILES__INIT;
	struct found found = find_all(&job->now);
	uint8_t after[DD_HASH_LEN];
	bool more = true;
	int rc = 0;

	list.arrived = true;
	if (cli->told < job->now.at.sequence)
		cli->told = job->now.at.sequence; /* the service's view has all that the copy has */
	while (rc == 0 && more) {
		Dondoc__V1__Reply *reply;

		rc = ask(cli, &list, &reply);
		if (rc != 0)
			break;
		for (size_t i = 0; i < reply->answer->files->n_rows; i++)
			compare(job, &found, reply->answer->files->rows[i]);
		more = reply->answer->files->next.len == sizeof(after);
		if (more)
			memcpy(after, reply->answer->files->next.data, sizeof(after));
		list.after = (ProtobufCBinaryData){.data = after, .len = sizeof(after)};
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	free(found.hashes);
	return rc;
}

static bool told_before(const Dondoc__V1__FileList *files, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(files->rows[i]->unit, files->rows[at]->unit) == 0)
			return true;
	return false;
}

char *cli_backup_senders(struct cli *cli, const uint8_t hash[DD_HASH_LEN])
{
	Dondoc__V1__ListFiles list = DONDOC__V1__LIST_FILES__INIT;
	const Dondoc__V1__FileList *files;
	struct dd_buf units = {0};
	Dondoc__V1__Reply *reply;
	char *text;

	list.hash = (ProtobufCBinaryData){.data = (uint8_t *)hash, .len = DD_HASH_LEN};
	if (ask(cli, &list, &reply) != 0)
		return dd_strdup("");
	files = reply->answer->files;
	for (size_t i = 0; i < files->n_rows; i++)
		if (files->rows[i]->unit[0] != '\0' && !told_before(files, i))
			dd_buf_printf(&units, "%s%s", units.len > 0 ? ", " : "",
				      files->rows[i]->unit);
	text = dd_strdup(dd_buf_cstr(&units));
	dd_buf_fini(&units);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return text;
}
