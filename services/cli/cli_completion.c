/* cli_completion.c - the completion script for bash, from the tables of commands and options. */
#include "services/cli/cli.h"
#include "services/cli/cli_theme.h"
#include <string.h>

static void put(const struct cli *cli, const char *text)
{
	fputs(text, cli->out);
}

static void put_option_names(const struct cli *cli, const struct cli_command *command)
{
	for (int i = 0; command->options[i] != CLI_OPT_NONE; i++)
		fprintf(cli->out, " --%s", cli_options[command->options[i]].name);
}

/* The words that may come first. */
static void put_first_words(const struct cli *cli)
{
	const char *word;

	for (size_t i = 0; (word = cli_theme(i)) != NULL; i++)
		fprintf(cli->out, " %s", word);
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command))
		if (cli_theme_about(cli_theme_of(command)) == TEXT_NONE)
			fprintf(cli->out, " %s", cli_theme_of(command));
}

/* And those that follow each theme. */
static void put_themes(const struct cli *cli)
{
	const char *word;

	for (size_t i = 0; (word = cli_theme(i)) != NULL; i++) {
		fprintf(cli->out, "\t%s) words=\"", word);
		for (const struct cli_command *command = cli_command_next(NULL); command;
		     command = cli_command_next(command))
			if (command->group && strcmp(command->group, word) == 0)
				fprintf(cli->out, " %s", command->name);
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
	put_first_words(cli);
	put(cli, "\"\n\telif [[ $COMP_CWORD -eq 2 ]]; then\n\tcase \"$first\" in\n");
	put_themes(cli);
	put(cli, "\tesac\n\tfi\n\tif [[ -n $words ]]; then\n"
		 "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$now\"))\n\telse\n"
		 "\t\tCOMPREPLY=($(compgen -f -- \"$now\"))\n\tfi\n}\n"
		 "complete -F _dondoc dondoc\n");
	return CLI_DONE;
}
