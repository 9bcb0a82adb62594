/* sheet_text.c - which rows may hold a text: three bytes in a row set a bit of the row's signature.
 * Who has all bits of the text asked for may hold it; the text itself is then looked at in LMDB. */
#include "common/base/alloc.h"
#include "common/view/sheet_impl.h"
#include <stdlib.h>
#include <string.h>

static uint32_t bit_of(const uint8_t *at)
{
	uint32_t three = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];

	return three * UINT32_C(2654435761) >> (32 - SHEET_SIGN_BITS);
}

static void sign(struct sheet *sheet, uint32_t row, const uint8_t *text, size_t len)
{
	uint64_t *signature = sheet->signatures[row];

	memset(signature, 0, sizeof(sheet->signatures[row]));
	for (size_t i = 0; i + 3 <= len; i++) {
		uint32_t bit = bit_of(text + i);

		signature[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

/* Rows that came since have room too; without a signature nothing would be found in them. */
static void make_room(struct sheet *sheet)
{
	size_t had = sheet->signatures_room;

	if (had >= sheet->room)
		return;
	sheet->signatures = dd_realloc(sheet->signatures, sheet->room * sizeof(*sheet->signatures));
	memset(sheet->signatures + had, 0, (sheet->room - had) * sizeof(*sheet->signatures));
	sheet->signatures_room = sheet->room;
}

void sheet_put_text(struct sheet *sheet, uint64_t task, const uint8_t *text, size_t len)
{
	uint32_t row = sheet->signatures ? sheet_find(sheet, task) : SHEET_NONE;

	if (row == SHEET_NONE)
		return;
	make_room(sheet);
	sign(sheet, row, text, len);
}

int sheet_sign_texts(struct view *view, struct sheet *sheet, struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	if (sheet->count == 0)
		return DD_OK;
	if (sheet->signatures) {
		make_room(sheet);
		return DD_OK;
	}
	dd_key_begin(&prefix, VIEW_SEARCH);
	rc = view_walk_open(view, &prefix, &walk, err);
	if (rc != DD_OK)
		return rc;
	make_room(sheet);
	while (view_walk_next(&walk))
		sheet_put_text(sheet, view_walk_number(&walk), walk.val.data, walk.val.len);
	view_walk_close(&walk);
	return walk.rc == DD_OK ? DD_OK : dd_fail(err, walk.rc, "the view's store cannot be read");
}

bool sheet_may_hold(const struct sheet *sheet, const struct sheet_row *row, const char *text)
{
	const uint64_t *signature = sheet->signatures[row - sheet->rows];
	const uint8_t *at = (const uint8_t *)text;
	size_t len = strlen(text);

	for (size_t i = 0; i + 3 <= len; i++) {
		uint32_t bit = bit_of(at + i);

		if (!(signature[bit / 64] >> bit % 64 & 1))
			return false;
	}
	return true;
}
