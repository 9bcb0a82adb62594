/* paper_font.c - whether the font of the documents is there. */
#include "common/paper/paper.h"

#include <fontconfig/fontconfig.h>
#include <string.h>

int dd_paper_check(struct dd_error *err)
{
	FcPattern *wanted = FcNameParse((const FcChar8 *)DD_PAPER_FONT), *found = NULL;
	FcChar8 *family = NULL;
	FcResult result;
	bool same;

	if (wanted && FcConfigSubstitute(NULL, wanted, FcMatchPattern)) {
		FcDefaultSubstitute(wanted);
		found = FcFontMatch(NULL, wanted, &result);
	}
	same = found && FcPatternGetString(found, FC_FAMILY, 0, &family) == FcResultMatch &&
	       strcmp((const char *)family, DD_PAPER_FONT) == 0;
	if (!same)
		(void)dd_fail(err, DD_ERR_NOT_FOUND,
			      "the font %s is not installed (found: %.60s): install the package "
			      "fonts-liberation2",
			      DD_PAPER_FONT, family ? (const char *)family : "none");
	if (found)
		FcPatternDestroy(found);
	if (wanted)
		FcPatternDestroy(wanted);
	return same ? DD_OK : DD_ERR_NOT_FOUND;
}
