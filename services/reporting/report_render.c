/* report_render.c - the table of formats. */
#include "services/reporting/report_render.h"

#include "common/paper/paper.h"
#include <string.h>

const char *const report_formats[REPORT_FORMATS] = {"pdf", "xlsx", "csv", "json"};

int report_render(const struct report *report, const struct report_dress *dress, const char *format,
		  struct dd_buf *out, struct dd_error *err)
{
	if (strcmp(format, "pdf") == 0)
		return report_pdf(report, dress, out, err);
	if (strcmp(format, "xlsx") == 0)
		return report_xlsx(report, dress, out, err);
	if (strcmp(format, "csv") == 0)
		report_csv(report, out);
	else if (strcmp(format, "json") == 0)
		report_json(report, out);
	else
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "there is no format '%.16s': pdf, xlsx, csv or json", format);
	return DD_OK;
}

int report_render_check(struct dd_error *err)
{
	return dd_paper_check(err);
}
