/* view_impl.h - what the files of this folder share: the view itself, its layers and its keys. */
#ifndef DD_VIEW_VIEW_IMPL_H
#define DD_VIEW_VIEW_IMPL_H

#include "common/base/alloc.h"
#include "common/domain/policy.h"
#include "common/store/key.h"
#include "common/store/store.h"
#include "common/view/memtable.h"
#include "common/view/view.h"
#include "common/view/view_writer.h"

/* The first letter of every key. Text and numbers as in key.h; values are the structs of view.h,
 * copied, unless another form is named. */
enum view_table {
	VIEW_AREA = 'r',           /* area -> name */
	VIEW_ALIAS = 'a',          /* unit, name key -> alias as written */
	VIEW_CODE = 'c',           /* task code, plan -> task */
	VIEW_COMMAND = 'q',        /* principal, stream, number */
	VIEW_DAY = 'd',            /* day, unit ("" = for all) -> kind, name */
	VIEW_DAYS = 'Z',           /* unit ("" = for all) -> its days: view_calendar.c */
	VIEW_DIGEST = 'D',         /* digest -> struct view_digest */
	VIEW_DIGEST_BY_DAY = 'y',  /* day (newest first), unit, digest -> unit */
	VIEW_DIGEST_BY_TASK = 'k', /* task, day (newest first), digest -> unit */
	VIEW_DIGEST_OPEN = 'w',    /* day, unit, digest: neither delivered nor given up */
	VIEW_FIELDS = 'f',         /* task -> packed TaskFields */
	VIEW_INTENT = 'i',         /* intent -> digest */
	VIEW_META = 'm',      /* "authority", "cursor", "group", "lease", "covered", "restore" */
	VIEW_MOMENT = 'h',    /* task, sequence -> struct view_moment */
	VIEW_NAME = 'n',      /* name key -> unit */
	VIEW_ORDER = 'o',     /* plan, position, task -> 1 for a heading, else 0 */
	VIEW_PLAN = 'p',      /* plan -> struct view_plan, then packed PlanFields */
	VIEW_REPORT = 'R',    /* sequence (newest first) -> i64 issued, packed IssueReport */
	VIEW_SCHEDULED = 'e', /* schedule, plan, as-of day -> sequence */
	VIEW_SEARCH = 's',    /* task -> its texts, folded */
	VIEW_STASH = 'g',     /* group, sequence -> u32 length of the header, header, body */
	VIEW_STREAM = 'S',    /* principal, stream */
	VIEW_TASK = 't',      /* task */
	VIEW_UNIT = 'u',      /* unit -> struct view_unit, then packed UnitFields */
	/* Refusals, pauses, products, questions, explanations, comments: view_life.h. */
	VIEW_LIFE = 'L',    /* task -> struct view_life */
	VIEW_PRODUCT = 'P', /* task, number */
	VIEW_ASK = 'A',     /* task, question */
	VIEW_EXPLAIN = 'E', /* task, explanation */
	VIEW_TALK = 'T',    /* task, comment */
	VIEW_TALK_TO = 'K',
	/* Requests, before-images, groups: view_fix.h. */
	VIEW_REQUEST = 'Q', /* request, while it waits */
	VIEW_REQUEST_BY = 'O',
	VIEW_REQUEST_FROM = 'V',
	VIEW_UNDO = 'U',  /* task, decision */
	VIEW_ENTRY = 'J', /* task, report that conflicts or was taken back */
	VIEW_VOID = 'v',  /* task, moment -> sequence of what voided it */
	VIEW_GROUP = 'G',
	VIEW_GROUP_TASK = 'N',
	/* What a task was, and how tasks hang together: view_apply_task.c. */
	VIEW_FIELDS_WAS = 'F', /* task, sequence that replaced it -> packed TaskFields */
	VIEW_CHILD = 'C',      /* parent, position, task */
	VIEW_LEFT = '-',       /* plan, task that was removed from it or went to another */
	/* Plans: view_plan.h. */
	VIEW_LINK = 'l',
	VIEW_LINK_BACK = 'x',
	VIEW_BEFORE = '^', /* task -> u64 each of its predecessors */
	VIEW_WAITING = 'z',
	VIEW_OCCURRENCE = 'W',
	VIEW_INSTANCE = '9',
	VIEW_BASELINE = 'B',
	VIEW_PUBLISHED = 'b',
	VIEW_ACK = 'j',
	VIEW_INDICATOR = 'I',
	VIEW_MEASURE = 'M',
	VIEW_FILTER = 'H',
	VIEW_SETTING = 'X',
	VIEW_SETTING_WAS = '@', /* name, plan, unit, sequence: each value it ever had */
	VIEW_LABEL = 'Y',
	VIEW_GUEST = '&',
	VIEW_RECURRING = '=',
	VIEW_AREA_MORE = '~', /* area -> u8 retired, English name */
	/* Units and people: view_unit.h. */
	VIEW_UNIT_LIFE = '1',
	VIEW_UNIT_CHANGE = '2',
	VIEW_UNIT_CHANGE_DUE = '3',
	VIEW_UNIT_UNDER = '4',
	VIEW_CHARGE = '5',
	VIEW_GRANT = '6',
	VIEW_GRANT_BY_UNIT = '7',
	VIEW_DEPUTY = '8',
	VIEW_DEPUTY_OF = '0',
	VIEW_HELD = '+',
	VIEW_BACKUP = '#', /* event (newest first) -> i64 recorded, packed CoverBackup */
	VIEW_DAILY = '?',  /* what the service wanted by itself and was refused: view_daily.h */
	/* Keys of offices: view_office_key.h. */
	VIEW_OFFICE_KEY = ':', /* key -> struct view_office_key, then packed OfficeKeyRow */
	VIEW_OFFICE = ';',     /* unit -> its keys, 32 bytes each; "" -> units, 32 bytes each */
	/* Files: view_evidence.h. */
	VIEW_FILE = '!',
	VIEW_FILE_OF = '$',
	VIEW_DESTROY = '%',
	VIEW_SEEN = '<',      /* principal, 8 bytes of its key -> u64: view_seen */
	VIEW_SHEET_ROW = '_', /* sheet, row -> sequence: view_sheet_row.h */
	VIEW_HEARD = '*',     /* unit, day -> struct view_heard: view_watch.h */
	/* Reminders: view_rules.h, view_remind.h. */
	VIEW_RULE = '>',
	VIEW_START = '(',
	VIEW_SILENCE = ')',
	VIEW_PROMISE = '[',
	VIEW_RULE_COUNT = ']',
	VIEW_SUBSCRIPTION = '{',
	VIEW_TOLD = '}',    /* view_told.h */
	VIEW_RELEASE = '/', /* digest -> struct view_release: view_notice.h */
};

/* The day on which each unit was last heard from, as the layers have it: spares a look-up with each
 * report. At the place that the hash of its code gives; no code = nothing known. */
#define VIEW_HEARD_NEAR 1024u
struct view_heard_near {
	char unit[32];
	int32_t day;
};

#define VIEW_NEAR_PLANS 16u /* more than an authority has open at once */

struct view {
	struct view_options options;
	char *dir;  /* owned */
	char *path; /* owned; the folder in use */
	bool building;
	bool broken;  /* a frame was applied by half: nothing more may be stored */
	bool partial; /* records were hidden from us: earlier events may be missing */
	bool full;    /* the last step met a full disk */

	struct dd_store *store;  /* owned */
	struct dd_txn *snapshot; /* owned */
	bool snapshot_live;
	struct view_writer *writer; /* owned */

	uint64_t seed;           /* of all layers */
	struct memtable *batch;  /* owned */
	struct memtable *flying; /* owned */
	struct memtable *recent; /* owned */
	struct memtable *sealed; /* owned; NULL = none */
	struct memtable *spare;  /* owned; empty; NULL = none */
	bool batch_open;
	bool batch_flying;
	struct dd_position position;        /* of recent */
	struct dd_position sealed_position; /* of sealed */
	uint64_t stored;

	int64_t begun_us;  /* when the first event came into recent */
	int64_t step_us;   /* when the writer was given its step */
	int64_t stored_us; /* how long its last one took */
	int64_t retry_us;  /* not before: the disk was full */
	int64_t load_us;   /* begin of the load's window */
	uint64_t load_from;
	bool loaded;
	int64_t readers_us; /* when slots of killed readers were last looked for */

	/* The task last looked up through all layers: a command's rule and its event ask for the
	 * same one. */
	struct view_task near;
	bool near_known;
	/* Likewise plans, each at the place that its code's hash gives; no code = nothing there. */
	struct view_plan near_plans[VIEW_NEAR_PLANS];
	struct view_heard_near *near_heard; /* owned; VIEW_HEARD_NEAR; NULL until one is heard */

	struct sheet *sheet;          /* owned; NULL until a list is asked for (sheet.h) */
	struct view_changes *changes; /* borrowed; NULL: nobody keeps any (view_changes.h) */

	/* Of a view that only repeats one task's past (view_past.h): what lies beside the task is
	 * looked up there. NULL for all others. */
	struct view *under;
	uint64_t under_task;

	/* Whether anybody has a role: 0 = not looked yet, 1 = nobody, 2 = somebody may. Spares a
	 * look-up with each command of an authority that works by units alone. */
	uint8_t people;
	/* The settings last asked for; whether there are any at all: as `people`. */
	struct dd_policy policy;
	bool policy_shipped; /* it holds the shipped values */
	uint8_t settings;
	uint64_t offices_changed; /* the last event about keys of offices that was applied */
	uint64_t orders_changed;  /* likewise about an order of destruction that two agreed on */

	struct dd_arena arena; /* of the event being applied */
	struct dd_buf scratch;
};

/* --- layers (view.c) ---------------------------------------------------------------------- */

/* Newest first; the value is borrowed until the same key is put again, or a turn. */
int view_get(struct view *view, bool with_batch, const struct dd_key *key, struct dd_val *val_out);
/* Into the batch if one is open, else into recent. */
void view_put(struct view *view, const struct dd_key *key, const void *data, size_t len);
void view_del(struct view *view, const struct dd_key *key);
/* Before events are added to recent: note the time if they are the first. */
void view_note_begin(struct view *view);
void view_forget_near(struct view *view); /* what changed under it may have changed */
/* LMDB alone, as of this turn. */
int view_snapshot(struct view *view, struct dd_txn **txn_out, struct dd_error *err) DD_MUST_CHECK;

/* A step is in LMDB (view_changes.c). */
struct view_changes;
void view_changes_note(struct view_changes *changes, const struct memtable *step);

/* --- steps towards LMDB (view_store.c) ---------------------------------------------------- */

/* During replay: hand over what is recent if it is large enough. A full disk is no failure. */
int view_replay_step(struct view *view, struct dd_error *err) DD_MUST_CHECK;
/* Whether so many more events may be replayed: DD_ERR_FULL where too many wait for space. */
int view_replay_room(struct view *view, uint64_t events, struct dd_error *err) DD_MUST_CHECK;

/* --- keys --------------------------------------------------------------------------------- */

static inline void view_key_u64(struct dd_key *key, enum view_table table, uint64_t id)
{
	dd_key_begin(key, (char)table);
	dd_key_u64(key, id);
}

static inline void view_key_text(struct dd_key *key, enum view_table table, const char *text)
{
	dd_key_begin(key, (char)table);
	dd_key_text(key, text);
}

static inline void view_key_texts(struct dd_key *key, enum view_table table, const char *first,
				  const char *second)
{
	view_key_text(key, table, first);
	dd_key_text(key, second);
}

static inline void view_key_order(struct dd_key *key, const char *plan, uint32_t position,
				  uint64_t task)
{
	view_key_text(key, VIEW_ORDER, plan);
	dd_key_u32(key, position);
	dd_key_u64(key, task);
}

static inline void view_key_stream(struct dd_key *key, const char *principal,
				   const uint8_t stream[16])
{
	view_key_text(key, VIEW_STREAM, principal);
	dd_key_bytes(key, stream, 16);
}

static inline void view_key_reported(struct dd_key *key, const char *unit, const char *plan)
{
	view_key_texts(key, VIEW_META, "reported", unit);
	dd_key_text(key, plan);
}

static inline void view_key_seen(struct dd_key *key, const char *principal, const uint8_t of[8])
{
	view_key_text(key, VIEW_SEEN, principal);
	dd_key_bytes(key, of, 8);
}

static inline void view_key_command(struct dd_key *key, const char *principal,
				    const uint8_t stream[16], uint64_t number)
{
	view_key_text(key, VIEW_COMMAND, principal);
	dd_key_bytes(key, stream, 16);
	dd_key_u64(key, number);
}

/* The sign bit turned, so that the order of bytes is that of days. */
static inline uint32_t view_day_bits(int32_t day)
{
	return (uint32_t)day ^ UINT32_C(0x80000000);
}

static inline void view_key_day(struct dd_key *key, const char *unit, int32_t day)
{
	dd_key_begin(key, VIEW_DAY);
	dd_key_u32(key, view_day_bits(day));
	dd_key_text(key, unit);
}

static inline void view_key_area(struct dd_key *key, uint32_t area)
{
	dd_key_begin(key, VIEW_AREA);
	dd_key_u32(key, area);
}

static inline void view_key_stash(struct dd_key *key, uint64_t group, uint64_t sequence)
{
	view_key_u64(key, VIEW_STASH, group);
	dd_key_u64(key, sequence);
}

/* Later days first. */
static inline void view_key_digest_by_day(struct dd_key *key, int32_t day, const char *unit,
					  const uint8_t id[32])
{
	dd_key_begin(key, VIEW_DIGEST_BY_DAY);
	dd_key_u32(key, view_day_bits(day) ^ UINT32_MAX);
	dd_key_text(key, unit);
	dd_key_bytes(key, id, 32);
}

static inline void view_key_digest_by_task(struct dd_key *key, uint64_t task, int32_t day,
					   const uint8_t id[32])
{
	view_key_u64(key, VIEW_DIGEST_BY_TASK, task);
	dd_key_u32(key, view_day_bits(day) ^ UINT32_MAX);
	dd_key_bytes(key, id, 32);
}

static inline void view_key_digest_open(struct dd_key *key, int32_t day, const char *unit,
					const uint8_t id[32])
{
	dd_key_begin(key, VIEW_DIGEST_OPEN);
	dd_key_u32(key, view_day_bits(day));
	dd_key_text(key, unit);
	dd_key_bytes(key, id, 32);
}

static inline void view_key_id(struct dd_key *key, enum view_table table, const uint8_t id[32])
{
	dd_key_begin(key, (char)table);
	dd_key_bytes(key, id, 32);
}

static inline void view_key_moment(struct dd_key *key, uint64_t task, uint64_t sequence)
{
	view_key_u64(key, VIEW_MOMENT, task);
	dd_key_u64(key, sequence);
}

static inline void view_key_scheduled(struct dd_key *key, const char *schedule, const char *plan,
				      int32_t as_of_day)
{
	view_key_texts(key, VIEW_SCHEDULED, schedule, plan);
	dd_key_u32(key, view_day_bits(as_of_day));
}

/* --- small records ------------------------------------------------------------------------ */

/* The group that is open. Its closing event stands for the command, whose digest came with the
 * opening. */
struct view_group_record {
	uint64_t sequence;
	uint8_t digest[32];
};

int view_group_get(struct view *view, struct view_group_record *out);

/* What counts of a task, as it stood from one event to the next that changed any of it: the view
 * keeps all of them, so that a day can be counted as it was recorded by its end. Without holes. */
struct view_moment {
	int64_t record_us; /* of the event that made it so */
	uint64_t parent;   /* 0 = none */
	int32_t due_day;
	int32_t submitted_day;
	int32_t decided_day;  /* of the confirmation; 0 = none */
	uint16_t extensions;  /* granted; 65,535 = that many or more, as in the next */
	uint16_t waited_days; /* for decisions that sent the work back */
	uint8_t state;
	uint8_t area;
	uint8_t group;
	uint8_t removed;
	uint8_t flags; /* of enum view_moment_flag */
	uint8_t reserved[3];
	char plan[32];
	char lead_unit[32];
};
_Static_assert(sizeof(struct view_moment) == 104, "no padding");

enum view_moment_flag {
	VIEW_MOMENT_FAN_OUT = 1, /* its parts are the work */
	VIEW_MOMENT_PART = 2,
	VIEW_MOMENT_PRIORITY = 4,
	VIEW_MOMENT_TEMPLATE = 8, /* makes a task each period, which are the work */
	VIEW_MOMENT_EXPLAINED = 16,
	VIEW_MOMENT_CARRIED = 32 /* came from the year before */
};

struct view_moment view_moment_of(const struct view_task *task, int64_t record_us);
uint8_t view_moment_flags(uint32_t flags, uint8_t recurrence); /* of a task's TaskFlags */

#endif
