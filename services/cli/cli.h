/* cli.h - one run of the program `dondoc`: what was asked, in which language and form to answer,
 * and the connection to the service that is asked. */
#ifndef DD_SERVICES_CLI_H
#define DD_SERVICES_CLI_H

#include "common/app/client.h"
#include "common/base/err.h"
#include "services/cli/cli_args.h"
#include "services/cli/cli_text.h"
#include <stdint.h>
#include <stdio.h>

/* Exit codes: part of the interface, told by --help. */
enum cli_exit {
	CLI_DONE = 0,
	CLI_REFUSED = 1, /* a rule or the server said no */
	CLI_USAGE = 2,
	CLI_NOT_FOUND = 3, /* or ambiguous */
	CLI_NO_ANSWER = 4, /* outcome unknown */
	CLI_CONFLICT = 5,
	CLI_DAMAGE = 6, /* log verify; a report that differs from its hash */
	CLI_FAULTS = 7, /* an imported file */
	CLI_INTERNAL = 70
};

enum cli_format { CLI_TABLE, CLI_JSON, CLI_CSV, CLI_FILE /* of lists that can be exported */ };

struct cli_command;

struct cli {
	enum cli_lang lang;
	enum cli_format format;
	FILE *out;
	FILE *problems;
	struct cli_args args;
	const struct cli_command *command; /* NULL until it is known */
	int width;                         /* of the terminal; 0 = no limit */
	char *run;                         /* owned; folder of the services' sockets */
	char *target;                      /* owned; endpoint connected to, NULL before */
	struct dd_client *client;
	int64_t wait_ms; /* 0 = as the client has it */
	uint64_t told;   /* the last receipt of our commands to the target: questions see it */
};

/* The whole program but main(). Returns the exit code. */
int cli_run(int argc, char **argv, FILE *out, FILE *problems);

/* Print a text of the catalogue with its arguments (all const char *, NULL at the end) and a line
 * feed: to the output, or as a complaint with the program's name before it. */
void cli_say(const struct cli *cli, enum cli_text text, ...) __attribute__((sentinel));
void cli_complain(const struct cli *cli, enum cli_text text, ...) __attribute__((sentinel));
/* The same as a usage error; returns CLI_USAGE. */
int cli_misused(const struct cli *cli, enum cli_text text, ...) __attribute__((sentinel));
/* Tell a failure of the machine or of a file and return the exit code that fits. */
int cli_failed(const struct cli *cli, const struct dd_error *err);

/* A command of the table. */
struct cli_command {
	const char *group; /* "task"; NULL for a single word */
	const char *name;  /* "list" */
	const char *words; /* what follows: "TASK confirm|return"; "" = nothing */
	int words_min;
	int words_max;
	enum cli_text summary;
	const char *examples;     /* lines */
	enum cli_opt options[28]; /* ends with CLI_OPT_NONE */
	int (*run)(struct cli *cli);
};
/* All commands; ends with name NULL. */
/* Each list ends with an entry without a name. */
extern const struct cli_command cli_commands_annex[], cli_commands_list[], cli_commands_plan[],
	cli_commands_life[], cli_commands_fix[], cli_commands_unit[], cli_commands_evidence[],
	cli_commands_draft[], cli_commands_sheet[], cli_commands_backup[], cli_commands_enrol[],
	cli_commands_office[], cli_commands_rules[];
/* All commands, one after the other: the first for NULL, NULL behind the last. */
const struct cli_command *cli_command_next(const struct cli_command *command);
/* Words of the command itself: 1 or 2. */
int cli_command_words(const struct cli_command *command);
/* The word number `i` behind the command's own; NULL if there is none. */
const char *cli_word(const struct cli *cli, int i);

/* --- commands, one function each ------------------------------------------------------------ */

int cli_plan_import(struct cli *cli);
int cli_calendar_import(struct cli *cli);
int cli_plan_list(struct cli *cli);
int cli_plan_show(struct cli *cli);
int cli_unit_list(struct cli *cli);
int cli_task_list(struct cli *cli);
int cli_task_show(struct cli *cli);
int cli_task_update(struct cli *cli);
int cli_task_complete(struct cli *cli);
int cli_task_decide(struct cli *cli);
int cli_task_extend(struct cli *cli);
int cli_task_assign(struct cli *cli);
int cli_office_queue(struct cli *cli);
int cli_remind_preview(struct cli *cli);
/* What would be told in the next month if this rule were so. */
int cli_remind_preview_changed(struct cli *cli, Dondoc__V1__ReminderRule *rule);
int cli_remind_log(struct cli *cli);
int cli_remind_show(struct cli *cli);
int cli_report_run(struct cli *cli);
int cli_report_list(struct cli *cli);
int cli_report_show(struct cli *cli);
int cli_mail_list(struct cli *cli);
int cli_mail_show(struct cli *cli);
int cli_log_tail(struct cli *cli);
int cli_log_verify(struct cli *cli);
int cli_status(struct cli *cli);
int cli_keygen(struct cli *cli);
int cli_clock_confirm(struct cli *cli);
int cli_completion(struct cli *cli);

/* --help: of the program (command NULL) or of one command; of a theme (cli_theme.h). */
void cli_help(const struct cli *cli, const struct cli_command *command);
void cli_help_theme(const struct cli *cli, const char *word);
/* The first word is a theme's, and no command of it follows: says which there are. Returns
 * CLI_USAGE. */
int cli_theme_misused(const struct cli *cli);

#endif
