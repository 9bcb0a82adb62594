/* cli_enrol.h - offices come and go: invitations, joining, keys. */
#ifndef DD_SERVICES_CLI_ENROL_H
#define DD_SERVICES_CLI_ENROL_H

#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_token.h"

int cli_office_enrol(struct cli *cli);
int cli_office_join(struct cli *cli);
int cli_office_keys(struct cli *cli);
int cli_office_revoke(struct cli *cli);
int cli_office_rotate(struct cli *cli);

/* A connection to the centre with a key, in place of the one before. An exit code. */
struct cli_link {
	const char *address;
	const char *centre_key; /* Z85 */
	struct dd_curve_key key;
};
int cli_link_open(struct cli *cli, const struct cli_link *link);
/* Whether the centre answers on it; `patience_ms` for that. DD_ERR_RETRY: dd_client_silence tells
 * why it does not. */
int cli_link_ping(struct cli *cli, int64_t patience_ms, struct dd_error *err);
/* Send a command whose bytes are the same whenever it is sent again: its stream is made of
 * `purpose` and of these bytes. */
int cli_link_command(struct cli *cli, const Dondoc__V1__CommandBody *body, const char *purpose,
		     Dondoc__V1__Reply **reply_out);

/* A key pair from `path`, made there if there is none. */
int cli_key_keep(const struct cli *cli, const char *path, struct dd_curve_key *key_out);

/* What an office's settings file says, as far as keys go. */
struct cli_office_settings {
	char unit[32];
	char centre[CLI_TOKEN_ADDRESS];
	char centre_log[CLI_TOKEN_ADDRESS]; /* "" = the next port */
	char centre_key[41];
	char key[1024]; /* path */
};
/* Reads only these; the rest is the office's own to judge. An exit code. CLI_NOT_FOUND, untold:
 * there is no such file. */
int cli_office_settings_read(const struct cli *cli, const char *path,
			     struct cli_office_settings *out);
/* A whole file for a new office: the outbox lies in `data_dir`. */
int cli_office_settings_write(const struct cli *cli, const char *path, const char *data_dir,
			      const struct cli_office_settings *settings);

/* Z85 of 32 bytes, as they came; "" for anything else. */
const char *cli_key_text(const ProtobufCBinaryData *key, char out[41]);
/* The short name of a key: 16 hexadecimal digits. */
const char *cli_key_id(const ProtobufCBinaryData *id, char out[17]);

#endif
