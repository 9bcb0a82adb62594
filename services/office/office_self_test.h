/* office_self_test.h - `dondoc-office --check`: whether this machine can do its work, point by
 * point, in words for whoever set it up. */
#ifndef OFFICE_SELF_TEST_H
#define OFFICE_SELF_TEST_H

#include "common/base/err.h"

/* Prints one line a point. 0: all is well, or only the centre could not be reached just now.
 * Negative: the first point that a person must mend. `settings` is a struct office_config. */
int office_self_test(const void *settings, struct dd_error *err) DD_MUST_CHECK;

#endif
