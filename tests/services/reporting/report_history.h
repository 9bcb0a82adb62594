/* report_history.h - view and ledger fed with a random history, as the service feeds them. */
#ifndef TESTS_SERVICES_REPORTING_REPORT_HISTORY_H
#define TESTS_SERVICES_REPORTING_REPORT_HISTORY_H

#include "services/reporting/report_data.h"
#include "tests/common/view/asking.h"

struct fed {
	char *dir; /* owned */
	struct view *view;
	struct report_ledger *ledger;
};

static inline void fed_open(struct fed *fed, const char *name)
{
	char view_dir[600], ledger_dir[600];

	snprintf(view_dir, sizeof(view_dir), "%s/%s-view", fed->dir, name);
	snprintf(ledger_dir, sizeof(ledger_dir), "%s/%s-ledger", fed->dir, name);
	fed->view = open_view(view_dir, true);
	must(report_ledger_open(ledger_dir, UINT64_C(1) << 30, &fed->ledger, &why));
}

static inline void fed_close(struct fed *fed)
{
	report_ledger_close(fed->ledger);
	view_close(fed->view);
}

static inline void feed(struct fed *fed, const struct history_frame *frame)
{
	struct dd_frame_info info;

	must(dd_frame_info(frame->buf.data, frame->buf.len, &info));
	must(view_replay(fed->view, frame->buf.data, &info, &frame->after, &why));
	must(report_ledger_note(fed->ledger, fed->view, frame->buf.data, &info, &frame->after,
				&why));
}

static inline void fed_settle(struct fed *fed)
{
	must(report_ledger_commit(fed->ledger, &why));
	must(view_flush(fed->view, &why));
}

/* The frames from `from` up to but without `to`. */
static inline void feed_frames(struct fed *fed, const struct history *h, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		feed(fed, &h->frames[i]);
		if (i % 7 == 0)
			fed_settle(fed);
	}
	fed_settle(fed);
}

static inline void make(struct fed *fed, const char *plan, int32_t day, struct report *report)
{
	struct report_ask ask = {.plan = plan, .as_of_day = day};

	must(report_ledger_at_day(fed->ledger, day, &ask.position, &why));
	ask.known = ask.position.sequence; /* as a report that is issued */
	must(report_make(fed->ledger, fed->view, &ask, report, &why));
}

static inline void make_json(struct fed *fed, const char *plan, int32_t day, struct dd_buf *out)
{
	struct report report;

	make(fed, plan, day, &report);
	dd_buf_clear(out);
	report_json(&report, out);
	report_fini(&report);
}

#endif
