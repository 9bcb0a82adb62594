/* bench_plan.h - the plans that are measured: entered by real imports, and their tasks found again.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "common/app/client.h"
#include <stddef.h>
#include <stdint.h>

#define BENCH_PLAN_UNIT "BENCH" /* leads every task, and follows the plans up */
#define BENCH_PLAN_ROWS 10000   /* of one plan at most */

/* Enter `tasks` tasks, plan by plan; one line of JSON with the time of an import. 0, or -1 with
 * words on stderr. */
int bench_plan_enter(struct dd_client *client, int tasks);

/* The ids of all tasks of these plans, owned by the caller; NULL with words on stderr. */
uint64_t *bench_plan_tasks(struct dd_client *client, uint64_t position, size_t *count_out);

#endif
