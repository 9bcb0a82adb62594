/* proc.c - starting, watching and ending programs. */
#include "tests/support/proc.h"

#include "tests/support/tmpdir.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 5

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void rest(void)
{
	struct timespec step = {0, STEP_MS * 1000000L};

	nanosleep(&step, NULL);
}

static void redirect(const char *path, int flags, int to)
{
	int fd = open(path, flags, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		_exit(126);
	if (fd != to)
		close(fd);
}

/* putenv and execvp take what they do not change as if they did. */
static char *unconst(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

static _Noreturn void child(const struct test_proc *proc, const char *const argv[],
			    const char *const env[], pid_t parent)
{
	char *const *args;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	redirect("/dev/null", O_RDONLY, STDIN_FILENO);
	redirect(proc->out_path, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
	redirect(proc->err_path, O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
	for (; env != NULL && *env != NULL; env++)
		putenv(unconst(*env));
	memcpy(&args, &argv, sizeof(args));
	execvp(argv[0], args);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool test_proc_start(struct test_proc *proc, const char *dir, const char *name,
		     const char *const argv[], const char *const env[])
{
	pid_t parent = getpid();

	memset(proc, 0, sizeof(*proc));
	proc->status = TEST_PROC_RUNNING;
	if (asprintf(&proc->out_path, "%s/%s.out", dir, name) < 0 ||
	    asprintf(&proc->err_path, "%s/%s.err", dir, name) < 0)
		abort();
	/* What an earlier program of this name wrote must not be taken for the new one's. */
	test_write_file(proc->out_path, "", 0);
	test_write_file(proc->err_path, "", 0);
	proc->pid = fork();
	if (proc->pid == 0)
		child(proc, argv, env, parent);
	if (proc->pid < 0)
		perror("test support: fork");
	return proc->pid > 0;
}

/* Look, without waiting, whether it has ended. */
static int look(struct test_proc *proc)
{
	int raw;

	if (proc->pid <= 0 || proc->status != TEST_PROC_RUNNING)
		return proc->status;
	if (waitpid(proc->pid, &raw, WNOHANG) != proc->pid)
		return TEST_PROC_RUNNING;
	proc->status = WIFEXITED(raw) ? WEXITSTATUS(raw) : TEST_PROC_SIGNALED + (int)WTERMSIG(raw);
	return proc->status;
}

/* Whole lines only, so that what is waited for is there to its end. */
static bool has_line(const char *path, const char *text)
{
	char *content = test_read_file(path, NULL);
	char *end = content != NULL ? strrchr(content, '\n') : NULL;
	bool found = false;

	if (end != NULL) {
		*end = '\0';
		found = strstr(content, text) != NULL;
	}
	free(content);
	return found;
}

static bool wait_line(struct test_proc *proc, const char *path, const char *text, int timeout_ms)
{
	int64_t until = now_ms() + timeout_ms;

	for (;;) {
		bool ended = look(proc) != TEST_PROC_RUNNING;

		if (has_line(path, text))
			return true;
		if (ended || now_ms() >= until)
			return false;
		rest();
	}
}

bool test_proc_wait_err(struct test_proc *proc, const char *text, int timeout_ms)
{
	return wait_line(proc, proc->err_path, text, timeout_ms);
}

bool test_proc_wait_out(struct test_proc *proc, const char *text, int timeout_ms)
{
	return wait_line(proc, proc->out_path, text, timeout_ms);
}

int test_proc_wait(struct test_proc *proc, int timeout_ms)
{
	int64_t until = now_ms() + timeout_ms;

	while (look(proc) == TEST_PROC_RUNNING && now_ms() < until)
		rest();
	return proc->status;
}

void test_proc_signal(struct test_proc *proc, int signal_number)
{
	/* Not yet waited for, so the pid is still this process and no other. */
	if (proc->pid > 0 && look(proc) == TEST_PROC_RUNNING)
		kill(proc->pid, signal_number);
}

void test_proc_kill(struct test_proc *proc)
{
	test_proc_signal(proc, SIGKILL);
	if (proc->pid > 0)
		test_proc_wait(proc, 60000);
}

int test_proc_stop(struct test_proc *proc, int timeout_ms)
{
	test_proc_signal(proc, SIGTERM);
	if (test_proc_wait(proc, timeout_ms) == TEST_PROC_RUNNING)
		test_proc_kill(proc);
	return proc->status;
}

void test_proc_fini(struct test_proc *proc)
{
	if (proc->pid > 0)
		test_proc_kill(proc);
	free(proc->out_path);
	free(proc->err_path);
	memset(proc, 0, sizeof(*proc));
}

int test_proc_run(const char *dir, const char *name, const char *const argv[],
		  const char *const env[], int timeout_ms)
{
	struct test_proc proc;
	int status = -2;

	if (test_proc_start(&proc, dir, name, argv, env))
		status = test_proc_wait(&proc, timeout_ms);
	test_proc_fini(&proc);
	return status == TEST_PROC_RUNNING ? -2 : status;
}
