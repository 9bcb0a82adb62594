/* paper_table.c - see paper_table.h. */
#include "common/paper/paper_table.h"

#include <assert.h>
#include <pango/pangocairo.h>

#define PAD_X 3.0
#define PAD_Y 2.0

static PangoLayout *cell_layout(const struct dd_paper_table *table, int column,
				const struct dd_paper_font *font, enum dd_paper_align align)
{
	PangoLayout *layout =
		dd_paper_layout(table->paper, font, table->widths[column] - 2 * PAD_X);

	pango_layout_set_alignment(layout, (PangoAlignment)align);
	/* A row that fills more than a page could never be shown whole. */
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(
		layout, (int)((table->paper->bottom - table->paper->top) * 0.6 * PANGO_SCALE));
	return layout;
}

static double row_height(const struct dd_paper_table *table, PangoLayout *const layouts[])
{
	double height = 0, one;

	for (int i = 0; i < table->count; i++) {
		one = dd_layout_height(layouts[i]);
		height = one > height ? one : height;
	}
	return height + 2 * PAD_Y;
}

static void show_row(const struct dd_paper_table *table, PangoLayout *const layouts[],
		     double height, bool head)
{
	struct dd_paper *paper = table->paper;
	double x = paper->left, room;

	cairo_set_line_width(paper->cairo, 0.5);
	for (int i = 0; i < table->count; i++) {
		cairo_rectangle(paper->cairo, x, paper->y, table->widths[i], height);
		if (head) {
			cairo_set_source_rgb(paper->cairo, 0.92, 0.94, 0.96);
			cairo_fill_preserve(paper->cairo);
			cairo_set_source_rgb(paper->cairo, 0, 0, 0);
		}
		cairo_stroke(paper->cairo);
		room = height - dd_layout_height(layouts[i]);
		dd_paper_show(paper, layouts[i], x + PAD_X, paper->y + (head ? room / 2 : PAD_Y));
		x += table->widths[i];
	}
	paper->y += height;
}

static void show_head(struct dd_paper_table *table)
{
	show_row(table, table->heads, table->head_height, true);
	table->page = table->paper->page;
}

static void set_widths(struct dd_paper_table *table)
{
	double left = table->paper->right - table->paper->left;
	int rest = -1;

	for (int i = 0; i < table->count; i++) {
		table->widths[i] = table->columns[i].width;
		left -= table->columns[i].width;
		if (table->columns[i].width <= 0)
			rest = i;
	}
	assert(rest >= 0 && left > 2 * PAD_X);
	table->widths[rest] = left;
}

void dd_paper_table_begin(struct dd_paper_table *table, struct dd_paper *paper,
			  const struct dd_paper_column *columns, int count, double head_size,
			  double cell_size)
{
	const struct dd_paper_font head = {.size = head_size, .bold = true};
	const struct dd_paper_font cell = {.size = cell_size};
	const struct dd_paper_font bold = {.size = cell_size, .bold = true};

	assert(count > 0 && count <= DD_PAPER_COLUMNS_MAX);
	*table = (struct dd_paper_table){.paper = paper, .columns = columns, .count = count};
	set_widths(table);
	for (int i = 0; i < count; i++) {
		table->heads[i] = cell_layout(table, i, &head, DD_PAPER_CENTER);
		pango_layout_set_text(table->heads[i], columns[i].head, -1);
		table->cells[i] = cell_layout(table, i, &cell, columns[i].align);
		table->bolds[i] = cell_layout(table, i, &bold, columns[i].align);
	}
	table->head_height = row_height(table, table->heads);
}

void dd_paper_table_row(struct dd_paper_table *table, const char *const texts[], bool bold)
{
	PangoLayout *const *layouts = bold ? table->bolds : table->cells;
	double height;

	for (int i = 0; i < table->count; i++)
		pango_layout_set_text(layouts[i], texts[i], -1);
	height = row_height(table, layouts);
	/* The head never stands alone at the foot of a page. */
	dd_paper_need(table->paper,
		      height + (table->page == table->paper->page ? 0 : table->head_height));
	if (table->page != table->paper->page)
		show_head(table);
	show_row(table, layouts, height, false);
}

void dd_paper_table_end(struct dd_paper_table *table)
{
	for (int i = 0; i < table->count; i++) {
		g_object_unref(table->heads[i]);
		g_object_unref(table->cells[i]);
		g_object_unref(table->bolds[i]);
	}
}
