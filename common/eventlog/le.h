/* le.h - little-endian integers in byte arrays. */
#ifndef DD_EVENTLOG_LE_H
#define DD_EVENTLOG_LE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void dd_put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static inline void dd_put_u32(uint8_t *at, uint32_t value)
{
	dd_put_u16(at, (uint16_t)value);
	dd_put_u16(at + 2, (uint16_t)(value >> 16));
}

static inline void dd_put_u64(uint8_t *at, uint64_t value)
{
	dd_put_u32(at, (uint32_t)value);
	dd_put_u32(at + 4, (uint32_t)(value >> 32));
}

static inline uint16_t dd_get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t dd_get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static inline uint64_t dd_get_u64(const uint8_t *at)
{
	return (uint64_t)dd_get_u32(at) | (uint64_t)dd_get_u32(at + 4) << 32;
}

static inline bool dd_all_zero(const uint8_t *data, size_t len)
{
	size_t i = 0;
	uint64_t any = 0;

	for (; i + 8 <= len && any == 0; i += 8)
		any = dd_get_u64(data + i);
	for (; i < len && any == 0; i++)
		any = data[i];
	return any == 0;
}

#endif
