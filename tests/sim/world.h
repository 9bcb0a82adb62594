/* world.h - the centre, twenty offices, their clients, an operator and the network between them, in
 * virtual time. Everything that happens follows from the seed.
 *
 *   client -> node (an office's engine and outbox) -> network -> centre (the task engine, its log
 * and view) -> network -> node; the operator talks to the centre directly. trouble.c breaks all of
 * it at random for a while and then heals it; judge.c looks at what is left. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "common/base/alloc.h"
#include "services/office/office_core.h"
#include "services/task/task_engine.h"
#include "services/task/task_query.h"
#include "tests/sim/machine.h"

#define WORLD_OFFICES 20
#define WORLD_REPORTS 24 /* at most, of each office */
#define WORLD_SECOND  INT64_C(1000000)

enum event_kind {
	EVENT_TO_CENTRE,
	EVENT_TO_NODE,
	EVENT_TIMEOUT, /* of a node's request */
	EVENT_WAKE,    /* of a node's engine */
	EVENT_LINK,    /* a node's connection is there again */
	EVENT_NODE_START,
	EVENT_CLIENT, /* of a node has something to report */
	EVENT_CENTRE_START,
	EVENT_TURN,   /* of the task engine */
	EVENT_COMMIT, /* its batch is being flushed */
	EVENT_TICK,   /* once a second, at the centre */
	EVENT_OPERATOR,
	EVENT_TROUBLE,
	EVENT_END_FULL,
	EVENT_END_PARTITION,
};

struct event {
	int64_t at_us;
	uint64_t order; /* of what happens at the same time */
	enum event_kind kind;
	uint32_t node;
	uint32_t life; /* of the process it belongs to: another one never sees it */
	uint64_t id;
	uint8_t *data; /* owned */
	size_t len;
};

/* What a client was told is saved, and what must come of it. */
enum fate { FATE_ACCEPTED, FATE_REFUSED, FATE_EITHER, FATE_WITHDRAWN };
struct saved {
	uint8_t digest[DD_HASH_LEN];
	enum fate fate;
};

struct node {
	uint32_t index;
	struct dd_principal who;
	uint64_t tasks[2]; /* own: the first is never closed */
	char *dir;         /* owned */
	struct office_outbox *outbox;
	struct office_core *core; /* NULL = the process is down */
	uint32_t life;
	bool partitioned;
	int die_after; /* messages that still leave before the process is killed; -1 = it lives */
	int64_t skew_us;
	int64_t wake_us;   /* the earliest wake that is planned; 0 = none */
	uint64_t *pending; /* owned: requests without an answer yet */
	size_t pending_count, pending_cap;
	uint8_t client[DD_ID_LEN];
	uint32_t wants; /* how many reports its client makes */
	struct saved saved[WORLD_REPORTS];
	uint32_t saved_count;
	/* An old copy of its outbox was put back: reports that the centre had accepted after the
	 * copy was made, of which the outbox no longer knows. */
	bool restored;
	uint32_t forgotten;
	uint32_t copied;      /* how many reports the copy had */
	uint64_t put_back_at; /* the log's head when it was put back */
};

struct centre {
	char *dir; /* owned: of view and files */
	char *view_dir, *files_dir;
	struct dd_eventlog *log; /* NULL = the process is down */
	struct view *view;
	struct dd_files *files;
	struct task_engine *engine;
	struct task_query_source source;
	struct dd_arena arena;
	struct dd_buf answer;
	uint32_t life;
	bool turn_planned, commit_planned;
	/* The next batch becomes durable and the process is killed before anybody is told. */
	bool dies_before_replies;
};

/* The operator works at two desks, each with a stream of its own: decisions, which a doubtful clock
 * may hold up, and the clock. At each one command at a time, sent again until there is a final
 * answer. */
enum { DESK_DECISIONS, DESK_CLOCK, DESK_COUNT };
struct operator_desk {
	uint8_t stream[DD_ID_LEN];
	uint64_t number; /* of the command in `body`, or of the last one */
	uint8_t body[512];
	size_t len; /* 0 = nothing waits */
};

struct world_stats {
	uint64_t reports, refused, withdrawn;
	uint64_t kills, power_losses, office_kills;
	uint64_t sent, lost, full, jumps, flush_failures, batches;
	uint64_t restored, replayed;
};

struct world {
	uint64_t seed;
	struct machine machine;
	struct sim_random random;
	struct event *events; /* owned: a heap */
	size_t event_count, event_cap;
	uint64_t order;
	uint64_t ids;
	struct centre centre;
	struct node nodes[WORLD_OFFICES];
	struct operator_desk desks[DESK_COUNT];
	unsigned loss, twice; /* of 100 messages */
	int64_t delay_us;
	bool healed;
	int64_t tempo; /* people do so many times less: 1, but in a long outage */
	/* Messages to the centre as somebody on the line kept them (outage.c). */
	struct event *captured; /* owned, with their data */
	size_t captured_count;
	bool capturing;
	/* A wrong clock was believed, by the operator or by a start: times in the log may be. */
	bool time_confused;
	struct world_stats stats;
};

/* world.c: time, events, the network. */
struct world *world_new(uint64_t seed, const char *dir, bool lying_disk);
void world_free(struct world *world);
/* Live through the troubles until all has converged. */
void world_run(struct world *world);
/* One step of it; whether nothing is left to be done; ends the process when that takes too long
 * after `since_us`. */
void world_step(struct world *world);
bool world_converged(const struct world *world);
void world_converge(struct world *world, int64_t since_us);
/* The centre's second and the operator's work begin. */
void world_begin(struct world *world);
uint64_t world_random(struct world *world, uint64_t below);
bool world_chance(struct world *world, unsigned of_100);
/* A copy of `event` happens after `delay_us`. */
void world_plan(struct world *world, const struct event *event, int64_t delay_us);
/* Drop what is on its way. */
void world_drop_messages(struct world *world);
/* Put a message on the network: EVENT_TO_CENTRE or EVENT_TO_NODE. */
void world_send(struct world *world, const struct event *event, const uint8_t *data, size_t len);
/* The world is not as it must be: say why and end the process. */
_Noreturn void world_fail(const struct world *world, const char *fmt, ...) DD_PRINTF(2, 3);

/* centre.c */
void centre_init(struct world *world, const char *dir);
void centre_fini(struct world *world);
/* False: it could not start because of the trouble; it is tried again by itself. */
bool centre_open(struct world *world);
void centre_close(struct world *world);
void centre_crash(struct world *world, bool power_loss);
void centre_on_message(struct world *world, const struct event *event);
void centre_on_turn(struct world *world);
void centre_on_commit(struct world *world);
void centre_on_tick(struct world *world);
void centre_plan_turn(struct world *world, int64_t delay_us);
/* A projection that is not there after all. */
void centre_lose_view(struct world *world);

/* operator.c */
#define WORLD_DESK_LISTEN 1 /* peer.listen of the operator's tickets: this and the desk */
void operator_import(struct world *world);
void operator_work(struct world *world);
bool operator_waits(const struct world *world);
void operator_on_reply(struct world *world, const struct task_ticket *ticket,
		       const Dondoc__V1__SubmitReply *reply);

/* node.c */
void node_init(struct world *world, uint32_t index, const char *dir);
void node_fini(struct world *world, struct node *node);
void node_open(struct world *world, struct node *node);
void node_crash(struct world *world, struct node *node);
void node_link(struct world *world, struct node *node, bool up);
/* The process ends and stays down. */
void node_close(struct node *node);
void node_on_event(struct world *world, const struct event *event);
bool node_settled(const struct node *node);

/* trouble.c */
void trouble_begin(struct world *world);
void trouble_on_event(struct world *world, const struct event *event);
void trouble_heal(struct world *world);

/* outage.c: three days without a line for all offices, some outboxes restored from old copies, and
 * at the end all that was sent before the outage comes once more. */
#define OUTAGE_CAPTURED 2000
void outage_run(struct world *world);
void outage_capture(struct world *world, const struct event *event, const uint8_t *data,
		    size_t len);

/* judge.c: ends the process if anything is wrong. The chain hash of the log goes to `chain_out`. */
void judge(struct world *world, uint8_t chain_out[DD_HASH_LEN]);

#endif
