/* cli_commands_annex.c - commands about annexes and their time texts. */
#include "services/cli/cli_annex.h"

const struct cli_command cli_commands_annex[] = {
	{"time",
	 "read",
	 "TEXT",
	 1,
	 1,
	 TEXT_CMD_TIME_READ,
	 "dondoc time read 'Trước ngày 15/3/2026'\n"
	 "dondoc time read '100 ngày kể từ ngày ban hành Kế hoạch' --date 14/07/2026\n"
	 "dondoc time read 'Quý II' --plan KH38-2026 --format json\n"
	 "dondoc time read '3 ngày làm việc kể từ ngày ban hành' --date 24/11/2026 --unit SVHTT",
	 {CLI_OPT_PLAN, CLI_OPT_DATE, CLI_OPT_IN_YEAR, CLI_OPT_UNIT},
	 cli_time_read},
	{"calendar",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_CALENDAR_LIST,
	 "dondoc calendar list --year 2026\n"
	 "dondoc calendar list --unit SVHTT --year 2026\n"
	 "dondoc calendar list --format csv > lich.csv",
	 {CLI_OPT_UNIT, CLI_OPT_IN_YEAR},
	 cli_calendar_list},
	{"plan",
	 "export",
	 "PLAN",
	 1,
	 1,
	 TEXT_CMD_PLAN_EXPORT,
	 "dondoc plan export KH38-2026 --out kh38.xlsx\n"
	 "dondoc plan export KH38-2026 --out kh38.pdf\n"
	 "dondoc plan export KH38-2026 > kh38.csv",
	 {CLI_OPT_OUT},
	 cli_plan_export},
	{0},
};
