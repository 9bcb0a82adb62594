/* view_folder.h - where a view of this schema lies, and how one built beside takes its place. */
#ifndef DD_VIEW_VIEW_FOLDER_H
#define DD_VIEW_VIEW_FOLDER_H

#include "common/base/err.h"
#include <stdbool.h>

/* The folder to open in `dir`: view-<schema>, or while that does not exist view-<schema>.building,
 * and then *building_out is true. The caller frees *path_out. Makes `dir`. */
int view_folder_find(const char *dir, unsigned schema, char **path_out, bool *building_out,
		     struct dd_error *err) DD_MUST_CHECK;

/* Texts were destroyed in the log: the next view_folder_find deletes what was built from them, so
 * that not even unused pages keep them, and a new view is built from the log. Durable. */
int view_folder_outdate(const char *dir, struct dd_error *err) DD_MUST_CHECK;

/* The closed view at *path becomes view-<schema>; *path is exchanged. */
int view_folder_promote(const char *dir, unsigned schema, char **path,
			struct dd_error *err) DD_MUST_CHECK;

/* Delete what older schemas left in `dir`. Newer ones are let alone: they belong to a newer
 * program. Failures are logged only; the next start tries again. */
void view_folder_clean(const char *dir, unsigned schema);

#endif
