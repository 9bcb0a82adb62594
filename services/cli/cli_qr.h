/* cli_qr.h - a text as a QR code: for a terminal and as a picture. The only place that knows
 * libqrencode. */
#ifndef DD_SERVICES_CLI_QR_H
#define DD_SERVICES_CLI_QR_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdint.h>

struct cli_qr {
	uint8_t *dark; /* owned; side*side, row by row */
	int side;
};

/* Error correction M: a corner may be dirty. DD_ERR_INVALID: too long a text. */
int cli_qr_make(const char *text, struct cli_qr *qr_out, struct dd_error *err) DD_MUST_CHECK;
void cli_qr_fini(struct cli_qr *qr);

/* Two rows of squares in a line of characters, light on dark turned round, so that it can be read
 * on dark and light terminals: everything is drawn, the margin too. */
void cli_qr_terminal(const struct cli_qr *qr, struct dd_buf *out);

#endif
