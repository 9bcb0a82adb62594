/* task_property_random.h - commands made at random from their descriptors: a field is filled by its
 * name (what is called "task" is a task, "reason" a reason). Most are right enough to be taken,
 * many are not. */
#ifndef TESTS_SERVICES_TASK_PROPERTY_RANDOM_H
#define TESTS_SERVICES_TASK_PROPERTY_RANDOM_H

#include "common/domain/permission.h"
#include "tests/services/task/task_property_event.h"

#define PLAY_STREAMS 2

struct play {
	struct hall *hall;
	struct model model;
	uint64_t random;
	uint64_t numbers[8][PLAY_STREAMS]; /* by principal */
	uint64_t task; /* what the command being made is about, and whose it is */
	const char *plan, *giver;
	uint64_t made[DD_COMMAND_KIND_COUNT], taken[DD_COMMAND_KIND_COUNT],
		unknown[DD_COMMAND_KIND_COUNT]; /* refused as not known here */
};

static const struct dd_principal play_principals[] = {
	{.cls = DD_PRINCIPAL_OPERATOR, .text = "operator"},
	{.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"},
	{.cls = DD_PRINCIPAL_OFFICE, .unit = "SYT", .text = "office/SYT"},
	{.cls = DD_PRINCIPAL_OFFICE, .unit = "STC", .text = "office/STC"},
	{.cls = DD_PRINCIPAL_TASK, .text = "task"},
};
enum { PLAY_OPERATOR, PLAY_GATEWAY, PLAY_SYT, PLAY_STC, PLAY_CLOCK };

static const char *const play_units[] = {"SYT", "STC", "SNV", "HN", "SYT-P1"};

/* --- chance ---------------------------------------------------------------------------------- */

static inline uint64_t play_random(struct play *p)
{
	uint64_t z = (p->random += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static inline uint32_t play_below(struct play *p, uint32_t limit)
{
	return (uint32_t)(play_random(p) % limit);
}

static inline bool play_chance(struct play *p, uint32_t percent)
{
	return play_below(p, 100) < percent;
}

static inline const char *play_unit(struct play *p)
{
	uint32_t which = play_below(p, 22);

	return which < 20 ? play_units[which % 5] : which == 20 ? "" : "KHONG";
}

static inline const char *play_plan(struct play *p)
{
	uint32_t known = (uint32_t)p->model.plan_count;

	return known == 0 || play_chance(p, 15) ? "R" : p->model.plans[play_below(p, known)].code;
}

/* --- what there is to speak about ------------------------------------------------------------ */

static inline uint64_t play_any_task(struct play *p)
{
	if (p->model.task_count == 0 || play_chance(p, 1))
		return play_below(p, 40);
	return p->model.tasks[play_below(p, (uint32_t)p->model.task_count)].id;
}

/* The newest event of a kind, about the task the command is about; 0 if there is none. */
static inline uint64_t play_event(struct play *p, bool (*fits)(uint32_t type), bool about_task)
{
	uint64_t found = 0;

	for (size_t i = 0; i < MODEL_RECENT; i++) {
		const struct model_event *event = &p->model.recent[i];

		if (event->sequence > found && fits(event->type) &&
		    (!about_task || event->subject == p->task))
			found = event->sequence;
	}
	return found;
}

static inline bool play_is_update(uint32_t type)
{
	return type == EVENT(PROGRESS_REPORTED) || type == EVENT(UPDATE_REPLACED);
}

static inline bool play_is_entry(uint32_t type)
{
	return play_is_update(type) || type == EVENT(COMPLETION_REQUESTED) ||
	       type == EVENT(EXTENSION_REQUESTED) || type == EVENT(REFUSAL_REQUESTED) ||
	       type == EVENT(TRANSFER_REQUESTED) || type == EVENT(DELAY_EXPLAINED);
}

static inline bool play_is_decision(uint32_t type)
{
	return type == EVENT(COMPLETION_DECIDED) || type == EVENT(EXTENSION_DECIDED) ||
	       type == EVENT(REFUSAL_DECIDED) || type == EVENT(TRANSFER_DECIDED) ||
	       type == EVENT(TASK_ASSIGNED) || type == EVENT(TASK_PAUSED) ||
	       type == EVENT(TASK_RESUMED) || type == EVENT(TASK_CANCELLED) ||
	       type == EVENT(TASK_CARRIED);
}

static inline bool play_is_submission(uint32_t type)
{
	return type == EVENT(COMPLETION_REQUESTED);
}

static inline bool play_is_extension(uint32_t type)
{
	return type == EVENT(EXTENSION_REQUESTED);
}

static inline bool play_is_refusal(uint32_t type)
{
	return type == EVENT(REFUSAL_REQUESTED);
}

static inline bool play_is_transfer(uint32_t type)
{
	return type == EVENT(TRANSFER_REQUESTED);
}

static inline bool play_is_pause(uint32_t type)
{
	return type == EVENT(TASK_PAUSED);
}

static inline bool play_is_answer(uint32_t type)
{
	return type == EVENT(ASK_ANSWERED);
}

static inline bool play_is_added(uint32_t type)
{
	return type == EVENT(TASK_ADDED);
}

static inline bool play_is_attached(uint32_t type)
{
	return type == EVENT(FILE_ATTACHED);
}

static inline bool play_is_explanation(uint32_t type)
{
	return type == EVENT(DELAY_EXPLAINED);
}

static inline bool play_is_ask(uint32_t type)
{
	return type == EVENT(UNIT_ASKED);
}

static inline bool play_is_held(uint32_t type)
{
	return type == EVENT(OUTGOING_HELD);
}

static inline bool play_is_grant(uint32_t type)
{
	return type == EVENT(ROLE_GRANTED);
}

static inline bool play_is_group(uint32_t type)
{
	return type == EVENT(GROUP_OPENED);
}

static inline bool play_is_change(uint32_t type)
{
	return type == EVENT(UNITS_CHANGE_PLANNED);
}

static inline bool play_is_charge(uint32_t type)
{
	return type == EVENT(CHARGE_SET);
}

static inline bool play_is_order(uint32_t type)
{
	return type == EVENT(DESTRUCTION_ORDERED);
}

/* Fields that name an event. */
static const struct {
	const char *name;
	bool (*fits)(uint32_t type);
	bool about_task, may_be_none;
} play_names[] = {
	{"entry", play_is_entry, true, true},
	{"decision", play_is_decision, true, true},
	{"explanation", play_is_explanation, true, true},
	{"ask", play_is_ask, true, false},
	{"held", play_is_held, false, false},
	{"grant", play_is_grant, false, false},
	{"group", play_is_group, false, false},
	{"change", play_is_change, false, false},
	{"charge", play_is_charge, false, true},
	{"order", play_is_order, false, false},
};

/* --- a field, by its name --------------------------------------------------------------------- */

static inline uint64_t play_number(struct play *p, const char *name)
{
	if (strcmp(name, "task") == 0)
		return p->task;
	if (strcmp(name, "tasks") == 0 || strcmp(name, "predecessor") == 0 ||
	    strcmp(name, "into") == 0)
		return play_any_task(p);
	for (size_t i = 0; i < sizeof(play_names) / sizeof(play_names[0]); i++) {
		if (strcmp(name, play_names[i].name) != 0)
			continue;
		if (play_names[i].may_be_none && play_chance(p, 40))
			return 0;
		if (play_chance(p, 5))
			return 1 + play_below(p, (uint32_t)hall_head(p->hall));
		return play_event(p, play_names[i].fits, play_names[i].about_task);
	}
	if (strcmp(name, "size") == 0)
		return 1000;
	return 0; /* "request", "reply_to", "publication": what is pending, or none */
}

static inline uint32_t play_small(struct play *p, const char *name)
{
	if (strcmp(name, "percent") == 0)
		return play_below(p, 103);
	if (strcmp(name, "area") == 0 || strcmp(name, "areas") == 0)
		return play_below(p, 3);
	if (strcmp(name, "product") == 0 || strcmp(name, "cause") == 0 ||
	    strcmp(name, "number") == 0)
		return play_below(p, 3);
	if (strcmp(name, "weight") == 0)
		return play_below(p, 100);
	return 0;
}

/* Days around today; those of units, people and periods are mostly left open. */
static inline int32_t play_day(struct play *p, const char *name)
{
	int32_t today = dd_day_of(dd_wall_us());

	if (strncmp(name, "internal", 8) == 0)
		return play_chance(p, 30) ? 0 : today + (int32_t)play_below(p, 10);
	if (strncmp(name, "from", 4) == 0 || strncmp(name, "until", 5) == 0 ||
	    strncmp(name, "to_", 3) == 0 || strncmp(name, "valid", 5) == 0 ||
	    strncmp(name, "start", 5) == 0 || strncmp(name, "period", 6) == 0)
		return 0;
	if (play_chance(p, 10))
		return 0;
	if (strcmp(name, "day") == 0 && play_chance(p, 60))
		return today - (int32_t)play_below(p, 3);
	return today + (int32_t)play_below(p, 90) - 5;
}

static inline bool play_named(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static inline const char *play_text(struct play *p, const char *name)
{
	static const char *const units[] = {
		"unit",          "to_unit",    "lead_unit", "units",
		"proposed_unit", "default_to", "from",      "assigner_unit",
		"mention_units", "members",    NULL};
	static const char *const plans[] = {"plan", "next_plan", NULL};

	if (play_named(name, units))
		return play_chance(p, 30) ? p->giver : play_unit(p);
	if (play_named(name, plans))
		return play_chance(p, 85) ? p->plan : play_plan(p);
	if (strcmp(name, "division") == 0)
		return play_chance(p, 60) ? "SYT-P1" : play_chance(p, 50) ? "" : "STC";
	if (strcmp(name, "reason") == 0 || strcmp(name, "note") == 0)
		return play_chance(p, 85) ? "vì lý do khách quan" : "";
	if (strcmp(name, "content") == 0 || strcmp(name, "text") == 0 ||
	    strcmp(name, "what") == 0 || strcmp(name, "facts") == 0 || strcmp(name, "title") == 0)
		return play_chance(p, 95) ? "Việc thử" : "";
	if (strcmp(name, "name") == 0)
		return play_chance(p, 50) ? "Tên một" : "Tên hai";
	if (strcmp(name, "number") == 0)
		return "12/QĐ-UBND";
	if (strcmp(name, "alias") == 0 || strcmp(name, "measure") == 0 || strcmp(name, "form") == 0)
		return "hồ sơ";
	return "";
}

/* A code that is mostly new: of a task, a unit, an event. */
static inline char *play_code(struct play *p)
{
	char code[16];

	(void)snprintf(code, sizeof(code), "%c%u", 'A' + (char)play_below(p, 3), play_below(p, 8));
	return dd_strdup(play_chance(p, 25) ? "" : code);
}

static inline ProtobufCBinaryData play_bytes(struct play *p, const char *name)
{
	static const char *const people[] = {"person", "deputy", "to_person", NULL};
	static const char *const files[] = {"hash", "file", NULL};
	ProtobufCBinaryData out = {0};

	if (play_named(name, people))
		out.len = DD_ID_LEN;
	else if (play_named(name, files))
		out.len = DD_HASH_LEN;
	else
		return out;
	out.data = dd_alloc(out.len);
	memset(out.data, (int)('a' + play_below(p, 3)), out.len);
	return out;
}

/* --- a message, by its descriptor ------------------------------------------------------------- */

static inline ProtobufCMessage *play_message(struct play *p, const ProtobufCMessageDescriptor *type,
					     int depth);

static inline void play_value(struct play *p, const ProtobufCFieldDescriptor *field, void *at,
			      int depth)
{
	const ProtobufCEnumDescriptor *choice = field->descriptor;

	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
		*(uint64_t *)at = play_number(p, field->name);
		break;
	case PROTOBUF_C_TYPE_UINT32:
		*(uint32_t *)at = play_small(p, field->name);
		break;
	case PROTOBUF_C_TYPE_INT32:
		*(int32_t *)at = strstr(field->name, "day") != NULL ? play_day(p, field->name) : 0;
		break;
	case PROTOBUF_C_TYPE_BOOL:
		*(protobuf_c_boolean *)at =
			strcmp(field->name, "dry_run") != 0 &&
			play_chance(p, strcmp(field->name, "removed") == 0 ? 20 : 50);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		*(int *)at = choice->values[play_below(p, choice->n_values)].value;
		break;
	case PROTOBUF_C_TYPE_STRING:
		*(char **)at = strcmp(field->name, "code") == 0
				       ? play_code(p)
				       : dd_strdup(play_text(p, field->name));
		break;
	case PROTOBUF_C_TYPE_BYTES:
		*(ProtobufCBinaryData *)at = play_bytes(p, field->name);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		*(ProtobufCMessage **)at = play_message(p, field->descriptor, depth + 1);
		break;
	default:
		break;
	}
}

static inline size_t play_size(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	default:
		return sizeof(uint32_t);
	}
}

static inline void play_repeated(struct play *p, const ProtobufCFieldDescriptor *field,
				 uint8_t *message, int depth)
{
	size_t count = play_below(p, 3);
	size_t size = play_size(field);
	uint8_t *items;

	if (field->type == PROTOBUF_C_TYPE_BYTES) /* files and persons: of other tests */
		count = 0;
	if (count == 0)
		return;
	items = dd_alloc(count * size);
	for (size_t i = 0; i < count; i++)
		play_value(p, field, items + i * size, depth);
	memcpy(message + field->quantifier_offset, &count, sizeof(count));
	memcpy(message + field->offset, (void *)&items, sizeof(items));
}

/* Nested messages that only some commands want. */
static inline bool play_wanted(struct play *p, const ProtobufCFieldDescriptor *field, int depth)
{
	static const char *const rare[] = {"timing", "source", "chain_codes",
					   "leads",  "labels", NULL};

	if (play_named(field->name, rare))
		return play_chance(p, 3);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return depth < 3 && play_chance(p, 90);
	if (strstr(field->name, "_hash") != NULL || strcmp(field->name, "group") == 0)
		return depth == 0;
	if (strcmp(field->name, "fan_out") == 0 || strcmp(field->name, "instance_of") == 0)
		return false;
	return true;
}

static inline void play_field(struct play *p, const ProtobufCFieldDescriptor *field,
			      uint8_t *message, int depth)
{
	if (!play_wanted(p, field, depth))
		return;
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		play_repeated(p, field, message, depth);
		return;
	}
	if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
		int which;

		memcpy(&which, message + field->quantifier_offset, sizeof(which));
		if (which != 0 || play_chance(p, 40))
			return;
		which = (int)field->id;
		memcpy(message + field->quantifier_offset, &which, sizeof(which));
	}
	play_value(p, field, message + field->offset, depth);
}

static inline ProtobufCMessage *play_message(struct play *p, const ProtobufCMessageDescriptor *type,
					     int depth)
{
	ProtobufCMessage *message = dd_alloc(type->sizeof_message);

	protobuf_c_message_init(type, message);
	for (unsigned i = 0; i < type->n_fields; i++)
		play_field(p, &type->fields[i], (uint8_t *)message, depth);
	return message;
}

#endif
