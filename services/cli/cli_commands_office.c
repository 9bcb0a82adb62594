/* cli_commands_office.c - commands that look at offices from the centre. */
#include "services/cli/cli_office_list.h"

const struct cli_command cli_commands_office[] = {
	{"office",
	 "list",
	 "[UNIT]",
	 0,
	 1,
	 TEXT_CMD_OFFICE_LIST,
	 "dondoc office list\ndondoc office list SYT --format json",
	 {CLI_OPT_NONE},
	 cli_office_list},
	{0},
};
