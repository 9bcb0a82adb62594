/* proc.h - programs started by a test and ended by it, by their process id. */
#ifndef TESTS_SUPPORT_PROC_H
#define TESTS_SUPPORT_PROC_H

#include <stdbool.h>
#include <sys/types.h>

#define TEST_PROC_RUNNING  (-1)
#define TEST_PROC_SIGNALED 1000 /* added to the signal's number */

struct test_proc {
	pid_t pid;
	int status;     /* TEST_PROC_RUNNING, exit code, or TEST_PROC_SIGNALED + signal */
	char *out_path; /* owned: where stdout goes */
	char *err_path; /* owned: where stderr goes */
};

/* Start argv[0] (a path, or found in PATH). `env` is NULL or a list of "NAME=value" ended by NULL,
 * put over our own environment. stdout and stderr go to <dir>/<name>.out and .err, appended. stdin
 * is empty. The kernel kills the child when the thread that started it ends. Returns false, with
 * words on stderr, if it cannot be started. */
bool test_proc_start(struct test_proc *proc, const char *dir, const char *name,
		     const char *const argv[], const char *const env[]);

/* Wait until the program's stderr (written since its start) has a line that contains `text`.
 * False if it ended before without it, or after `timeout_ms`. */
bool test_proc_wait_err(struct test_proc *proc, const char *text, int timeout_ms);
/* The same of its stdout. */
bool test_proc_wait_out(struct test_proc *proc, const char *text, int timeout_ms);

/* Wait for its end: the status, or TEST_PROC_RUNNING after `timeout_ms`. */
int test_proc_wait(struct test_proc *proc, int timeout_ms);

/* Send the signal to this process, by pid, if it still runs. */
void test_proc_signal(struct test_proc *proc, int signal_number);

/* kill -9 and wait. Fine if it has ended. */
void test_proc_kill(struct test_proc *proc);
/* SIGTERM, wait `timeout_ms`, kill -9 if that was not enough. The status. */
int test_proc_stop(struct test_proc *proc, int timeout_ms);

/* Kill if it runs; free. A zeroed struct is fine. */
void test_proc_fini(struct test_proc *proc);

/* Start, wait, and return the status; -2 if it cannot be started or did not end in time (it is
 * killed then). The output lies in <dir>/<name>.out and .err. */
int test_proc_run(const char *dir, const char *name, const char *const argv[],
		  const char *const env[], int timeout_ms);

#endif
