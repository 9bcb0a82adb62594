/* config.c - arbitrary bytes as a settings file. */
#include "common/base/config.h"
#include "common/base/sys.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct settings {
	char *name;
	char *dir;
	int64_t size;
	bool on;
};

static const struct dd_setting table[] = {
	{"task.name", DD_SETTING_TEXT, offsetof(struct settings, name), NULL, 0, 0, 0, "name"},
	{"task.dir", DD_SETTING_TEXT, offsetof(struct settings, dir), "/x", 0, 0, 0, "folder"},
	{"log.size", DD_SETTING_INT, offsetof(struct settings, size), NULL, 5, 1, 1000, "size"},
	{"log.on", DD_SETTING_BOOL, offsetof(struct settings, on), NULL, 1, 0, 1, "on"},
	{NULL, DD_SETTING_TEXT, 0, NULL, 0, 0, 0, NULL},
};

/* The only file there is. */
struct input {
	const uint8_t *data;
	size_t len;
};

static int open_input(void *ctx, const char *path, int flags, int mode)
{
	(void)ctx;
	(void)path;
	(void)flags;
	(void)mode;
	return 1000;
}

static int close_input(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	return 0;
}

static ssize_t read_input(void *ctx, int fd, void *out, size_t len, int64_t offset)
{
	const struct input *input = ctx;
	size_t left = (size_t)offset < input->len ? input->len - (size_t)offset : 0;

	(void)fd;
	if (len > left)
		len = left;
	if (len > 0)
		memcpy(out, input->data + offset, len);
	return (ssize_t)len;
}

static int64_t size_of_input(void *ctx, int fd)
{
	(void)fd;
	return (int64_t)((const struct input *)ctx)->len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input input = {data, len};
	struct dd_sys sys = *dd_sys_real();
	struct settings settings = {0};
	struct dd_error err = {0};

	sys.ctx = &input;
	sys.open = open_input;
	sys.close = close_input;
	sys.pread = read_input;
	sys.size = size_of_input;
	dd_sys_set(&sys);
	if (dd_config_load("settings.yaml", table, &settings, &err) == 0) {
		assert(settings.name && settings.dir);
		assert(settings.size >= 1 && settings.size <= 1000);
		dd_config_fini(table, &settings);
	} else {
		assert(err.code < 0 && err.text[0]);
		assert(!settings.name && !settings.dir && settings.size == 0);
	}
	dd_sys_set(NULL);
	return 0;
}
