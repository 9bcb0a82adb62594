/* office_pace.h - how much of a file goes to the centre at once, and how soon the next piece.
 *
 * A piece that is on its way when the line breaks is lost as a whole, and each piece has its
 * envelope: on a line that carries D bytes between two breaks the loss is least with pieces of
 * sqrt(2 x D x envelope). A piece is also no longer than what the line takes about a second for, so
 * that a report never waits long behind one. No clock and no sockets: time is told. */
#ifndef OFFICE_PACE_H
#define OFFICE_PACE_H

#include <stddef.h>
#include <stdint.h>

#define OFFICE_PIECE_MAX      49152u /* 48 KiB: a request stays below the centre's 64 KiB */
#define OFFICE_PIECE_MIN      1024u
#define OFFICE_PIECE_ENVELOPE 256u /* request and reply around a piece, on the wire */

struct office_pace {
	uint32_t piece;    /* what the line takes well */
	uint32_t kbps;     /* kilobits a second at most; 0 = no limit */
	uint64_t run;      /* bytes since the line came up */
	uint64_t between;  /* bytes between two breaks, the mean; 0 = it has not broken yet */
	int64_t answer_us; /* the quickest answer to a question without content; 0 = not known */
	int64_t free_us;   /* the limit allows nothing before, on the monotonic clock */
};

void office_pace_init(struct office_pace *pace, uint32_t kbps);
/* Bytes of the next piece at most. */
size_t office_pace_piece(const struct office_pace *pace);
/* A piece leaves; a question is a piece of 0 bytes. */
void office_pace_sent(struct office_pace *pace, size_t len, int64_t mono_us);
/* It was answered after `took_us`. */
void office_pace_answered(struct office_pace *pace, size_t len, int64_t took_us);
/* The line is a new one. */
void office_pace_up(struct office_pace *pace);
/* The line broke with a piece on its way, or an answer did not come. */
void office_pace_broken(struct office_pace *pace);

#endif
