/* paper.c - see paper.h. */
#include "common/paper/paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>

_Static_assert((int)DD_PAPER_CENTER == (int)PANGO_ALIGN_CENTER &&
		       (int)DD_PAPER_RIGHT == (int)PANGO_ALIGN_RIGHT,
	       "alignments differ");

#define A4_SHORT (210.0 * DD_PAPER_MM)
#define A4_LONG  (297.0 * DD_PAPER_MM)
#define EDGE     (20.0 * DD_PAPER_MM) /* top and bottom */
#define LEFT     (30.0 * DD_PAPER_MM)
#define RIGHT    (15.0 * DD_PAPER_MM)
#define HEAD_Y   (9.0 * DD_PAPER_MM) /* of number and mark, in the top margin */

static cairo_status_t on_bytes(void *arg, const unsigned char *data, unsigned int len)
{
	dd_buf_add(arg, data, len);
	return CAIRO_STATUS_SUCCESS;
}

/* Glyphs at their true widths: what suits a screen's grid does not suit paper. */
static void set_options(PangoContext *pango)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pango, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(pango, 72.0);
	pango_context_set_round_glyph_positions(pango, FALSE);
	pango_context_set_language(pango, pango_language_from_string("vi"));
}

void dd_paper_open(struct dd_paper *paper, struct dd_buf *out, const struct dd_paper_about *about,
		   const char *mark)
{
	*paper = (struct dd_paper){.width = A4_SHORT, .height = A4_LONG, .mark = mark};
	paper->surface =
		cairo_pdf_surface_create_for_stream(on_bytes, out, paper->width, paper->height);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_TITLE, about->title);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_AUTHOR, about->author);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATOR, about->creator);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATE_DATE, about->date);
	paper->cairo = cairo_create(paper->surface);
	paper->pango = pango_cairo_create_context(paper->cairo);
	set_options(paper->pango);
}

int dd_paper_close(struct dd_paper *paper, struct dd_error *err)
{
	cairo_status_t status;

	g_object_unref(paper->pango);
	cairo_show_page(paper->cairo);
	cairo_surface_finish(paper->surface);
	status = cairo_status(paper->cairo);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(paper->surface);
	cairo_destroy(paper->cairo);
	cairo_surface_destroy(paper->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		return DD_OK;
	return dd_fail(err, DD_ERR_IO, "the PDF cannot be made: %s",
		       cairo_status_to_string(status));
}

/* --- pages ----------------------------------------------------------------------------------- */

static void show_number(struct dd_paper *paper)
{
	const struct dd_paper_font font = {.size = 13};
	PangoLayout *layout = dd_paper_layout(paper, &font, -1);
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", paper->page);
	pango_layout_set_text(layout, text, -1);
	dd_paper_show(paper, layout, (paper->width - dd_layout_width(layout)) / 2, HEAD_Y);
	g_object_unref(layout);
}

static void show_mark(struct dd_paper *paper)
{
	const struct dd_paper_font font = {.size = 10, .bold = true};
	PangoLayout *layout = dd_paper_layout(paper, &font, -1);
	double x, width, height;

	pango_layout_set_text(layout, paper->mark, -1);
	width = dd_layout_width(layout);
	height = dd_layout_height(layout);
	x = paper->right - width - 4;
	cairo_set_source_rgb(paper->cairo, 0.75, 0.07, 0.10);
	dd_paper_show(paper, layout, x, HEAD_Y);
	cairo_set_line_width(paper->cairo, 0.8);
	cairo_rectangle(paper->cairo, x - 4, HEAD_Y - 2, width + 8, height + 4);
	cairo_stroke(paper->cairo);
	cairo_set_source_rgb(paper->cairo, 0, 0, 0);
	g_object_unref(layout);
}

void dd_paper_page(struct dd_paper *paper, bool lying)
{
	if (paper->page > 0)
		cairo_show_page(paper->cairo);
	paper->page++;
	paper->width = lying ? A4_LONG : A4_SHORT;
	paper->height = lying ? A4_SHORT : A4_LONG;
	cairo_pdf_surface_set_size(paper->surface, paper->width, paper->height);
	paper->left = LEFT;
	paper->right = paper->width - RIGHT;
	paper->top = EDGE;
	paper->bottom = paper->height - EDGE;
	paper->y = paper->top;
	cairo_set_source_rgb(paper->cairo, 0, 0, 0);
	if (paper->page > 1)
		show_number(paper);
	if (paper->mark)
		show_mark(paper);
}

double dd_paper_left_over(const struct dd_paper *paper)
{
	return paper->bottom - paper->y;
}

void dd_paper_need(struct dd_paper *paper, double height)
{
	if (height > dd_paper_left_over(paper) && paper->y > paper->top)
		dd_paper_page(paper, paper->width > paper->height);
}

/* --- text ------------------------------------------------------------------------------------ */

/* A code that is cut at the end of a line must not look like another one. */
static void no_hyphens(PangoLayout *layout)
{
	PangoAttrList *list = pango_attr_list_new();

	pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

PangoLayout *dd_paper_layout(struct dd_paper *paper, const struct dd_paper_font *font, double width)
{
	PangoFontDescription *description = pango_font_description_new();
	PangoLayout *layout = pango_layout_new(paper->pango);

	pango_font_description_set_family(description, DD_PAPER_FONT);
	/* Absolute: else the size follows a guess of 96 dots per inch. */
	pango_font_description_set_absolute_size(description, font->size * PANGO_SCALE);
	pango_font_description_set_weight(description,
					  font->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(description,
					 font->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(layout, description);
	pango_font_description_free(description);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	no_hyphens(layout);
	if (width >= 0)
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	return layout;
}

double dd_layout_height(PangoLayout *layout)
{
	int height;

	pango_layout_get_size(layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

double dd_layout_width(PangoLayout *layout)
{
	int width;

	pango_layout_get_size(layout, &width, NULL);
	return (double)width / PANGO_SCALE;
}

void dd_paper_show(struct dd_paper *paper, PangoLayout *layout, double x, double y)
{
	cairo_move_to(paper->cairo, x, y);
	pango_cairo_show_layout(paper->cairo, layout);
}

static void show_lines(struct dd_paper *paper, PangoLayout *layout)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);

	do {
		PangoRectangle box;
		double height, down;

		pango_layout_iter_get_line_extents(iter, NULL, &box);
		height = (double)box.height / PANGO_SCALE;
		down = (double)(pango_layout_iter_get_baseline(iter) - box.y) / PANGO_SCALE;
		dd_paper_need(paper, height);
		cairo_move_to(paper->cairo, paper->left + (double)box.x / PANGO_SCALE,
			      paper->y + down);
		pango_cairo_show_layout_line(paper->cairo,
					     pango_layout_iter_get_line_readonly(iter));
		paper->y += height;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}

void dd_paper_paragraph(struct dd_paper *paper, const struct dd_paper_paragraph *style,
			const char *text)
{
	PangoLayout *layout = dd_paper_layout(paper, &style->font, paper->right - paper->left);

	if (paper->y > paper->top)
		paper->y += style->before;
	pango_layout_set_alignment(layout, (PangoAlignment)style->align);
	pango_layout_set_justify(layout, style->justify);
	pango_layout_set_indent(layout, (int)(style->indent * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	show_lines(paper, layout);
	g_object_unref(layout);
}

void dd_paper_line(struct dd_paper *paper, double x, double y, double width)
{
	cairo_set_line_width(paper->cairo, 0.7);
	cairo_move_to(paper->cairo, x, y);
	cairo_rel_line_to(paper->cairo, width, 0);
	cairo_stroke(paper->cairo);
}
