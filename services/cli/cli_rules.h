/* cli_rules.h - rules of reminders, their beginning, silences, days promised, what readers say. */
#ifndef DD_SERVICES_CLI_RULES_H
#define DD_SERVICES_CLI_RULES_H

#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"

int cli_remind_rules(struct cli *cli);
int cli_remind_rule(struct cli *cli);
int cli_remind_start(struct cli *cli);
int cli_remind_stop(struct cli *cli);
int cli_remind_starts(struct cli *cli);
int cli_remind_silence(struct cli *cli);
int cli_remind_silences(struct cli *cli);
int cli_remind_end_silence(struct cli *cli);
int cli_remind_promise(struct cli *cli);
int cli_remind_dispute(struct cli *cli);
int cli_remind_subscribe(struct cli *cli);

/* --plan, --area, --unit, --task: at most one. *given_out: whether any is. Connected to task, if a
 * task is named. An exit code. */
int cli_rule_scope(struct cli *cli, Dondoc__V1__RuleScope *scope_out, bool *given_out);
/* For whom it holds, and when it speaks: "SYT"; "7, 3 working days before the due day". */
void cli_rule_scope_words(enum cli_lang lang, const Dondoc__V1__RuleScope *scope,
			  struct dd_buf *out);
void cli_rule_when_words(enum cli_lang lang, const Dondoc__V1__ReminderRule *rule,
			 struct dd_buf *out);
/* The authority's name for it, or the shipped one. */
const char *cli_rule_name(enum cli_lang lang, const Dondoc__V1__ReminderRule *rule);
/* The same of a rule that is known by its id alone; the id itself if it is no shipped one. */
const char *cli_rule_id_name(enum cli_lang lang, const char *id);
/* The word for a DisputeCause; -1: none is called so. */
const char *cli_dispute_words(enum cli_lang lang, int cause);
int cli_dispute_parse(const char *word);

/* The message that a word names: the number of its record, or the beginning of its hash. An exit
 * code (cli_remind.c). */
int cli_find_digest(struct cli *cli, const char *word, uint8_t digest_out[32]);

#endif
