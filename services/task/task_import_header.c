/* task_import_header.c - the names that annexes give their columns. */
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct header {
	const char *name; /* tidy, small letters */
	int field;
};

/* As met in plans of provinces and departments; the plain names of our own files among them. */
static const struct header headers[] = {
	{"code", TASK_CODE},
	{"mã", TASK_CODE},
	{"mã số", TASK_CODE},
	{"mã nhiệm vụ", TASK_CODE},
	{"mã nv", TASK_CODE},
	{"stt", IMPORT_NUMBER_FIELD},
	{"tt", IMPORT_NUMBER_FIELD},
	{"số tt", IMPORT_NUMBER_FIELD},
	{"số thứ tự", IMPORT_NUMBER_FIELD},
	{"area", TASK_AREA},
	{"lĩnh vực", TASK_AREA},
	{"content", TASK_CONTENT},
	{"nhiệm vụ", TASK_CONTENT},
	{"tên nhiệm vụ", TASK_CONTENT},
	{"nội dung", TASK_CONTENT},
	{"nội dung nhiệm vụ", TASK_CONTENT},
	{"nội dung công việc", TASK_CONTENT},
	{"công việc", TASK_CONTENT},
	{"tên nhóm nhiệm vụ/nhiệm vụ", TASK_CONTENT},
	{"nhiệm vụ/giải pháp", TASK_CONTENT},
	{"nhiệm vụ, giải pháp", TASK_CONTENT},
	{"nhiệm vụ cụ thể", TASK_CONTENT},
	{"product", TASK_PRODUCT},
	{"sản phẩm", TASK_PRODUCT},
	{"sản phẩm đầu ra", TASK_PRODUCT},
	{"kết quả/sản phẩm", TASK_PRODUCT},
	{"kết quả, sản phẩm", TASK_PRODUCT},
	{"sản phẩm/kết quả", TASK_PRODUCT},
	{"sản phẩm, kết quả", TASK_PRODUCT},
	{"kết quả", TASK_PRODUCT},
	{"lead_unit", TASK_LEAD},
	{"chủ trì", TASK_LEAD},
	{"đơn vị chủ trì", TASK_LEAD},
	{"cơ quan chủ trì", TASK_LEAD},
	{"cơ quan, đơn vị chủ trì", TASK_LEAD},
	{"cơ quan/đơn vị chủ trì", TASK_LEAD},
	{"đơn vị thực hiện", TASK_LEAD},
	{"cơ quan thực hiện", TASK_LEAD},
	{"coordinating_units", TASK_COORDINATING},
	{"phối hợp", TASK_COORDINATING},
	{"đơn vị phối hợp", TASK_COORDINATING},
	{"cơ quan phối hợp", TASK_COORDINATING},
	{"cơ quan, đơn vị phối hợp", TASK_COORDINATING},
	{"cơ quan/đơn vị phối hợp", TASK_COORDINATING},
	{"time_text", TASK_TIME},
	{"thời hạn", TASK_TIME},
	{"thời gian", TASK_TIME},
	{"tiến độ", TASK_TIME},
	{"thời hạn hoàn thành", TASK_TIME},
	{"thời gian hoàn thành", TASK_TIME},
	{"thời gian thực hiện", TASK_TIME},
	{"thời hạn thực hiện", TASK_TIME},
	{"thời gian trình", TASK_TIME},
	{"tiến độ thực hiện", TASK_TIME},
	{"hạn hoàn thành", TASK_TIME},
	{"start", TASK_START},
	{"ngày bắt đầu", TASK_START},
	{"due", TASK_DUE},
	{"ngày kết thúc", TASK_DUE},
	{"recurrence", TASK_RECURRENCE},
	{"target", TASK_TARGET},
	{"kết quả cần đạt", TASK_TARGET},
	{"kết quả cần đạt (định lượng)", TASK_TARGET},
	{"chỉ tiêu", TASK_TARGET},
	{"mục tiêu", TASK_TARGET},
	{"notes", TASK_NOTES},
	{"ghi chú", TASK_NOTES},
	{"parent", TASK_PARENT},
	{"heading", TASK_HEADING},
	{"position", TASK_POSITION},
	{"fan_out", TASK_FAN_OUT},
	{"priority", TASK_PRIORITY},
	{"labels", TASK_LABELS},
	{"plan", TASK_PLAN},
	{"division", TASK_DIVISION},
	{"products", TASK_PRODUCTS},
	{"weight", TASK_WEIGHT},
	{"area_second", TASK_AREA_SECOND},
	{"time_read", TASK_TIME_READ},
	{"source_kind", TASK_SOURCE_KIND},
	{"source_number", TASK_SOURCE_NUMBER},
	{"source_date", TASK_SOURCE_DATE},
	{"source_issuer", TASK_SOURCE_ISSUER},
	{"source_title", TASK_SOURCE_TITLE},
	/* those of a workbook that we wrote */
	{"chu kỳ thực hiện", TASK_RECURRENCE},
	{"thuộc mã", TASK_PARENT},
	{"là đề mục", TASK_HEADING},
	{"thứ tự trong phụ lục", TASK_POSITION},
	{"tách theo đơn vị", TASK_FAN_OUT},
	{"nhiệm vụ ưu tiên", TASK_PRIORITY},
	{"nhãn nhiệm vụ", TASK_LABELS},
	{"mã kế hoạch", TASK_PLAN},
	{"phòng phụ trách nhiệm vụ", TASK_DIVISION},
	{"danh mục sản phẩm (* nếu có)", TASK_PRODUCTS},
	{"trọng số nhiệm vụ", TASK_WEIGHT},
	{"lĩnh vực thứ hai", TASK_AREA_SECOND},
	{"đã đọc thời hạn", TASK_TIME_READ},
	{"nguồn giao việc", TASK_SOURCE_KIND},
	{"số văn bản giao việc", TASK_SOURCE_NUMBER},
	{"ngày văn bản giao việc", TASK_SOURCE_DATE},
	{"cơ quan ban hành văn bản giao việc", TASK_SOURCE_ISSUER},
	{"trích yếu văn bản giao việc", TASK_SOURCE_TITLE},
	{"lead_parts", TASK_LEAD_PARTS},
	{"phần việc của từng cơ quan chủ trì", TASK_LEAD_PARTS},
	{"period_from", TASK_PERIOD_FROM},
	{"kỳ từ ngày", TASK_PERIOD_FROM},
	{"period_to", TASK_PERIOD_TO},
	{"kỳ đến ngày", TASK_PERIOD_TO},
	{"chain", TASK_CHAIN},
	{"mã qua các năm", TASK_CHAIN},
	{"chain_due", TASK_CHAIN_DUE},
	{"hạn đầu tiên qua các năm", TASK_CHAIN_DUE},
	{"chain_slips", TASK_CHAIN_SLIPS},
	{"số lần gia hạn các năm trước", TASK_CHAIN_SLIPS},
	{"waits_for", TASK_WAITS_FOR},
	{"chờ nhiệm vụ", TASK_WAITS_FOR},
	{"state", IMPORT_READING_FIELD},
	{"trạng thái", IMPORT_READING_FIELD},
	{"percent", IMPORT_READING_FIELD},
	{"phần trăm", IMPORT_READING_FIELD},
	{"lead_now", IMPORT_READING_FIELD},
	{"đang chủ trì", IMPORT_READING_FIELD},
	{"due_now", IMPORT_READING_FIELD},
	{"hạn hiện hành", IMPORT_READING_FIELD},
	{"requests", IMPORT_READING_FIELD},
	{"đề nghị đang chờ", IMPORT_READING_FIELD},
};

static int shipped_field(const char *key)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (strcmp(headers[i].name, key) == 0)
			return headers[i].field;
	return -1;
}

/* The field that a name of the command means: those of our own files, and "number". */
static int named_field(const char *field)
{
	for (int i = 0; i < TASK_COLUMN_COUNT; i++)
		if (strcmp(import_tasks_spec.columns[i].name, field) == 0)
			return i;
	return strcmp(field, "number") == 0 ? IMPORT_NUMBER_FIELD : -1;
}

int import_header_field(const Dondoc__V1__ImportPlan *command, const char *header)
{
	char *key = dd_text_name_key(header);
	int field = -1;

	assert(key);
	for (size_t i = 0; i < command->n_columns && field < 0; i++) {
		char *own = dd_text_name_key(command->columns[i]->header);

		if (own && strcmp(own, key) == 0)
			field = named_field(command->columns[i]->field);
		free(own);
	}
	if (field < 0)
		field = shipped_field(key);
	free(key);
	return field;
}
