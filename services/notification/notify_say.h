/* notify_say.h - what is to be told about one task: the rules over its facts, to whom, and on which
 * day. A pure function of the view and the day; preview, planning and the truth at the time of
 * sending are the same code. */
#ifndef NOTIFY_SAY_H
#define NOTIFY_SAY_H

#include "common/view/view_notice.h"
#include "services/notification/notify_scene.h"

/* One intent. */
struct notify_say {
	enum dd_rule_kind kind;
	char rule[DD_RULE_ID_MAX + 1];
	uint64_t task;  /* 0, or an event of the plan: of a rule about a unit */
	int32_t anchor; /* its `due_day` */
	int32_t step;
	int32_t day;      /* on which it fell */
	int32_t send_day; /* on which it is told: by calendar and rhythm of the recipient */
	bool immediate;
	uint8_t rung;           /* SUPERIOR: RungTo */
	uint8_t person[16];     /* of `to`, who gets it; zeros = the unit itself */
	uint8_t deputy_for[16]; /* for whom that person stands in; zeros = for nobody */
	bool told;              /* only of what is to come: what fell before it is old */
	char plan[32]; /* of a rule about a unit and a plan, of a report to a superior; else "" */
	const struct notify_unit *to; /* the scene's */
};

/* The order of messages to one unit; 0 = they are one. A report to a superior is one of its own, by
 * plan and reader. */
int notify_say_apart(const struct notify_say *a, const struct notify_say *b);
/* As intents have it. */
const char *notify_say_recipient(const struct notify_say *say, char out[DD_RECIPIENT_TEXT]);

struct notify_says {
	struct notify_say *items; /* owned */
	size_t count, cap;
};
void notify_says_add(struct notify_says *says, const struct notify_say *say);
void notify_says_fini(struct notify_says *says);

/* What has fallen after `after_day` and up to today, as far as "remind.max_age_days" lets it be
 * told, and was never planned. Appended. */
void notify_say_pending(struct notify_scene *scene, const struct sheet_row *row, int32_t after_day,
			struct notify_says *says);
/* The first day from today on that the task must be looked at: because something pending is to be
 * told then, or something falls. NOTIFY_NEVER: as things are, on none. */
int32_t notify_say_look(struct notify_scene *scene, const struct sheet_row *row, int32_t after_day);
/* Each time that something falls after today and up to `last_day`, if nothing changes. Appended. */
void notify_say_future(struct notify_scene *scene, const struct sheet_row *row, int32_t last_day,
		       struct notify_says *says);
/* The first day after today on which something falls, or may be told again. NOTIFY_NEVER: none. */
int32_t notify_say_next(struct notify_scene *scene, const struct sheet_row *row);
/* Whether what was planned may still be told to its reader now: the task is open, its day is the
 * same, it is still the reader's, nobody has silenced it. */
bool notify_say_true(struct notify_scene *scene, const Dondoc__V1__Intent *intent,
		     const struct view_digest *digest);

/* Whether a report to a superior has waited for its release for as many working hours of who
 * decides as the authority has set, and nobody has said anything. */
bool notify_say_release(struct notify_scene *scene, const struct view_digest *digest,
			int64_t wall_us);

/* The first day from `day` on that is worked by all, when the service sends, and by the unit. */
int32_t notify_send_day(struct notify_scene *scene, const struct notify_unit *unit, int32_t day);
/* The day on which the unit is told what fell on `day` about something due on `due_day` (0 = none):
 * at once, or with its weekly digest, or on the due day if that comes before. */
int32_t notify_tell_day(struct notify_scene *scene, const struct notify_unit *unit, int32_t day,
			int32_t due_day);

#endif
