/* checkpoint.h - the signed word that the log once reached a position: what was acknowledged before
 * it can not go missing unnoticed. Files in the log's folder:
 *
 *   checkpoint      "DDCHK1", two zeros; log id; u32 incarnation; u32 zero; u64 sequence; 32 bytes
 *                   chain; u64 time, microseconds; 64 bytes Ed25519 signature of the 80 before
 *   checkpoint.key  64 bytes: the secret key, mode 0600
 *   checkpoint.pub  32 bytes: the public key
 */
#ifndef DD_EVENTLOG_CHECKPOINT_H
#define DD_EVENTLOG_CHECKPOINT_H

#include "common/eventlog/eventlog.h"

#define DD_CHECKPOINT_SECRET 64
#define DD_CHECKPOINT_PUBLIC 32

struct dd_checkpoint_key {
	uint8_t secret[DD_CHECKPOINT_SECRET];
};

/* Read the folder's key pair; make one if there is none. A pair that does not fit together is
 * DD_ERR_CORRUPT. */
int dd_checkpoint_key_open(const char *dir, struct dd_checkpoint_key *key_out,
			   struct dd_error *err) DD_MUST_CHECK;

/* Write it durably. */
int dd_checkpoint_write(const char *dir, const struct dd_checkpoint_key *key,
			const struct dd_position *at, struct dd_error *err) DD_MUST_CHECK;

/* Read and check it with checkpoint.pub. DD_ERR_NOT_FOUND if there is none, DD_ERR_CORRUPT if it is
 * not what was signed. */
int dd_checkpoint_read(const char *dir, struct dd_position *at_out,
		       struct dd_error *err) DD_MUST_CHECK;

#endif
