/* cli_commands_enrol.c - commands by which a unit's machine comes to speak for it, and ceases to.
 */
#include "services/cli/cli_enrol.h"

const struct cli_command cli_commands_enrol[] = {
	{"office",
	 "enrol",
	 "UNIT",
	 1,
	 1,
	 TEXT_CMD_OFFICE_ENROL,
	 "dondoc office enrol SYT --centre tcp://trungtam.tinh.gov.vn:7701 --machine 'máy chủ tầng "
	 "2'\n"
	 "dondoc office enrol SYT --days 3 --qr moi-SYT.png",
	 {CLI_OPT_CENTRE, CLI_OPT_CENTRE_LOG, CLI_OPT_MACHINE, CLI_OPT_DAYS, CLI_OPT_QR},
	 cli_office_enrol},
	{"office",
	 "join",
	 "TOKEN|-",
	 1,
	 1,
	 TEXT_CMD_OFFICE_JOIN,
	 "dondoc office join -   # the invitation is read from the terminal, not from the history\n"
	 "dondoc office join dondoc1:AQAB... --dir /srv/dondoc --machine 'máy chủ tầng 2'",
	 {CLI_OPT_DIR, CLI_OPT_MACHINE},
	 cli_office_join},
	{"office",
	 "keys",
	 "[UNIT]",
	 0,
	 1,
	 TEXT_CMD_OFFICE_KEYS,
	 "dondoc office keys\ndondoc office keys SYT --all --format csv",
	 {CLI_OPT_ALL},
	 cli_office_keys},
	{"office",
	 "revoke",
	 "UNIT|KEY",
	 1,
	 1,
	 TEXT_CMD_OFFICE_REVOKE,
	 "dondoc office revoke SYT --reason 'Máy chủ bị mất'\n"
	 "dondoc office revoke 9f86d081884c7d65 --reason 'Thư mời gửi nhầm'\n"
	 "dondoc office revoke 9f86d081884c7d65 --with-successors --reason 'Khóa bị lộ'",
	 {CLI_OPT_REASON, CLI_OPT_WITH_SUCCESSORS},
	 cli_office_revoke},
	{"office",
	 "rotate",
	 "",
	 0,
	 0,
	 TEXT_CMD_OFFICE_ROTATE,
	 "dondoc office rotate --config /etc/dondoc/office-SYT.yaml",
	 {CLI_OPT_CONFIG},
	 cli_office_rotate},
	{0},
};
