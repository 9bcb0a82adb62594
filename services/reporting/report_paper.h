/* report_paper.h - pages of a PDF on which text flows.
 *
 * Sizes are in points. The margins are those of Nghị định 30/2020/NĐ-CP: top and bottom 20 mm, left
 * 30 mm, right 15 mm, upright and lying; the page's number stands in the middle of the top margin,
 * but not on the first page. */
#ifndef REPORT_PAPER_H
#define REPORT_PAPER_H

#include "common/base/buf.h"
#include <stdbool.h>

#define REPORT_FONT "Liberation Serif"
#define REPORT_MM   (72.0 / 25.4)

/* Those of cairo and pango, named here so that this header needs neither. */
typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;
typedef struct _PangoContext PangoContext;
typedef struct _PangoLayout PangoLayout;

enum report_align { REPORT_LEFT, REPORT_CENTER, REPORT_RIGHT }; /* as PangoAlignment */

struct report_paper {
	cairo_surface_t *surface;        /* owned */
	cairo_t *cairo;                  /* owned */
	PangoContext *pango;             /* owned */
	double width, height;            /* of the page */
	double left, right, top, bottom; /* edges of the text area */
	double y;                        /* where the next thing goes */
	int page;
	const char *mark; /* on every page, in its top margin; NULL = none */
};

struct report_font {
	double size;
	bool bold, italic;
};

struct report_paragraph {
	struct report_font font;
	enum report_align align;
	bool justify;
	double indent; /* of the first line */
	double before; /* space above */
};

/* What the file says of itself; `date` as "2026-03-31T23:59:59+07:00". */
struct report_paper_about {
	const char *title, *author, *creator, *date;
};

/* No page is begun yet. The bytes go to `out`, which must stay until report_paper_close. */
void report_paper_open(struct report_paper *paper, struct dd_buf *out,
		       const struct report_paper_about *about, const char *mark);
/* Ends the last page. DD_ERR_IO: cairo could not; `out` is of no use. */
int report_paper_close(struct report_paper *paper, struct dd_error *err) DD_MUST_CHECK;

void report_paper_page(struct report_paper *paper, bool lying);
/* Begin another page of the same kind if `height` does not fit on this one. */
void report_paper_need(struct report_paper *paper, double height);
double report_paper_left_over(const struct report_paper *paper);

/* A layout for text of that font; width < 0 = one line. The caller g_object_unrefs it. */
PangoLayout *report_paper_layout(struct report_paper *paper, const struct report_font *font,
				 double width);
double report_layout_height(PangoLayout *layout);
double report_layout_width(PangoLayout *layout);
void report_paper_show(struct report_paper *paper, PangoLayout *layout, double x, double y);

/* A text over the whole width, line by line over as many pages as it takes. */
void report_paper_paragraph(struct report_paper *paper, const struct report_paragraph *style,
			    const char *text);
void report_paper_line(struct report_paper *paper, double x, double y, double width);

#endif
