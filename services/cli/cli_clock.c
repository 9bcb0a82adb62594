/* cli_clock.c - `clock confirm`: an operator has looked at a clock that jumped and says it is
 * right. */
#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"

int cli_clock_confirm(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ConfirmClock confirm = DONDOC__V1__CONFIRM_CLOCK__INIT;
	Dondoc__V1__Reply *reply;
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	confirm.reason = (char *)reason; /* packed, not changed */
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK;
	body.confirm_clock = &confirm;
	rc = cli_submit(cli, &body, cli_acting_unit(cli, ""), &reply);
	if (rc == 0) {
		rc = cli_outcome(cli, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	return rc;
}
