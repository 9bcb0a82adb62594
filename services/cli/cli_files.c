/* cli_files.c - see cli_files.h. */
#include "services/cli/cli_files.h"
#include "common/base/file.h"
#include "common/domain/file_type.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES (64u << 20)

const char *cli_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int read_content(void *arg, uint64_t offset, void *out, size_t len)
{
	const struct dd_buf *content = arg;

	if (offset > content->len || len > content->len - offset)
		return -1;
	memcpy(out, content->data + offset, len);
	return 0;
}

static int tell_not_taken(const struct cli *cli, const char *path, const Dondoc__V1__Reply *reply)
{
	struct dd_buf words = {0};

	cli_refusal_words(cli->lang, reply->file->refusal, &words);
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->file->base);
	cli_complain(cli, TEXT_FILE_NOT_TAKEN, path, dd_buf_cstr(&words), NULL);
	dd_buf_fini(&words);
	return CLI_REFUSED;
}

static int send_content(struct cli *cli, uint64_t task, const char *path, struct dd_buf *content,
			uint8_t hash[DD_HASH_LEN], bool *later_out)
{
	const struct dd_file_bytes bytes = {
		.size = content->len, .read = read_content, .arg = content};
	const struct dd_file_type type = dd_file_type(&bytes);
	const struct dd_client_evidence evidence = {.data = content->data,
						    .len = content->len,
						    .task = task,
						    .name = cli_base_name(path),
						    .type = type.type,
						    .type_refused = !type.taken};
	Dondoc__V1__Reply *refusal = NULL;
	struct dd_error err;
	int rc = dd_client_put_evidence(cli->client, &evidence, hash, later_out, &refusal, &err);

	if (!refusal)
		return rc == 0 ? 0 : cli_call_failed(cli, &err, false);
	rc = tell_not_taken(cli, path, refusal);
	dondoc__v1__reply__free_unpacked(refusal, NULL);
	return rc;
}

int cli_file_send(struct cli *cli, uint64_t task, const char *path, uint8_t hash[DD_HASH_LEN],
		  Dondoc__V1__FileRef *file, bool *later_out)
{
	struct dd_buf content = {0};
	struct dd_error err;
	int rc = dd_file_read(path, FILE_MAX_BYTES, &content, &err);

	if (rc != 0) {
		rc = cli_failed(cli, &err);
	} else {
		rc = send_content(cli, task, path, &content, hash, later_out);
		file->size = content.len;
		file->hash = (ProtobufCBinaryData){.data = hash, .len = DD_HASH_LEN};
		file->name = (char *)cli_base_name(path); /* packed, not changed */
	}
	dd_buf_fini(&content);
	return rc;
}

static bool lies_there(const Dondoc__V1__SubmitReply *reply)
{
	return reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_REFUSED && reply->refusal &&
	       reply->refusal->code == DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO;
}

struct going {
	Dondoc__V1__FileRef file;
	bool later;
};

/* Only what went wrong is told: the command that names the files tells the rest. */
static int attach(struct cli *cli, const struct cli_work *work, const struct cli_files_for *what,
		  const struct going *going)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AttachFile attach = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	attach.task = work->task->id;
	attach.file = (Dondoc__V1__FileRef *)&going->file; /* packed, not changed */
	attach.later = going->later;
	attach.entry = what->entry;
	attach.product = what->product;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE;
	body.attach_file = &attach;
	rc = cli_submit(cli, &body, cli_acting_unit(cli, what->unit), &reply);
	if (rc != 0)
		return rc;
	if (reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_SAVED) {
		if (cli->format != CLI_JSON)
			cli_say(cli, TEXT_FILE_FOLLOWS, going->file.name, NULL);
	} else if (reply->submit->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED &&
		   !lies_there(reply->submit)) {
		rc = cli_outcome(cli, reply->submit);
	} else if (cli->format != CLI_JSON) {
		cli_say(cli, TEXT_FILE_ATTACHED, going->file.name, NULL);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

static int attach_all(struct cli *cli, const struct cli_work *work,
		      const struct cli_files_for *what, char **paths, struct cli_files *out)
{
	struct going files[CLI_FILES_MAX];
	int rc = 0;

	/* All are there before the first is attached: a slip in a name leaves nothing behind. */
	for (size_t i = 0; rc == 0 && i < out->count; i++) {
		dondoc__v1__file_ref__init(&files[i].file);
		rc = cli_file_send(cli, work->task->id, paths[i], out->hashes[i], &files[i].file,
				   &files[i].later);
		out->names[i] = (ProtobufCBinaryData){.data = out->hashes[i], .len = DD_HASH_LEN};
	}
	for (size_t i = 0; rc == 0 && i < out->count; i++)
		rc = attach(cli, work, what, &files[i]);
	return rc;
}

int cli_files_attach(struct cli *cli, const struct cli_work *work, const struct cli_files_for *what,
		     struct cli_files *out)
{
	const char *given = cli->args.value[CLI_OPT_FILES];
	char *copy = NULL, **paths;
	int rc;

	out->count = 0;
	if (!given)
		return 0;
	paths = cli_split(given, &copy, &out->count);
	if (out->count == 0 || out->count > CLI_FILES_MAX)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--file", given, NULL);
	else
		rc = attach_all(cli, work, what, paths, out);
	free(paths);
	free(copy);
	return rc;
}
