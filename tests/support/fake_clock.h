/* fake_clock.h - a clock that stands still until a test moves it; the rest is the machine that was
 * in force. */
#ifndef TESTS_SUPPORT_FAKE_CLOCK_H
#define TESTS_SUPPORT_FAKE_CLOCK_H

#include <stdint.h>

/* Put the clock in force: wall at `wall_us`, monotonic at one hour. */
void test_clock_start(int64_t wall_us);
/* The machine from before is in force again. */
void test_clock_end(void);

/* Both clocks go on. Not backwards. */
void test_clock_advance(int64_t us);
/* The wall clock jumps, also backwards; the monotonic one stays. */
void test_clock_set_wall(int64_t wall_us);

/* "2026-10-14 08:10" (local) and what else dd_time_parse takes; ends the program on others. */
int64_t test_time(const char *text);
/* "2026-10-14" as a day; ends the program on others. */
int32_t test_day(const char *text);

#endif
