/* task_stick.h - requests of offices that came as a file: each is opened with the server's key,
 * taken as the office's own, and its answer sealed for the office. */
#ifndef TASK_STICK_H
#define TASK_STICK_H

#include "common/base/buf.h"
#include "common/base/id.h"
#include "common/net/bus.h"
#include "dondoc/v1/envelope.pb-c.h"

/* At one time; an operator hands records in one after the other. The oldest gives way. */
#define TASK_STICK_MAX 64

/* One record whose answer is to come. */
struct task_stick_waits {
	struct dd_bus_peer peer; /* the operator's */
	uint64_t request;
	uint8_t office[32];
	uint8_t batch[16];
	uint32_t index;
	char unit[32];
	uint8_t stream[16]; /* of a Submit; zeros = a file's */
	uint64_t number;
	uint8_t file[DD_HASH_LEN];
	char file_name[256]; /* with its first piece */
	bool has_file;
	bool used;
};

struct task_stick {
	struct task_stick_waits waits[TASK_STICK_MAX];
	size_t count; /* that are used */
	size_t next;
};

struct task;

/* What an operator brought. The answer goes to him, now or when the engine has decided. */
void task_stick_in(struct task *task, const struct dd_bus_peer *peer,
		   const struct dd_principal *who, const Dondoc__V1__Request *request);

/* All replies of requests go out through these: an answer for which an operator waits is sealed. */
void task_reply(struct task *task, const struct dd_bus_peer *peer, const Dondoc__V1__Reply *reply);
void task_reply_error(struct task *task, const struct dd_bus_peer *peer, uint64_t request,
		      Dondoc__V1__ErrorCode code, const char *text);

#endif
