/* cli_label.c - a thing's details: a label and what it says, and texts of several lines. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <string.h>

#define LABEL_WIDTH 24

void cli_print_label(const struct cli *cli, enum cli_text label, const char *text)
{
	const char *name = cli_text(cli->lang, label);
	int width = cli->width > LABEL_WIDTH + 20 ? cli->width - LABEL_WIDTH : 4096;
	int indent = LABEL_WIDTH - cli_text_width(name) - 1;

	if (!text[0])
		return;
	fprintf(cli->out, "%s:%*s", name, indent > 1 ? indent : 1, "");
	for (bool first = true; *text; first = false) {
		size_t paragraph = strcspn(text, "\r\n");
		char line[4200];
		int used;
		size_t n;

		snprintf(line, sizeof(line), "%.*s", (int)paragraph, text);
		cli_text_clean(line);
		n = cli_text_take(line, width, &used);
		fprintf(cli->out, "%*s%.*s\n", first ? 0 : LABEL_WIDTH, "", (int)n, line);
		text += n;
		text += strspn(text, " \r\n");
	}
}

void cli_print_label_day(const struct cli *cli, enum cli_text label, int32_t day)
{
	char text[CLI_DAY_TEXT];

	cli_print_label(cli, label, cli_day(cli->lang, day, text));
}

void cli_print_label_number(const struct cli *cli, enum cli_text label, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	if (number > 0)
		cli_print_label(cli, label, text);
}

void cli_print_label_time(const struct cli *cli, enum cli_text label, int64_t us)
{
	char text[DD_TIME_TEXT];

	if (us)
		cli_print_label(cli, label, dd_time_local(us, text));
}

void cli_print_label_hash(const struct cli *cli, enum cli_text label,
			  const ProtobufCBinaryData *hash)
{
	char hex[2 * DD_HASH_LEN + 1];

	if (hash->len == DD_HASH_LEN)
		cli_print_label(cli, label, dd_hex(hash->data, hash->len, hex));
}

static void print_line(const struct cli *cli, const char *text, size_t len)
{
	struct dd_buf line = {0};

	dd_buf_add(&line, text, len);
	(void)dd_buf_cstr(&line);
	cli_text_clean((char *)line.data);
	fprintf(cli->out, "%s\n", (char *)line.data);
	dd_buf_fini(&line);
}

void cli_print_text(const struct cli *cli, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t shown = len > 0 && text[len - 1] == '\r' ? len - 1 : len;

		print_line(cli, text, shown);
		text += len + (text[len] == '\n');
	}
}
