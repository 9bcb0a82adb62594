/* task_admission.h - the door follows the log: which keys open it is a projection of the events
 * about them, told to the access control from memory. No file is written, so no disk that is full
 * and no kill between an event and a file can let anybody in or keep anybody out. Files that a
 * person put into offices_dir count beside it; what the log revokes, no file opens. */
#ifndef TASK_ADMISSION_H
#define TASK_ADMISSION_H

#include "common/base/buf.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "dondoc/v1/query.pb-c.h"

struct task_admission {
	struct view *view;        /* borrowed */
	struct dd_access *access; /* borrowed */
	bool told;
	uint64_t seen;    /* the last event about keys that the door knows */
	int64_t next_us;  /* when the next key ends by its date; 0 = none does */
	int64_t again_us; /* monotonic: looked at anew by then, whatever the clock does */
	/* What an invitation says of the centre; borrowed, NULL or empty = nothing. */
	char centre_key[41];
	const char *address, *listen, *listen_log;
};

/* Tell the door, before it opens. */
void task_admission_begin(struct task_admission *admission, struct view *view,
			  struct dd_access *access);
/* Once a turn: cheap where nothing has changed. Only what is durable counts. */
void task_admission_turn(struct task_admission *admission);
/* Once a second: keys end by their dates. */
void task_admission_tick(struct task_admission *admission);

/* Keys in words, newest first. Fill with task_key_rows_read; free with task_key_rows_free. */
struct task_key_rows {
	Dondoc__V1__OfficeKeyRow **rows; /* owned */
	size_t count, cap;
	bool cut;
};
/* Those of `unit` ("" = all), of the log and of files; `with_past`: also those that are over;
 * `name`: only those whose id begins so or whose text it is ("" = all). */
struct task_key_filter {
	const char *unit, *name;
	bool with_past;
};
void task_key_rows_read(const struct task_admission *admission,
			const struct task_key_filter *filter, struct task_key_rows *out);
void task_key_rows_free(struct task_key_rows *rows);

/* The answer to ListOfficeKeys, packed; appended. */
void task_admission_answer(const struct task_admission *admission,
			   const Dondoc__V1__ListOfficeKeys *list, struct dd_buf *answer_out);

#endif
