/* err.c - filling the box of words that travels with a failure. */
#include "common/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int dd_fail(struct dd_error *err, int code, const char *fmt, ...)
{
	va_list args;

	if (err == NULL)
		return code;
	err->code = code;
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return code;
}

int dd_fail_errno(struct dd_error *err, int code, int sys_errno, const char *fmt, ...)
{
	char words[128];
	size_t used;
	va_list args;

	if (sys_errno == ENOSPC || sys_errno == EDQUOT)
		code = DD_ERR_FULL;
	if (err == NULL)
		return code;
	err->code = code;
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		 strerror_r(sys_errno, words, sizeof(words)));
	return code;
}

int dd_fail_context(struct dd_error *err, const char *fmt, ...)
{
	char words[sizeof(err->text)];
	char before[sizeof(err->text)];
	size_t head;
	size_t tail;
	va_list args;

	va_start(args, fmt);
	vsnprintf(before, sizeof(before), fmt, args);
	va_end(args);
	memcpy(words, err->text, sizeof(words));
	words[sizeof(words) - 1] = '\0';
	head = strlen(before);
	tail = strnlen(words, sizeof(words) - 1);
	/* When both do not fit, the cause is worth more than the place. */
	if (head + 2 + tail >= sizeof(err->text))
		head = tail + 2 < sizeof(err->text) ? sizeof(err->text) - tail - 3 : 0;
	memcpy(err->text, before, head);
	if (head > 0 || tail + 2 < sizeof(err->text)) {
		memcpy(err->text + head, ": ", 2);
		head += 2;
	}
	memcpy(err->text + head, words, tail);
	err->text[head + tail] = '\0';
	return err->code;
}

const char *dd_err_name(int code)
{
	switch ((enum dd_err)code) {
	case DD_OK:
		return "ok";
	case DD_ERR_RETRY:
		return "retry";
	case DD_ERR_REFUSED:
		return "refused";
	case DD_ERR_INVALID:
		return "invalid";
	case DD_ERR_NOT_FOUND:
		return "not_found";
	case DD_ERR_CONFLICT:
		return "conflict";
	case DD_ERR_FULL:
		return "full";
	case DD_ERR_CORRUPT:
		return "corrupt";
	case DD_ERR_IO:
		return "io";
	case DD_ERR_CLOSED:
		return "closed";
	case DD_ERR_UNSUPPORTED:
		return "unsupported";
	}
	return "unknown";
}
