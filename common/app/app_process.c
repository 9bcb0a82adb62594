/* app_process.c - what this process is: its build, its memory, its death. */
#include "common/app/app.h"

#include "common/base/log.h"
#include "common/base/sys.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Both come from the build; the commit is "unknown" outside a git checkout. */
const char *dd_app_build(void)
{
	return DD_APP_VERSION "+" DD_APP_COMMIT;
}

uint64_t dd_app_resident_bytes(void)
{
	const struct dd_sys *sys = dd_sys();
	unsigned long long pages = 0;
	char text[128];
	ssize_t len;
	int fd = sys->open(sys->ctx, "/proc/self/statm", O_RDONLY, 0);

	if (fd < 0)
		return 0;
	len = sys->pread(sys->ctx, fd, text, sizeof(text) - 1, 0);
	(void)sys->close(sys->ctx, fd);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	/* "size resident shared ...", in pages */
	if (sscanf(text, "%*u %llu", &pages) != 1) // NOLINT(cert-err34-c): written by the kernel
		return 0;
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void dd_app_die(const char *event, const struct dd_error *err)
{
	dd_log(DD_LOG_ERROR, event, dd_f_text("kind", dd_err_name(err->code)),
	       dd_f_text("reason", err->text), dd_f_int("exit", DD_EXIT_RESTART));
	_exit(DD_EXIT_RESTART);
}
