/* cli_commands_sheet.c - commands of this theme. */
#include "services/cli/cli_sheet.h"

const struct cli_command cli_commands_sheet[] = {
	{"sheet",
	 "make",
	 "",
	 0,
	 0,
	 TEXT_CMD_SHEET_MAKE,
	 "dondoc sheet make --unit X01 --period 2026-11 -o phieu-X01.xlsx\n"
	 "dondoc sheet make --unit X01 --plan KH38-2026 --period 2026-Q4\n"
	 "dondoc -e office-X01 sheet make --unit X01",
	 {CLI_OPT_UNIT, CLI_OPT_PERIOD, CLI_OPT_PLAN, CLI_OPT_OUT, CLI_OPT_FORCE},
	 cli_sheet_make},
	{"sheet",
	 "send",
	 "FILE",
	 1,
	 1,
	 TEXT_CMD_SHEET_SEND,
	 "dondoc sheet send phieu-X01.xlsx --check\n"
	 "dondoc sheet send phieu-X01.xlsx --answer tra-loi-X01.xlsx\n"
	 "dondoc sheet send phieu-X01.xlsx --as-unit SNV   # the agency hands it in for the unit\n"
	 "dondoc -e office-X01 sheet send phieu-X01.xlsx --format json",
	 {CLI_OPT_CHECK, CLI_OPT_ANSWER, CLI_OPT_FORCE},
	 cli_sheet_send},
	{0},
};
