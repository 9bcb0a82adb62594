/* notify_card.c - see notify_card.h. Drawn once onto a sheet that is high enough, then cut. */
#include "services/notification/notify_card.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdio.h>

#define FONT       "Liberation Sans"
#define HEIGHT_MAX 3200
#define EDGE       56.0
#define INSIDE     (NOTIFY_CARD_WIDTH - 2 * EDGE)
#define QR_SIDE    210.0

struct colour {
	double r, g, b;
};
static const struct colour white = {1, 1, 1};
static const struct colour ink = {0.12, 0.16, 0.20};
static const struct colour grey = {0.32, 0.38, 0.44};
static const struct colour blue = {0.12, 0.31, 0.55};
static const struct colour red = {0.64, 0.15, 0.06};
static const struct colour pale = {0.95, 0.96, 0.98};

struct words {
	const char *head, *trial, *of_several, *and_others, *other, *link;
	const char *sums[NOTIFY_SUMS];
};
static const struct words words_vi = {
	.head = "NHẮC VIỆC",
	.trial = "DỮ LIỆU CHẠY THỬ – không phải nhiệm vụ thật",
	.of_several = "Các cơ quan, đơn vị",
	.and_others = "Và ",
	.other = " việc khác",
	.link = "Xem và cập nhật tại:",
	.sums = {"quá hạn", "đến hạn hôm nay", "sắp đến hạn", "việc khác"},
};
static const struct words words_en = {
	.head = "REMINDER",
	.trial = "TRIAL DATA (DỮ LIỆU CHẠY THỬ) – not real tasks",
	.of_several = "Several units",
	.and_others = "And ",
	.other = " more",
	.link = "See and report at:",
	.sums = {"overdue", "due today", "due soon", "other"},
};

struct drawing {
	const struct notify_card *card;
	const struct words *words;
	cairo_t *cairo;
	double y;
};

/* --- text ---------------------------------------------------------------------------------------
 */

struct style {
	double size;
	bool bold;
	const struct colour *colour;
	int lines; /* at most so many; the rest is an ellipsis */
};

static void use(const struct drawing *drawing, const struct colour *colour)
{
	cairo_set_source_rgb(drawing->cairo, colour->r, colour->g, colour->b);
}

/* A text at x, from drawing->y on; returns its height. */
static double put(const struct drawing *drawing, const struct style *style, double x, double width,
		  const char *text)
{
	PangoLayout *layout = pango_cairo_create_layout(drawing->cairo);
	PangoFontDescription *font = pango_font_description_from_string(FONT);
	int height;

	pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
	pango_font_description_set_weight(font,
					  style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_height(layout, -style->lines);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_text(layout, text, -1);
	use(drawing, style->colour);
	cairo_move_to(drawing->cairo, x, drawing->y);
	pango_cairo_show_layout(drawing->cairo, layout);
	pango_layout_get_pixel_size(layout, NULL, &height);
	pango_font_description_free(font);
	g_object_unref(layout);
	return height;
}

static void box(const struct drawing *drawing, const struct colour *colour, double x, double width,
		double height)
{
	use(drawing, colour);
	cairo_rectangle(drawing->cairo, x, drawing->y, width, height);
	cairo_fill(drawing->cairo);
}

/* --- parts ---------------------------------------------------------------------------------------
 */

static void draw_trial(struct drawing *drawing)
{
	static const struct style style = {.size = 30, .bold = true, .colour = &white, .lines = 1};

	if (!drawing->card->trial)
		return;
	box(drawing, &red, 0, NOTIFY_CARD_WIDTH, 64);
	drawing->y += 14;
	(void)put(drawing, &style, EDGE, INSIDE, drawing->words->trial);
	drawing->y += 50;
}

static void draw_head(struct drawing *drawing)
{
	static const struct style small = {.size = 32, .bold = true, .colour = &white, .lines = 1};
	static const struct style large = {.size = 52, .bold = true, .colour = &white, .lines = 2};
	const struct notify_card *card = drawing->card;
	const char *title = card->title[0] != '\0' ? card->title : drawing->words->of_several;
	char line[120];
	double top = drawing->y, height;

	(void)snprintf(line, sizeof(line), "%s · %s", drawing->words->head, card->day);
	/* Twice: the band is as high as the words on it. */
	drawing->y = top + 90;
	height = put(drawing, &large, EDGE, INSIDE, title);
	drawing->y = top;
	box(drawing, &blue, 0, NOTIFY_CARD_WIDTH, 90 + height + 36);
	drawing->y = top + 38;
	(void)put(drawing, &small, EDGE, INSIDE, line);
	drawing->y = top + 90;
	(void)put(drawing, &large, EDGE, INSIDE, title);
	drawing->y = top + 90 + height + 36;
}

/* The counts side by side, those of nothing left out. */
static void draw_sums(struct drawing *drawing)
{
	static const struct style label = {.size = 30, .colour = &grey, .lines = 1};
	const struct notify_card *card = drawing->card;
	const double top = drawing->y + 28;
	double x = EDGE;
	size_t shown = 0;

	for (size_t i = 0; i < NOTIFY_SUMS; i++)
		shown += card->sums[i] > 0;
	for (size_t i = 0; i < NOTIFY_SUMS && shown > 0; i++) {
		const struct style number = {.size = 76,
					     .bold = true,
					     .colour = i <= NOTIFY_SUM_TODAY ? &red : &blue,
					     .lines = 1};
		const double width = INSIDE / (double)shown;
		char digits[24];

		if (card->sums[i] == 0)
			continue;
		(void)snprintf(digits, sizeof(digits), "%zu", card->sums[i]);
		drawing->y = top;
		(void)put(drawing, &number, x, width - 10, digits);
		drawing->y = top + 88;
		(void)put(drawing, &label, x, width - 10, drawing->words->sums[i]);
		x += width;
	}
	drawing->y = top + 146;
}

static void draw_task(struct drawing *drawing, size_t at)
{
	static const struct style content = {.size = 34, .colour = &ink, .lines = 2};
	static const struct style meta = {.size = 28, .colour = &grey, .lines = 1};
	const struct notify_value *task = drawing->card->tasks[at];
	const struct style reason = {.size = 34,
				     .bold = true,
				     .colour = drawing->card->sections[at] <= NOTIFY_TODAY ? &red
											   : &blue,
				     .lines = 2};
	const char *lead = task[NOTIFY_IN_LEAD].text;
	char line[400];

	box(drawing, &pale, 0, NOTIFY_CARD_WIDTH, 3);
	drawing->y += 20;
	drawing->y += put(drawing, &reason, EDGE, INSIDE, task[NOTIFY_IN_REASON].text);
	drawing->y += put(drawing, &content, EDGE, INSIDE, task[NOTIFY_IN_CONTENT].text) + 4;
	(void)snprintf(line, sizeof(line), "%.60s · %.20s%s%.250s", task[NOTIFY_IN_CODE].text,
		       task[NOTIFY_IN_DUE].text, lead != NULL && lead[0] != '\0' ? " · " : "",
		       lead != NULL ? lead : "");
	drawing->y += put(drawing, &meta, EDGE, INSIDE, line) + 20;
}

/* So that a phone finds it from the picture on another screen. Returns its side. */
static double draw_code(const struct drawing *drawing, const char *link)
{
	QRcode *code = QRcode_encodeString8bit(link, 0, QR_ECLEVEL_M);
	double pixels;

	if (code == NULL)
		return 0;
	pixels = floor(QR_SIDE / code->width);
	use(drawing, &ink);
	cairo_set_antialias(drawing->cairo, CAIRO_ANTIALIAS_NONE);
	for (int i = 0; i < code->width * code->width; i++)
		if ((code->data[i] & 1) != 0)
			cairo_rectangle(drawing->cairo,
					NOTIFY_CARD_WIDTH - EDGE - QR_SIDE +
						i % code->width * pixels,
					drawing->y + i / code->width * pixels, pixels, pixels);
	cairo_fill(drawing->cairo);
	cairo_set_antialias(drawing->cairo, CAIRO_ANTIALIAS_DEFAULT);
	QRcode_free(code);
	return QR_SIDE;
}

static void draw_foot(struct drawing *drawing)
{
	static const struct style others = {.size = 32, .bold = true, .colour = &ink, .lines = 1};
	static const struct style label = {.size = 30, .colour = &grey, .lines = 1};
	static const struct style link = {.size = 30, .bold = true, .colour = &blue, .lines = 4};
	const struct notify_card *card = drawing->card;
	double top, side;
	char line[64];

	box(drawing, &pale, 0, NOTIFY_CARD_WIDTH, 3);
	drawing->y += 24;
	if (card->others > 0) {
		(void)snprintf(line, sizeof(line), "%s%zu%s", drawing->words->and_others,
			       card->others, drawing->words->other);
		drawing->y += put(drawing, &others, EDGE, INSIDE, line) + 20;
	}
	if (card->link[0] == '\0')
		return;
	top = drawing->y;
	side = draw_code(drawing, card->link);
	drawing->y += put(drawing, &label, EDGE, INSIDE - QR_SIDE - 30, drawing->words->link) + 6;
	drawing->y += put(drawing, &link, EDGE, INSIDE - QR_SIDE - 30, card->link);
	if (drawing->y < top + side)
		drawing->y = top + side;
	drawing->y += 30;
}

/* --- the picture ---------------------------------------------------------------------------- */

static cairo_status_t take(void *arg, const unsigned char *data, unsigned len)
{
	dd_buf_add(arg, data, len);
	return CAIRO_STATUS_SUCCESS;
}

static void draw(struct drawing *drawing)
{
	use(drawing, &white);
	cairo_paint(drawing->cairo);
	draw_trial(drawing);
	draw_head(drawing);
	draw_sums(drawing);
	for (size_t i = 0; i < drawing->card->count; i++)
		draw_task(drawing, i);
	draw_foot(drawing);
}

/* The upper part of the sheet. */
static cairo_surface_t *cut(cairo_surface_t *sheet, double height)
{
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, NOTIFY_CARD_WIDTH, (int)height);
	cairo_t *cairo = cairo_create(surface);

	cairo_set_source_surface(cairo, sheet, 0, 0);
	cairo_paint(cairo);
	cairo_destroy(cairo);
	return surface;
}

int notify_card(const struct notify_card *card, struct dd_buf *out, struct dd_error *err)
{
	cairo_surface_t *sheet =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, NOTIFY_CARD_WIDTH, HEIGHT_MAX);
	struct drawing drawing = {.card = card,
				  .words = card->english ? &words_en : &words_vi,
				  .cairo = cairo_create(sheet)};
	cairo_surface_t *surface;
	cairo_status_t status;

	draw(&drawing);
	status = cairo_status(drawing.cairo);
	cairo_destroy(drawing.cairo);
	surface = cut(sheet, drawing.y < HEIGHT_MAX ? drawing.y : HEIGHT_MAX);
	cairo_surface_destroy(sheet);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, take, out);
	cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS
		       ? 0
		       : dd_fail(err, DD_ERR_IO, "PNG: %s", cairo_status_to_string(status));
}
