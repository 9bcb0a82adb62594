/* cli_evidence.c - `evidence attach`, `list`, `fetch` and `detach`. */
#include "services/cli/cli_evidence.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/id.h"
#include "services/cli/cli_files.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"

#define FILE_MAX_BYTES (64u << 20)
#define PIECE          (256u << 10)
#define HASH_DIGITS    (2 * (size_t)DD_HASH_LEN)

/* --- what the commands share ------------------------------------------------------------------ */

int cli_evidence_task(struct cli *cli, Dondoc__V1__Reply **task_out)
{
	int rc = cli_connect(cli, "task");

	return rc == 0 ? cli_find_task(cli, cli_word(cli, 0), 1, task_out) : rc;
}

int cli_evidence_files(struct cli *cli, uint64_t task, Dondoc__V1__Reply **files_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListFiles list = DONDOC__V1__LIST_FILES__INIT;
	int rc;

	list.task = task;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_FILES;
	query.list_files = &list;
	rc = cli_query(cli, &query, files_out);
	return rc == 0 ? cli_check_answer(cli, *files_out, DONDOC__V1__ANSWER__WHAT_FILES) : rc;
}

static bool names(const Dondoc__V1__FileRef *file, const char *word)
{
	char hex[HASH_DIGITS + 1];
	size_t len = strlen(word);

	if (!file || file->hash.len != DD_HASH_LEN)
		return false;
	if (strcmp(file->name, word) == 0)
		return true;
	dd_hex(file->hash.data, DD_HASH_LEN, hex);
	return len >= CLI_HASH_SHORT && len <= HASH_DIGITS && strncmp(hex, word, len) == 0;
}

const Dondoc__V1__FileRow *cli_evidence_find(const Dondoc__V1__FileList *files, const char *word)
{
	const Dondoc__V1__FileRow *found = NULL;

	for (size_t i = 0; i < files->n_rows; i++) {
		if (!names(files->rows[i]->file, word))
			continue;
		if (found)
			return NULL;
		found = files->rows[i];
	}
	return found;
}

static char *text_of(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

Dondoc__V1__Document *cli_evidence_document(const struct cli *cli, Dondoc__V1__Document *document,
					    int *rc_out)
{
	dondoc__v1__document__init(document);
	document->number = text_of(cli, CLI_OPT_NUMBER);
	document->issuer = text_of(cli, CLI_OPT_ISSUER);
	document->title = text_of(cli, CLI_OPT_TITLE);
	*rc_out = cli_day_option(cli, CLI_OPT_DATE, &document->day);
	return document->number[0] || document->title[0] ? document : NULL;
}

int cli_evidence_send(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit)
{
	Dondoc__V1__Reply *reply;
	int rc = cli_submit(cli, body, unit, &reply);

	if (rc != 0)
		return rc;
	rc = cli_outcome(cli, reply->submit);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static const Dondoc__V1__TaskRow *shown(const Dondoc__V1__Reply *reply)
{
	return reply->answer->task->task;
}

/* --- attach ----------------------------------------------------------------------------------- */

int cli_evidence_attach(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AttachFile attach = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__FileRef file = DONDOC__V1__FILE_REF__INIT;
	Dondoc__V1__Document document;
	uint8_t hash[DD_HASH_LEN];
	Dondoc__V1__Reply *task = NULL;
	uint64_t product = 0;
	bool later = false;
	int rc;

	attach.document = cli_evidence_document(cli, &document, &rc);
	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_OF_ENTRY, UINT64_MAX, 0, &attach.entry);
	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_OF_PRODUCT, UINT32_MAX, 0, &product);
	if (rc == 0)
		rc = cli_evidence_task(cli, &task);
	if (rc == 0)
		rc = cli_file_send(cli, shown(task)->id, cli_word(cli, 1), hash, &file, &later);
	if (rc == 0) {
		attach.task = shown(task)->id;
		attach.file = &file;
		attach.later = later;
		attach.product = (uint32_t)product;
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE;
		body.attach_file = &attach;
		rc = cli_evidence_send(cli, &body, cli_acting_unit(cli, shown(task)->lead_unit));
		if (rc == 0 && later && cli->format != CLI_JSON)
			cli_say(cli, TEXT_FILE_FOLLOWS, file.name, NULL);
	}
	if (task)
		dondoc__v1__reply__free_unpacked(task, NULL);
	return rc;
}

/* --- list ------------------------------------------------------------------------------------- */

static enum cli_text state_of(const Dondoc__V1__FileRow *row)
{
	if (row->destroyed_by)
		return TEXT_FILE_DESTROYED;
	if (row->detached)
		return TEXT_FILE_DETACHED;
	return row->here ? TEXT_FILE_HERE : TEXT_FILE_AWAITED;
}

static void add_file(const struct cli *cli, const Dondoc__V1__FileRow *row, struct cli_table *table)
{
	char hex[HASH_DIGITS + 1] = "";
	struct dd_buf words = {0};

	if (row->file->hash.len == DD_HASH_LEN)
		dd_hex(row->file->hash.data, DD_HASH_LEN, hex);
	if (cli->format != CLI_CSV)
		hex[CLI_HASH_SHORT] = '\0';
	cli_table_cell(table, hex);
	cli_table_cell(table, row->file->name);
	cli_table_cell(table, row->file->type);
	cli_table_number(table, (long long)row->file->size);
	cli_document_words(cli->lang, row->document, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_clear(&words);
	if (row->entry)
		dd_buf_printf(&words, "%" PRIu64, row->entry);
	if (row->product)
		dd_buf_printf(&words, "%s(%u)", row->entry ? " " : "", (unsigned)row->product);
	cli_table_cell(table, dd_buf_cstr(&words));
	cli_table_cell(table, cli_text(cli->lang, state_of(row)));
	dd_buf_fini(&words);
}

static void print_files(const struct cli *cli, const Dondoc__V1__FileList *files)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_HASH), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FILE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_FILE_TYPE), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_SIZE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_DOCUMENT), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_OF_ENTRY), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_FILE_STATE), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 7);

	for (size_t i = 0; i < files->n_rows; i++)
		if (files->rows[i]->file)
			add_file(cli, files->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_evidence_list(struct cli *cli)
{
	Dondoc__V1__Reply *task, *files;
	int rc = cli_evidence_task(cli, &task);

	if (rc != 0)
		return rc;
	rc = cli_evidence_files(cli, shown(task)->id, &files);
	dondoc__v1__reply__free_unpacked(task, NULL);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &files->answer->files->base);
	else
		print_files(cli, files->answer->files);
	dondoc__v1__reply__free_unpacked(files, NULL);
	return CLI_DONE;
}

/* --- fetch ------------------------------------------------------------------------------------ */

/* One piece behind what is there; *size_out is that of the whole. */
static int fetch_piece(struct cli *cli, const ProtobufCBinaryData *hash, struct dd_buf *content,
		       uint64_t *size_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__FetchFile fetch = DONDOC__V1__FETCH_FILE__INIT;
	const Dondoc__V1__FileBytes *bytes;
	Dondoc__V1__Reply *reply;
	int rc;

	fetch.hash = *hash;
	fetch.offset = content->len;
	fetch.max_bytes = PIECE;
	query.what_case = DONDOC__V1__QUERY__WHAT_FETCH_FILE;
	query.fetch_file = &fetch;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_FILE_BYTES);
	if (rc != 0)
		return rc;
	bytes = reply->answer->file_bytes;
	*size_out = bytes->size;
	if (bytes->data.len == 0 || bytes->size > FILE_MAX_BYTES)
		*size_out = content->len; /* no more comes: the hash will tell */
	else
		dd_buf_add(content, bytes->data.data, bytes->data.len);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static int keep(const struct cli *cli, const struct dd_buf *content,
		const ProtobufCBinaryData *hash, const char *path)
{
	uint8_t found[DD_HASH_LEN];
	struct dd_error err;
	char size[24];

	dd_hash(content->data, content->len, found);
	if (memcmp(found, hash->data, DD_HASH_LEN) != 0) {
		cli_complain(cli, TEXT_FILE_DIFFERS, NULL);
		return CLI_DAMAGE;
	}
	if (dd_file_write(path, content->data, content->len, 0600, &err) != 0)
		return cli_failed(cli, &err);
	snprintf(size, sizeof(size), "%zu", content->len);
	cli_say(cli, TEXT_FILE_KEPT, path, size, NULL);
	return CLI_DONE;
}

static int fetch(struct cli *cli, const Dondoc__V1__FileRow *row)
{
	const char *path = cli->args.value[CLI_OPT_OUT];
	struct dd_buf content = {0};
	uint64_t size = 1;
	int rc = 0;

	path = path ? path : cli_base_name(row->file->name);
	if (!cli->args.value[CLI_OPT_OUT] && (path[0] == '.' || path[0] == '\0')) {
		cli_complain(cli, TEXT_FILE_HIDDEN, path, NULL);
		return CLI_USAGE;
	}
	if (!cli->args.value[CLI_OPT_FORCE] && access(path, F_OK) == 0) {
		cli_complain(cli, TEXT_FILE_EXISTS, path, NULL);
		return CLI_CONFLICT;
	}
	while (rc == 0 && content.len < size)
		rc = fetch_piece(cli, &row->file->hash, &content, &size);
	if (rc == 0)
		rc = keep(cli, &content, &row->file->hash, path);
	dd_buf_fini(&content);
	return rc;
}

/* The file that the second word names; *files_out is to be freed whatever comes. */
static int find_file(struct cli *cli, Dondoc__V1__Reply **task_out, Dondoc__V1__Reply **files_out,
		     const Dondoc__V1__FileRow **row_out)
{
	int rc = cli_evidence_task(cli, task_out);

	if (rc == 0)
		rc = cli_evidence_files(cli, shown(*task_out)->id, files_out);
	if (rc != 0)
		return rc;
	*row_out = cli_evidence_find((*files_out)->answer->files, cli_word(cli, 1));
	if (*row_out)
		return 0;
	cli_complain(cli, TEXT_NO_SUCH_FILE, cli_word(cli, 1), NULL);
	return CLI_NOT_FOUND;
}

static void free_both(Dondoc__V1__Reply *task, Dondoc__V1__Reply *files)
{
	if (task)
		dondoc__v1__reply__free_unpacked(task, NULL);
	if (files)
		dondoc__v1__reply__free_unpacked(files, NULL);
}

int cli_evidence_fetch(struct cli *cli)
{
	Dondoc__V1__Reply *task = NULL, *files = NULL;
	const Dondoc__V1__FileRow *row;
	int rc = cli->format == CLI_TABLE ? find_file(cli, &task, &files, &row)
					  : cli_misused(cli, TEXT_NO_CSV, NULL);

	if (rc == 0)
		rc = fetch(cli, row);
	free_both(task, files);
	return rc;
}

/* --- detach ----------------------------------------------------------------------------------- */

int cli_evidence_detach(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__DetachFile detach = DONDOC__V1__DETACH_FILE__INIT;
	Dondoc__V1__Reply *task = NULL, *files = NULL;
	const Dondoc__V1__FileRow *row;
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = find_file(cli, &task, &files, &row);
	if (rc == 0) {
		detach.task = shown(task)->id;
		detach.hash = row->file->hash;
		detach.reason = (char *)reason; /* packed, not changed */
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DETACH_FILE;
		body.detach_file = &detach;
		rc = cli_evidence_send(cli, &body, cli_acting_unit(cli, shown(task)->lead_unit));
	}
	free_both(task, files);
	return rc;
}
