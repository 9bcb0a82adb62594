/* notify_render.h - a digest as people read it: subject, plain text and HTML, which say the same.
 * States facts and judges nobody. A pure function of the letter. */
#ifndef NOTIFY_RENDER_H
#define NOTIFY_RENDER_H

#include "common/base/buf.h"
#include "common/domain/task_state.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTIFY_ROWS_MAX    100 /* the rest is counted in words */
#define NOTIFY_SUBJECT_MAX 480 /* bytes; the task service takes a little more of each */
#define NOTIFY_TEXT_MAX    19500
#define NOTIFY_HTML_MAX    37500

struct notify_row {
	const char *plan;
	const char *code;
	const char *content;
	int32_t due_day;
	int days_left; /* working days; negative = since the due day */
	enum dd_task_state state;
};

struct notify_letter {
	const char *unit_name;
	int32_t day;
	const struct notify_row *rows; /* most urgent first */
	size_t count;
	size_t waiting;        /* tasks that do not fit into this digest and follow in the next */
	const char *report_to; /* may be empty */
	uint64_t as_of_sequence;
	bool english;
	bool trial;
};

struct notify_content {
	struct dd_buf subject;
	struct dd_buf text;
	struct dd_buf html;
};

/* Fill `content_out`, whose buffers are cleared first; each holds a text with its NUL. */
void notify_render(const struct notify_letter *letter, struct notify_content *content_out);
void notify_content_fini(struct notify_content *content);

#endif
