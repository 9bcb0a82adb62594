/* buf.h - a growing byte buffer. */
#ifndef DD_BASE_BUF_H
#define DD_BASE_BUF_H

#include "common/base/err.h"
#include <stddef.h>
#include <stdint.h>

/* An initialiser of {0} is an empty buffer. `data` is owned. */
struct dd_buf {
	uint8_t *data;
	size_t len;
	size_t cap;
};

void dd_buf_fini(struct dd_buf *buf);  /* frees; the buffer is empty and usable afterwards */
void dd_buf_clear(struct dd_buf *buf); /* len = 0; memory stays */
uint8_t *dd_buf_reserve(struct dd_buf *buf, size_t more); /* room for `more` bytes behind len */
void dd_buf_add(struct dd_buf *buf, const void *data, size_t len);
void dd_buf_text(struct dd_buf *buf, const char *text); /* without its NUL */
void dd_buf_printf(struct dd_buf *buf, const char *fmt, ...) DD_PRINTF(2, 3);
/* NUL behind the content (not counted in len); returns the content as text. */
const char *dd_buf_cstr(struct dd_buf *buf);

#endif
