/* bench_start.c - a service started, asked once and ended. */
#include "tests/bench/bench_start.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/app/client.h"
#include "common/base/clock.h"

#define PATIENCE_US (120 * DD_SECOND_US)

/* What it says goes where our own errors go, away from the JSON. */
static pid_t spawn(char *const *argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execv(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	return pid;
}

/* A client that connects before there is a socket tries again only after a tenth of a second. */
static int wait_socket(const char *path, pid_t pid, int64_t until_us)
{
	const struct timespec nap = {.tv_nsec = 500000};

	while (access(path, F_OK) != 0) {
		if (dd_mono_us() > until_us || waitpid(pid, NULL, WNOHANG) == pid) {
			fprintf(stderr, "%s does not appear\n", path);
			return -1;
		}
		nanosleep(&nap, NULL);
	}
	return 0;
}

static int first_answer(const char *endpoint, uint64_t *head_out)
{
	struct dd_client_options options = {.endpoint = endpoint, .patience_ms = 60000};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus show = DONDOC__V1__SHOW_STATUS__INIT;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_client *client = NULL;
	struct dd_error err;
	int rc = dd_client_open(&options, &client, &err);

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &show;
	if (rc == DD_OK)
		rc = dd_client_query(client, &query, 0, &reply, &err);
	if (rc == DD_OK)
		*head_out = reply->answer->status->head->sequence;
	else
		fprintf(stderr, "%s\n", err.text);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return rc;
}

int bench_start(const char *endpoint, const char *label, char *const *argv)
{
	const char *path = endpoint + strlen("ipc://");
	int64_t began_us, took_us;
	uint64_t head = 0;
	pid_t pid;
	int rc;

	unlink(path);
	began_us = dd_mono_us();
	pid = spawn(argv);
	if (pid < 0)
		return 1;
	rc = wait_socket(path, pid, began_us + PATIENCE_US);
	if (rc == 0)
		rc = first_answer(endpoint, &head);
	took_us = dd_mono_us() - began_us;
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	if (rc != 0)
		return 1;
	printf("{\"measure\":\"%s\",\"events\":%" PRIu64 ",\"ms\":%.1f,\"events_per_s\":%.0f}\n",
	       label, head, (double)took_us / 1000.0, (double)head * 1e6 / (double)took_us);
	return 0;
}
