/* cli_commands.c - the table of commands: help, checks and shell completion follow from it. */
#include "services/cli/cli.h"
#include "services/cli/cli_channel.h"
#include "services/cli/cli_superior.h"
#include "services/cli/cli_told.h"

static const struct cli_command commands_core[] = {
	{"plan",
	 "import",
	 "",
	 0,
	 0,
	 TEXT_CMD_PLAN_IMPORT,
	 "dondoc plan import --plan KH38-2026 --title 'Kế hoạch 38' --number 38/KH-UBND \\\n"
	 "    --date 23/01/2026 --issuer 'UBND Thành phố' --assigner SKHCN --tasks tasks.csv \\\n"
	 "    --units units.csv --aliases aliases.csv --areas areas.csv --fan-out --dry-run\n"
	 "dondoc plan import --plan KH38-2026 --tasks tasks.xlsx --dry-run   # what else is known "
	 "stays\n"
	 "dondoc plan import ... --tasks tasks-moi.xlsx --gone cancel --reason 'Thay Kế hoạch 38' "
	 "\\\n"
	 "    --basis-number 120/KH-UBND --basis-date 01/06/2026",
	 {CLI_OPT_PLAN,         CLI_OPT_TITLE,        CLI_OPT_NUMBER,     CLI_OPT_DATE,
	  CLI_OPT_ISSUER,       CLI_OPT_ASSIGNER,     CLI_OPT_TASKS,      CLI_OPT_GROUPS,
	  CLI_OPT_UNITS,        CLI_OPT_ALIASES,      CLI_OPT_AREAS,      CLI_OPT_DIVISIONS,
	  CLI_OPT_DEFAULT_LEAD, CLI_OPT_SHEET,        CLI_OPT_HEADER_ROW, CLI_OPT_MAP,
	  CLI_OPT_INHERIT,      CLI_OPT_READ_TIMES,   CLI_OPT_FAN_OUT,    CLI_OPT_GONE,
	  CLI_OPT_REASON,       CLI_OPT_BASIS_NUMBER, CLI_OPT_BASIS_DATE, CLI_OPT_BASIS_TITLE,
	  CLI_OPT_DRY_RUN},
	 cli_plan_import},
	{"plan",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_PLAN_LIST,
	 "dondoc plan list",
	 {CLI_OPT_NONE},
	 cli_plan_list},
	{"plan",
	 "show",
	 "PLAN",
	 1,
	 1,
	 TEXT_CMD_PLAN_SHOW,
	 "dondoc plan show KH38-2026 --as-of 30/06/2026\n"
	 "dondoc plan show KH38-2026 --unit SYT --format csv",
	 {CLI_OPT_AS_OF, CLI_OPT_UNIT},
	 cli_plan_show},
	{"unit",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_UNIT_LIST,
	 "dondoc unit list --format csv\ndondoc unit list --under UBND --unit-kind so --all",
	 {CLI_OPT_UNDER, CLI_OPT_UNIT_KIND, CLI_OPT_TEXT, CLI_OPT_AS_OF, CLI_OPT_ALL,
	  CLI_OPT_NO_HEAD},
	 cli_unit_list},
	{"task",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_TASK_LIST,
	 "dondoc task list --time overdue\n"
	 "dondoc task list --plan KH38-2026 --unit SYT --state dang,tralai\n"
	 "dondoc task list --text 'don gian hoa' --all --format csv > tasks.csv\n"
	 "dondoc task list --unit SYT --subunits --flag priority --sort -late\n"
	 "dondoc task list --plan KH38-2026 --time overdue --out qua-han.xlsx\n"
	 "dondoc task list --unreceived\n"
	 "dondoc task list --not-received 5",
	 {CLI_OPT_PLAN,     CLI_OPT_UNIT,         CLI_OPT_AREA,         CLI_OPT_STATE,
	  CLI_OPT_TIME,     CLI_OPT_TEXT,         CLI_OPT_AS_OF,        CLI_OPT_LIMIT,
	  CLI_OPT_OFFSET,   CLI_OPT_ALL,          CLI_OPT_SORT,         CLI_OPT_FLAG,
	  CLI_OPT_LABEL,    CLI_OPT_COORDINATING, CLI_OPT_DIVISION,     CLI_OPT_UNIT_KIND,
	  CLI_OPT_SUBUNITS, CLI_OPT_DUE,          CLI_OPT_NOT_RECEIVED, CLI_OPT_UNRECEIVED,
	  CLI_OPT_OUT},
	 cli_task_list},
	{"task",
	 "show",
	 "TASK",
	 1,
	 1,
	 TEXT_CMD_TASK_SHOW,
	 "dondoc task show KH38-2026/KH20_TT_N01.1.1\ndondoc task show '#57'",
	 {CLI_OPT_LIMIT},
	 cli_task_show},
	{"task",
	 "update",
	 "TASK",
	 1,
	 1,
	 TEXT_CMD_TASK_UPDATE,
	 "dondoc task update KH20_TT_N01.1.1 --percent 60 --step dang --note 'Đã lấy ý kiến'\n"
	 "dondoc -e office-SYT task update '#57' --step datrinh",
	 {CLI_OPT_PERCENT, CLI_OPT_STEP, CLI_OPT_NOTE, CLI_OPT_DRAFT},
	 cli_task_update},
	{"task",
	 "complete",
	 "TASK",
	 1,
	 1,
	 TEXT_CMD_TASK_COMPLETE,
	 "dondoc task complete KH20_TT_N01.1.1 --evidence-number 15/KH-UBND \\\n"
	 "    --evidence-date 30/01/2026 --evidence-title 'Kế hoạch của UBND Thành phố'",
	 {CLI_OPT_EVIDENCE_NUMBER, CLI_OPT_EVIDENCE_DATE, CLI_OPT_EVIDENCE_TITLE, CLI_OPT_NOTE,
	  CLI_OPT_DRAFT},
	 cli_task_complete},
	{"task",
	 "decide",
	 "TASK confirm|return",
	 2,
	 2,
	 TEXT_CMD_TASK_DECIDE,
	 "dondoc task decide KH20_TT_N01.1.1 confirm\n"
	 "dondoc task decide KH20_TT_N01.1.1 return --reason 'Thiếu phụ lục'",
	 {CLI_OPT_REASON, CLI_OPT_NUMBER, CLI_OPT_DATE, CLI_OPT_ISSUER, CLI_OPT_TITLE},
	 cli_task_decide},
	{"task",
	 "extend",
	 "TASK request|grant|refuse",
	 2,
	 2,
	 TEXT_CMD_TASK_EXTEND,
	 "dondoc task extend '#57' request --until 30/04/2026 --reason 'Chờ thẩm định' \\\n"
	 "    --basis-number 120/SYT-VP\n"
	 "dondoc task extend '#57' grant --until 15/04/2026\n"
	 "dondoc task extend '#57' refuse --reason 'Không có căn cứ'",
	 {CLI_OPT_UNTIL, CLI_OPT_REASON, CLI_OPT_BASIS_NUMBER, CLI_OPT_BASIS_DATE,
	  CLI_OPT_BASIS_TITLE, CLI_OPT_NUMBER, CLI_OPT_DATE, CLI_OPT_ISSUER, CLI_OPT_TITLE,
	  CLI_OPT_DRAFT},
	 cli_task_extend},
	{"task",
	 "assign",
	 "TASK",
	 1,
	 1,
	 TEXT_CMD_TASK_ASSIGN,
	 "dondoc task assign '#57' --to STC --reason 'Điều chỉnh phân công'",
	 {CLI_OPT_TO, CLI_OPT_REASON, CLI_OPT_NUMBER, CLI_OPT_DATE, CLI_OPT_ISSUER, CLI_OPT_TITLE},
	 cli_task_assign},
	{"office",
	 "queue",
	 "",
	 0,
	 0,
	 TEXT_CMD_OFFICE_QUEUE,
	 "dondoc -e office-SYT office queue\ndondoc -e office-SYT office queue --all\n"
	 "dondoc -e office-SYT office queue --item 7",
	 {CLI_OPT_ALL, CLI_OPT_LIMIT, CLI_OPT_ITEM},
	 cli_office_queue},
	{"remind",
	 "preview",
	 "",
	 0,
	 0,
	 TEXT_CMD_REMIND_PREVIEW,
	 "dondoc remind preview\n"
	 "dondoc remind preview --from 01/04/2026 --to 30/06/2026 --plan KH38-2026\n"
	 "dondoc remind preview --from 01/04/2026 --to 30/04/2026 --unit SYT --format csv",
	 {CLI_OPT_FROM, CLI_OPT_TO, CLI_OPT_UNIT, CLI_OPT_PLAN},
	 cli_remind_preview},
	{"remind",
	 "log",
	 "",
	 0,
	 0,
	 TEXT_CMD_REMIND_LOG,
	 "dondoc remind log --from 01/04/2026 --to 30/04/2026\n"
	 "dondoc remind log --unit SYT --task KH38-2026/KH20_TT_N01.1.1 --to 31/03/2026\n"
	 "dondoc remind log --state failed",
	 {CLI_OPT_UNIT, CLI_OPT_FROM, CLI_OPT_TO, CLI_OPT_STATE, CLI_OPT_TASK, CLI_OPT_LIMIT},
	 cli_remind_log},
	{"remind",
	 "show",
	 "DIGEST",
	 1,
	 1,
	 TEXT_CMD_REMIND_SHOW,
	 "dondoc remind show 4711\ndondoc remind show 9f86d081884c",
	 {CLI_OPT_NONE},
	 cli_remind_show},
	{"report",
	 "run",
	 "",
	 0,
	 0,
	 TEXT_CMD_REPORT_RUN,
	 "dondoc report run --plan KH38-2026 --as-of 30/06/2026 --out bao-cao.pdf\n"
	 "dondoc report run --as-of 30/06/2026 --format xlsx --out bao-cao.xlsx --force",
	 {CLI_OPT_PLAN, CLI_OPT_AS_OF, CLI_OPT_OUT, CLI_OPT_FORCE},
	 cli_report_run},
	{"report",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_REPORT_LIST,
	 "dondoc report list",
	 {CLI_OPT_LIMIT},
	 cli_report_list},
	{"report",
	 "show",
	 "N|HASH",
	 1,
	 1,
	 TEXT_CMD_REPORT_SHOW,
	 "dondoc report show 4711\ndondoc report show 4711 --out bao-cao.pdf",
	 {CLI_OPT_OUT, CLI_OPT_FORCE},
	 cli_report_show},
	{"mail",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_MAIL_LIST,
	 "dondoc mail list\ndondoc mail list --dir data/mail --all",
	 {CLI_OPT_DIR, CLI_OPT_LIMIT, CLI_OPT_ALL},
	 cli_mail_list},
	{"mail",
	 "show",
	 "N",
	 1,
	 1,
	 TEXT_CMD_MAIL_SHOW,
	 "dondoc mail show 3\ndondoc mail show 3 --html > mail.html",
	 {CLI_OPT_DIR, CLI_OPT_HTML},
	 cli_mail_show},
	{"log",
	 "tail",
	 "",
	 0,
	 0,
	 TEXT_CMD_LOG_TAIL,
	 "dondoc log tail\ndondoc log tail --from 1 --format json\ndondoc log tail --follow",
	 {CLI_OPT_FROM, CLI_OPT_FOLLOW, CLI_OPT_LIMIT},
	 cli_log_tail},
	{"log",
	 "verify",
	 "",
	 0,
	 0,
	 TEXT_CMD_LOG_VERIFY,
	 "dondoc log verify --dir /var/lib/dondoc/task/log\n"
	 "dondoc log verify --receipt 1:4711:9f86d081884c7d65...",
	 {CLI_OPT_DIR, CLI_OPT_RECEIPT},
	 cli_log_verify},
	{NULL,
	 "status",
	 "",
	 0,
	 0,
	 TEXT_CMD_STATUS,
	 "dondoc status\ndondoc -e office-SYT status --format json",
	 {CLI_OPT_NONE},
	 cli_status},
	{NULL,
	 "keygen",
	 "FILE",
	 1,
	 1,
	 TEXT_CMD_KEYGEN,
	 "dondoc keygen office-SYT.key",
	 {CLI_OPT_NONE},
	 cli_keygen},
	{"calendar",
	 "import",
	 "FILE",
	 1,
	 1,
	 TEXT_CMD_CALENDAR_IMPORT,
	 "dondoc calendar import holidays-vn.csv --as-unit SKHCN\n"
	 "dondoc calendar import nghi-dia-phuong.csv --dry-run",
	 {CLI_OPT_DRY_RUN},
	 cli_calendar_import},
	{"clock",
	 "confirm",
	 "",
	 0,
	 0,
	 TEXT_CMD_CLOCK_CONFIRM,
	 "dondoc clock confirm --reason 'Máy chủ tắt từ 01/02 đến 10/03'",
	 {CLI_OPT_REASON},
	 cli_clock_confirm},
	{NULL,
	 "completion",
	 "bash",
	 1,
	 1,
	 TEXT_CMD_COMPLETION,
	 "dondoc completion bash > ~/.local/share/bash-completion/completions/dondoc",
	 {CLI_OPT_NONE},
	 cli_completion},
	{0},
};

/* The order is that of the help. */
static const struct cli_command *const lists[] = {
	commands_core,         cli_commands_annex, cli_commands_list,    cli_commands_plan,
	cli_commands_life,     cli_commands_fix,   cli_commands_unit,    cli_commands_evidence,
	cli_commands_draft,    cli_commands_sheet, cli_commands_backup,  cli_commands_enrol,
	cli_commands_office,   cli_commands_rules, cli_commands_channel, cli_commands_told,
	cli_commands_superior,
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

/* The list that ends at `end`; LISTS if there is none. */
static size_t list_before(const struct cli_command *end)
{
	for (size_t i = 0; i < LISTS; i++) {
		const struct cli_command *at = lists[i];

		while (at->name && at != end)
			at++;
		if (at == end)
			return i;
	}
	return LISTS;
}

const struct cli_command *cli_command_next(const struct cli_command *command)
{
	size_t list = 0;

	if (command) {
		command++;
		if (command->name)
			return command;
		list = list_before(command) + 1;
	}
	while (list < LISTS && !lists[list]->name)
		list++;
	return list < LISTS ? lists[list] : NULL;
}
