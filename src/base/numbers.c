/* Numbers as files and users write them, and their order. */
#include <locale.h>
#include <stdlib.h>

#include "base/base.h"

double vd_strtod(const char *text, char **end)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain) {
        if (end) *end = (char *)(uintptr_t)text;
        return 0.0;
    }
    double number = strtod_l(text, end, plain);
    freelocale(plain);
    return number;
}

int vd_compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}
