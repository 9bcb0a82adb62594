/* cli_qr.c - see cli_qr.h. */
#include "services/cli/cli_qr.h"

#include "common/base/alloc.h"
#include <errno.h>
#include <qrencode.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN 2 /* squares; phones are content with less than the 4 of the standard */

int cli_qr_make(const char *text, struct cli_qr *qr_out, struct dd_error *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	size_t squares;

	if (code == NULL)
		return dd_fail_errno(err, DD_ERR_INVALID, errno, "QR code of %zu characters",
				     strlen(text));
	qr_out->side = code->width;
	squares = (size_t)code->width * (size_t)code->width;
	qr_out->dark = dd_alloc(squares);
	for (size_t i = 0; i < squares; i++)
		qr_out->dark[i] = code->data[i] & 1;
	QRcode_free(code);
	return 0;
}

void cli_qr_fini(struct cli_qr *qr)
{
	free(qr->dark);
	qr->dark = NULL;
}

static bool is_light(const struct cli_qr *qr, int x, int y)
{
	return x < 0 || y < 0 || x >= qr->side || y >= qr->side || !qr->dark[y * qr->side + x];
}

/* Colours are set: what a terminal draws by itself may be dark on light. */
void cli_qr_terminal(const struct cli_qr *qr, struct dd_buf *out)
{
	for (int y = -MARGIN; y < qr->side + MARGIN; y += 2) {
		dd_buf_text(out, "\x1b[97;40m");
		for (int x = -MARGIN; x < qr->side + MARGIN; x++) {
			bool upper = is_light(qr, x, y);
			bool lower = is_light(qr, x, y + 1);

			dd_buf_text(out, upper && lower ? "\u2588"
					 : upper        ? "\u2580"
					 : lower        ? "\u2584"
							: " ");
		}
		dd_buf_text(out, "\x1b[0m\n");
	}
}
