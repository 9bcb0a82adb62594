/* cli.c - what was asked, by the table of commands; how it is answered. */
#include "services/cli/cli.h"
#include "common/app/app.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/net/loop.h"
#include "services/cli/cli_export.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_theme.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void say_list(const struct cli *cli, FILE *to, enum cli_text text, va_list list)
{
	const char *args[CLI_FILL_MAX];
	struct dd_buf out = {0};
	int count = 0;
	const char *arg;

	while (count < CLI_FILL_MAX && (arg = va_arg(list, const char *)))
		args[count++] = arg;
	cli_fill(&out, cli_text(cli->lang, text), args, count);
	dd_buf_text(&out, "\n");
	fwrite(out.data, 1, out.len, to);
	dd_buf_fini(&out);
}

void cli_say(const struct cli *cli, enum cli_text text, ...)
{
	va_list list;

	va_start(list, text);
	say_list(cli, cli->out, text, list);
	va_end(list);
}

void cli_complain(const struct cli *cli, enum cli_text text, ...)
{
	va_list list;

	fputs("dondoc: ", cli->problems);
	va_start(list, text);
	say_list(cli, cli->problems, text, list);
	va_end(list);
}

int cli_misused(const struct cli *cli, enum cli_text text, ...)
{
	va_list list;

	fputs("dondoc: ", cli->problems);
	va_start(list, text);
	say_list(cli, cli->problems, text, list);
	va_end(list);
	return CLI_USAGE;
}

int cli_failed(const struct cli *cli, const struct dd_error *err)
{
	cli_complain(cli, TEXT_FAILED, err->text, NULL);
	switch (err->code) {
	case DD_ERR_INVALID:
		return CLI_USAGE;
	case DD_ERR_NOT_FOUND:
		return CLI_NOT_FOUND;
	case DD_ERR_REFUSED:
		return CLI_REFUSED;
	case DD_ERR_CONFLICT:
		return CLI_CONFLICT;
	case DD_ERR_CORRUPT:
		return CLI_DAMAGE;
	case DD_ERR_RETRY:
	case DD_ERR_CLOSED:
		return CLI_NO_ANSWER;
	default:
		return CLI_INTERNAL;
	}
}

int cli_command_words(const struct cli_command *command)
{
	return command->group ? 2 : 1;
}

const char *cli_word(const struct cli *cli, int i)
{
	const struct cli_command *command = cli->command;
	int at = cli_command_words(command) + i;

	return at < cli->args.words ? cli->args.word[at] : NULL;
}

static bool is_command(const struct cli_command *command, const struct cli_args *args)
{
	if (args->words < cli_command_words(command))
		return false;
	if (!command->group)
		return strcmp(args->word[0], command->name) == 0;
	return strcmp(args->word[0], command->group) == 0 &&
	       strcmp(args->word[1], command->name) == 0;
}

static const struct cli_command *find_command(const struct cli_args *args)
{
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		if (is_command(command, args))
			return command;
	}
	return NULL;
}

static bool takes(const struct cli_command *command, int option)
{
	for (int i = 0; command->options[i] != CLI_OPT_NONE; i++) {
		if ((int)command->options[i] == option)
			return true;
	}
	return option <= CLI_OPT_LAST_GLOBAL;
}

/* Options of other commands, and too few or too many words. */
static int check_use(const struct cli *cli)
{
	const struct cli_command *command = cli->command;
	int words = cli->args.words - cli_command_words(command);
	const char *group = command->group ? command->group : "";
	const char *space = command->group ? " " : "";

	for (int i = 1; i < CLI_OPT_COUNT; i++) {
		if (cli->args.value[i] && !takes(command, i))
			return cli_misused(cli, TEXT_OPTION_ELSEWHERE, cli_options[i].name, group,
					   space, command->name, NULL);
	}
	if (words > 0 && command->words_max == 0)
		return cli_misused(cli, TEXT_NO_WORDS, group, space, command->name, NULL);
	if (words < command->words_min || words > command->words_max)
		return cli_misused(cli, TEXT_WRONG_WORDS, group, space, command->name,
				   command->words, NULL);
	return 0;
}

static int set_format(struct cli *cli)
{
	const char *format = cli->args.value[CLI_OPT_FORMAT];

	/* `report run` has another --format: that of its file. */
	if (!format || cli->command->run == cli_report_run || strcmp(format, "table") == 0)
		cli->format = CLI_TABLE;
	else if (strcmp(format, "json") == 0)
		cli->format = CLI_JSON;
	else if (strcmp(format, "csv") == 0)
		cli->format = CLI_CSV;
	else if ((strcmp(format, "xlsx") == 0 || strcmp(format, "pdf") == 0) &&
		 cli_export_command(cli->command))
		cli->format = CLI_FILE;
	else
		return cli_misused(cli, TEXT_BAD_VALUE, "--format", format, NULL);
	return 0;
}

static int set_wait(struct cli *cli)
{
	uint64_t wait;
	int rc = cli_number_option(cli, CLI_OPT_WAIT_MS, 3600000, 0, &wait);

	cli->wait_ms = rc == 0 ? (int64_t)wait : 0;
	return rc;
}

static int set_lang(struct cli *cli)
{
	const char *lang = cli->args.value[CLI_OPT_LANG];

	cli->lang = cli_locale_lang(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"));
	if (!lang)
		return 0;
	if (strcmp(lang, "vi") != 0 && strcmp(lang, "en") != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "--lang", lang, NULL);
	cli->lang = strcmp(lang, "vi") == 0 ? CLI_VI : CLI_EN;
	return 0;
}

/* Of the terminal; without one there is no limit, so that a filter sees one row a line. */
static int find_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t width;

	if (columns && cli_parse_number(columns, 10000, &width) == 0)
		return (int)width;
	if (fileno(out) >= 0 && isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}

static int run_command(struct cli *cli)
{
	int rc = check_use(cli);

	if (rc == 0)
		rc = set_format(cli);
	if (rc == 0)
		rc = set_wait(cli);
	if (rc == 0)
		rc = cli->command->run(cli);
	return rc;
}

static bool has_theme(const struct cli *cli)
{
	return cli->args.words > 0 && cli_theme_about(cli->args.word[0]) != TEXT_NONE;
}

static int no_command(const struct cli *cli)
{
	if (cli->args.words == 0)
		return cli_misused(cli, TEXT_NO_COMMAND, NULL);
	if (has_theme(cli))
		return cli_theme_misused(cli);
	return cli_misused(cli, TEXT_UNKNOWN_COMMAND, cli->args.word[0],
			   cli->args.words > 1 ? cli->args.word[1] : "", NULL);
}

static int run(struct cli *cli, bool understood)
{
	int rc = set_lang(cli);

	if (rc != 0)
		return rc;
	if (!understood)
		return cli_misused(cli,
				   cli->args.lacks_value ? TEXT_LACKS_VALUE : TEXT_NOT_UNDERSTOOD,
				   cli->args.bad, NULL);
	if (cli->args.value[CLI_OPT_VERSION]) {
		fprintf(cli->out, "dondoc %s\n", dd_app_build());
		return CLI_DONE;
	}
	cli->command = find_command(&cli->args);
	if (cli->args.value[CLI_OPT_HELP]) {
		if (!cli->command && has_theme(cli))
			cli_help_theme(cli, cli->args.word[0]);
		else
			cli_help(cli, cli->command);
		return CLI_DONE;
	}
	return cli->command ? run_command(cli) : no_command(cli);
}

int cli_run(int argc, char **argv, FILE *out, FILE *problems)
{
	struct cli cli = {.out = out, .problems = problems, .width = find_width(out)};
	int rc;

	dd_id_start();
	cli.run = cli_run_folder(getenv("DONDOC_RUN"));
	rc = cli_args_parse(argc, argv, &cli.args);
	rc = run(&cli, rc == 0);
	dd_client_close(cli.client);
	free(cli.target);
	free(cli.run);
	if (fflush(out) != 0 && rc == CLI_DONE) {
		cli_complain(&cli, TEXT_CANNOT_WRITE, NULL);
		rc = CLI_INTERNAL;
	}
	return rc;
}
