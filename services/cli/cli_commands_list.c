/* cli_commands_list.c - plans of the past. */
#include "services/cli/cli_list.h"

const struct cli_command cli_commands_list[] = {
	{"plan",
	 "at",
	 "PLAN MOMENT",
	 2,
	 2,
	 TEXT_CMD_PLAN_AT,
	 "dondoc plan at KH38-2026 30/06/2026\n"
	 "dondoc plan at KH38-2026 '#1234' --format csv\n"
	 "dondoc plan at KH38-2026 ban-hanh",
	 {CLI_OPT_NONE},
	 cli_plan_at},
	{"plan",
	 "diff",
	 "PLAN FROM [TO]",
	 2,
	 3,
	 TEXT_CMD_PLAN_DIFF,
	 "dondoc plan diff KH38-2026 31/03/2026 30/06/2026\n"
	 "dondoc plan diff KH38-2026 ban-hanh --format csv",
	 {CLI_OPT_NONE},
	 cli_plan_diff},
	{0},
};
