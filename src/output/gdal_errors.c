/* GDAL's errors as sentences.
 *
 * GDAL reports errors to a handler, some of them (a full disk, found when the last buffer is
 * flushed) only while it closes the file. A trap catches them from creation to after closing: the
 * first error is the cause that the user reads, warnings become messages. Handlers belong to a
 * thread, so contexts in other threads are not disturbed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cpl_error.h>

#include "output/gdal_parts.h"

/* One line, without the temporary name. */
static void copy_cause(const vd_gdal_trap *trap, const char *text, char *out, size_t size)
{
    size_t skip = trap->part_path ? strlen(trap->part_path) : 0, length = 0;
    while (*text && length + 1 < size) {
        if (skip && strncmp(text, trap->part_path, skip) == 0) {
            text += skip;
            if (length == 0) text += strspn(text, ":, ");
            continue;
        }
        out[length++] = *text == '\n' || *text == '\r' ? ' ' : *text;
        text++;
    }
    out[length] = '\0';
}

static void CPL_STDCALL catch_error(CPLErr level, CPLErrorNum number, const char *text)
{
    (void)number;
    vd_gdal_trap *trap = CPLGetErrorHandlerUserData();
    int reason = errno;
    char cause[300];
    copy_cause(trap, text, cause, sizeof(cause));
    if (level < CE_Failure && !trap->strict) {
        if (trap->context && level == CE_Warning)
            vd_message(trap->context, VD_LEVEL_WARNING, "%s: %s", trap->path, cause);
        return;
    }
    if (trap->failed) return;
    trap->failed = true;
    /* The disk's own reason says it all; GDAL adds names of functions, or what came of it. */
    bool io = reason == ENOSPC || reason == EFBIG || reason == EDQUOT || reason == EIO;
    snprintf(trap->cause, sizeof(trap->cause), "%s", io ? strerror(reason) : cause);
}

void vd_gdal_trap_set(vd_gdal_trap *trap)
{
    CPLPushErrorHandlerEx(catch_error, trap);
    CPLSetCurrentErrorHandlerCatchDebug(FALSE);
    errno = 0;
}

void vd_gdal_trap_release(void)
{
    CPLPopErrorHandler();
}

vd_result vd_gdal_fail(vd_context *context, const vd_gdal_trap *trap)
{
    return vd_fail(context, VD_ERR_IO,
                   "cannot write %s: %s; free some space or choose another folder", trap->path,
                   trap->failed ? trap->cause : "GDAL does not say why");
}

GDALDriverH vd_gdal_driver(const char *name)
{
    GDALDriverH driver = GDALGetDriverByName(name);
    if (driver) return driver;
    GDALAllRegister();
    return GDALGetDriverByName(name);
}

GDALDataType vd_gdal_type(vd_sample_type type)
{
    switch (type) {
    case VD_SAMPLE_BYTE: return GDT_Byte;
    case VD_SAMPLE_UINT16: return GDT_UInt16;
    case VD_SAMPLE_UINT32: return GDT_UInt32;
    case VD_SAMPLE_FLOAT32:
    case VD_SAMPLE_HALF: break;
    }
    return GDT_Float32;
}
