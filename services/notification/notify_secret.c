/* notify_secret.c - see notify_secret.h. */
#include "services/notification/notify_secret.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static int check_mode(const char *setting, const char *path, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	const int fd = sys->open(sys->ctx, path, O_RDONLY, 0);
	int mode;

	if (fd < 0)
		return dd_fail(err, DD_ERR_INVALID, "%s %s cannot be opened", setting, path);
	mode = sys->mode(sys->ctx, fd);
	(void)sys->close(sys->ctx, fd);
	if (mode & 077)
		return dd_fail(err, DD_ERR_REFUSED, "%s %s may be read by others: chmod 600",
			       setting, path);
	return 0;
}

int notify_secret_read(const char *setting, const char *path, size_t least, char **secret_out,
		       struct dd_error *err)
{
	struct dd_buf text = {0};
	int rc = check_mode(setting, path, err);

	if (rc == 0)
		rc = dd_file_read(path, NOTIFY_SECRET_MAX, &text, err);
	if (rc == 0) {
		(void)dd_buf_cstr(&text);
		text.data[strcspn((char *)text.data, "\r\n")] = '\0';
		if (strlen((char *)text.data) < least)
			rc = dd_fail(err, DD_ERR_INVALID,
				     "%s %s holds fewer than %zu characters in its first line",
				     setting, path, least);
		else
			*secret_out = dd_strdup((char *)text.data);
		memset(text.data, 0, text.len);
	}
	dd_buf_fini(&text);
	return rc;
}

void notify_secret_free(char *secret)
{
	if (secret != NULL)
		memset(secret, 0, strlen(secret));
	free(secret);
}
