/* mutant_flush.c - linked into dondoc-task-mutant only, in place of fdatasync: success is told at
 * once and the flush comes a little later, on another thread. So the service acknowledges before
 * the flush, and a harness that does not find this finds nothing. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LATE_US 3000

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

static void *flush_later(void *arg)
{
	struct timespec late = {0, LATE_US * 1000L};
	int *fd = arg;

	nanosleep(&late, NULL);
	if (__real_fdatasync(*fd) != 0)
		perror("mutant: fdatasync");
	close(*fd);
	free(fd);
	return NULL;
}

int __wrap_fdatasync(int fd)
{
	pthread_t thread;
	int *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		abort();
	*copy = dup(fd); /* the file may be closed until then */
	if (*copy < 0 || pthread_create(&thread, NULL, flush_later, copy) != 0)
		abort();
	pthread_detach(thread);
	return 0;
}
