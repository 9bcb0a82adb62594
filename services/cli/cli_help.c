/* cli_help.c - --help and shell completion, both from the tables of commands and options. */
#include "common/base/buf.h"
#include "services/cli/cli.h"
#include "services/cli/cli_table.h"
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

static void help_program(const struct cli *cli)
{
	char left[80];

	cli_say(cli, TEXT_HELP_INTRO, NULL);
	cli_say(cli, TEXT_HELP_COMMANDS, NULL);
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		command_line(command, left, sizeof(left));
		put_entry(cli, left, cli_text(cli->lang, command->summary));
	}
	put_globals(cli, NULL);
	put_exit_codes(cli);
	cli_say(cli, TEXT_HELP_MORE, NULL);
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
	if (command->options[0] != CLI_OPT_NONE)
		cli_say(cli, TEXT_HELP_OPTIONS, NULL);
	for (int i = 0; command->options[i] != CLI_OPT_NONE; i++)
		put_option(cli, command, (int)command->options[i]);
	put_globals(cli, command);
	put_examples(cli, command->examples);
	put_exit_codes(cli);
}

/* --- completion ----------------------------------------------------------------------------- */

static void put_option_names(const struct cli *cli, const struct cli_command *command)
{
	for (int i = 0; command->options[i] != CLI_OPT_NONE; i++)
		fprintf(cli->out, " --%s", cli_options[command->options[i]].name);
}

/* The words that may follow: groups and single commands, or the commands of one group. */
static void put_names(const struct cli *cli, const char *group)
{
	const char *last = "";

	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		const char *first = command->group ? command->group : command->name;

		if (group && command->group && strcmp(command->group, group) == 0)
			fprintf(cli->out, " %s", command->name);
		if (!group && strcmp(first, last) != 0)
			fprintf(cli->out, " %s", first);
		last = first;
	}
}

static void put_groups(const struct cli *cli)
{
	const char *last = "";

	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		if (!command->group || strcmp(command->group, last) == 0)
			continue;
		last = command->group;
		fprintf(cli->out, "\t%s) words=\"", last);
		put_names(cli, last);
		put(cli, "\" ;;\n");
	}
}

int cli_completion(struct cli *cli)
{
	if (strcmp(cli_word(cli, 0), "bash") != 0)
		return cli_misused(cli, TEXT_BAD_SHELL, cli_word(cli, 0), NULL);
	put(cli,
	    "# bash completion for dondoc, made by `dondoc completion bash`\n_dondoc()\n{\n"
	    "\tlocal now=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	    "\tlocal first=\"${COMP_WORDS[1]}\" second=\"${COMP_WORDS[2]}\" words=\"\"\n"
	    "\tcase \"$before\" in\n"
	    "\t--format|-F) COMPREPLY=($(compgen -W 'table json csv' -- \"$now\")); return ;;\n"
	    "\t--lang) COMPREPLY=($(compgen -W 'vi en' -- \"$now\")); return ;;\n"
	    "\t--time) COMPREPLY=($(compgen -W 'overdue near in-term no-due' -- \"$now\")); "
	    "return ;;\n"
	    "\t--step) COMPREPLY=($(compgen -W 'chua dang datrinh xong' -- \"$now\")); "
	    "return ;;\n"
	    "\tesac\n\tif [[ $now == -* ]]; then\n\t\twords=\"");
	for (int i = 1; i <= CLI_OPT_LAST_GLOBAL; i++)
		fprintf(cli->out, " --%s", cli_options[i].name);
	put(cli, "\"\n\t\tcase \"$first $second\" in\n");
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		fprintf(cli->out, "\t\t\"%s%s%s\"%s) words+=\"",
			command->group ? command->group : "", command->group ? " " : "",
			command->name, command->group ? "" : "*");
		put_option_names(cli, command);
		put(cli, "\" ;;\n");
	}
	put(cli, "\t\tesac\n\telif [[ $COMP_CWORD -eq 1 ]]; then\n\t\twords=\"");
	put_names(cli, NULL);
	put(cli, "\"\n\telif [[ $COMP_CWORD -eq 2 ]]; then\n\tcase \"$first\" in\n");
	put_groups(cli);
	put(cli, "\tesac\n\tfi\n\tif [[ -n $words ]]; then\n"
		 "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$now\"))\n\telse\n"
		 "\t\tCOMPREPLY=($(compgen -f -- \"$now\"))\n\tfi\n}\n"
		 "complete -F _dondoc dondoc\n");
	return CLI_DONE;
}
