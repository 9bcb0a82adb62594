/* err.h - what went wrong, in few codes that differ in what the caller does, and words for people.
 */
#ifndef DD_BASE_ERR_H
#define DD_BASE_ERR_H

#define DD_MUST_CHECK        __attribute__((warn_unused_result))
#define DD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum dd_err {
	DD_OK = 0,
	DD_ERR_RETRY = -1,   /* temporary: the same call may succeed later */
	DD_ERR_REFUSED = -2, /* a rule or the peer said no: do not try again */
	DD_ERR_INVALID = -3, /* the input is malformed: drop or refuse it */
	DD_ERR_NOT_FOUND = -4,
	DD_ERR_CONFLICT = -5,    /* exists already, with other content */
	DD_ERR_FULL = -6,        /* no space: nothing was written, goes on when there is space */
	DD_ERR_CORRUPT = -7,     /* stored data is damaged: stop, name the place, change nothing */
	DD_ERR_IO = -8,          /* the machine failed: stop the process */
	DD_ERR_CLOSED = -9,      /* the other side or the object is gone */
	DD_ERR_UNSUPPORTED = -10 /* newer than we are, or not built in */
};

/* Words travel with a failure in a fixed-size box; the caller owns it. */
struct dd_error {
	int code; /* enum dd_err */
	char text[504];
};

/* Fill *err (NULL is fine) and return `code`, so that `return dd_fail(...)` reads well. */
int dd_fail(struct dd_error *err, int code, const char *fmt, ...) DD_PRINTF(3, 4);

/* Like dd_fail, with the words of errno `sys_errno` appended. ENOSPC and EDQUOT give DD_ERR_FULL
 * whatever `code` says. */
int dd_fail_errno(struct dd_error *err, int code, int sys_errno, const char *fmt, ...)
	DD_PRINTF(4, 5);

/* Put `fmt...: ` before the words that are in *err already; the code stays. Returns err->code. */
int dd_fail_context(struct dd_error *err, const char *fmt, ...) DD_PRINTF(2, 3);

/* "retry", "refused" ...: stable, for logs. */
const char *dd_err_name(int code);

#endif
