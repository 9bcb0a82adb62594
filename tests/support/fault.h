/* fault.h - the machine, failing where a test says. A table around the real one (or around another)
 * that counts calls and lets chosen ones fail, cut short, or end the process. */
#ifndef TESTS_SUPPORT_FAULT_H
#define TESTS_SUPPORT_FAULT_H

#include "common/base/sys.h"

enum test_op {
	TEST_OPEN = 0,
	TEST_CLOSE,
	TEST_PREAD,
	TEST_PWRITE,
	TEST_FDATASYNC,
	TEST_FSYNC,
	TEST_FTRUNCATE,
	TEST_SIZE,
	TEST_MODE,
	TEST_RENAME,
	TEST_UNLINK,
	TEST_MKDIR,
	TEST_LIST,
	TEST_FREE_BYTES,
	TEST_OP_COUNT
};

enum test_fault_kind {
	TEST_FAIL,  /* -1 and errno; nothing is done */
	TEST_SHORT, /* pread and pwrite: half of the bytes (at least one), then success */
	TEST_TEAR,  /* pwrite: half of the bytes are written, then -1 and errno */
	TEST_DIE    /* pwrite: half of the bytes; others: nothing; then _exit(errno) */
};

/* Put the failing machine in force; no faults yet, counters at 0. `under` is the table that does
 * the work; NULL = the real machine. Counting is exact from several threads too. */
void test_fault_start(const struct dd_sys *under);
/* The table that was in force before test_fault_start() is again. */
void test_fault_end(void);

/* The n-th call of `op` from now on (1 = the next), and `times` - 1 after it, fail so. One fault
 * per op at a time; times 0 takes it away. */
void test_fault_set(enum test_op op, enum test_fault_kind kind, long n, long times, int sys_errno);

/* The n-th call from now on of any op that changes the disk (open with O_CREAT, pwrite, fdatasync,
 * fsync, ftruncate, rename, unlink, mkdir) and all after it fail so: the disk is gone, or the
 * process. n 0 takes it away. */
void test_fault_any_write(enum test_fault_kind kind, long n, int sys_errno);

/* Calls since test_fault_start(), failed ones too. */
long test_fault_count(enum test_op op);
/* Of those that change the disk. */
long test_fault_write_count(void);
/* What free_bytes answers from now on; -1 = what the machine says. */
void test_fault_free_bytes(int64_t bytes);

#endif
