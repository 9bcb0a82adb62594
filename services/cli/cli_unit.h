/* cli_unit.h - commands about units, persons, and what waits for the head of its unit. */
#ifndef DD_SERVICES_CLI_UNIT_H
#define DD_SERVICES_CLI_UNIT_H

#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"

int cli_unit_set(struct cli *cli);
int cli_unit_alias(struct cli *cli);
int cli_unit_show(struct cli *cli);
int cli_unit_tree(struct cli *cli);
int cli_unit_charge(struct cli *cli);
int cli_unit_rename(struct cli *cli);
int cli_unit_merge(struct cli *cli);
int cli_unit_split(struct cli *cli);
int cli_unit_abolish(struct cli *cli);
int cli_unit_withdraw(struct cli *cli);
int cli_plan_pairs(struct cli *cli);

int cli_person_name(struct cli *cli);
int cli_person_grant(struct cli *cli);
int cli_person_revoke(struct cli *cli);
int cli_person_deputy(struct cli *cli);
int cli_person_handover(struct cli *cli);
int cli_person_list(struct cli *cli);
int cli_person_may(struct cli *cli);

int cli_outgoing_list(struct cli *cli);
int cli_outgoing_approve(struct cli *cli);
int cli_outgoing_return(struct cli *cli);

/* A person by 32 hexadecimal digits, by a name of this account's directory, or "me". An exit code;
 * tells what is wrong. */
int cli_person_parse(const struct cli *cli, const char *word, uint8_t person_out[16]);
/* The name that this account knows, else the id; appended to `out`. */
void cli_person_words(const ProtobufCBinaryData *person, struct dd_buf *out);
/* The name of a Role. */
const char *cli_name_role(enum cli_lang lang, int role);
/* The unit for which one acts who sets up units and roles: --as-unit or none. */
const char *cli_setting_unit(const struct cli *cli);
/* A list of texts split by ';', blanks around them cut; the caller frees the row and *copy_out. */
char **cli_split(const char *text, char **copy_out, size_t *count_out);
/* The number of a record as a word: "#12" or "12". An exit code. */
int cli_record_word(const struct cli *cli, const char *word, uint64_t *number_out);

#endif
