/* area.c - see area.h. */
#include "common/domain/area.h"

#include <stddef.h>

static const struct {
	const char *vi, *en;
} areas[DD_AREAS_SHIPPED] = {
	{"Chỉ đạo, điều hành", "Direction and steering"},
	{"Cải cách thể chế", "Institutional reform"},
	{"Cải cách thủ tục hành chính", "Administrative procedure reform"},
	{"Cải cách tổ chức bộ máy hành chính nhà nước",
	 "Reform of the organisation of the state administration"},
	{"Cải cách chế độ công vụ", "Civil service reform"},
	{"Cải cách tài chính công", "Public finance reform"},
	{"Xây dựng, phát triển chính quyền điện tử, chính quyền số",
	 "Building and developing e-government, digital government"},
};

const char *dd_area_name(uint32_t area)
{
	return area < DD_AREAS_SHIPPED ? areas[area].vi : NULL;
}

const char *dd_area_name_en(uint32_t area)
{
	return area < DD_AREAS_SHIPPED ? areas[area].en : NULL;
}
