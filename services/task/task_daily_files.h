/* task_daily_files.h - carrying out an order of destruction. */
#ifndef TASK_DAILY_FILES_H
#define TASK_DAILY_FILES_H

#include "services/task/task_daily.h"

/* Destroy what the order names: file, bodies in the log, and at the next start the view's pages.
 * On the owner's thread while no batch is flying. Done again it does nothing. DD_ERR_FULL,
 * DD_ERR_INVALID, DD_ERR_CORRUPT as dd_eventlog_redact: nothing, or a part, is done; DD_ERR_IO: end
 * the process. */
int task_destroy(struct task_daily *daily, const Dondoc__V1__OrderDestruction *said,
		 uint32_t *generation_out, struct dd_error *err) DD_MUST_CHECK;

#endif
