/* cli_help.c - --help, of the program, of a theme and of a command, from the tables of commands and
 * options. */
#include "services/cli/cli.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_theme.h"
#include <string.h>

#define HELP_WIDTH 100
#define HELP_TEXT  34 /* column where explanations begin */

static void put(const struct cli *cli, const char *text)
{
	fputs(text, cli->out);
}

/* `left`, then `text` wrapped in the column of explanations. */
static void put_entry(const struct cli *cli, const char *left, const char *text)
{
	int width = cli->width > 60 && cli->width < HELP_WIDTH ? cli->width : HELP_WIDTH;
	int at = fprintf(cli->out, "  %s", left);

	if (at >= HELP_TEXT - 1) {
		put(cli, "\n");
		at = 0;
	}
	while (*text) {
		int used;
		size_t n = cli_text_take(text, width - HELP_TEXT, &used);

		fprintf(cli->out, "%*s%.*s\n", HELP_TEXT - at, "", (int)n, text);
		text += n;
		while (*text == ' ')
			text++;
		at = 0;
	}
}

/* What an option means to one command, where that is something else than to the others. */
static const struct meaning {
	const char *group;
	const char *name; /* NULL = every command of the group */
	const char *value;
	enum cli_opt option;
	enum cli_text help;
} meanings[] = {
	{"remind", NULL, "DATE", CLI_OPT_FROM, TEXT_OPT_FROM_DAY},
	{"remind", NULL, "DATE", CLI_OPT_TO, TEXT_OPT_TO_DAY},
	{"remind", NULL, "UNIT", CLI_OPT_UNIT, TEXT_OPT_RECIPIENT},
	{"remind", NULL, "STATE", CLI_OPT_STATE, TEXT_OPT_DIGEST_STATE},
	{"remind", "zalo", "FILE.png", CLI_OPT_OUT, TEXT_OPT_HAND_OUT},
	{"remind", "proof", "FILE.pdf", CLI_OPT_OUT, TEXT_OPT_PROOF_OUT},
	{"remind", "told", "TASK[,TASK]", CLI_OPT_TASK, TEXT_OPT_TOLD_TASKS},
	{"remind", "told", "DATE", CLI_OPT_DATE, TEXT_OPT_TOLD_DATE},
	{"remind", "rules", "UNIT", CLI_OPT_UNIT, TEXT_OPT_RULE_UNIT},
	{"remind", "rule", "UNIT", CLI_OPT_UNIT, TEXT_OPT_RULE_UNIT},
	{"remind", "rule", "N", CLI_OPT_DAYS, TEXT_OPT_RULE_DAYS},
	{"remind", "rule", "N", CLI_OPT_PERCENT, TEXT_OPT_RULE_PERCENT},
	{"remind", "start", "DATE", CLI_OPT_BEGIN, TEXT_OPT_START_DAY},
	{"remind", "silence", "UNIT", CLI_OPT_UNIT, TEXT_OPT_RULE_UNIT},
	{"remind", "silence", "DATE", CLI_OPT_BEGIN, TEXT_OPT_START_DAY},
	{"remind", "silence", "DATE", CLI_OPT_UNTIL, TEXT_OPT_SILENCE_UNTIL},
	{"remind", "silence", NULL, CLI_OPT_ALL, TEXT_OPT_SILENCE_ALL},
	{"remind", "silences", "UNIT", CLI_OPT_UNIT, TEXT_OPT_RULE_UNIT},
	{"calendar", "list", "UNIT", CLI_OPT_UNIT, TEXT_OPT_CALENDAR_UNIT},
	{"calendar", "list", "YEAR", CLI_OPT_IN_YEAR, TEXT_OPT_CALENDAR_YEAR},
	{"time", "read", "UNIT", CLI_OPT_UNIT, TEXT_OPT_TIME_UNIT},
	{"report", "run", "pdf|xlsx|csv|json", CLI_OPT_FORMAT, TEXT_OPT_REPORT_FORMAT},
	{"mail", NULL, "DIR", CLI_OPT_DIR, TEXT_OPT_MAIL_DIR},
	{"office", "join", "DIR", CLI_OPT_DIR, TEXT_OPT_JOIN_DIR},
};

static struct cli_option option_of(const struct cli_command *command, int i)
{
	struct cli_option option = cli_options[i];

	for (size_t k = 0; command && k < sizeof(meanings) / sizeof(meanings[0]); k++) {
		const struct meaning *meaning = &meanings[k];

		if ((int)meaning->option != i || !command->group ||
		    strcmp(command->group, meaning->group) != 0 ||
		    (meaning->name && strcmp(command->name, meaning->name) != 0))
			continue;
		option.value = meaning->value;
		option.help = meaning->help;
	}
	return option;
}

/* As `command` understands it; NULL = as most do. */
static void put_option(const struct cli *cli, const struct cli_command *command, int i)
{
	const struct cli_option option = option_of(command, i);
	char letter[8] = "    ";
	char left[80];

	if (option.letter)
		snprintf(letter, sizeof(letter), "-%c, ", option.letter);
	snprintf(left, sizeof(left), "%s--%s%s%s", letter, option.name, option.value ? " " : "",
		 option.value ? option.value : "");
	put_entry(cli, left, cli_text(cli->lang, option.help));
}

static void put_globals(const struct cli *cli, const struct cli_command *command)
{
	cli_say(cli, TEXT_HELP_GLOBAL, NULL);
	for (int i = 1; i <= CLI_OPT_LAST_GLOBAL; i++)
		put_option(cli, command, i);
}

static void put_exit_codes(const struct cli *cli)
{
	static const struct {
		enum cli_exit code;
		enum cli_text text;
	} codes[] = {
		{CLI_DONE, TEXT_EXIT_DONE},           {CLI_REFUSED, TEXT_EXIT_REFUSED},
		{CLI_USAGE, TEXT_EXIT_USAGE},         {CLI_NOT_FOUND, TEXT_EXIT_NOT_FOUND},
		{CLI_NO_ANSWER, TEXT_EXIT_NO_ANSWER}, {CLI_CONFLICT, TEXT_EXIT_CONFLICT},
		{CLI_DAMAGE, TEXT_EXIT_DAMAGE},       {CLI_FAULTS, TEXT_EXIT_FAULTS},
		{CLI_INTERNAL, TEXT_EXIT_INTERNAL},
	};

	cli_say(cli, TEXT_HELP_EXIT, NULL);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char left[16];

		snprintf(left, sizeof(left), "%d", (int)codes[i].code);
		put_entry(cli, left, cli_text(cli->lang, codes[i].text));
	}
}

static void command_line(const struct cli_command *command, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s%s%s", command->group ? command->group : "",
		 command->group ? " " : "", command->name, *command->words ? " " : "",
		 command->words);
}

/* The names of a theme's commands, as words to follow the theme's. */
static void theme_names(const char *word, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		if (!command->group || strcmp(command->group, word) != 0 || len >= size)
			continue;
		len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? " " : "",
					command->name);
	}
}

static void help_program(const struct cli *cli)
{
	char names[800];
	const char *word;

	cli_say(cli, TEXT_HELP_INTRO, NULL);
	cli_say(cli, TEXT_HELP_COMMANDS, NULL);
	for (size_t i = 0; (word = cli_theme(i)) != NULL; i++) {
		put_entry(cli, word, cli_text(cli->lang, cli_theme_about(word)));
		theme_names(word, names, sizeof(names));
		put_entry(cli, "", names);
	}
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command))
		if (cli_theme_about(cli_theme_of(command)) == TEXT_NONE)
			put_entry(cli, cli_theme_of(command),
				  cli_text(cli->lang, command->summary));
	put_globals(cli, NULL);
	put_exit_codes(cli);
	cli_say(cli, TEXT_HELP_MORE, NULL);
}

static void theme_commands(const struct cli *cli, const char *word)
{
	char left[80];

	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		if (strcmp(cli_theme_of(command), word) != 0)
			continue;
		command_line(command, left, sizeof(left));
		put_entry(cli, left, cli_text(cli->lang, command->summary));
	}
}

void cli_help_theme(const struct cli *cli, const char *word)
{
	cli_say(cli, TEXT_HELP_THEME, word, NULL);
	fprintf(cli->out, "%s\n", cli_text(cli->lang, cli_theme_about(word)));
	cli_say(cli, TEXT_HELP_COMMANDS, NULL);
	theme_commands(cli, word);
	cli_say(cli, TEXT_HELP_MORE, NULL);
}

int cli_theme_misused(const struct cli *cli)
{
	struct cli told = *cli;
	const char *word = cli->args.word[0];

	if (cli->args.words > 1)
		cli_complain(cli, TEXT_THEME_UNKNOWN, word, cli->args.word[1], NULL);
	else
		cli_complain(cli, TEXT_THEME_COMMAND, word, NULL);
	told.out = cli->problems;
	theme_commands(&told, word);
	return CLI_USAGE;
}

static void put_examples(const struct cli *cli, const char *examples)
{
	cli_say(cli, TEXT_HELP_EXAMPLES, NULL);
	while (*examples) {
		size_t n = strcspn(examples, "\n");

		fprintf(cli->out, "  %.*s\n", (int)n, examples);
		examples += n + (examples[n] == '\n');
	}
}

void cli_help(const struct cli *cli, const struct cli_command *command)
{
	char line[80];

	if (!command) {
		help_program(cli);
		return;
	}
	command_line(command, line, sizeof(line));
	cli_say(cli, TEXT_HELP_USAGE, line, NULL);
	fprintf(cli->out, "%s\n", cli_text(cli->lang, command->summary));
	if (!command->group && cli_theme_about(command->name) != TEXT_NONE) {
		cli_say(cli, TEXT_HELP_COMMANDS, NULL);
		theme_commands(cli, command->name);
	}
	if (command->options[0] != CLI_OPT_NONE)
		cli_say(cli, TEXT_HELP_OPTIONS, NULL);
	for (int i = 0; command->options[i] != CLI_OPT_NONE; i++)
		put_option(cli, command, (int)command->options[i]);
	put_globals(cli, command);
	put_examples(cli, command->examples);
	put_exit_codes(cli);
}
