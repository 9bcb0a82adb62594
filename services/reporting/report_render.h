/* report_render.h - a report in bytes: pdf, xlsx, csv, json. The same report under the same build,
 * with the same heads and fonts, gives the same bytes. */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include "services/reporting/report_data.h"

/* What stands around the data. */
struct report_dress {
	const char *superior;  /* the body above the issuing one; may be empty */
	const char *agency;    /* the issuing body; empty = the authority of the log */
	const char *place;     /* before ", ngày ... tháng ... năm ..."; may be empty */
	const char *recipient; /* "Kính gửi"; empty = no such line */
	const char *build;
	const char *scratch; /* folder for files on the way; for xlsx */
};

/* The formats in which a report is issued, in this order. */
#define REPORT_FORMATS 4
extern const char *const report_formats[REPORT_FORMATS]; /* "pdf", "xlsx", "csv", "json" */

/* Appended to `out`. DD_ERR_UNSUPPORTED: no such format; the words name those that there are. */
int report_render(const struct report *report, const struct report_dress *dress, const char *format,
		  struct dd_buf *out, struct dd_error *err) DD_MUST_CHECK;

/* Whether the font of the documents is there: with another, pages would silently look otherwise. */
int report_render_check(struct dd_error *err) DD_MUST_CHECK;

/* One renderer each; used by report_render. */
int report_pdf(const struct report *report, const struct report_dress *dress, struct dd_buf *out,
	       struct dd_error *err) DD_MUST_CHECK;
int report_xlsx(const struct report *report, const struct report_dress *dress, struct dd_buf *out,
		struct dd_error *err) DD_MUST_CHECK;
void report_csv(const struct report *report, struct dd_buf *out);

#endif
