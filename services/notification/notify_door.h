/* notify_door.h - questions to the notification service: what would be told, how it is. */
#ifndef NOTIFY_DOOR_H
#define NOTIFY_DOOR_H

#include "services/notification/notify.h"

/* Listens on ipc://<run_dir>/notification/<class>/bus for operator and gateway. `notify` is
 * borrowed; its other parts are there already. */
int notify_door_open(struct notify *notify, struct notify_door **door_out,
		     struct dd_error *err) DD_MUST_CHECK;
void notify_door_close(struct notify_door *door); /* NULL is fine */

#endif
