/* cli_files.h - evidence that goes up with a command: each file is judged before it is sent, sent
 * from where an earlier attempt stopped, attached to the task, and then named by the command. */
#ifndef DD_SERVICES_CLI_FILES_H
#define DD_SERVICES_CLI_FILES_H

#include "common/base/id.h"
#include "services/cli/cli_work.h"

#define CLI_FILES_MAX 10

/* What stands behind the last slash; borrowed from `path`. */
const char *cli_base_name(const char *path);

/* Bring a file to the server for a task. `hash` names it afterwards, and `file` says what it is;
 * its texts are borrowed from `path`. *later_out: an office keeps it and brings it to the centre
 * afterwards, as AttachFile.later must say. Exit code; what failed was told. */
int cli_file_send(struct cli *cli, uint64_t task, const char *path, uint8_t hash[DD_HASH_LEN],
		  Dondoc__V1__FileRef *file, bool *later_out);

struct cli_files {
	uint8_t hashes[CLI_FILES_MAX][DD_HASH_LEN];
	ProtobufCBinaryData names[CLI_FILES_MAX]; /* for a command's `files` */
	size_t count;
};

/* What the files of --file belong to, and for whom they are attached. */
struct cli_files_for {
	uint64_t entry;
	uint32_t product;
	const char *unit; /* where --as-unit does not tell */
};

/* All that --file names, attached to the work's task. A file that lies there already the same is
 * fine, so that a command which was cut off is simply given again. Exit code; 0 = go on. */
int cli_files_attach(struct cli *cli, const struct cli_work *work, const struct cli_files_for *what,
		     struct cli_files *out);

#endif
