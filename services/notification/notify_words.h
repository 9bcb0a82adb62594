/* notify_words.h - what the mails say, in Vietnamese and English: one table a language. */
#ifndef NOTIFY_WORDS_H
#define NOTIFY_WORDS_H

#include "common/domain/task_state.h"

struct notify_words {
	const char *lang;
	const char *trial_subject; /* in front of the subject */
	const char *trial;
	const char *prefix;   /* of the subject */
	const char *tasks[3]; /* of a kind, "%zu ..." standing first: near, today, over */
	const char *more[3];  /* the same behind another */
	const char *intro;    /* "%s" unit, "%s" day */
	const char *columns[5];
	const char *due; /* in the plain text: "Hạn" */
	const char *left;
	const char *left_one;
	const char *today;
	const char *over;
	const char *over_one;
	const char *over_none; /* the due day was no working day, and none has passed since */
	const char *others;    /* "%zu" tasks without a row */
	const char *waiting;   /* "%zu" tasks for the next digest */
	const char *report;
	const char *report_to; /* "%s" */
	const char *automatic; /* "%llu" position in the log */
	const char *states[DD_TASK_STATE_COUNT];
};

extern const struct notify_words notify_words_vi;
extern const struct notify_words notify_words_en;

#endif
