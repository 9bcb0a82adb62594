/* cli_seal.h - secrets under a passphrase.
 *
 * A sealed file: "DDSEAL1" and a zero; 16 bytes salt; 24 bytes nonce; the content under
 * XChaCha20-Poly1305 with the key that Argon2id makes of passphrase and salt. The file's path in
 * the backup is authenticated with it. */
#ifndef DD_SERVICES_CLI_SEAL_H
#define DD_SERVICES_CLI_SEAL_H

#include "common/base/buf.h"
#include "common/base/err.h"

struct cli_seal;

/* The first line of the file is the passphrase: at least 12 bytes. */
int cli_seal_open(const char *passphrase_file, struct cli_seal **seal_out,
		  struct dd_error *err) DD_MUST_CHECK;
void cli_seal_close(struct cli_seal *seal); /* NULL is fine */

int cli_seal_put(struct cli_seal *seal, const char *path, const struct dd_buf *content,
		 struct dd_buf *sealed_out, struct dd_error *err) DD_MUST_CHECK;
/* DD_ERR_REFUSED: another passphrase, or the file was changed. */
int cli_seal_get(struct cli_seal *seal, const char *path, const struct dd_buf *sealed,
		 struct dd_buf *content_out, struct dd_error *err) DD_MUST_CHECK;

#endif
