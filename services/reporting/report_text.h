/* report_text.h - the Vietnamese words of a report, the same in every format. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "services/reporting/report_data.h"

#define REPORT_TRIAL_MARK "DỮ LIỆU CHẠY THỬ"

const char *report_bucket_name(enum dd_bucket bucket);   /* "Hoàn thành đúng hạn" */
const char *report_state_name(enum dd_task_state state); /* "Đang thực hiện" */
/* As the table of areas names it; areas without a name get one from their number. */
const char *report_area_name(const struct report_line *area, char out[64]);

#define REPORT_NUMBER_TEXT 32
/* "16.274" */
const char *report_number(int64_t number, char out[REPORT_NUMBER_TEXT]);
/* "98,62% (16.051/16.274)", or why there is no such rate. Appended. */
void report_rate(struct dd_rate rate, struct dd_buf *out);
/* "Kế hoạch cải cách ... (38/KH-UBND ngày 30/01/2026)", or all plans by their titles. Appended. */
void report_subject(const struct report *report, struct dd_buf *out);

/* Late in all, explained and accepted, what is left of it: two figures for one thing. Appended. */
void report_lateness(const struct report *report, struct dd_buf *out);
/* How many units have reported lately, of those that had something to report. Appended. */
void report_updates(const struct report *report, struct dd_buf *out);
/* How "on time" was judged, and how tasks of many units were counted. Appended. */
void report_rules(const struct report *report, struct dd_buf *out);

/* Column heads of a line of buckets, behind its name: one for each bucket in the order of the
 * enum, preceded by the total. */
#define REPORT_TALLY_COLUMNS (DD_BUCKET_COUNT + 1)
const char *report_tally_head(int column);
uint32_t report_tally_cell(const struct dd_tally *tally, int column);
#define REPORT_RATE_HEAD "Tỷ lệ hoàn thành trên số đến hạn"

/* What the lists are called, and what their days count. */
enum report_list_kind {
	REPORT_OVERDUE,
	REPORT_AWAITING,
	REPORT_EXTENDED,
	REPORT_CARRIED,
	REPORT_LISTS
};
const struct report_list *report_list(const struct report *report, enum report_list_kind kind);
const char *report_list_title(enum report_list_kind kind);
const char *report_list_days(enum report_list_kind kind);

#endif
