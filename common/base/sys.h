/* sys.h - the one table through which the process reaches clock, files, sockets and randomness,
 * so that tests can fail any of them and a simulator can be the machine. */
#ifndef DD_BASE_SYS_H
#define DD_BASE_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Every function has the meaning and the error convention (-1 and errno) of the system call whose
 * name it bears. `ctx` is the table's own. */
struct dd_sys {
	void *ctx;
	int64_t (*wall_us)(void *ctx); /* UTC, microseconds since 1970 */
	int64_t (*mono_us)(void *ctx); /* never goes back */
	void (*random)(void *ctx, void *out, size_t len);

	int (*open)(void *ctx, const char *path, int flags, int mode); /* O_CLOEXEC is added */
	int (*close)(void *ctx, int fd);
	ssize_t (*pread)(void *ctx, int fd, void *out, size_t len, int64_t offset);
	ssize_t (*pwrite)(void *ctx, int fd, const void *data, size_t len, int64_t offset);
	int (*fdatasync)(void *ctx, int fd);
	int (*fsync)(void *ctx, int fd);
	int (*ftruncate)(void *ctx, int fd, int64_t size);
	int64_t (*size)(void *ctx, int fd); /* fstat's st_size */
	int (*mode)(void *ctx, int fd);     /* fstat's st_mode */
	int (*rename)(void *ctx, const char *from, const char *to);
	int (*unlink)(void *ctx, const char *path);
	int (*mkdir)(void *ctx, const char *path, int mode);
	/* Calls on_name(arg, name) for each entry but "." and "..", in no order. */
	int (*list)(void *ctx, const char *dir, void (*on_name)(void *arg, const char *name),
		    void *arg);
	int64_t (*free_bytes)(void *ctx,
			      const char *path); /* statvfs: what an ordinary user may take */

	/* zmq_msg_send and zmq_msg_recv; `msg` is a zmq_msg_t. Set by net, NULL before. */
	int (*sock_send)(void *ctx, void *msg, void *socket, int flags);
	int (*sock_recv)(void *ctx, void *msg, void *socket, int flags);
};

/* The table in force; the real machine unless a test or the trial clock put another in its place.
 */
const struct dd_sys *dd_sys(void);

/* Put `table` in force (borrowed; must outlive its use); NULL = the real machine. Before threads
 * are started. The real machine's table can be copied from dd_sys_real() and changed. */
void dd_sys_set(const struct dd_sys *table);
const struct dd_sys *dd_sys_real(void);

/* Hand net's socket functions to the real table. */
void dd_sys_set_sockets(int (*send)(void *, void *, void *, int),
			int (*recv)(void *, void *, void *, int));

/* The trial clock: from now on wall_us starts at `start_us` and runs at the usual pace. For trials
 * only; a real installation refuses it. dd_sys_trial() tells whether it is in force. */
void dd_sys_set_trial(int64_t start_us);
int dd_sys_trial(void);

#endif
