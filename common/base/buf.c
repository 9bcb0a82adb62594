/* buf.c - a growing byte buffer. */
#include "common/base/buf.h"

#include "common/base/alloc.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST 64

void dd_buf_fini(struct dd_buf *buf)
{
	free(buf->data);
	buf->data = NULL;
	buf->len = 0;
	buf->cap = 0;
}

void dd_buf_clear(struct dd_buf *buf)
{
	buf->len = 0;
}

uint8_t *dd_buf_reserve(struct dd_buf *buf, size_t more)
{
	size_t cap = buf->cap;

	assert(more <= SIZE_MAX / 4 && buf->len <= SIZE_MAX / 4);
	if (more <= cap - buf->len && cap > 0)
		return buf->data + buf->len;
	if (cap < BUF_FIRST)
		cap = BUF_FIRST;
	while (cap - buf->len < more)
		cap *= 2;
	buf->data = dd_realloc(buf->data, cap);
	buf->cap = cap;
	return buf->data + buf->len;
}

void dd_buf_add(struct dd_buf *buf, const void *data, size_t len)
{
	uint8_t *room = dd_buf_reserve(buf, len);

	if (len > 0)
		memcpy(room, data, len);
	buf->len += len;
}

void dd_buf_text(struct dd_buf *buf, const char *text)
{
	dd_buf_add(buf, text, strlen(text));
}

void dd_buf_printf(struct dd_buf *buf, const char *fmt, ...)
{
	va_list args;
	int need;

	va_start(args, fmt);
	need = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	assert(need >= 0);
	dd_buf_reserve(buf, (size_t)need + 1);
	va_start(args, fmt);
	vsnprintf((char *)buf->data + buf->len, (size_t)need + 1, fmt, args);
	va_end(args);
	buf->len += (size_t)need;
}

const char *dd_buf_cstr(struct dd_buf *buf)
{
	*dd_buf_reserve(buf, 1) = '\0';
	return (const char *)buf->data;
}
