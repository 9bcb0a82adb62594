/* notify_mustache.h - texts with places for values, as an authority may write them:
 *
 *   {{name}}                  the value, always escaped
 *   {{#name}} ... {{/name}}   once for each item of a list, or if the text is not empty
 *   {{^name}} ... {{/name}}   if the list or the text is empty
 *   {{! words }}              nothing
 *
 * A line that holds nothing but one such sign (not a value) leaves no line. What a template may
 * name is a table; anything else is found when it is read, not when a letter is due. */
#ifndef NOTIFY_MUSTACHE_H
#define NOTIFY_MUSTACHE_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define NOTIFY_TEMPLATE_MAX 65536 /* bytes */

/* Ends with a name of NULL. Inside a list its own names and those around it are known. */
struct notify_name {
	const char *name;
	const struct notify_name *inside; /* of a list's items; NULL: a text */
};

/* One for each name of the table, in its order. */
struct notify_value {
	const char *text;                        /* NULL is an empty one */
	const struct notify_value *const *items; /* of a list: the values of each */
	size_t count;
};

struct notify_template;

/* `file` names it in errors: DD_ERR_INVALID with file, line and what to write instead. */
int notify_template_parse(const char *file, const char *text, size_t len,
			  const struct notify_name *names, struct notify_template **template_out,
			  struct dd_error *err) DD_MUST_CHECK;
void notify_template_free(struct notify_template *template); /* NULL is fine */

/* Whether it names that anywhere. */
bool notify_template_uses(const struct notify_template *template, const char *name);

/* Appends. Values are made fit for HTML or for plain text: one line each, without signs that hide
 * or turn the direction of writing. */
void notify_template_render(const struct notify_template *template,
			    const struct notify_value *values, bool html, struct dd_buf *out);

/* A value as notify_template_render writes it, at most `chars` characters (0 = all). */
void notify_escape(struct dd_buf *out, const char *text, size_t chars, bool html);

#endif
