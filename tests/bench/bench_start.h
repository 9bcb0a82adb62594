/* bench_start.h - how long a service takes from its start to its first answer. */
#ifndef BENCH_START_H
#define BENCH_START_H

/* Starts argv[0] with its arguments, asks the ipc endpoint for its status as soon as that is there,
 * ends the program, and prints one line of JSON with the milliseconds and the events of the log.
 * 0, or 1 with words on stderr. */
int bench_start(const char *endpoint, const char *label, char *const *argv);

#endif
