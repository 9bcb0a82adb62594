/* fake_clock.c - the clock that a test moves. Threads under test may read it at any time. */
#include "tests/support/fake_clock.h"

#include "common/base/clock.h"
#include "common/base/sys.h"
#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* One clock per test program. */
static struct {
	struct dd_sys table;
	const struct dd_sys *before;
	_Atomic int64_t wall_us;
	_Atomic int64_t mono_us;
} fake;

static int64_t fake_wall_us(void *ctx)
{
	(void)ctx;
	return atomic_load(&fake.wall_us);
}

static int64_t fake_mono_us(void *ctx)
{
	(void)ctx;
	return atomic_load(&fake.mono_us);
}

void test_clock_start(int64_t wall_us)
{
	fake.before = dd_sys();
	fake.table = *fake.before;
	fake.table.wall_us = fake_wall_us;
	fake.table.mono_us = fake_mono_us;
	atomic_store(&fake.wall_us, wall_us);
	atomic_store(&fake.mono_us, INT64_C(3600) * DD_SECOND_US);
	dd_sys_set(&fake.table);
}

void test_clock_end(void)
{
	dd_sys_set(fake.before == dd_sys_real() ? NULL : fake.before);
}

void test_clock_advance(int64_t us)
{
	assert(us >= 0);
	atomic_fetch_add(&fake.wall_us, us);
	atomic_fetch_add(&fake.mono_us, us);
}

void test_clock_set_wall(int64_t wall_us)
{
	atomic_store(&fake.wall_us, wall_us);
}

int64_t test_time(const char *text)
{
	int64_t us = 0;

	if (dd_time_parse(text, &us) != 0) {
		fprintf(stderr, "test support: not a time: %s\n", text);
		abort();
	}
	return us;
}

int32_t test_day(const char *text)
{
	int32_t day = 0;

	if (dd_day_parse(text, &day) != 0) {
		fprintf(stderr, "test support: not a day: %s\n", text);
		abort();
	}
	return day;
}
