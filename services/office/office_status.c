/* office_status.c - see office_status.h. */
#include "services/office/office_status.h"

#include "common/app/app.h"
#include "common/base/clock.h"
#include "common/base/sys.h"
#include "common/eventlog/position.h"
#include "services/office/office_desk.h"
#include "services/office/office_evidence_list.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOTICE_SHOWN_US (7 * DD_DAY_US)
#define HOUR_US         (3600 * DD_SECOND_US)
#define LIMIT_DEFAULT   100
#define LIMIT_MOST      1000

/* protobuf-c has no const texts; it does not write to these. */
static char *text_of(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {.in = text};

	return both.out;
}

static const char *link_name(const struct office_core_status *core)
{
	if (core->denied || core->link == DD_LINK_DENIED)
		return "denied";
	return core->link == DD_LINK_UP ? "up" : "connecting";
}

static void add_metric(struct office_status *out, const char *name, double value)
{
	const size_t at = out->status.n_metrics++;

	dondoc__v1__metric__init(&out->metrics[at]);
	out->metrics[at].name = text_of(name);
	out->metrics[at].value = value;
	out->metric_list[at] = &out->metrics[at];
}

static double age_s(int64_t now_us, int64_t then_us)
{
	return then_us == 0 || then_us > now_us ? 0 : (double)(now_us - then_us) / 1e6;
}

/* Add a sentence to the health. */
static void tell(struct office_status *out, const char *words)
{
	const size_t used = strlen(out->health);

	out->status.healthy = false;
	(void)snprintf(out->health + used, sizeof(out->health) - used, "%s%s", used > 0 ? " " : "",
		       words);
}

/* Reports carry the own clock's time; what is shown goes by the centre's. */
static void judge_clock(const struct office_clock *clock, struct office_status *out)
{
	int64_t ahead_us, age_us, off_us;
	char words[240];

	if (clock == NULL || !office_clock_ahead(clock, &ahead_us, &age_us))
		return;
	off_us = ahead_us < 0 ? -ahead_us : ahead_us;
	if (off_us < OFFICE_CLOCK_OFF_US)
		return;
	(void)snprintf(words, sizeof(words),
		       "This machine's clock is %" PRId64 " h %" PRId64
		       " min %s the centre's (as of %" PRId64
		       " min ago): set it (timedatectl), or times of reports are doubtful; what is "
		       "late is shown by the centre's clock.",
		       off_us / HOUR_US, off_us % HOUR_US / (60 * DD_SECOND_US),
		       ahead_us > 0 ? "ahead of" : "behind", age_us / (60 * DD_SECOND_US));
	tell(out, words);
}

static void judge_health(const struct office_status_source *source,
			 const struct office_core_status *core, struct office_status *out)
{
	struct office_notice notice;
	char words[OFFICE_REASON_TEXT + 160];

	out->status.healthy = true;
	if (core->disk_full)
		tell(out, "The disk is full: reports are not taken; free space in "
			  "office.data_dir.");
	if (core->link == DD_LINK_DENIED)
		tell(out, "The centre does not admit this office's key: have it admitted there "
			  "(offices_dir), reports wait here.");
	if (core->denied) {
		(void)snprintf(words, sizeof(words),
			       "The centre refuses this office as a sender (%s): reports wait "
			       "here; speak with the centre.",
			       core->trouble);
		tell(out, words);
	}
	if (!core->sending)
		tell(out, "Sending is switched off (office.send): reports wait here.");
	if (source->files != NULL) {
		struct office_files_status files;
		char evidence[OFFICE_EVIDENCE_TEXT];

		office_files_status(source->files, &files);
		office_evidence_health(&files, evidence);
		if (evidence[0] != '\0')
			tell(out, evidence);
	}
	if (source->follow_trouble[0] != '\0')
		tell(out, source->follow_trouble);
	if (source->tasks_trouble[0] != '\0')
		tell(out, source->tasks_trouble);
	if (office_replica_trouble(source->replica)[0] != '\0')
		tell(out, office_replica_trouble(source->replica));
	judge_clock(source->clock, out);
	if (source->inbox_trouble != NULL && source->inbox_trouble[0] != '\0')
		tell(out, source->inbox_trouble);
	if (office_outbox_notice(source->outbox, &notice) == 0 &&
	    source->now_us - notice.at_us < NOTICE_SHOWN_US) {
		char when[DD_TIME_TEXT];

		(void)snprintf(words, sizeof(words), "%s: %s", dd_time_local(notice.at_us, when),
			       notice.text);
		tell(out, words);
	}
	if (out->status.healthy)
		(void)snprintf(out->health, sizeof(out->health), "ok");
}

/* How far the copy goes, in the centre's log: clients say with it what they had seen. */
static void tell_head(const struct office_replica *replica, struct office_status *out)
{
	out->head = *office_replica_at(replica);
	out->status.view_sequence = out->head.sequence;
	if (out->head.sequence == 0 || !office_replica_ready(replica))
		return;
	dd_position_to_pb(&out->head, &out->head_pb);
	out->status.head = &out->head_pb;
}

static void add_files(const struct office_files *files, struct office_status *out)
{
	struct office_files_status status;

	if (files == NULL)
		return;
	office_files_status(files, &status);
	add_metric(out, "evidence_waiting", (double)status.waiting);
	add_metric(out, "evidence_bytes_left", (double)status.left);
	add_metric(out, "evidence_bytes_sent", (double)status.sent);
	add_metric(out, "evidence_parked", (double)status.parked);
}

static void add_copy(const struct office_status_source *source, struct office_status *out)
{
	const struct office_kept_state *kept =
		office_kept_state(office_replica_kept(source->replica));

	add_metric(out, "tasks_known", (double)kept->tasks);
	add_metric(out, "tasks_age_seconds", age_s(source->now_us, kept->fresh_us));
	add_metric(out, "records_kept", (double)kept->records);
	add_metric(out, "log_followed", (double)kept->at.sequence);
	add_metric(out, "log_at_head", source->at_head ? 1 : 0);
	add_metric(out, "log_covered", (double)kept->covered.sequence);
}

static void add_clock(const struct office_clock *clock, struct office_status *out)
{
	int64_t ahead_us, age_us;

	if (clock == NULL || !office_clock_ahead(clock, &ahead_us, &age_us))
		return;
	add_metric(out, "clock_ahead_seconds", (double)ahead_us / 1e6);
	add_metric(out, "clock_age_seconds", (double)age_us / 1e6);
}

int office_status_fill(const struct office_status_source *source, struct office_status *out)
{
	struct office_core_status core;
	struct office_counts counts;
	int rc = office_outbox_counts(source->outbox, &counts);

	if (rc != 0)
		return rc;
	memset(out, 0, sizeof(*out));
	dondoc__v1__status__init(&out->status);
	office_core_status(source->core, &core);
	(void)snprintf(out->unit, sizeof(out->unit), "%s", source->unit);
	(void)snprintf(out->build, sizeof(out->build), "%s", source->build);
	out->status.service = text_of("office");
	out->status.build = out->build;
	out->status.unit = out->unit;
	out->status.started_us = source->started_us;
	out->status.now_us = source->now_us;
	out->status.trial_clock = dd_sys_trial() != 0;
	tell_head(source->replica, out);
	out->status.resident_bytes = dd_app_resident_bytes();
	out->status.link = text_of(link_name(&core));
	out->status.health = out->health;
	out->status.metrics = out->metric_list;
	add_metric(out, "outbox_waiting", (double)counts.waiting);
	add_metric(out, "outbox_oldest_seconds", age_s(source->now_us, counts.oldest_us));
	add_metric(out, "outbox_saved", (double)counts.saved);
	add_metric(out, "outbox_notices", (double)counts.notices);
	add_metric(out, "centre_failures", (double)core.failures);
	add_metric(out, "centre_denied", core.denied ? 1 : 0);
	add_clock(source->clock, out);
	add_metric(out, "inbox_waiting", (double)source->inbox_waiting);
	add_copy(source, out);
	add_files(source->files, out);
	judge_health(source, &core, out);
	return 0;
}

/* --- the outbox ------------------------------------------------------------------------------ */

struct walking {
	struct office_outbox *outbox;
	struct dd_arena *arena;
	Dondoc__V1__Outbox *out;
	uint32_t limit;
	uint64_t number; /* only reports with this one, with their steps; 0 = all, without */
};

static char *arena_text(struct dd_arena *arena, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = dd_arena_alloc(arena, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

Dondoc__V1__OutboxRow *office_status_row(struct office_outbox *outbox,
					 const struct office_item *item, struct dd_arena *arena)
{
	const struct office_stream *stream = office_outbox_stream(outbox, item->ordinal);
	Dondoc__V1__OutboxRow *row = dd_arena_alloc(arena, sizeof(*row));
	uint8_t *id = dd_arena_alloc(arena, DD_ID_LEN);

	if (row == NULL || id == NULL)
		return NULL;
	dondoc__v1__outbox_row__init(row);
	memcpy(id, stream->id, DD_ID_LEN);
	row->stream.data = id;
	row->stream.len = DD_ID_LEN;
	row->number = item->number;
	row->state = (Dondoc__V1__OutboxState)item->state;
	row->queued_us = item->queued_us;
	row->changed_us = item->changed_us;
	row->attempts = item->attempts;
	row->task = item->task;
	row->sequence = item->receipt.sequence;
	row->reason = arena_text(arena, item->reason);
	row->summary = arena_text(arena, item->summary);
	return row->reason != NULL && row->summary != NULL ? row : NULL;
}

static bool on_item(void *arg, const struct office_item *item)
{
	struct walking *walking = arg;
	Dondoc__V1__OutboxRow *row = NULL;

	if (walking->number != 0 && item->number != walking->number)
		return true;
	if (walking->out->n_rows < walking->limit)
		row = office_status_row(walking->outbox, item, walking->arena);
	if (row == NULL) {
		walking->out->rows_cut = true;
		return false;
	}
	walking->out->rows[walking->out->n_rows++] = row;
	return true;
}

Dondoc__V1__Outbox *office_status_outbox(struct office_outbox *outbox,
					 const Dondoc__V1__ListOutbox *list, struct dd_arena *arena)
{
	struct walking walking = {.outbox = outbox, .arena = arena};
	struct office_counts counts;

	walking.number = list->number;
	walking.limit = list->limit != 0 ? list->limit : LIMIT_DEFAULT;
	if (walking.limit > LIMIT_MOST)
		walking.limit = LIMIT_MOST;
	walking.out = dd_arena_alloc(arena, sizeof(*walking.out));
	if (walking.out == NULL || office_outbox_counts(outbox, &counts) != 0)
		return NULL;
	dondoc__v1__outbox__init(walking.out);
	walking.out->rows = dd_arena_alloc(arena, walking.limit * sizeof(void *));
	if (walking.out->rows == NULL ||
	    office_outbox_walk(outbox, list->open_only, on_item, &walking) != 0)
		return NULL;
	/* After the walk, which holds the outbox's snapshot. */
	if (list->number != 0 && !office_desk_steps(outbox, walking.out, arena))
		return NULL;
	walking.out->waiting = (uint32_t)counts.waiting;
	return walking.out;
}
