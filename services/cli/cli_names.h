/* cli_names.h - names of the events and actions of a plan's whole life; "?" for one that is not
 * among them. */
#ifndef DD_SERVICES_CLI_NAMES_H
#define DD_SERVICES_CLI_NAMES_H

#include "services/cli/cli_words.h"

const char *cli_name_life_event(enum cli_lang lang, int type);
const char *cli_name_life_action(enum cli_lang lang, int action); /* field number in CommandBody */

#endif
