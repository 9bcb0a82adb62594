/* view_records.h - records that are more than a copied struct. */
#ifndef DD_VIEW_VIEW_RECORDS_H
#define DD_VIEW_VIEW_RECORDS_H

#include "common/view/view_impl.h"

/* Copy a text that may be too long for its field, cut at a character; the rest is zeros. */
void view_text_copy(char *into, size_t cap, const char *text);

/* A struct as it lies in the store. DD_ERR_CORRUPT if the length differs. */
int view_struct_get(struct view *view, bool with_batch, const struct dd_key *key, void *out,
		    size_t size);

/* A plan's record: the struct, then its packed fields. */
int view_plan_split(const struct dd_val *val, struct view_plan *plan_out,
		    const uint8_t **fields_out, size_t *len_out);

/* It makes a task each period, and is none itself. */
bool view_task_is_template(const struct view_task *task);

#endif
