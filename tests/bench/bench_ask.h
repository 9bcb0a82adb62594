/* bench_ask.h - how long questions take: pages of filtered lists, figures, a task with its history.
 */
#ifndef BENCH_ASK_H
#define BENCH_ASK_H

#include "common/app/client.h"

/* One line of JSON a question: median, the 99th of 100 and the longest. `unit` leads the tasks.
 * 0, or -1 with words on stderr. */
int bench_ask(struct dd_client *client, const char *unit);

#endif
