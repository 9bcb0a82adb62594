/* notify_fill.h - a text with "{name}" places, filled as its kind of content wants it. */
#ifndef NOTIFY_FILL_H
#define NOTIFY_FILL_H

#include "common/base/buf.h"
#include "common/base/err.h"

enum notify_fill_as { NOTIFY_FILL_PLAIN, NOTIFY_FILL_JSON, NOTIFY_FILL_FORM };

struct notify_value {
	const char *name; /* of a-z and '_'; NULL ends a list */
	const char *text;
};

/* Append `pattern` with its places filled: JSON values escaped for a string, form values for an
 * urlencoded form, plain ones as they are. A '{' that begins no place stands for itself. */
void notify_fill(struct dd_buf *out, const char *pattern, const struct notify_value *values,
		 enum notify_fill_as as);
/* DD_ERR_INVALID names the place that has no value, and those there are. */
int notify_fill_check(const char *pattern, const struct notify_value *values,
		      struct dd_error *err) DD_MUST_CHECK;

#endif
