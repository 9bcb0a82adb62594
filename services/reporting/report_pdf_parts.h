/* report_pdf_parts.h - the fixed parts of the document: head, signature, annexes. */
#ifndef REPORT_PDF_PARTS_H
#define REPORT_PDF_PARTS_H

#include "common/paper/paper.h"
#include "services/reporting/report_render.h"
#include "services/reporting/report_text.h"

const char *report_issuer(const struct report *report, const struct report_dress *dress);
const char *report_annex_name(int number); /* "Phụ lục I" */

/* Issuing body, national name and motto, number, place and date, title, addressee. */
void report_head(struct dd_paper *paper, const struct report *report,
		 const struct report_dress *dress);
/* "Nơi nhận" and the place of the signature, kept together. */
void report_signature(struct dd_paper *paper, const struct report_dress *dress);
/* One list on lying pages. */
void report_annex(struct dd_paper *paper, const struct report *report, enum report_list_kind kind,
		  int number);

#endif
