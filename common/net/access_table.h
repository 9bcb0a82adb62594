/* access_table.h - which keys are admitted for which unit: read from a folder of small files, and
 * told by who knows it from elsewhere. */
#ifndef DD_NET_ACCESS_TABLE_H
#define DD_NET_ACCESS_TABLE_H

#include "common/base/err.h"
#include "common/net/bus.h"
#include <stdbool.h>
#include <stddef.h>

/* Sorted by key; a key that two files give to different units is in neither. */
struct dd_access_table {
	struct dd_admission *items; /* owned */
	size_t count;
	size_t room;
};

/* Read every "*.office" file of `dir`. A file that cannot be used is logged and admits nobody; a
 * folder that cannot be read is a failure and leaves the table empty. */
int dd_access_table_read(const char *dir, struct dd_access_table *table_out,
			 struct dd_error *err) DD_MUST_CHECK;
/* The keys of `files`, with what was told beside them. A told key of class NONE is not admitted;
 * one that a file gives to another unit, or that a file has and is told for a token, is in neither.
 */
void dd_access_table_merge(const struct dd_access_table *files, const struct dd_admission *told,
			   size_t count, struct dd_access_table *table_out);
/* Those of `files` whose key stands in `seen` too. */
void dd_access_table_seen(const struct dd_access_table *files, const struct dd_access_table *seen,
			  struct dd_access_table *table_out);
void dd_access_table_fini(struct dd_access_table *table);
/* NULL: not admitted. Borrowed from the table. */
const struct dd_admission *dd_access_table_find(const struct dd_access_table *table,
						const char *key);
bool dd_access_table_same(const struct dd_access_table *a, const struct dd_access_table *b);

#endif
