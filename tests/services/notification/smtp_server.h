/* smtp_server.h - a mail server on a thread of its own that says what a test tells it to, and keeps
 * what it heard. One connection after the other, on 127.0.0.1. */
#ifndef TESTS_SERVICES_NOTIFICATION_SMTP_SERVER_H
#define TESTS_SERVICES_NOTIFICATION_SMTP_SERVER_H

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEARD_MAX (256 * 1024)

/* What is said instead of the ordinary answer to a command that begins so; "" = hang up. */
struct smtp_rule {
	const char *command; /* "." is the end of a mail */
	const char *answer;
};

struct smtp_server {
	int listener;
	int port;
	const struct smtp_rule *rules; /* ends with command NULL */
	pthread_t thread;
	char heard[HEARD_MAX];
	size_t heard_len;
};

static inline void smtp_say(int fd, const char *line)
{
	char text[512];
	const int len = snprintf(text, sizeof(text), "%s\r\n", line);

	(void)!write(fd, text, (size_t)len);
}

static inline const char *smtp_answer(const struct smtp_server *server, const char *command,
				      const char *ordinary)
{
	for (const struct smtp_rule *rule = server->rules; rule->command != NULL; rule++)
		if (strncasecmp(command, rule->command, strlen(rule->command)) == 0)
			return rule->answer;
	return ordinary;
}

static inline const char *smtp_ordinary(const char *command)
{
	if (strncasecmp(command, "EHLO", 4) == 0)
		return "250-test\r\n250 SIZE 1000000";
	if (strncasecmp(command, "DATA", 4) == 0)
		return "354 go on";
	if (strncasecmp(command, "QUIT", 4) == 0)
		return "221 bye";
	return "250 2.0.0 Ok";
}

/* One line; false at the end of the connection. */
static inline bool smtp_hear(struct smtp_server *server, FILE *in, char *line, int size)
{
	size_t len;

	if (fgets(line, size, in) == NULL)
		return false;
	len = strlen(line);
	assert(server->heard_len + len < HEARD_MAX);
	memcpy(server->heard + server->heard_len, line, len + 1);
	server->heard_len += len;
	return true;
}

static inline void smtp_talk(struct smtp_server *server, int fd)
{
	FILE *in = fdopen(fd, "r");
	char line[2048];
	bool data = false;

	smtp_say(fd, smtp_answer(server, "GREETING", "220 test"));
	while (smtp_hear(server, in, line, sizeof(line))) {
		const char *answer;

		if (data && strcmp(line, ".\r\n") != 0)
			continue;
		answer = smtp_answer(server, line, smtp_ordinary(line));
		if (answer[0] == '\0')
			break;
		smtp_say(fd, answer);
		data = strncmp(answer, "354", 3) == 0;
	}
	(void)fclose(in);
}

static inline void *smtp_run(void *arg)
{
	struct smtp_server *server = arg;

	for (;;) {
		const int fd = accept(server->listener, NULL, NULL);

		if (fd < 0)
			return NULL;
		smtp_talk(server, fd);
	}
}

static inline void smtp_start(struct smtp_server *server, const struct smtp_rule *rules)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int rc;

	memset(server, 0, sizeof(*server));
	server->rules = rules;
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	rc = bind(server->listener, (struct sockaddr *)&address, sizeof(address));
	assert(rc == 0);
	rc = listen(server->listener, 16);
	assert(rc == 0);
	rc = getsockname(server->listener, (struct sockaddr *)&address, &len);
	assert(rc == 0);
	server->port = ntohs(address.sin_port);
	rc = pthread_create(&server->thread, NULL, smtp_run, server);
	assert(rc == 0);
}

static inline void smtp_stop(struct smtp_server *server)
{
	(void)shutdown(server->listener, SHUT_RDWR);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->listener);
}

#endif
