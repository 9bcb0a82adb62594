/* cli_mail.c - `mail list`, `mail show`: what the mail sink of a trial has kept as N.eml. */
#include "common/app/pb_json.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "services/cli/cli.h"
#include "services/cli/cli_mail_read.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAIL_MAX_BYTES (17u << 20) /* the sink takes 16 MiB and puts the envelope before it */
#define HEAD_BYTES     65536u
#define ROWS           100

/* Numbers of the mails of a folder, ascending. */
struct mails {
	char *dir;         /* owned */
	uint64_t *numbers; /* owned */
	size_t len;
	size_t cap;
};

static void on_name(void *arg, const char *name)
{
	struct mails *mails = arg;
	size_t digits = strspn(name, "0123456789");
	char stem[24];
	uint64_t number;

	if (digits == 0 || digits >= sizeof(stem) || strcmp(name + digits, ".eml") != 0)
		return;
	memcpy(stem, name, digits);
	stem[digits] = '\0';
	if (cli_parse_number(stem, UINT64_MAX, &number) != 0)
		return;
	if (mails->len == mails->cap) {
		mails->cap = mails->cap ? 2 * mails->cap : 64;
		mails->numbers = dd_realloc(mails->numbers, mails->cap * sizeof(uint64_t));
	}
	mails->numbers[mails->len++] = number;
}

static int by_number(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static bool is_folder(const char *path)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY | O_DIRECTORY, 0);

	if (fd >= 0)
		sys->close(sys->ctx, fd);
	return fd >= 0;
}

/* Given, or that of the trial whose run folder this is, or "mail" or "data/mail" beside it. */
static char *mail_folder(const struct cli *cli)
{
	const char *given = cli->args.value[CLI_OPT_DIR];
	const char *env = getenv("DONDOC_MAIL_DIR");
	char *dir, *found;

	if (given)
		return dd_strdup(given);
	if (env && *env)
		return dd_strdup(env);
	dir = dd_path(cli->run, "data/mail");
	found = realpath(dir, NULL);
	free(dir);
	if (found)
		return found;
	dir = dd_path(cli->run, "../mail");
	if (is_folder(dir))
		return dir;
	free(dir);
	return dd_path(cli->run, "../data/mail");
}

static void mails_fini(struct mails *mails)
{
	free(mails->numbers);
	free(mails->dir);
}

static int find_mails(const struct cli *cli, struct mails *mails)
{
	const struct dd_sys *sys = dd_sys();

	*mails = (struct mails){.dir = mail_folder(cli)};
	if (sys->list(sys->ctx, mails->dir, on_name, mails) != 0) {
		cli_complain(cli, TEXT_NO_MAIL_DIR, mails->dir, NULL);
		return CLI_NOT_FOUND;
	}
	if (mails->len > 0)
		qsort(mails->numbers, mails->len, sizeof(uint64_t), by_number);
	return 0;
}

static char *mail_path(const struct mails *mails, uint64_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "%" PRIu64 ".eml", number);
	return dd_path(mails->dir, name);
}

/* --- list ------------------------------------------------------------------------------------- */

/* The beginning is enough for the header. A mail that went away in between is an empty one. */
static void read_head(const struct mails *mails, uint64_t number, struct dd_buf *out)
{
	const struct dd_sys *sys = dd_sys();
	char *path = mail_path(mails, number);
	int fd = sys->open(sys->ctx, path, O_RDONLY, 0);
	ssize_t got = 0;

	if (fd >= 0) {
		got = sys->pread(sys->ctx, fd, dd_buf_reserve(out, HEAD_BYTES), HEAD_BYTES, 0);
		sys->close(sys->ctx, fd);
	}
	out->len += got > 0 ? (size_t)got : 0;
	free(path);
}

/* A date that cannot be read is told as it stands. */
static void time_words(const char *date, struct dd_buf *out)
{
	char text[DD_TIME_TEXT];
	int64_t us;

	dd_buf_text(out, cli_mail_date(date, &us) == 0 ? dd_time_local(us, text) : date);
}

/* Fields of one mail, in the order of the columns. */
enum { MAIL_TIME, MAIL_TO, MAIL_SUBJECT, MAIL_FIELDS };

static void read_fields(const struct mails *mails, uint64_t number, struct dd_buf *fields)
{
	struct dd_buf head = {0}, date = {0};
	struct cli_span mail;

	read_head(mails, number, &head);
	mail = (struct cli_span){(const char *)head.data, head.len};
	(void)cli_mail_header(mail, "Date", &date);
	time_words(dd_buf_cstr(&date), &fields[MAIL_TIME]);
	if (!cli_mail_header(mail, "To", &fields[MAIL_TO]))
		(void)cli_mail_header(mail, "Delivered-To", &fields[MAIL_TO]);
	(void)cli_mail_header(mail, "Subject", &fields[MAIL_SUBJECT]);
	dd_buf_fini(&date);
	dd_buf_fini(&head);
}

static void add_json(uint64_t number, struct dd_buf *fields, struct dd_buf *out)
{
	static const char *const names[MAIL_FIELDS] = {"time", "to", "subject"};

	dd_buf_printf(out, "%s{\"number\":\"%" PRIu64 "\"", out->len > 1 ? "," : "", number);
	for (int i = 0; i < MAIL_FIELDS; i++) {
		dd_buf_printf(out, ",\"%s\":", names[i]);
		dd_json_quote(out, dd_buf_cstr(&fields[i]));
	}
	dd_buf_text(out, "}");
}

static void add_row(struct cli_table *table, uint64_t number, struct dd_buf *fields)
{
	cli_table_number(table, (long long)number);
	for (int i = 0; i < MAIL_FIELDS; i++)
		cli_table_cell(table, dd_buf_cstr(&fields[i]));
}

static void add_mails(const struct mails *mails, size_t from, struct cli_table *table,
		      struct dd_buf *json)
{
	for (size_t i = from; i < mails->len; i++) {
		struct dd_buf fields[MAIL_FIELDS] = {{0}};

		read_fields(mails, mails->numbers[i], fields);
		if (table)
			add_row(table, mails->numbers[i], fields);
		else
			add_json(mails->numbers[i], fields, json);
		for (int k = 0; k < MAIL_FIELDS; k++)
			dd_buf_fini(&fields[k]);
	}
}

static void print_table(const struct cli *cli, const struct mails *mails, size_t from)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_MAIL_TO), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_SUBJECT), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 4);
	char shown[24], total[24];

	add_mails(mails, from, table, NULL);
	cli_print_table(cli, table);
	cli_table_free(table);
	snprintf(shown, sizeof(shown), "%zu", mails->len - from);
	snprintf(total, sizeof(total), "%zu", mails->len);
	if (cli->format == CLI_TABLE)
		cli_say(cli, TEXT_MAIL_TOTALS, shown, total, mails->dir, NULL);
}

static void print_json(const struct cli *cli, const struct mails *mails, size_t from)
{
	struct dd_buf json = {0};

	dd_buf_text(&json, "[");
	add_mails(mails, from, NULL, &json);
	dd_buf_text(&json, "]\n");
	fwrite(json.data, 1, json.len, cli->out);
	dd_buf_fini(&json);
}

int cli_mail_list(struct cli *cli)
{
	uint64_t limit;
	struct mails mails;
	size_t from;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, INT32_MAX, ROWS, &limit);

	if (rc != 0)
		return rc;
	rc = find_mails(cli, &mails);
	from = cli->args.value[CLI_OPT_ALL] || mails.len < limit ? 0 : mails.len - (size_t)limit;
	if (rc == 0 && cli->format == CLI_JSON)
		print_json(cli, &mails, from);
	else if (rc == 0)
		print_table(cli, &mails, from);
	mails_fini(&mails);
	return rc;
}

/* --- show ------------------------------------------------------------------------------------- */

static void put_field(const struct cli *cli, enum cli_text label, struct cli_span mail,
		      const char *name)
{
	struct dd_buf value = {0}, time = {0};

	if (cli_mail_header(mail, name, &value)) {
		if (label == TEXT_LABEL_DATE)
			time_words(dd_buf_cstr(&value), &time);
		cli_print_label(cli, label,
				label == TEXT_LABEL_DATE ? dd_buf_cstr(&time)
							 : dd_buf_cstr(&value));
	}
	dd_buf_fini(&time);
	dd_buf_fini(&value);
}

static int print_mail(const struct cli *cli, struct cli_span mail)
{
	bool html = cli->args.value[CLI_OPT_HTML] != NULL;
	const char *type = html ? "text/html" : "text/plain";
	struct dd_buf text = {0};
	int rc = CLI_DONE;

	if (!html) {
		put_field(cli, TEXT_LABEL_FROM, mail, "From");
		put_field(cli, TEXT_LABEL_TO, mail, "To");
		put_field(cli, TEXT_LABEL_DATE, mail, "Date");
		put_field(cli, TEXT_LABEL_SUBJECT, mail, "Subject");
		put_field(cli, TEXT_LABEL_MESSAGE_ID, mail, "Message-ID");
		fputc('\n', cli->out);
	}
	if (cli_mail_part(mail, type, &text) == 0) {
		cli_print_text(cli, dd_buf_cstr(&text));
	} else {
		cli_complain(cli, TEXT_NO_MAIL_PART, cli_word(cli, 0), type, NULL);
		rc = CLI_NOT_FOUND;
	}
	dd_buf_fini(&text);
	return rc;
}

static int read_mail(const struct cli *cli, const struct mails *mails, uint64_t number,
		     struct dd_buf *out)
{
	char *path = mail_path(mails, number);
	struct dd_error err;
	int rc = dd_file_read(path, MAIL_MAX_BYTES, out, &err);

	free(path);
	if (rc == 0)
		return 0;
	if (rc != DD_ERR_NOT_FOUND)
		return cli_failed(cli, &err);
	cli_complain(cli, TEXT_NO_MAIL, cli_word(cli, 0), mails->dir, NULL);
	return CLI_NOT_FOUND;
}

int cli_mail_show(struct cli *cli)
{
	struct mails mails = {0};
	struct dd_buf mail = {0};
	uint64_t number;
	int rc;

	if (cli_parse_number(cli_word(cli, 0), UINT64_MAX, &number) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "mail show", cli_word(cli, 0), NULL);
	if (cli->format != CLI_TABLE)
		return cli_misused(cli, TEXT_ONLY_TABLE, NULL);
	mails.dir = mail_folder(cli);
	rc = read_mail(cli, &mails, number, &mail);
	if (rc == 0)
		rc = print_mail(cli, (struct cli_span){(const char *)mail.data, mail.len});
	dd_buf_fini(&mail);
	mails_fini(&mails);
	return rc;
}
