/* view_sheet_row.c - see view_sheet_row.h. */
#include "common/view/view_sheet_row.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include <string.h>

static void key_of(struct dd_key *key, const uint8_t sheet[16], const uint8_t row[16])
{
	dd_key_begin(key, VIEW_SHEET_ROW);
	dd_key_bytes(key, sheet, 16);
	dd_key_bytes(key, row, 16);
}

int view_sheet_row(struct view *view, bool with_batch, const uint8_t sheet[16],
		   const uint8_t row[16], uint64_t *sequence_out)
{
	struct dd_key key;

	key_of(&key, sheet, row);
	return view_struct_get(view, with_batch, &key, sequence_out, sizeof(*sequence_out));
}

void apply_sheet_row(struct apply *apply)
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	struct dd_key key;

	if (header->sheet.len != 16 || header->sheet_row.len != 16)
		return;
	key_of(&key, header->sheet.data, header->sheet_row.data);
	view_put(apply->view, &key, &apply->event->sequence, sizeof(apply->event->sequence));
}
