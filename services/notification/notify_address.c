/* notify_address.c - see notify_address.h. Everything is compared as IPv6: an IPv4 address, one
 * mapped into IPv6 and one carried by a translation prefix are the same thing. */
#include "services/notification/notify_address.h"

#include "common/base/alloc.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define MAPPED 96 /* bits before an IPv4 address */

struct range {
	const char *address;
	uint8_t bits;
};

/* Nobody's list opens these. */
static const struct range never[] = {
	{"0.0.0.0", 8},      /* "this host", on Linux the machine itself */
	{"169.254.0.0", 16}, /* link-local; metadata services of clouds */
	{"224.0.0.0", 4},    /* multicast */
	{"240.0.0.0", 4},    /* reserved; broadcast */
	{"::", 128},
	{"fe80::", 10},          /* link-local */
	{"fec0::", 10},          /* site-local of old */
	{"ff00::", 8},           /* multicast */
	{"fd00:ec2::254", 128},  /* metadata service */
	{"fd20:ce::254", 128},   /* metadata service */
	{"64:ff9b:1::", 48},     /* translation by local rules: who knows where it leads */
	{"2001::", 32},          /* Teredo: carries an address in disguise */
	{"100.100.100.200", 32}, /* metadata service */
	{"192.0.0.192", 32},     /* metadata service */
};

/* Only where listed. */
static const struct range listed[] = {
	{"10.0.0.0", 8},    {"100.64.0.0", 10},   {"127.0.0.0", 8},    {"172.16.0.0", 12},
	{"192.0.0.0", 24},  {"192.0.2.0", 24},    {"192.88.99.0", 24}, {"192.168.0.0", 16},
	{"198.18.0.0", 15}, {"198.51.100.0", 24}, {"203.0.113.0", 24}, {"::1", 128},
	{"fc00::", 7},      {"2001:db8::", 32},   {"2001:2::", 48},    {"2001:10::", 28},
	{"2001:20::", 28},
};

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void set_mapped(uint8_t out[16], const uint8_t four[4])
{
	memcpy(out, mapped, sizeof(mapped));
	memcpy(out + sizeof(mapped), four, 4);
}

static bool read_address(const char *text, uint8_t out[16], bool *four_out)
{
	uint8_t four[4];

	*four_out = inet_pton(AF_INET, text, four) == 1;
	if (*four_out)
		set_mapped(out, four);
	return *four_out || inet_pton(AF_INET6, text, out) == 1;
}

static bool in_net(const uint8_t address[16], const uint8_t net[16], unsigned bits)
{
	const unsigned bytes = bits / 8, rest = bits % 8;

	if (memcmp(address, net, bytes) != 0)
		return false;
	return rest == 0 || ((address[bytes] ^ net[bytes]) >> (8 - rest)) == 0;
}

static bool in_ranges(const uint8_t address[16], const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t net[16];
		bool four;

		if (!read_address(ranges[i].address, net, &four))
			continue;
		if (in_net(address, net, ranges[i].bits + (four ? MAPPED : 0u)))
			return true;
	}
	return false;
}

#define IN(address, table) in_ranges(address, table, sizeof(table) / sizeof((table)[0]))

/* IPv4 in whatever dress. */
static void undress(uint8_t address[16])
{
	static const uint8_t translated[12] = {0, 0x64, 0xff, 0x9b};
	static const uint8_t compatible[12];
	static const uint8_t low[3];
	const bool special = memcmp(address + 12, low, 3) == 0 && address[15] <= 1; /* ::, ::1 */
	uint8_t four[4];

	if (memcmp(address, translated, sizeof(translated)) == 0 ||
	    (memcmp(address, compatible, sizeof(compatible)) == 0 && !special))
		memcpy(four, address + 12, sizeof(four));
	else if (address[0] == 0x20 && address[1] == 0x02) /* 6to4 */
		memcpy(four, address + 2, sizeof(four));
	else
		return;
	set_mapped(address, four);
}

/* Of IPv6 only this eighth is given out. */
static bool is_global(const uint8_t address[16])
{
	return memcmp(address, mapped, sizeof(mapped)) == 0 || address[0] >> 5 == 1;
}

enum notify_reach notify_address_reach(const struct sockaddr *address,
				       const struct notify_allow *allow)
{
	uint8_t bytes[16];

	if (address->sa_family == AF_INET) {
		struct sockaddr_in four;

		memcpy(&four, address, sizeof(four));
		set_mapped(bytes, (const uint8_t *)&four.sin_addr);
	} else if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 six;

		memcpy(&six, address, sizeof(six));
		memcpy(bytes, &six.sin6_addr, sizeof(bytes));
		undress(bytes);
	} else {
		return NOTIFY_REACH_NEVER;
	}
	if (IN(bytes, never))
		return NOTIFY_REACH_NEVER;
	for (size_t i = 0; allow != NULL && i < allow->count; i++)
		if (in_net(bytes, allow->nets[i].bytes, allow->nets[i].bits))
			return NOTIFY_REACH_LISTED;
	return IN(bytes, listed) || !is_global(bytes) ? NOTIFY_REACH_NEVER : NOTIFY_REACH_PUBLIC;
}

/* --- the list -------------------------------------------------------------------------------- */

static int read_net(char *text, struct notify_net *net, struct dd_error *err)
{
	char *slash = strchr(text, '/');
	char *end = NULL;
	long bits = -1;
	bool four;

	if (slash != NULL) {
		*slash = '\0';
		bits = strtol(slash + 1, &end, 10);
		if (end == slash + 1 || *end != '\0' || bits < 0)
			bits = 999;
	}
	if (!read_address(text, net->bytes, &four))
		return dd_fail(err, DD_ERR_INVALID,
			       "'%.60s' is no address or network, as 10.1.0.0/16", text);
	if (bits < 0)
		bits = four ? 32 : 128;
	if (bits > (four ? 32 : 128))
		return dd_fail(err, DD_ERR_INVALID, "'%.60s': so many bits a network has not",
			       text);
	/* Too wide is as good as no check at all. */
	if (bits < (four ? 8 : 16))
		return dd_fail(err, DD_ERR_INVALID, "'%.60s/%ld' is too wide: list what is meant",
			       text, bits);
	net->bits = (uint8_t)(bits + (four ? MAPPED : 0));
	if (IN(net->bytes, never))
		return dd_fail(err, DD_ERR_REFUSED,
			       "'%.60s' is link-local, multicast or a metadata service, which may "
			       "never be reached",
			       text);
	return 0;
}

int notify_allow_parse(const char *text, struct notify_allow *allow_out, struct dd_error *err)
{
	char *copy = dd_strdup(text), *rest = copy;
	int rc = 0;

	allow_out->count = 0;
	for (char *word = strtok_r(copy, ", ", &rest); rc == 0 && word != NULL;
	     word = strtok_r(NULL, ", ", &rest)) {
		if (allow_out->count == NOTIFY_ALLOW_MAX)
			rc = dd_fail(err, DD_ERR_INVALID, "more than %d networks",
				     NOTIFY_ALLOW_MAX);
		else
			rc = read_net(word, &allow_out->nets[allow_out->count++], err);
	}
	free(copy);
	return rc;
}
