/* sheet_mark.c - what a file carries so that it is known again whatever its name: a line for the
 * sheet and a mark for each row, both texts in hidden cells, which survive copying, sorting and
 * every spreadsheet program. */
#include "common/base/alloc.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "common/sheet/sheet_impl.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CODE_MAX  4096u /* characters */
#define CHECK_LEN 4u    /* bytes behind a packed head */
#define VARIANT   sodium_base64_VARIANT_URLSAFE_NO_PADDING

static void keyed(const Dondoc__V1__SheetHead *head, const void *data, size_t len, uint8_t out[16])
{
	crypto_generichash(out, 16, data, len, head->secret.data, head->secret.len);
}

void dd_sheet_id(const Dondoc__V1__SheetHead *head, uint8_t id_out[16])
{
	keyed(head, "dondoc sheet id", strlen("dondoc sheet id"), id_out);
}

static void add_base64(struct dd_buf *out, const uint8_t *data, size_t len)
{
	size_t room = sodium_base64_ENCODED_LEN(len, VARIANT);

	sodium_bin2base64((char *)dd_buf_reserve(out, room), room, data, len, VARIANT);
	out->len += strlen((const char *)out->data + out->len);
}

/* Appended to `out`; false: it is none. */
static bool read_base64(const char *text, struct dd_buf *out)
{
	size_t len = strlen(text), used = 0;
	const char *end = NULL;

	if (len > CODE_MAX ||
	    sodium_base642bin(dd_buf_reserve(out, len + 1), len + 1, text, len, " \n", &used, &end,
			      VARIANT) != 0 ||
	    *end != '\0')
		return false;
	out->len += used;
	return true;
}

/* --- the sheet ---------------------------------------------------------------------------------
 */

void dd_sheet_code(const struct dd_sheet *sheet, struct dd_buf *out)
{
	size_t len = dondoc__v1__sheet_head__get_packed_size(sheet->head);
	uint8_t *bytes = dd_alloc(len + DD_HASH_LEN);

	dondoc__v1__sheet_head__pack(sheet->head, bytes);
	dd_hash(bytes, len, bytes + len);
	dd_buf_text(out, SHEET_CODE_PREFIX);
	add_base64(out, bytes, len + CHECK_LEN);
	free(bytes);
}

static bool head_valid(const Dondoc__V1__SheetHead *head)
{
	const char *const said[] = {head->authority, head->unit, head->unit_name, head->period,
				    head->lang};

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		if (!dd_text_valid(said[i], strlen(said[i])))
			return false;
	}
	return head->secret.len == DD_ID_LEN && head->unit[0] != '\0' &&
	       /* None: an office made it that had not followed the centre's log yet. */
	       (!head->made_at || head->made_at->log_id.len == DD_ID_LEN);
}

Dondoc__V1__SheetHead *dd_sheet_code_read(const char *text)
{
	Dondoc__V1__SheetHead *head = NULL;
	uint8_t hash[DD_HASH_LEN];
	struct dd_buf bytes = {0};

	if (strncmp(text, SHEET_CODE_PREFIX, strlen(SHEET_CODE_PREFIX)) != 0)
		return NULL;
	if (read_base64(text + strlen(SHEET_CODE_PREFIX), &bytes) && bytes.len > CHECK_LEN) {
		bytes.len -= CHECK_LEN;
		dd_hash(bytes.data, bytes.len, hash);
		if (memcmp(hash, bytes.data + bytes.len, CHECK_LEN) == 0)
			head = dondoc__v1__sheet_head__unpack(NULL, bytes.len, bytes.data);
	}
	dd_buf_fini(&bytes);
	if (head && !head_valid(head)) {
		dondoc__v1__sheet_head__free_unpacked(head, NULL);
		return NULL;
	}
	return head;
}

/* --- a row -------------------------------------------------------------------------------------
 */

static uint32_t check_of(const Dondoc__V1__SheetHead *head, uint64_t task, uint64_t version,
			 const char *code)
{
	struct dd_buf said = {0};
	uint8_t hash[16];
	uint32_t check;

	dd_buf_add(&said, &task, sizeof(task));
	dd_buf_add(&said, &version, sizeof(version));
	dd_buf_text(&said, code);
	keyed(head, said.data, said.len, hash);
	dd_buf_fini(&said);
	memcpy(&check, hash, sizeof(check));
	return check;
}

void dd_sheet_mark(const Dondoc__V1__SheetHead *head, const struct dd_sheet_row *row,
		   struct dd_buf *out)
{
	Dondoc__V1__SheetTask mark = DONDOC__V1__SHEET_TASK__INIT;
	char *code = dd_text_tidy(row->cell[DD_SHEET_CODE]);
	uint8_t bytes[64];

	mark.task = row->task;
	mark.version = row->version;
	mark.check = check_of(head, row->task, row->version, code ? code : "");
	free(code);
	add_base64(out, bytes, dondoc__v1__sheet_task__pack(&mark, bytes));
}

enum sheet_mark_state dd_sheet_mark_read(const Dondoc__V1__SheetHead *head,
					 struct dd_sheet_row *row)
{
	enum sheet_mark_state state = SHEET_MARK_NONE;
	Dondoc__V1__SheetTask *mark = NULL;
	struct dd_buf bytes = {0};

	if (read_base64(row->cell[DD_SHEET_MARK], &bytes) && bytes.len > 0)
		mark = dondoc__v1__sheet_task__unpack(NULL, bytes.len, bytes.data);
	dd_buf_fini(&bytes);
	if (mark && mark->task != 0) {
		row->task = mark->task;
		row->version = mark->version;
		state = mark->check == check_of(head, mark->task, mark->version,
						row->cell[DD_SHEET_CODE])
				? SHEET_MARK_RIGHT
				: SHEET_MARK_SLIPPED;
	}
	dondoc__v1__sheet_task__free_unpacked(mark, NULL);
	return state;
}
