#include "terrain/gdal_words.h"

#include <cpl_conv.h>
#include <cpl_error.h>

#include <stdio.h>

/* Says whether GDAL may note the length of a gzipped file in a .properties beside it. */
#define WRITE_PROPERTIES "CPL_VSIL_GZIP_WRITE_PROPERTIES"

static void CPL_STDCALL keep(CPLErr level, CPLErrorNum number, const char *text)
{
    (void)number;
    vd_gdal_words *words = CPLGetErrorHandlerUserData();
    if (level < CE_Failure || words->text[0]) return;
    snprintf(words->text, sizeof(words->text), "%s", text);
    for (char *c = words->text; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
}

void vd_gdal_listen(vd_gdal_words *words)
{
    const char *before = CPLGetThreadLocalConfigOption(WRITE_PROPERTIES, NULL);
    words->text[0] = '\0';
    words->had_properties = before != NULL;
    snprintf(words->properties, sizeof(words->properties), "%s", before ? before : "");
    CPLSetThreadLocalConfigOption(WRITE_PROPERTIES, "NO");
    CPLPushErrorHandlerEx(keep, words);
}

void vd_gdal_leave(void)
{
    const vd_gdal_words *words = CPLGetErrorHandlerUserData();
    CPLSetThreadLocalConfigOption(WRITE_PROPERTIES,
                                  words->had_properties ? words->properties : NULL);
    CPLPopErrorHandler();
}

const char *vd_gdal_words_or(const vd_gdal_words *words, const char *otherwise)
{
    return words->text[0] ? words->text : otherwise;
}
