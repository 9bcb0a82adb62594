/* bench_zmtp.h - one connection of a DEALER that sends and takes messages of one frame. It speaks
 * ZMTP 3.0 without encryption over a plain socket and has no thread: a load that uses it costs two
 * system calls for all that one read brings. */
#ifndef BENCH_ZMTP_H
#define BENCH_ZMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_zmtp;

/* Connects to tcp://HOST:PORT or ipc://PATH and shakes hands, for at most 5 s. NULL with words on
 * stderr. The socket does not block afterwards. */
struct bench_zmtp *bench_zmtp_open(const char *endpoint);

/* NULL is fine. What was not flushed is lost. */
void bench_zmtp_close(struct bench_zmtp *peer);

int bench_zmtp_fd(const struct bench_zmtp *peer);

/* One message more that the next flush writes. */
void bench_zmtp_add(struct bench_zmtp *peer, const void *data, size_t len);

/* Writes what the system takes now. 0, or -1 with words on stderr. */
int bench_zmtp_flush(struct bench_zmtp *peer);

/* Something is left that waits until the socket can be written. */
bool bench_zmtp_waits(const struct bench_zmtp *peer);

/* Reads once; call bench_zmtp_next until it returns 0 before the next fill. 0, also if nothing was
 * there; -1 with words on stderr. */
int bench_zmtp_fill(struct bench_zmtp *peer);

/* 1: a message, valid until the next call of fill; 0: no whole one is left; -1 with words on
 * stderr. Commands are answered on the way, so flush afterwards. */
int bench_zmtp_next(struct bench_zmtp *peer, const uint8_t **data_out, size_t *len_out);

#endif
