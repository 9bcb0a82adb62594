/* request_table.h - requests that wait for a reply: found by id, ended by deadline. Inside net
 * only.
 */
#ifndef DD_NET_REQUEST_TABLE_H
#define DD_NET_REQUEST_TABLE_H

#include "common/net/bus.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_waiting {
	uint64_t id;
	uint64_t due_ms; /* on the loop's clock */
	dd_bus_reply *on_reply;
	void *arg;
};

/* An initialiser of {0} is an empty table. */
struct dd_request_table {
	struct dd_request_node **buckets; /* owned; chained, by id */
	size_t bucket_count;              /* a power of two */
	struct dd_request_node **heap;    /* owned; the earliest deadline first */
	size_t count;
	size_t room;
	struct dd_request_node *spare; /* nodes to use again */
};

/* Frees; nothing is told to anybody. */
void dd_request_table_fini(struct dd_request_table *table);
/* The id must not be there (assert). */
void dd_request_table_add(struct dd_request_table *table, const struct dd_waiting *waiting);
/* Take out the one with this id; false if there is none. */
bool dd_request_table_take(struct dd_request_table *table, uint64_t id,
			   struct dd_waiting *waiting_out);
/* Take out the one with the earliest deadline, if that is at or before now_ms. */
bool dd_request_table_take_due(struct dd_request_table *table, uint64_t now_ms,
			       struct dd_waiting *waiting_out);
/* The earliest deadline; false when the table is empty. */
bool dd_request_table_next(const struct dd_request_table *table, uint64_t *due_ms_out);

#endif
