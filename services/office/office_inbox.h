/* office_inbox.h - a folder into which people drop filled reporting sheets. A file that has come to
 * rest is read, its rows go into the outbox, and it is moved to da-nhan/ with its answer beside it;
 * what is no sheet goes to loi/ with a text that says what helps. Once the centre has decided, the
 * answer is written anew. A file that is handed in again after a crash has no second effect: the
 * centre knows each row. */
#ifndef OFFICE_INBOX_H
#define OFFICE_INBOX_H

#include "services/office/office.h"

struct office_inbox;

/* NULL where setting office.inbox is empty. Borrows `office`, whose engine is there already. */
struct office_inbox *office_inbox_open(struct office *office);
void office_inbox_close(struct office_inbox *inbox); /* NULL is fine */

/* Files that wait for their turn; what keeps sheets from being taken, in words, "" = nothing. NULL
 * is fine. */
size_t office_inbox_waiting(const struct office_inbox *inbox);
const char *office_inbox_trouble(const struct office_inbox *inbox);

#endif
