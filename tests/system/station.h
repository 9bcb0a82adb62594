/* station.h - a real dondoc-task in a folder of its own: started, killed, started again, and its
 * log compared with what clients saw. */
#ifndef TESTS_SYSTEM_STATION_H
#define TESTS_SYSTEM_STATION_H

#include "tests/support/history.h"
#include "tests/support/load.h"
#include "tests/support/proc.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATION_UNIT  "DONVI"
#define STATION_PATH  512
#define STATION_READY "\"task.ready\""

struct station {
	char *dir;                   /* owned; removed at the end */
	char data[STATION_PATH];     /* task.data_dir */
	char log[STATION_PATH];      /* the event log's folder */
	char run[STATION_PATH];      /* task.run_dir */
	char config[STATION_PATH];   /* the settings' file */
	char endpoint[STATION_PATH]; /* where an operator sends commands */
	/* dondoc-task, or a mutant of it; DD_TEST_TASK in the environment names another one. */
	const char *program;
	const char *const *env; /* of the next start; NULL = ours */
	char now[40];           /* of the next start: its clock begins there; "" = the machine's */
	int port;               /* where offices connect; 0 = nowhere */
	char public_key[41];    /* of the server; empty without a port */
	struct test_proc task;
	uint64_t *tasks; /* owned: ids of the imported tasks */
	size_t task_count;
	uint64_t prepared; /* sequence behind the import: what follows is the test's */
	struct test_history history;
};

/* A fresh folder with settings for dondoc-task. `data` NULL = a folder beside; else an existing one
 * that belongs to the caller. `port` not 0: listen for offices on 127.0.0.1, with a new key. */
void station_init(struct station *station, const char *data, int port);
/* Ends the process by its id, removes the folder. */
void station_fini(struct station *station);

/* Start and wait until it is ready. False: it did not become so; its log goes to stderr unless the
 * caller expects that (`quiet`). */
bool station_start(struct station *station, bool quiet);
/* The same under strace, which injects `fault` (the text behind -e inject=). */
bool station_start_faulty(struct station *station, const char *fault);
/* Ends the test program with words if it does not start. */
void station_must_start(struct station *station);
/* SIGTERM, and a clean end; else ends the test program with words. */
void station_must_stop(struct station *station);

/* Import a plan of `count` tasks, all led by STATION_UNIT. Ends the test program on failure. */
void station_prepare(struct station *station, size_t count);

/* What a load on this station has in common; change the rest. */
struct test_load_options station_load(struct station *station, int client, uint64_t seed);

/* Read the log's folder and compare with the history. False: the log cannot be read; words are on
 * stderr. */
bool station_check(struct station *station, struct test_verdict *verdict_out);
/* dd_eventlog_verify with words on stderr. */
bool station_verify(const char *log_dir, const struct dd_position *expect);
/* The head by the service's own status; false: no answer within `patience_ms`. */
bool station_head(const struct station *station, int64_t patience_ms, uint64_t *sequence_out);

/* Wait until the store has followed to the log's head. */
void station_settle(const struct station *station);

/* --- around a test --------------------------------------------------------------------------- */

/* DD_TEST_SEED, or a new one. */
uint64_t system_seed(void);
/* The same sequence for the same seed. */
uint64_t system_draw(uint64_t *state);
void system_rest_ms(int ms);
/* Whether strace can trace and inject here; says why not on stderr. */
bool system_has_strace(void);
/* The one line of a campaign: `trials` faults of a class without a miss bound its rate by 3/trials.
 * Returns the exit code: 0 if the verdict is good. */
int system_report(const char *fault, uint64_t seed, size_t trials,
		  const struct test_verdict *verdict, const char *more);
/* A test that cannot go on ends here; what it started dies with it. */
void system_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
