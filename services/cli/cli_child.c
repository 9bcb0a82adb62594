/* cli_child.c - see cli_child.h. */
#include "services/cli/cli_child.h"
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

void cli_child_tell(int to, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t n = write(to, at, len);

		if (n <= 0)
			_exit(1);
		at += n;
		len -= (size_t)n;
	}
	_exit(0);
}

bool cli_child_hear(int from, void *data, size_t len)
{
	uint8_t *at = data;

	while (len > 0) {
		ssize_t n = read(from, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}
