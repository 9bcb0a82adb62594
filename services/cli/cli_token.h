/* cli_token.h - an invitation as text: what a unit's machine must know to register itself once.
 * Pure; knows no connection and no file. */
#ifndef DD_SERVICES_CLI_TOKEN_H
#define DD_SERVICES_CLI_TOKEN_H

#include "common/base/err.h"
#include <stdint.h>

#define CLI_TOKEN_PREFIX  "dondoc1:"
#define CLI_TOKEN_TEXT    512 /* room for the text */
#define CLI_TOKEN_ADDRESS 128

struct cli_token {
	uint8_t secret[32];     /* of the one-time key: whoever has it may register */
	uint8_t centre_key[32]; /* public */
	int64_t valid_until_us; /* told to people; the centre goes by what it recorded */
	char unit[32];
	char centre[CLI_TOKEN_ADDRESS]; /* tcp://name:port */
	char log[CLI_TOKEN_ADDRESS];    /* where the log is read; "" = the next port */
};

/* "dondoc1:" and base64 for URLs, with a check sum against typing errors; whoever changes one on
 * purpose can make a new sum, and gains nothing: the centre goes by the key. */
void cli_token_write(const struct cli_token *token, char text_out[CLI_TOKEN_TEXT]);
/* White space in and around it is passed over: it may come out of a letter. DD_ERR_INVALID with
 * what is wrong. */
int cli_token_read(const char *text, struct cli_token *token_out,
		   struct dd_error *err) DD_MUST_CHECK;

/* tcp://name:port. DD_ERR_INVALID: it is not. `port_out` may be NULL. */
int cli_token_address(const char *text, unsigned *port_out) DD_MUST_CHECK;

#endif
