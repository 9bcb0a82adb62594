/* store_folder.h - one owner per folder: mode, lock and the process's list of open folders. */
#ifndef DD_STORE_STORE_FOLDER_H
#define DD_STORE_STORE_FOLDER_H

#include "common/base/err.h"
#include <stdbool.h>

struct store_folder; /* a folder that this process owns */

/* Make the folder if it is missing (0700) and take it. DD_ERR_REFUSED: others may enter it, another
 * process owns it, or this process has it open already. `dir` is copied. */
int store_folder_take(const char *dir, struct store_folder **folder_out,
		      struct dd_error *err) DD_MUST_CHECK;
void store_folder_give(struct store_folder *folder); /* NULL is fine */

/* Whether what an ordinary user may still write there is next to nothing. */
bool store_folder_full(const struct store_folder *folder);

const char *store_folder_dir(const struct store_folder *folder);

#endif
