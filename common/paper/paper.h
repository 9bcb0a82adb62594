/* paper.h - pages of a PDF on which text flows.
 *
 * Sizes are in points. The margins are those of Nghị định 30/2020/NĐ-CP: top and bottom 20 mm, left
 * 30 mm, right 15 mm, upright and lying; the page's number stands in the middle of the top margin,
 * but not on the first page. */
#ifndef DD_PAPER_PAPER_H
#define DD_PAPER_PAPER_H

#include "common/base/buf.h"
#include <stdbool.h>

#define DD_PAPER_FONT "Liberation Serif"
#define DD_PAPER_MM   (72.0 / 25.4)

/* Those of cairo and pango, named here so that this header needs neither. */
typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;
typedef struct _PangoContext PangoContext;
typedef struct _PangoLayout PangoLayout;

enum dd_paper_align { DD_PAPER_LEFT, DD_PAPER_CENTER, DD_PAPER_RIGHT }; /* as PangoAlignment */

struct dd_paper {
	cairo_surface_t *surface;        /* owned */
	cairo_t *cairo;                  /* owned */
	PangoContext *pango;             /* owned */
	double width, height;            /* of the page */
	double left, right, top, bottom; /* edges of the text area */
	double y;                        /* where the next thing goes */
	int page;
	const char *mark; /* on every page, in its top margin; NULL = none */
};

struct dd_paper_font {
	double size;
	bool bold, italic;
};

struct dd_paper_paragraph {
	struct dd_paper_font font;
	enum dd_paper_align align;
	bool justify;
	double indent; /* of the first line */
	double before; /* space above */
};

/* What the file says of itself; `date` as "2026-03-31T23:59:59+07:00". */
struct dd_paper_about {
	const char *title, *author, *creator, *date;
};

/* Whether the font is there: with another, pages would silently look otherwise. DD_ERR_NOT_FOUND
 * with the package to install. */
int dd_paper_check(struct dd_error *err) DD_MUST_CHECK;

/* No page is begun yet. The bytes go to `out`, which must stay until dd_paper_close. */
void dd_paper_open(struct dd_paper *paper, struct dd_buf *out, const struct dd_paper_about *about,
		   const char *mark);
/* Ends the last page. DD_ERR_IO: cairo could not; `out` is of no use. */
int dd_paper_close(struct dd_paper *paper, struct dd_error *err) DD_MUST_CHECK;

void dd_paper_page(struct dd_paper *paper, bool lying);
/* Begin another page of the same kind if `height` does not fit on this one. */
void dd_paper_need(struct dd_paper *paper, double height);
double dd_paper_left_over(const struct dd_paper *paper);

/* A layout for text of that font; width < 0 = one line. The caller g_object_unrefs it. */
PangoLayout *dd_paper_layout(struct dd_paper *paper, const struct dd_paper_font *font,
			     double width);
double dd_layout_height(PangoLayout *layout);
double dd_layout_width(PangoLayout *layout);
void dd_paper_show(struct dd_paper *paper, PangoLayout *layout, double x, double y);

/* A text over the whole width, line by line over as many pages as it takes. */
void dd_paper_paragraph(struct dd_paper *paper, const struct dd_paper_paragraph *style,
			const char *text);
void dd_paper_line(struct dd_paper *paper, double x, double y, double width);

#endif
