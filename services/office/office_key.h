/* office_key.h - the office's own key: looked at now and then, as `dondoc office rotate` and `join`
 * put another one in its place. */
#ifndef OFFICE_KEY_H
#define OFFICE_KEY_H

#include "services/office/office.h"

struct office_key;

/* Begins to look; office->key is the one in use. `office` is borrowed. */
struct office_key *office_key_open(struct office *office);
void office_key_close(struct office_key *key); /* NULL is fine */

#endif
