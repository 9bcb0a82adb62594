/* notify_render.h - a digest as people read it: subject, plain text and HTML, which say the same.
 * A pure function of the letter and its templates. */
#ifndef NOTIFY_RENDER_H
#define NOTIFY_RENDER_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "services/notification/notify_letter.h"

#define NOTIFY_ROWS_MAX    100 /* the rest is counted in words */
#define NOTIFY_SUBJECT_MAX 480 /* bytes; the task service takes a little more of each */
#define NOTIFY_TEXT_MAX    19500
#define NOTIFY_HTML_MAX    37500

struct notify_content {
	struct dd_buf subject;
	struct dd_buf text;
	struct dd_buf html;
};

/* Fill `content_out`, whose buffers are cleared first; each holds a text with its NUL. */
void notify_render(const struct notify_letter *letter, struct notify_content *content_out);
void notify_content_fini(struct notify_content *content);

/* Whether a letter made with these templates leaves room for rows. DD_ERR_INVALID names the form
 * and the language. */
int notify_render_try(const struct notify_templates *templates, struct dd_error *err) DD_MUST_CHECK;

#endif
