/* paper_head.c - see paper_head.h. Sizes as in the Decree's annex I. */
#include "common/paper/paper_head.h"

#include <pango/pangocairo.h>

#define ISSUER_SHARE 0.42 /* of the width; the rest is the nation's */
#define NATION       12.5
#define MOTTO        13.0
#define ISSUER       12.5

double dd_paper_block_text(struct dd_paper_block *block, const struct dd_paper_font *font,
			   const char *text)
{
	PangoLayout *layout = dd_paper_layout(block->paper, font, block->width);
	PangoRectangle ink;

	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	pango_layout_set_text(layout, text, -1);
	dd_paper_show(block->paper, layout, block->x, block->y);
	block->y += dd_layout_height(layout);
	pango_layout_get_extents(layout, &ink, NULL);
	g_object_unref(layout);
	return (double)ink.width / PANGO_SCALE;
}

static void rule(struct dd_paper_block *block, double width)
{
	dd_paper_line(block->paper, block->x + (block->width - width) / 2, block->y + 2.5, width);
	block->y += 5;
}

static void put_issuer(struct dd_paper_block *block, const struct dd_paper_head *head)
{
	static const struct dd_paper_font above = {.size = ISSUER};
	static const struct dd_paper_font own = {.size = ISSUER, .bold = true};
	double width;

	if (head->superior[0] != '\0')
		(void)dd_paper_block_text(block, &above, head->superior);
	width = dd_paper_block_text(block, &own, head->issuer);
	rule(block, (width < block->width ? width : block->width) * 0.4);
}

static void put_nation(struct dd_paper_block *block)
{
	static const struct dd_paper_font name = {.size = NATION, .bold = true};
	static const struct dd_paper_font motto = {.size = MOTTO, .bold = true};
	double width;

	(void)dd_paper_block_text(block, &name, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	width = dd_paper_block_text(block, &motto, "Độc lập - Tự do - Hạnh phúc");
	rule(block, width);
}

void dd_paper_head(struct dd_paper *paper, const struct dd_paper_head *head)
{
	static const struct dd_paper_font plain = {.size = MOTTO};
	static const struct dd_paper_font slanted = {.size = MOTTO, .italic = true};
	const double width = paper->right - paper->left;
	struct dd_paper_block issuer = {
		.paper = paper, .x = paper->left, .width = width * ISSUER_SHARE - 4, .y = paper->y};
	struct dd_paper_block nation = {.paper = paper,
					.x = paper->left + width * ISSUER_SHARE,
					.width = width * (1 - ISSUER_SHARE),
					.y = paper->y};

	put_issuer(&issuer, head);
	put_nation(&nation);
	issuer.y = nation.y = (issuer.y > nation.y ? issuer.y : nation.y) + 4;
	if (head->number[0] != '\0')
		(void)dd_paper_block_text(&issuer, &plain, head->number);
	if (head->date[0] != '\0')
		(void)dd_paper_block_text(&nation, &slanted, head->date);
	paper->y = nation.y > issuer.y ? nation.y : issuer.y;
}
