/* asking.h - queries to a view that holds a history, for the tests of this folder. */
#ifndef TESTS_COMMON_VIEW_ASKING_H
#define TESTS_COMMON_VIEW_ASKING_H

#include "common/view/view_query.h"
#include "tests/common/view/viewing.h"

struct asked {
	struct view *view;
	struct history *h;
	int32_t today;
	const char *principal; /* who asks */
	struct dd_buf out;
	struct dd_error err;
};

static inline int record_of(void *arg, uint64_t sequence, struct dd_record *record_out)
{
	const struct history *h = ((struct asked *)arg)->h;

	for (size_t i = 0; i < h->frame_count; i++) {
		struct dd_frame_info info;
		struct dd_frame_iter iter;

		if (h->frames[i].after.sequence < sequence)
			continue;
		assert_int_equal(dd_frame_info(h->frames[i].buf.data, h->frames[i].buf.len, &info),
				 DD_OK);
		dd_frame_iter(&iter, h->frames[i].buf.data, &info);
		while (dd_frame_next(&iter, record_out)) {
			if (record_out->sequence == sequence)
				return DD_OK;
		}
	}
	return DD_ERR_NOT_FOUND;
}

static inline int ask(struct asked *asked, const Dondoc__V1__Query *query)
{
	struct view_query_context context = {
		.view = asked->view,
		.today = asked->today,
		.principal = asked->principal,
		.record = record_of,
		.arg = asked,
	};

	dd_buf_clear(&asked->out);
	return view_query(&context, query, &asked->out, &asked->err);
}

/* The answer, which must be one; the caller frees. */
static inline Dondoc__V1__Answer *answer(struct asked *asked, const Dondoc__V1__Query *query)
{
	Dondoc__V1__Answer *got;

	if (ask(asked, query) != DD_OK)
		fail_msg("%s", asked->err.text);
	got = dondoc__v1__answer__unpack(NULL, asked->out.len, asked->out.data);
	assert_non_null(got);
	assert_int_equal(got->view_sequence, view_position(asked->view)->sequence);
	return got;
}

static inline void let_go(Dondoc__V1__Answer *got)
{
	dondoc__v1__answer__free_unpacked(got, NULL);
}

static inline Dondoc__V1__Answer *list(struct asked *asked, Dondoc__V1__ListTasks *what)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = what;
	return answer(asked, &query);
}

static inline Dondoc__V1__Answer *count(struct asked *asked, Dondoc__V1__CountTasks *what)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = what;
	return answer(asked, &query);
}

static inline void begin_random(struct asked *asked, struct history *h, const char *dir,
				uint64_t seed)
{
	memset(asked, 0, sizeof(*asked));
	history_begin(h, seed);
	history_run(h, 4000);
	asked->h = h;
	asked->view = open_view(dir, true);
	asked->today = HISTORY_DAY0;
	replay_rest(asked->view, h);
	must(view_live(asked->view, &why));
}

static inline void end_asking(struct asked *asked, struct history *h)
{
	view_close(asked->view);
	dd_buf_fini(&asked->out);
	history_end(h);
}

#endif
