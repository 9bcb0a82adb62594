/* squares.h - a picture of black and white squares, as a code that cameras read, as a PNG. */
#ifndef DD_PAPER_SQUARES_H
#define DD_PAPER_SQUARES_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdint.h>

/* `dark` has side*side bytes, row by row; other than 0 = black. Around it lies a white margin of 4
 * squares; each square is `pixels` wide. Appends the PNG to `out`. */
int dd_squares_png(const uint8_t *dark, int side, int pixels, struct dd_buf *out,
		   struct dd_error *err) DD_MUST_CHECK;

#endif
