/* report_chart.c - see report_chart.h. */
#include "services/reporting/report_chart.h"

#include "services/reporting/report_text.h"
#include <pango/pangocairo.h>
#include <stdio.h>

#define BAR        15.0
#define STEP       25.0
#define LABEL      150.0 /* width of the names */
#define LEGEND_ROW 14.0
#define SWATCH     9.0
#define LEGENDS    2 /* a row */
#define LINES_MAX  20

/* Told apart in print without colour too: neighbours differ in lightness, and numbers stand in. */
static const double colours[DD_BUCKET_COUNT][3] = {
	[DD_BUCKET_DONE_ON_TIME] = {0.10, 0.33, 0.58},
	[DD_BUCKET_DONE_LATE] = {0.52, 0.69, 0.86},
	[DD_BUCKET_OPEN_IN_TERM] = {0.82, 0.90, 0.80},
	[DD_BUCKET_OPEN_OVERDUE] = {0.75, 0.12, 0.15},
	[DD_BUCKET_NO_DUE] = {0.87, 0.87, 0.87},
	[DD_BUCKET_PAUSED] = {0.98, 0.84, 0.50},
	[DD_BUCKET_CANCELLED] = {0.55, 0.55, 0.55},
};

struct chart {
	struct dd_paper *paper;
	PangoLayout *label, *number; /* owned */
	double x, width;             /* of the bars */
	double most;                 /* what the full width stands for */
};

static void set_colour(const struct chart *chart, enum dd_bucket bucket)
{
	const double *c = colours[bucket];

	cairo_set_source_rgb(chart->paper->cairo, c[0], c[1], c[2]);
}

/* Black or white, whichever is read better on the bucket's colour. */
static void set_ink(const struct chart *chart, enum dd_bucket bucket)
{
	const double *c = colours[bucket];
	const double ink = 0.3 * c[0] + 0.6 * c[1] + 0.1 * c[2] > 0.52 ? 0 : 1;

	cairo_set_source_rgb(chart->paper->cairo, ink, ink, ink);
}

static void black(const struct chart *chart)
{
	cairo_set_source_rgb(chart->paper->cairo, 0, 0, 0);
}

static void draw_part(const struct chart *chart, double x, double width, enum dd_bucket bucket,
		      uint32_t count)
{
	struct dd_paper *paper = chart->paper;
	char text[16];
	double need;

	set_colour(chart, bucket);
	cairo_rectangle(paper->cairo, x, paper->y, width, BAR);
	cairo_fill_preserve(paper->cairo);
	cairo_set_source_rgb(paper->cairo, 1, 1, 1);
	cairo_set_line_width(paper->cairo, 0.6);
	cairo_stroke(paper->cairo);
	(void)snprintf(text, sizeof(text), "%u", count);
	pango_layout_set_text(chart->number, text, -1);
	need = dd_layout_width(chart->number);
	if (need + 2 > width)
		return;
	set_ink(chart, bucket);
	dd_paper_show(paper, chart->number, x + (width - need) / 2,
		      paper->y + (BAR - dd_layout_height(chart->number)) / 2);
}

static void draw_bar(const struct chart *chart, const struct report_line *line)
{
	struct dd_paper *paper = chart->paper;
	char name[64], total[REPORT_NUMBER_TEXT];
	double x = chart->x, width;

	black(chart);
	pango_layout_set_text(chart->label, report_area_name(line, name), -1);
	dd_paper_show(paper, chart->label, paper->left,
		      paper->y + (BAR - dd_layout_height(chart->label)) / 2);
	for (int i = 0; i < DD_BUCKET_COUNT; i++) {
		if (line->tally.in[i] == 0)
			continue;
		width = chart->width * line->tally.in[i] / chart->most;
		draw_part(chart, x, width, (enum dd_bucket)i, line->tally.in[i]);
		x += width;
	}
	black(chart);
	pango_layout_set_text(chart->number, report_number(dd_tally_total(&line->tally), total),
			      -1);
	dd_paper_show(paper, chart->number, x + 4,
		      paper->y + (BAR - dd_layout_height(chart->number)) / 2);
	paper->y += STEP;
}

/* The buckets that occur. */
static int used_buckets(const struct report_line *lines, size_t count,
			enum dd_bucket used[DD_BUCKET_COUNT])
{
	int found = 0;

	for (int b = 0; b < DD_BUCKET_COUNT; b++) {
		uint32_t sum = 0;

		for (size_t i = 0; i < count; i++)
			sum += lines[i].tally.in[b];
		if (sum > 0)
			used[found++] = (enum dd_bucket)b;
	}
	return found;
}

static void draw_legend(const struct chart *chart, const enum dd_bucket *used, int count)
{
	struct dd_paper *paper = chart->paper;
	const double column = chart->width / LEGENDS;

	for (int i = 0; i < count; i++) {
		double x = chart->x + column * (i % LEGENDS);
		double y =
			paper->y + LEGEND_ROW * (i / LEGENDS); // NOLINT(bugprone-integer-division)

		set_colour(chart, used[i]);
		cairo_rectangle(paper->cairo, x, y + 2, SWATCH, SWATCH);
		cairo_fill_preserve(paper->cairo);
		cairo_set_source_rgb(paper->cairo, 0.4, 0.4, 0.4);
		cairo_set_line_width(paper->cairo, 0.4);
		cairo_stroke(paper->cairo);
		black(chart);
		pango_layout_set_text(chart->number, report_bucket_name(used[i]), -1);
		dd_paper_show(paper, chart->number, x + SWATCH + 4, y);
	}
	paper->y +=
		LEGEND_ROW * ((count + LEGENDS - 1) / LEGENDS); // NOLINT(bugprone-integer-division)
}

static uint32_t longest(const struct report_line *lines, size_t count)
{
	uint32_t most = 1;

	for (size_t i = 0; i < count; i++) {
		if (dd_tally_total(&lines[i].tally) > most)
			most = dd_tally_total(&lines[i].tally);
	}
	return most;
}

double report_chart_height(const struct report_line *lines, size_t count)
{
	enum dd_bucket used[DD_BUCKET_COUNT];
	int rows = (used_buckets(lines, count, used) + LEGENDS - 1) / LEGENDS;

	return count == 0 || count > LINES_MAX ? 0 : 32 + STEP * (double)count + LEGEND_ROW * rows;
}

void report_chart(struct dd_paper *paper, const char *title, const struct report_line *lines,
		  size_t count)
{
	const struct dd_paper_font small = {.size = 10};
	const struct dd_paper_paragraph head = {
		.font = {.size = 11, .bold = true}, .align = DD_PAPER_CENTER, .before = 8};
	struct chart chart = {.paper = paper, .x = paper->left + LABEL + 8};
	enum dd_bucket used[DD_BUCKET_COUNT];
	int legends = used_buckets(lines, count, used);

	if (count == 0 || count > LINES_MAX)
		return;
	chart.width = paper->right - chart.x - 28; /* room for the total behind the bar */
	chart.most = longest(lines, count);
	chart.label = dd_paper_layout(paper, &small, LABEL);
	chart.number = dd_paper_layout(paper, &small, -1);
	pango_layout_set_height(chart.label, -2);
	pango_layout_set_ellipsize(chart.label, PANGO_ELLIPSIZE_END);
	dd_paper_need(paper, report_chart_height(lines, count));
	dd_paper_paragraph(paper, &head, title);
	paper->y += 6;
	for (size_t i = 0; i < count; i++)
		draw_bar(&chart, &lines[i]);
	draw_legend(&chart, used, legends);
	paper->y += 4;
	g_object_unref(chart.label);
	g_object_unref(chart.number);
}
