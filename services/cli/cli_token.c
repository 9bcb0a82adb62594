/* cli_token.c - see cli_token.h.
 *
 * The bytes: version 1, u8; valid until in seconds, u64; secret; the centre's key; unit, centre,
 * log, each u8 length and text; the first 4 bytes of BLAKE2b-256 of all before. Numbers are
 * little-endian. */
#include "services/cli/cli_token.h"

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/domain/unit_code.h"
#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define VERSION   1
#define SUM       4
#define HEAD      (1 + 8 + 32 + 32)
#define BYTES_MAX (HEAD + 3 + 31 + 2 * CLI_TOKEN_ADDRESS + SUM)
#define VARIANT   sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* --- writing --------------------------------------------------------------------------------- */

static size_t put_text(uint8_t *at, const char *text)
{
	size_t len = strlen(text);

	assert(len < 256);
	at[0] = (uint8_t)len;
	memcpy(at + 1, text, len);
	return len + 1;
}

void cli_token_write(const struct cli_token *token, char text_out[CLI_TOKEN_TEXT])
{
	uint64_t seconds = (uint64_t)(token->valid_until_us / DD_SECOND_US);
	uint8_t bytes[BYTES_MAX];
	uint8_t sum[DD_HASH_LEN];
	size_t len = HEAD;
	size_t prefix = strlen(CLI_TOKEN_PREFIX);

	bytes[0] = VERSION;
	for (int i = 0; i < 8; i++)
		bytes[1 + i] = (uint8_t)(seconds >> 8 * i);
	memcpy(bytes + 9, token->secret, 32);
	memcpy(bytes + 41, token->centre_key, 32);
	len += put_text(bytes + len, token->unit);
	len += put_text(bytes + len, token->centre);
	len += put_text(bytes + len, token->log);
	dd_hash(bytes, len, sum);
	memcpy(bytes + len, sum, SUM);
	len += SUM;
	memcpy(text_out, CLI_TOKEN_PREFIX, prefix);
	sodium_bin2base64(text_out + prefix, CLI_TOKEN_TEXT - prefix, bytes, len, VARIANT);
	sodium_memzero(bytes, sizeof(bytes));
}

/* --- reading --------------------------------------------------------------------------------- */

int cli_token_address(const char *text, unsigned *port_out)
{
	const char *colon = strrchr(text, ':');
	unsigned port = 0;
	const char *at;

	if (strncmp(text, "tcp://", 6) != 0 || strlen(text) >= CLI_TOKEN_ADDRESS || colon == NULL ||
	    colon <= text + 6 || strlen(colon + 1) > 5 || colon[1] == '\0' ||
	    strpbrk(text + 6, " \t\r\n'\"\\/#,") != NULL)
		return DD_ERR_INVALID;
	for (at = colon + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return DD_ERR_INVALID;
		port = port * 10 + (unsigned)(*at - '0');
	}
	if (port == 0 || port > 65535)
		return DD_ERR_INVALID;
	if (port_out != NULL)
		*port_out = port;
	return 0;
}

/* What is left to be read. */
struct rest {
	const uint8_t *at, *end;
};

static bool take_text(struct rest *rest, char *out, size_t cap)
{
	size_t len;

	if (rest->at == rest->end)
		return false;
	len = rest->at[0];
	rest->at++;
	if (len >= cap || len > (size_t)(rest->end - rest->at) || memchr(rest->at, 0, len) != NULL)
		return false;
	memcpy(out, rest->at, len);
	out[len] = '\0';
	rest->at += len;
	return true;
}

static bool take_all(const uint8_t *bytes, size_t len, struct cli_token *out)
{
	struct rest rest = {bytes + HEAD, bytes + len};
	uint64_t seconds = 0;

	for (int i = 7; i >= 0; i--)
		seconds = seconds << 8 | bytes[1 + i];
	if (seconds > (uint64_t)(INT64_MAX / DD_SECOND_US))
		return false;
	out->valid_until_us = (int64_t)seconds * DD_SECOND_US;
	memcpy(out->secret, bytes + 9, 32);
	memcpy(out->centre_key, bytes + 41, 32);
	return take_text(&rest, out->unit, sizeof(out->unit)) &&
	       take_text(&rest, out->centre, sizeof(out->centre)) &&
	       take_text(&rest, out->log, sizeof(out->log)) && rest.at == rest.end &&
	       dd_unit_code_valid(out->unit) && cli_token_address(out->centre, NULL) == 0 &&
	       (out->log[0] == '\0' || cli_token_address(out->log, NULL) == 0);
}

static int decode(const char *text, struct cli_token *out, struct dd_error *err)
{
	uint8_t bytes[CLI_TOKEN_TEXT];
	uint8_t sum[DD_HASH_LEN];
	size_t len;
	int rc = 0;

	if (sodium_base642bin(bytes, sizeof(bytes), text, strlen(text), " \t\r\n", &len, NULL,
			      VARIANT) != 0 ||
	    len < HEAD + SUM) {
		rc = dd_fail(err, DD_ERR_INVALID, "characters are missing or wrong");
		goto out;
	}
	dd_hash(bytes, len - SUM, sum);
	if (memcmp(sum, bytes + len - SUM, SUM) != 0)
		rc = dd_fail(err, DD_ERR_INVALID, "a character is wrong, or some are missing");
	else if (bytes[0] != VERSION)
		rc = dd_fail(err, DD_ERR_INVALID, "it is of version %u; this program knows %d",
			     bytes[0], VERSION);
	else if (!take_all(bytes, len - SUM, out))
		rc = dd_fail(err, DD_ERR_INVALID, "its content cannot be read");
out:
	sodium_memzero(bytes, sizeof(bytes));
	return rc;
}

int cli_token_read(const char *text, struct cli_token *token_out, struct dd_error *err)
{
	size_t prefix = strlen(CLI_TOKEN_PREFIX);

	memset(token_out, 0, sizeof(*token_out));
	text += strspn(text, " \t\r\n");
	if (strncmp(text, CLI_TOKEN_PREFIX, prefix) != 0)
		return dd_fail(err, DD_ERR_INVALID, "it does not begin with \"%s\"",
			       CLI_TOKEN_PREFIX);
	if (strlen(text) >= CLI_TOKEN_TEXT)
		return dd_fail(err, DD_ERR_INVALID, "it is too long");
	return decode(text + prefix, token_out, err);
}
