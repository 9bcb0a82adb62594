/* task_rules.h - one function per command: the view in, events or a refusal out. Reads, never
 * writes. */
#ifndef TASK_RULES_H
#define TASK_RULES_H

#include "common/base/id.h"
#include "common/domain/permission.h"
#include "common/files/files.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "dondoc/v1/command.pb-c.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/task/task_event.h"

struct task_import_result;

/* What a rule may look at. All borrowed for the call. */
struct task_case {
	struct view *view;
	struct dd_eventlog *log;  /* NULL = no record can be looked at */
	struct dd_files *files;   /* NULL = no file is here */
	struct dd_access *access; /* NULL = nobody is admitted by a file */
	const struct dd_principal *who;
	const Dondoc__V1__CommandBody *body;
	const uint8_t *stream; /* 16 bytes */
	uint64_t seen;         /* what its client has said already to have seen of the log */
	int64_t record_us;     /* when it will have been recorded */
	int64_t last_record_us;
	bool released;         /* the head of the unit has let it go: it is not held again */
	const uint8_t *sender; /* 16 bytes, view_stream_tag: whose stream it was then; NULL = it is
				  that of `who` and `stream` */
};

#define TASK_ARGUMENT_MAX 480 /* bytes of one argument of a refusal; longer ones are cut */

/* What a rule decides: one event of `type` with `message`, or a list of `effects`, or a refusal.
 * Texts are borrowed from the command or are literals; `task` is the task as it is before. */
struct task_outcome {
	Dondoc__V1__EventType type; /* UNKNOWN = refused, or see effects */
	uint64_t subject;           /* task; 0 = none */
	uint64_t previous;
	const char *other_unit; /* a second one, or NULL */
	char unit[32];          /* whom the event concerns */
	struct view_task task;
	union {
		Dondoc__V1__ProgressReported progress;
		Dondoc__V1__CompletionRequested completion;
		Dondoc__V1__CompletionDecided completion_decided;
		Dondoc__V1__ExtensionRequested extension;
		Dondoc__V1__ExtensionDecided extension_decided;
		Dondoc__V1__TaskAssigned assigned;
		Dondoc__V1__ClockConfirmed clock;
		Dondoc__V1__CommandWithdrawn withdrawn;
		Dondoc__V1__LeaseTaken lease;
		Dondoc__V1__DigestPlanned digest_planned;
		Dondoc__V1__DigestHandingOver handing_over;
		Dondoc__V1__DigestSettled digest_settled;
		Dondoc__V1__ReportIssued report_issued;
	} event;
	uint8_t digest[DD_HASH_LEN]; /* of a planned digest */
	const ProtobufCMessage *message;
	struct task_events effects; /* owned by whoever called the rule; see task_case.h */
	/* A literal: the effects take effect together and can be undone as one ("bulk", "undo");
	 * NULL = they need no group. */
	const char *group;
	char group_plan[32]; /* "" = of no plan */

	/* Of a refusal: what is wrong with the rows of a file. Owned by whoever called the rule;
	 * NULL = nothing. */
	struct task_import_result *faults;

	Dondoc__V1__RefusalCode refusal;
	char arguments[3][TASK_ARGUMENT_MAX];
	int argument_count;
};

/* The kind of a readable body; DD_COMMAND_KIND_COUNT for an action this server does not know. */
enum dd_command_kind task_rules_kind(const Dondoc__V1__CommandBody *body);

/* Whether the rule walks lists: everything before it must be in LMDB then. */
bool task_rules_want_all(enum dd_command_kind kind);
/* Whether the rule reads the log: everything before it must be durable then. */
bool task_rules_want_log(enum dd_command_kind kind);
/* Decide every kind but imports. Always fills *out; its effects are the caller's to free. */
void task_rules_decide(const struct task_case *c, enum dd_command_kind kind,
		       struct task_outcome *out);

/* Fill `out` as a refusal with up to three arguments (NULL = no more). */
void task_refuse(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		 const char *b, const char *c);

/* Fill `out` as an event of its type; `message` is in out->event. */
void task_take(struct task_outcome *out, Dondoc__V1__EventType type,
	       const ProtobufCMessage *message);

/* Whether the texts of the command and the documents that it rests on keep to their lengths; a
 * refusal otherwise. In task_rules_document.c. */
bool task_documents_fit(const Dondoc__V1__CommandBody *body, enum dd_command_kind kind,
			struct task_outcome *out);

#endif
