/* notify_secret.h - a secret that lies in a file of its own. */
#ifndef NOTIFY_SECRET_H
#define NOTIFY_SECRET_H

#include "common/base/err.h"
#include <stddef.h>

#define NOTIFY_SECRET_MAX 1024

/* The first line of the file, owned by the caller: notify_secret_free(). `setting` names it in
 * words. Refused: a file that others may read, a secret shorter than `least` bytes. */
int notify_secret_read(const char *setting, const char *path, size_t least, char **secret_out,
		       struct dd_error *err) DD_MUST_CHECK;
void notify_secret_free(char *secret); /* wiped; NULL is fine */

#endif
