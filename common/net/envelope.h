/* envelope.h - Request and Reply as protobuf-c messages, and checks that need only descriptors. The
 * only place in net that knows protobuf-c. */
#ifndef DD_NET_ENVELOPE_H
#define DD_NET_ENVELOPE_H

#include "common/base/alloc.h"
#include "common/net/bus.h"
#include "dondoc/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* protobuf-c's allocator over an arena: what is unpacked with it is gone with dd_arena_reset and is
 * never freed by itself. A message that would need more than the arena's cap does not unpack.
 * `arena` must outlive the allocator's use. */
ProtobufCAllocator dd_arena_allocator(struct dd_arena *arena);

/* Unpack into `arena` (not reset here). NULL: malformed, or too large for the arena. */
Dondoc__V1__Request *dd_request_unpack(struct dd_arena *arena, const void *data, size_t len);
Dondoc__V1__Reply *dd_reply_unpack(struct dd_arena *arena, const void *data, size_t len);

/* The id of a packed Request or Reply without unpacking it; 0 if there is none to be found. For an
 * error reply to what does not unpack, and for matching replies. */
uint64_t dd_request_id(const void *data, size_t len);
uint64_t dd_reply_id(const void *data, size_t len);

/* A packed ping; returns how long it is. */
#define DD_PING_MAX 32
size_t dd_request_ping(uint64_t id, uint8_t room[DD_PING_MAX]);
/* How many requests the sender of this reply takes in one message; 0: it is no Pong, or of one that
 * takes each alone. */
uint32_t dd_reply_pong_train(const void *data, size_t len);

/* Pack into the socket's own buffer and send. Returns what dd_bus_server_send_built returns: a peer
 * that is gone or slow is no reason to do anything. */
int dd_reply_send(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		  const Dondoc__V1__Reply *reply);
/* The answer to a ping: the time here, who the peer is, and that requests may come in trains. */
int dd_reply_pong(struct dd_bus_server *server, const struct dd_bus_peer *peer,
		  const struct dd_principal *who, uint64_t id);
/* `text` is for people and may be NULL. */
int dd_reply_error(struct dd_bus_server *server, const struct dd_bus_peer *peer, uint64_t id,
		   Dondoc__V1__ErrorCode code, const char *text);

/* Whether the message or one inside it has fields this build does not know: sent by a newer one. */
bool dd_pb_unknown(const ProtobufCMessage *message);

/* Whether all texts of the message and of those inside it are UTF-8 and all enums have values this
 * build knows. */
bool dd_pb_valid(const ProtobufCMessage *message);

/* Whether the message packs to the `len` bytes that it came in. If not, there was more in them than
 * protobuf-c shows: a NUL inside a text cuts it off, an enum beyond 32 bits becomes another one, of
 * a field that stands there twice the first is gone. For bytes that are kept and hashed. */
bool dd_pb_whole(const ProtobufCMessage *message, size_t len);

#endif
