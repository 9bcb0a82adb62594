/* notify_reply.c - see notify_reply.h. */
#include "services/notification/notify_reply.h"

#include "services/notification/notify_mail.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define GREETING "220"
#define FAREWELL "221"
#define GO_ON    "354" /* the mail itself may come */
#define LOG_IN   "530" /* "log in first": our settings are wrong, not the mail */

void notify_reply_line(struct notify_reply *reply, const char *line, size_t len)
{
	char text[512];

	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	memcpy(text, line, len);
	text[len] = '\0';
	if (len < 3 || !isdigit((unsigned char)text[0]) || strncmp(text, FAREWELL, 3) == 0)
		return;
	memcpy(reply->last, text, len + 1);
	reply->greeted = reply->greeted || strncmp(text, GREETING, 3) == 0;
	reply->data = strncmp(text, GO_ON, 3) == 0;
	if (text[0] != '4' && text[0] != '5')
		return;
	memcpy(reply->refusal, text, len + 1);
	if (text[3] == '-') /* the last line of an answer counts */
		return;
	if (text[0] == '4' || strncmp(text, LOG_IN, 3) == 0)
		reply->refused_for_now++;
	else if (!reply->greeted)
		reply->refused_first++;
	else
		reply->refused_for_good++;
}

void notify_reply_end(const struct notify_reply *reply, const struct notify_reply_end *end,
		      struct notify_mailed *mailed_out)
{
	const int good = reply->refused_for_good + (end->went_on ? reply->refused_first : 0);
	const int now = reply->refused_for_now + (end->went_on ? 0 : reply->refused_first);
	char words[1200];

	memset(mailed_out, 0, sizeof(*mailed_out));
	mailed_out->delivered = end->sent;
	mailed_out->permanent = !end->sent && end->about_mail && good > 0 && now == 0;
	mailed_out->unsure = !end->sent && reply->data;
	/* Once the mail was taken, what was refused were addresses. */
	mailed_out->refused = end->sent ? (uint32_t)(good + now) : (uint32_t)end->to_count;
	if (mailed_out->refused > end->to_count)
		mailed_out->refused = (uint32_t)end->to_count;
	mailed_out->reached = (uint32_t)end->to_count - mailed_out->refused;
	if (end->sent && reply->refusal[0] != '\0')
		(void)snprintf(words, sizeof(words), "%s (but: %s)", reply->last, reply->refusal);
	else if (end->sent)
		(void)snprintf(words, sizeof(words), "%s", reply->last);
	else if (reply->refusal[0] != '\0')
		(void)snprintf(words, sizeof(words), "%s", reply->refusal);
	else
		(void)snprintf(words, sizeof(words), "%s", end->why);
	notify_mail_scrub(words, mailed_out->reply, sizeof(mailed_out->reply));
}
