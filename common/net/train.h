/* train.h - several requests, or replies, in one message: how it stands on the wire. No sockets.
 * What a train is, and what it is not: Train in envelope.proto. */
#ifndef DD_NET_TRAIN_H
#define DD_NET_TRAIN_H

#include "common/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_TRAIN_MAX  128u /* parts: all are served before another peer of the listener is */
#define DD_TRAIN_PART 11u  /* bytes around a part at most */
#define DD_TRAIN_HEAD 14u  /* bytes before the first part at most */

enum dd_train_kind {
	DD_TRAIN_NONE,  /* anything else, rubbish too */
	DD_TRAIN_WHOLE, /* 1 to DD_TRAIN_MAX parts, every one of them there */
	DD_TRAIN_BROKEN
};

/* What of a train is still to be taken; borrowed bytes. */
struct dd_train {
	const uint8_t *at;
	const uint8_t *end;
};

/* What the message is. Looks at it all before the first part is taken; *train_out is set if it is
 * WHOLE. The same for requests and replies. */
enum dd_train_kind dd_train_read(const void *data, size_t len, struct dd_train *train_out);
/* The next part; false: there was none left. Of a whole train only. */
bool dd_train_next(struct dd_train *train, const uint8_t **data_out, size_t *len_out);

/* One more part behind the others. */
void dd_train_add(struct dd_buf *parts, const void *data, size_t len);
/* What stands before `parts_len` bytes of parts; returns how long it is. */
size_t dd_train_head(bool requests, size_t parts_len, uint8_t head_out[DD_TRAIN_HEAD]);

#endif
