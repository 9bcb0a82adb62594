/* cli_commands_backup.c - commands of this theme. */
#include "services/cli/cli_backup.h"

const struct cli_command cli_commands_backup[] = {
	{"backup",
	 "list",
	 "",
	 0,
	 0,
	 TEXT_CMD_BACKUP_LIST,
	 "dondoc backup list\ndondoc backup list --format json",
	 {CLI_OPT_LIMIT},
	 cli_backup_show},
	{"backup",
	 "verify",
	 "DIR",
	 1,
	 1,
	 TEXT_CMD_BACKUP_VERIFY,
	 "dondoc backup verify /mnt/saoluu\n"
	 "dondoc backup verify /mnt/saoluu/20261124T180000Z-4711\n"
	 "dondoc backup verify /mnt/saoluu --passphrase-file /etc/dondoc/mat-khau-sao-luu",
	 {CLI_OPT_PASSPHRASE_FILE},
	 cli_backup_verify},
	{NULL,
	 "backup",
	 "DIR",
	 1,
	 1,
	 TEXT_CMD_BACKUP,
	 "dondoc backup /mnt/saoluu --passphrase-file /etc/dondoc/mat-khau-sao-luu --keep 30\n"
	 "dondoc backup /mnt/usb/dondoc --no-secrets --note 'Ổ USB số 2, tủ két'",
	 {CLI_OPT_DATA, CLI_OPT_SECRETS, CLI_OPT_NO_SECRETS, CLI_OPT_PASSPHRASE_FILE, CLI_OPT_KEEP,
	  CLI_OPT_NOTE, CLI_OPT_ACCEPT_LOST},
	 cli_backup_make},
	{"restore",
	 "release",
	 "",
	 0,
	 0,
	 TEXT_CMD_RESTORE_RELEASE,
	 "dondoc restore release --reason 'Đã kiểm tra, chạy tiếp trên máy chủ mới'\n"
	 "dondoc restore release --reason 'Mất dữ liệu từ chiều 20/11' --told-until 20/11/2026",
	 {CLI_OPT_REASON, CLI_OPT_TOLD_UNTIL},
	 cli_restore_release},
	{NULL,
	 "restore",
	 "DIR",
	 1,
	 1,
	 TEXT_CMD_RESTORE,
	 "dondoc restore /mnt/saoluu --data /var/lib/dondoc --reason 'Hỏng ổ đĩa ngày 20/11' \\\n"
	 "    --secrets khoa-da-khoi-phuc --passphrase-file /etc/dondoc/mat-khau-sao-luu\n"
	 "dondoc restore /mnt/saoluu --data /tmp/dien-tap --reason 'Diễn tập tháng 11' --drill",
	 {CLI_OPT_DATA, CLI_OPT_REASON, CLI_OPT_SECRETS, CLI_OPT_PASSPHRASE_FILE, CLI_OPT_DRILL,
	  CLI_OPT_INCARNATION},
	 cli_restore},
	{0},
};
