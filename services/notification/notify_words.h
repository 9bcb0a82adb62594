/* notify_words.h - what the letters say besides their templates, in Vietnamese and English: one
 * table a language. They state facts and judge nobody. */
#ifndef NOTIFY_WORDS_H
#define NOTIFY_WORDS_H

#include "common/base/buf.h"
#include "services/notification/notify_letter.h"

/* "{0}" in these stands for a number or a text. */
struct notify_words {
	const char *lang;
	const char *sections[NOTIFY_SECTION_COUNT];
	const char *summary[4];       /* overdue, due today, due soon, other: "{0} quá hạn" */
	const char *summary_first[4]; /* the same, standing first: "{0} nhiệm vụ quá hạn" */
	const char *left;
	const char *left_one;
	const char *today;
	const char *over;
	const char *over_one;
	const char *over_none;  /* the due day was no working day, and none has passed since */
	const char *silent;     /* behind "over": the last report came on {0} */
	const char *silent_all; /* ... none has come */
	/* What made a rule speak: {0} its day, {1} percent reported, {2} percent of the time, {3}
	 * who asks. NULL: how many days are left or over. */
	const char *reasons[DD_RULE_KIND_COUNT];
	const char *reasons_dayless[DD_RULE_KIND_COUNT]; /* the day is not known; NULL: as above */
	const char *states[DD_TASK_STATE_COUNT];
};

extern const struct notify_words notify_words_vi;
extern const struct notify_words notify_words_en;

/* `format` with its places filled; a NULL is an empty text. Appends. */
#define NOTIFY_PLACES 4
void notify_words_fill(struct dd_buf *out, const char *format,
		       const char *const texts[NOTIFY_PLACES]);

#endif
