#include "terrain/gdal_words.h"

#include <cpl_error.h>

#include <stdio.h>

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
    words->text[0] = '\0';
    CPLPushErrorHandlerEx(keep, words);
}

void vd_gdal_leave(void)
{
    CPLPopErrorHandler();
}

const char *vd_gdal_words_or(const vd_gdal_words *words, const char *otherwise)
{
    return words->text[0] ? words->text : otherwise;
}
