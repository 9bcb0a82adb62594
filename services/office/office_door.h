/* office_door.h - the local door: requests of people's programs on this machine. Reports go to the
 * engine; questions about the office are answered here, those about tasks and plans from the
 * office's own view; what only the centre has is asked there. */
#ifndef OFFICE_DOOR_H
#define OFFICE_DOOR_H

#include "services/office/office.h"

/* Listens on ipc://<run_dir>/office-<unit>/local/bus. `office` is borrowed; its other parts are
 * there already. */
int office_door_open(struct office *office, struct office_door **door_out,
		     struct dd_error *err) DD_MUST_CHECK;
void office_door_close(struct office_door *door); /* NULL is fine */
/* The office's view has moved: questions may wait for that. NULL is fine. */
void office_door_moved(struct office_door *door);

#endif
