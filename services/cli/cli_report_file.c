/* cli_report_file.c - a report's file: its form, its hash, its place on disk. */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/sys.h"
#include "services/cli/cli_report.h"
#include "services/cli/cli_words.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define FILE_MODE 0666 /* the person's own mask decides */

const char *cli_report_format(const char *format, const char *path)
{
	static const char *const formats[] = {"pdf", "xlsx", "csv", "json"};
	const char *dot = path ? strrchr(path, '.') : NULL;
	const char *wanted = format ? format : dot ? dot + 1 : "";

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcasecmp(wanted, formats[i]) == 0)
			return formats[i];
	}
	return NULL;
}

static bool has_hash(const Dondoc__V1__IssueReport *report, const struct cli_named *named)
{
	if (cli_names_hash(named, report->data_hash.data, report->data_hash.len))
		return true;
	for (size_t i = 0; i < report->n_files; i++) {
		const ProtobufCBinaryData *hash = &report->files[i]->hash;

		if (cli_names_hash(named, hash->data, hash->len))
			return true;
	}
	return false;
}

const Dondoc__V1__ReportRow *cli_report_find(const Dondoc__V1__ReportList *list,
					     const struct cli_named *named)
{
	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__ReportRow *row = list->rows[i];

		if (!row->report)
			continue;
		if ((named->sequence && named->sequence == row->sequence) ||
		    has_hash(row->report, named))
			return row;
	}
	return NULL;
}

const Dondoc__V1__ReportFile *cli_report_file(const Dondoc__V1__IssueReport *report,
					      const struct cli_named *named, const char *path)
{
	const char *format = cli_report_format(NULL, path);

	for (size_t i = 0; i < report->n_files; i++) {
		const ProtobufCBinaryData *hash = &report->files[i]->hash;

		if (cli_names_hash(named, hash->data, hash->len))
			return report->files[i];
	}
	for (size_t i = 0; i < report->n_files && format; i++) {
		if (strcmp(report->files[i]->format, format) == 0)
			return report->files[i];
	}
	return report->n_files == 1 && !format ? report->files[0] : NULL;
}

static bool is_there(const char *path)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY, 0);

	if (fd >= 0)
		sys->close(sys->ctx, fd);
	return fd >= 0 || (errno != ENOENT && errno != ENOTDIR);
}

int cli_report_may_write(const struct cli *cli, const char *path)
{
	if (cli->args.value[CLI_OPT_FORCE] || !is_there(path))
		return 0;
	cli_complain(cli, TEXT_FILE_EXISTS, path, NULL);
	return CLI_CONFLICT;
}

static int check_bytes(const struct cli *cli, const Dondoc__V1__ReportBytes *bytes,
		       const ProtobufCBinaryData *wanted)
{
	uint8_t hash[DD_HASH_LEN];

	dd_hash(bytes->data.data, bytes->data.len, hash);
	if (bytes->hash.len != DD_HASH_LEN || memcmp(bytes->hash.data, hash, DD_HASH_LEN) != 0) {
		cli_complain(cli, TEXT_REPORT_DAMAGED, cli->target, NULL);
		return CLI_DAMAGE;
	}
	if (wanted &&
	    (wanted->len != DD_HASH_LEN || memcmp(wanted->data, hash, DD_HASH_LEN) != 0)) {
		cli_complain(cli, TEXT_REPORT_OTHER_FILE, cli->target, NULL);
		return CLI_DAMAGE;
	}
	return 0;
}

static void say_written(const struct cli *cli, const Dondoc__V1__ReportBytes *bytes,
			const char *path)
{
	char size[24], sequence[24], hex[2 * DD_HASH_LEN + 1], day[CLI_DAY_TEXT];

	snprintf(size, sizeof(size), "%zu", bytes->data.len);
	snprintf(sequence, sizeof(sequence), "%" PRIu64, bytes->sequence);
	cli_say(cli, TEXT_REPORT_WRITTEN, path, size, cli_day(cli->lang, bytes->as_of_day, day),
		sequence, dd_hex(bytes->hash.data, bytes->hash.len, hex), NULL);
	if (bytes->known > bytes->sequence) {
		snprintf(sequence, sizeof(sequence), "%" PRIu64, bytes->known);
		cli_say(cli, TEXT_REPORT_KNOWN, sequence, NULL);
	}
}

int cli_report_keep(const struct cli *cli, const Dondoc__V1__ReportBytes *bytes,
		    const ProtobufCBinaryData *wanted, const char *path)
{
	struct dd_error err;
	int rc = check_bytes(cli, bytes, wanted);

	if (rc == 0)
		rc = cli_report_may_write(cli, path);
	if (rc != 0)
		return rc;
	if (dd_file_write(path, bytes->data.data, bytes->data.len, FILE_MODE, &err) != 0)
		return cli_failed(cli, &err);
	say_written(cli, bytes, path);
	return CLI_DONE;
}
