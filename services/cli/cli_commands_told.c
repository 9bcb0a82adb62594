/* cli_commands_told.c - commands of this theme. */
#include "services/cli/cli_told.h"

const struct cli_command cli_commands_told[] = {
	{"remind",
	 "zalo",
	 "",
	 0,
	 0,
	 TEXT_CMD_REMIND_ZALO,
	 "dondoc remind zalo --unit SYT\n"
	 "dondoc remind zalo --unit SYT --out /tmp/syt.png\n"
	 "dondoc remind zalo --filter uu-tien --time overdue",
	 {CLI_OPT_UNIT, CLI_OPT_FILTER, CLI_OPT_PLAN, CLI_OPT_TIME, CLI_OPT_SUBUNITS, CLI_OPT_OUT,
	  CLI_OPT_FORCE},
	 cli_remind_zalo},
	{"remind",
	 "told",
	 "",
	 0,
	 0,
	 TEXT_CMD_REMIND_TOLD,
	 "dondoc remind told --unit SYT --group 'Nhóm CCHC các sở'\n"
	 "dondoc remind told --unit SYT --way phone --task KH38-2026/N01.1.1 --date 12/03/2026 \\\n"
	 "    --note 'Đã hẹn gửi báo cáo ngày 14/03'",
	 {CLI_OPT_UNIT, CLI_OPT_WAY, CLI_OPT_GROUP, CLI_OPT_TASK, CLI_OPT_DATE, CLI_OPT_NOTE},
	 cli_remind_told},
	{"remind",
	 "proof",
	 "",
	 0,
	 0,
	 TEXT_CMD_REMIND_PROOF,
	 "dondoc remind proof --unit SYT --task KH38-2026/N01.1.1 --before 01/04/2026\n"
	 "dondoc remind proof --task KH38-2026/N01.1.1 --format csv\n"
	 "dondoc remind proof --unit SYT --from 01/01/2026 --out don-doc-syt.pdf",
	 {CLI_OPT_UNIT, CLI_OPT_TASK, CLI_OPT_FROM, CLI_OPT_TO, CLI_OPT_BEFORE, CLI_OPT_LIMIT,
	  CLI_OPT_OUT, CLI_OPT_FORCE},
	 cli_remind_proof},
	{0},
};
