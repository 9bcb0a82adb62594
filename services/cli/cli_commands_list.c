/* cli_commands_list.c - figures, and plans of the past. */
#include "services/cli/cli_list.h"

const struct cli_command cli_commands_list[] = {
	{"task",
	 "count",
	 "",
	 0,
	 0,
	 TEXT_CMD_TASK_COUNT,
	 "dondoc task count\n"
	 "dondoc task count --plan KH38-2026 --as-of 30/06/2026\n"
	 "dondoc task count --unit SYT --subunits --format csv > so-lieu.csv\n"
	 "dondoc task count --as-of 28/02/2025 --todays-units\n"
	 "dondoc task count --parts --priority-only --format json",
	 {CLI_OPT_PLAN, CLI_OPT_UNIT, CLI_OPT_SUBUNITS, CLI_OPT_AS_OF, CLI_OPT_PARTS,
	  CLI_OPT_TODAYS_UNITS, CLI_OPT_PRIORITY_ONLY},
	 cli_task_count},
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
	{"plan",
	 "variance",
	 "PLAN BASELINE [TO]",
	 2,
	 3,
	 TEXT_CMD_PLAN_VARIANCE,
	 "dondoc plan variance KH38-2026 ban-hanh\n"
	 "dondoc plan variance KH38-2026 ban-hanh 30/06/2026 --format csv",
	 {CLI_OPT_NONE},
	 cli_plan_variance},
	{"watch",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_WATCH_LIST,
	 "dondoc watch list\n"
	 "dondoc watch list --within 15/10/2026\n"
	 "dondoc watch list --unit SYT --as-of 06/11/2026 --format csv\n"
	 "dondoc setting set watch.period week --unit STC",
	 {CLI_OPT_WITHIN, CLI_OPT_AS_OF, CLI_OPT_UNIT, CLI_OPT_PLAN},
	 cli_watch_list},
	{0},
};
