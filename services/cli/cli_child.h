/* cli_child.h - what a child process found, told to its parent through a pipe: damaged files are
 * looked at in a child, because they may end the process that reads them. */
#ifndef DD_SERVICES_CLI_CHILD_H
#define DD_SERVICES_CLI_CHILD_H

#include <stdbool.h>
#include <stddef.h>

/* In the child: tell all of it, and end. */
void cli_child_tell(int to, const void *data, size_t len) __attribute__((noreturn));
/* In the parent. False: the child ended without having told all. */
bool cli_child_hear(int from, void *data, size_t len);

#endif
