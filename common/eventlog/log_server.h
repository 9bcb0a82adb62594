/* log_server.h - lets followers read the log, on a thread and a loop of its own. */
#ifndef DD_EVENTLOG_LOG_SERVER_H
#define DD_EVENTLOG_LOG_SERVER_H

#include "common/eventlog/eventlog.h"
#include "common/net/bus.h"

struct dd_log_server;

/* What decides who may see a record, taken from it once for all who ask. */
struct dd_log_facts {
	uint64_t subject; /* this and the type are for dd_log_visible alone */
	uint32_t type;
	bool everybodys;   /* every office may be concerned; otherwise only those ... */
	char units[2][32]; /* ... of these units */
};
/* Fill *facts_out, which is zeroed. Called on the server's thread. */
typedef void dd_log_look(void *arg, const struct dd_record *record, struct dd_log_facts *facts_out);

/* Which records a principal may see. Called on the server's thread with the undecoded header. No
 * office sees a record whose facts do not name its unit and do not say that it is everybody's.
 * `facts` is NULL where nobody has looked: for whoever is no office. */
typedef bool dd_log_visible(void *arg, const struct dd_principal *who,
			    const struct dd_record *record, const struct dd_log_facts *facts);

struct dd_log_server_options {
	struct dd_eventlog *log;             /* borrowed */
	struct dd_access *access;            /* borrowed; as in dd_bus_server_options */
	const struct dd_bus_listen *listens; /* endpoints, borrowed during open */
	int listen_count;
	dd_log_visible *visible; /* NULL = everything to everybody who may connect */
	dd_log_look *look;       /* NULL = each record may concern every office */
	void *arg;
	/* Somebody reads on behind record `after`, which is in the log. On the server's thread;
	 * NULL = nobody wants to know. */
	void (*on_read)(void *arg, const struct dd_principal *who, uint64_t after);
	void *on_read_arg;
};

/* Answers LogRead and Ping. One outstanding read per follower: a second replaces the first. An
 * office that waits at the head is answered when a record comes that may concern it; of what is
 * not its own it is told a second later, so that many offices do not cost much.
 * Followers at the head are served before those catching up. A `after` that is ahead of the log or
 * whose chain hash differs gets ERROR_POSITION. */
int dd_log_server_open(const struct dd_log_server_options *options,
		       struct dd_log_server **server_out, struct dd_error *err) DD_MUST_CHECK;
void dd_log_server_close(struct dd_log_server *server); /* joins the thread */
/* How many have read in the last two minutes. Any thread. */
unsigned dd_log_server_followers(struct dd_log_server *server);

#endif
