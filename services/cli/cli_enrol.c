/* cli_enrol.c - `office enrol`: an invitation for a unit's machine. Its secret is made here and
 * goes into the text only; the centre learns the public half. */
#include "services/cli/cli_enrol.h"
#include "common/app/pb_json.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/domain/unit_code.h"
#include "common/paper/squares.h"
#include "services/cli/cli_qr.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_work.h"
#include <sodium.h>
#include <string.h>

#define DAYS      7
#define DAYS_MAX  30
#define QR_PIXELS 8

/* --- what the centre says of itself ---------------------------------------------------------- */

static bool is_wildcard(const char *address)
{
	return strncmp(address, "tcp://0.0.0.0:", 14) == 0 || strncmp(address, "tcp://*", 7) == 0 ||
	       strncmp(address, "tcp://[::]", 10) == 0;
}

static int take_address(const struct cli *cli, const char *text, char out[CLI_TOKEN_ADDRESS])
{
	if (cli_token_address(text, NULL) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "tcp://NAME:PORT", text, NULL);
	snprintf(out, CLI_TOKEN_ADDRESS, "%s", text);
	return 0;
}

/* Where the log is read, if that is not the next port: on the machine of `centre`. */
static void take_log(const char *listen_log, struct cli_token *token)
{
	unsigned port, log_port;
	size_t name = (size_t)(strrchr(token->centre, ':') - token->centre);

	if (cli_token_address(token->centre, &port) != 0 ||
	    cli_token_address(listen_log, &log_port) != 0 || log_port == port + 1)
		return;
	snprintf(token->log, sizeof(token->log), "%.*s:%u", (int)name, token->centre, log_port);
}

static int take_centre(const struct cli *cli, const Dondoc__V1__OfficeKeys *keys,
		       struct cli_token *token)
{
	const char *given = cli->args.value[CLI_OPT_CENTRE];
	const char *log = cli->args.value[CLI_OPT_CENTRE_LOG];
	int rc;

	if (dd_curve_bytes(keys->centre_key, token->centre_key) != 0) {
		cli_complain(cli, TEXT_NO_OFFICE_DOOR, NULL);
		return CLI_REFUSED;
	}
	if (!given && keys->address[0] != '\0')
		given = keys->address;
	if (!given && keys->listen[0] != '\0' && !is_wildcard(keys->listen))
		given = keys->listen;
	if (!given)
		return cli_misused(cli, TEXT_NO_CENTRE, NULL);
	rc = take_address(cli, given, token->centre);
	if (rc == 0 && log)
		rc = take_address(cli, log, token->log);
	else if (rc == 0)
		take_log(keys->listen_log, token);
	return rc;
}

static int ask_centre(struct cli *cli, struct cli_token *token)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOfficeKeys list = DONDOC__V1__LIST_OFFICE_KEYS__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	list.unit = token->unit;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OFFICE_KEYS;
	query.list_office_keys = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_OFFICE_KEYS);
	if (rc != 0)
		return rc;
	rc = take_centre(cli, reply->answer->office_keys, token);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* --- showing --------------------------------------------------------------------------------- */

static int save_picture(const struct cli *cli, const struct cli_qr *qr)
{
	const char *path = cli->args.value[CLI_OPT_QR];
	struct dd_buf png = {0};
	struct dd_error err;
	int rc;

	if (!path)
		return 0;
	rc = dd_squares_png(qr->dark, qr->side, QR_PIXELS, &png, &err);
	if (rc == 0)
		rc = dd_file_write(path, png.data, png.len, 0600, &err);
	dd_buf_fini(&png);
	if (rc != 0)
		return cli_failed(cli, &err);
	if (cli->format == CLI_TABLE)
		cli_say(cli, TEXT_QR_SAVED, path, NULL);
	return 0;
}

static int show_qr(const struct cli *cli, const char *text)
{
	struct cli_qr qr = {0};
	struct dd_buf lines = {0};
	struct dd_error err;
	int rc = cli_qr_make(text, &qr, &err);

	if (rc != 0)
		return cli_failed(cli, &err);
	/* Only where somebody looks, and where it has room. */
	if (cli->format == CLI_TABLE && cli->width > qr.side + 4) {
		cli_qr_terminal(&qr, &lines);
		fwrite(lines.data, 1, lines.len, cli->out);
	}
	rc = save_picture(cli, &qr);
	dd_buf_fini(&lines);
	cli_qr_fini(&qr);
	return rc;
}

static void show_json(const struct cli *cli, const struct cli_token *token, const char *text)
{
	char until[DD_TIME_TEXT];
	struct dd_buf out = {0};

	dd_buf_text(&out, "{\"unit\":");
	dd_json_quote(&out, token->unit);
	dd_buf_text(&out, ",\"token\":");
	dd_json_quote(&out, text);
	dd_buf_text(&out, ",\"valid_until\":");
	dd_json_quote(&out, dd_time_local(token->valid_until_us, until));
	dd_buf_text(&out, ",\"centre\":");
	dd_json_quote(&out, token->centre);
	dd_buf_text(&out, "}\n");
	fwrite(out.data, 1, out.len, cli->out);
	dd_buf_fini(&out);
}

static int show(const struct cli *cli, const struct cli_token *token)
{
	char text[CLI_TOKEN_TEXT];
	char until[DD_TIME_TEXT];
	int rc;

	cli_token_write(token, text);
	if (cli->format == CLI_JSON) {
		show_json(cli, token, text);
	} else {
		cli_say(cli, TEXT_ENROL_TOKEN, token->unit,
			dd_time_local(token->valid_until_us, until), NULL);
		fprintf(cli->out, "\n%s\n\n", text);
	}
	rc = show_qr(cli, text);
	sodium_memzero(text, sizeof(text));
	if (cli->format == CLI_JSON || rc != 0)
		return rc;
	cli_say(cli, TEXT_ENROL_NEXT, NULL);
	cli_say(cli, TEXT_ENROL_LOST, token->unit, NULL);
	return CLI_DONE;
}

/* --- the command ----------------------------------------------------------------------------- */

static int make_token(struct cli *cli, struct cli_token *token)
{
	Dondoc__V1__Reply *status;
	uint64_t days;
	int rc = cli_number_option(cli, CLI_OPT_DAYS, DAYS_MAX, DAYS, &days);

	if (rc == 0 && days == 0)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--days", "0", NULL);
	if (rc == 0)
		rc = cli_ask_status(cli, &status);
	if (rc != 0)
		return rc;
	/* By the centre's clock; whole seconds, as the text has it. A minute less than the days, as
	 * the command is on its way. */
	token->valid_until_us =
		cli_fact_time(status->answer->status) / DD_SECOND_US * DD_SECOND_US +
		(int64_t)days * DD_DAY_US - 60 * DD_SECOND_US;
	dondoc__v1__reply__free_unpacked(status, NULL);
	snprintf(token->unit, sizeof(token->unit), "%s", cli_word(cli, 0));
	return ask_centre(cli, token);
}

int cli_office_enrol(struct cli *cli)
{
	Dondoc__V1__InviteOffice invite = DONDOC__V1__INVITE_OFFICE__INIT;
	Dondoc__V1__Reply *reply;
	struct cli_token token = {.unit = ""};
	struct dd_curve_key key;
	struct cli_work work = {0};
	uint8_t public[32];
	int rc = dd_unit_code_valid(cli_word(cli, 0))
			 ? cli_work_start(cli, &work)
			 : cli_misused(cli, TEXT_BAD_VALUE, "UNIT", cli_word(cli, 0), NULL);

	if (rc == 0)
		rc = make_token(cli, &token);
	if (rc != 0)
		return rc;
	dd_curve_new(&key);
	if (dd_curve_bytes(key.secret_key, token.secret) != 0 ||
	    dd_curve_bytes(key.public_key, public) != 0)
		return CLI_INTERNAL;
	invite.unit = token.unit;
	invite.token = (ProtobufCBinaryData){.data = public, .len = sizeof(public)};
	invite.valid_until_us = token.valid_until_us;
	invite.label = cli_option_text(cli, CLI_OPT_MACHINE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_INVITE_OFFICE;
	work.body.invite_office = &invite;
	rc = cli_submit(cli, &work.body, cli_setting_unit(cli), &reply);
	if (rc == 0) {
		bool taken = reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;

		rc = taken ? show(cli, &token) : cli_outcome(cli, reply->submit);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	sodium_memzero(&token, sizeof(token));
	sodium_memzero(&key, sizeof(key));
	return rc;
}
