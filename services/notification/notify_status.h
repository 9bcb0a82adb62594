/* notify_status.h - how the service is: for `dondoc status`, for monitoring, for whoever is called
 * at night. */
#ifndef NOTIFY_STATUS_H
#define NOTIFY_STATUS_H

#include "services/notification/notify.h"

/* Append a packed Answer. */
int notify_status(struct notify *notify, struct dd_buf *answer_out,
		  struct dd_error *err) DD_MUST_CHECK;

#endif
