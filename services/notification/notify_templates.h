/* notify_templates.h - the texts of mails and of copies for hand: shipped ones, and in front of
 * them those that the authority has put into a folder. */
#ifndef NOTIFY_TEMPLATES_H
#define NOTIFY_TEMPLATES_H

#include "services/notification/notify_letter.h"
#include "services/notification/notify_mustache.h"

enum notify_template_kind {
	NOTIFY_TEMPLATE_SUBJECT, /* digest.<lang>.subject */
	NOTIFY_TEMPLATE_TEXT,    /* digest.<lang>.txt */
	NOTIFY_TEMPLATE_HTML,    /* digest.<lang>.html */
	NOTIFY_TEMPLATE_HAND,    /* hand.<lang>.txt */
	NOTIFY_TEMPLATE_KINDS
};

/* --- what a digest's template may name, in this order ------------------------------------------
 */

enum notify_in_letter {
	NOTIFY_IN_LANG,
	NOTIFY_IN_TRIAL, /* not empty: no real tasks */
	NOTIFY_IN_UNIT,
	NOTIFY_IN_READER,
	NOTIFY_IN_DEPUTY,
	NOTIFY_IN_PLAN,
	NOTIFY_IN_DAY,
	NOTIFY_IN_SUMMARY, /* "2 quá hạn, 3 sắp đến hạn" */
	NOTIFY_IN_COUNT,
	NOTIFY_IN_IMMEDIATE, /* not empty: a letter of this kind, like the next three */
	NOTIFY_IN_SUPERIOR,
	NOTIFY_IN_FIRST,
	NOTIFY_IN_SILENCE_OVER,
	NOTIFY_IN_SECTIONS,
	NOTIFY_IN_OTHERS,  /* how many have no row */
	NOTIFY_IN_WAITING, /* how many follow in the next letter */
	NOTIFY_IN_CONTACT,
	NOTIFY_IN_URL,
	NOTIFY_IN_POSITION,
	NOTIFY_IN_LETTER_COUNT
};
enum notify_in_section {
	NOTIFY_IN_TITLE,
	NOTIFY_IN_SIZE,
	NOTIFY_IN_URGENT, /* not empty: the due day has come or passed */
	NOTIFY_IN_ROWS,
	NOTIFY_IN_SECTION_KIND, /* the first of NOTIFY_SECTION_COUNT */
	NOTIFY_IN_SECTION_COUNT = NOTIFY_IN_SECTION_KIND + NOTIFY_SECTION_COUNT
};
enum notify_in_row {
	NOTIFY_IN_NUMBER,
	NOTIFY_IN_CODE,
	NOTIFY_IN_OF_PLAN, /* empty where all rows are of one plan */
	NOTIFY_IN_CONTENT,
	NOTIFY_IN_LEAD,
	NOTIFY_IN_REASON,
	NOTIFY_IN_DUE,
	NOTIFY_IN_DUE_WORDS, /* empty where the reason says it */
	NOTIFY_IN_STATE,
	NOTIFY_IN_ROW_COUNT
};

/* --- what a copy for hand may name --------------------------------------------------------------
 */

enum notify_in_hand {
	NOTIFY_IN_HAND_TRIAL,
	NOTIFY_IN_HAND_UNIT, /* empty where the list is not of one unit */
	NOTIFY_IN_HAND_DAY,
	NOTIFY_IN_HAND_SUMMARY,
	NOTIFY_IN_HAND_COUNT,
	NOTIFY_IN_HAND_TASKS, /* number, code, of_plan, content, lead, reason, due, due_words, state
			       */
	NOTIFY_IN_HAND_OTHERS,
	NOTIFY_IN_HAND_LINK,
	NOTIFY_IN_HAND_VALUES
};

struct notify_templates;

/* `dir` "": the shipped ones alone. Each file in it is checked: DD_ERR_INVALID with file, line and
 * what to write instead; a file of an unknown name is told too, so that a misspelt one is found. */
int notify_templates_load(const char *dir, struct notify_templates **templates_out,
			  struct dd_error *err) DD_MUST_CHECK;
void notify_templates_free(struct notify_templates *templates); /* NULL is fine */
/* `templates` says from now on what `fresh` says, which is used up. */
void notify_templates_replace(struct notify_templates *templates, struct notify_templates *fresh);

const struct notify_template *notify_templates_get(const struct notify_templates *templates,
						   enum notify_template_kind kind, bool english);
size_t notify_templates_own(const struct notify_templates *templates); /* from the folder */

/* The shipped files, made from deploy/templates when the program is built. */
struct notify_shipped {
	const char *file;
	const unsigned char *text;
	size_t len;
};
extern const struct notify_shipped notify_shipped[];
extern const size_t notify_shipped_count;

#endif
