/* paper_head.h - the head of an administrative document after Nghị định 30/2020/NĐ-CP: whose it is
 * on the left, the nation's name and motto on the right. */
#ifndef DD_PAPER_HEAD_H
#define DD_PAPER_HEAD_H

#include "common/paper/paper.h"

/* A column of the page in which texts stand in the middle. */
struct dd_paper_block {
	struct dd_paper *paper;
	double x, width;
	double y;
};
/* A text, and the place behind it; returns how wide it came out. */
double dd_paper_block_text(struct dd_paper_block *block, const struct dd_paper_font *font,
			   const char *text);

struct dd_paper_head {
	const char *superior; /* above the issuer; may be empty */
	const char *issuer;
	const char *number; /* under it: "Số:          /BC-………"; may be empty */
	const char *date;   /* on the right, "Hà Nội, ngày …"; may be empty */
};
/* From paper->y on, which lies behind it afterwards. */
void dd_paper_head(struct dd_paper *paper, const struct dd_paper_head *head);

#endif
