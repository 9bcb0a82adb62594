/* unit_kind.c - see unit_kind.h. */
#include "common/domain/unit_kind.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *kind, *vietnamese, *english;
} names[] = {
	{"", "Không ghi loại", "No kind given"},
	{"province", "Ủy ban nhân dân cấp tỉnh", "Provincial authority"},
	{"department", "Sở, ban, ngành", "Departments"},
	{"so", "Sở, ban, ngành", "Departments"},
	{"commune", "Ủy ban nhân dân xã, phường", "Communes and wards"},
	{"ward", "Ủy ban nhân dân xã, phường", "Communes and wards"},
	{"xa", "Ủy ban nhân dân xã, phường", "Communes and wards"},
	{"division", "Phòng, ban trực thuộc", "Divisions"},
	{"subdivision", "Bộ phận trực thuộc phòng", "Parts of divisions"},
	{"institution", "Đơn vị sự nghiệp", "Public institutions"},
	{"coordinating", "Cơ quan phối hợp", "Coordinating agencies"},
	{"group", "Nhóm cơ quan, đơn vị", "Groups of units"},
	{"commune_group", "Nhóm xã, phường", "Groups of communes"},
	{"other", "Cơ quan, đơn vị khác", "Others"},
};

const char *dd_unit_kind_name(const char *kind, bool vietnamese)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i].kind, kind) == 0)
			return vietnamese ? names[i].vietnamese : names[i].english;
	}
	return kind;
}
