/* Calendar and day numbers by Meeus 1998, "Astronomical Algorithms", chapter 7, of which equation 4
 * of Reda & Andreas 2004 is a part; the calendar is the Gregorian one throughout. */
#include "atmosphere/date.h"

#include <math.h>
#include <stdio.h>

#define J2000 2451545.0 /* its Julian day */
#define FIRST_YEAR 1600
#define LAST_YEAR 3000

/** Takes exactly count digits. */
static bool take_number(const char **at, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        *out = 10 * *out + (**at - '0');
    }
    return true;
}

static bool take(const char **at, char wanted)
{
    if (**at != wanted) return false;
    (*at)++;
    return true;
}

/** Takes seconds after their colon, with a fraction if there is one. */
static bool take_seconds(const char **at, double *out)
{
    int whole;
    double digit = 0.1;
    if (!take_number(at, 2, &whole)) return false;
    *out = whole;
    if (!take(at, '.')) return true;
    if (**at < '0' || **at > '9') return false;
    for (; **at >= '0' && **at <= '9'; (*at)++, digit *= 0.1) *out += digit * (**at - '0');
    return true;
}

/** Takes Z, +hh:mm, +hhmm or +hh. */
static bool take_offset(const char **at, int *out)
{
    int hours, minutes = 0;
    *out = 0;
    if (take(at, 'Z')) return true;
    bool west = **at == '-';
    if (!take(at, '+') && !take(at, '-')) return false;
    if (!take_number(at, 2, &hours)) return false;
    if ((take(at, ':') || **at) && !take_number(at, 2, &minutes)) return false;
    *out = (west ? -1 : 1) * (60 * hours + minutes);
    return hours < 24 && minutes < 60;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/** Days since J2000.0 of midnight: equation 4 of the paper. */
static double day_of(int year, int month, int day)
{
    int y = month > 2 ? year : year - 1, m = month > 2 ? month : month + 12;
    int century = y / 100;
    return floor(365.25 * (y + 4716)) + floor(30.6001 * (m + 1)) + day +
           (2 - century + century / 4) - 1524.5 - J2000;
}

const char *vd_date_parse(const char *text, vd_date *out)
{
    static const char form[] =
        "is not a date and time; write it as 2026-06-21T09:30 and add Z (UTC) or an offset such as "
        "+02:00";
    int year, month, day, hour, minute, offset;
    double second = 0.0;
    *out = (vd_date){0.0, 0};
    if (!take_number(&text, 4, &year) || !take(&text, '-') || !take_number(&text, 2, &month) ||
        !take(&text, '-') || !take_number(&text, 2, &day) ||
        (!take(&text, 'T') && !take(&text, ' ')) || !take_number(&text, 2, &hour) ||
        !take(&text, ':') || !take_number(&text, 2, &minute))
        return form;
    if (take(&text, ':') && !take_seconds(&text, &second)) return form;
    if (!*text) return "names no time zone; add Z for UTC, or an offset such as +02:00";
    if (!take_offset(&text, &offset) || *text) return form;
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return "is outside the years 1600 to 3000, for which the Earth's rotation is known well "
               "enough; choose one within";
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return "is a day that the calendar does not have; correct month or day";
    if (hour > 23 || minute > 59 || second >= 60.0)
        return "is a time that no clock shows here; use 00:00:00 to 23:59:59.999";
    double seconds = 3600.0 * hour + 60.0 * (minute - offset) + second;
    *out = (vd_date){day_of(year, month, day) + seconds / 86400.0, offset};
    return NULL;
}

const char *vd_date_print(vd_date date, bool seconds, char buffer[40])
{
    double unit = seconds ? 86400.0 : 1440.0;
    double local = floor((date.day + 0.5 + date.offset_min / 1440.0) * unit + 0.5);
    double midnight = floor(local / unit); /* in days from that of J2000.0 */
    int rest = (int)(local - midnight * unit) * (seconds ? 1 : 60);
    /* Meeus's inverse. */
    double z = midnight + J2000;
    double century = floor((z - 1867216.25) / 36524.25);
    double b = z + 1.0 + century - floor(century / 4.0) + 1524.0;
    double c = floor((b - 122.1) / 365.25);
    double year_start = floor(365.25 * c);
    double e = floor((b - year_start) / 30.6001);
    int day = (int)(b - year_start - floor(30.6001 * e));
    int month = (int)(e < 14.0 ? e - 1.0 : e - 13.0);
    int year = (int)(month > 2 ? c - 4716.0 : c - 4715.0);
    int length = snprintf(buffer, 40, "%04d-%02d-%02dT%02d:%02d", year, month, day, rest / 3600,
                          rest / 60 % 60);
    if (seconds) length += snprintf(buffer + length, 40 - (size_t)length, ":%02d", rest % 60);
    int east = date.offset_min < 0 ? -date.offset_min : date.offset_min;
    if (east == 0)
        snprintf(buffer + length, 40 - (size_t)length, "Z");
    else
        snprintf(buffer + length, 40 - (size_t)length, "%c%02d:%02d",
                 date.offset_min < 0 ? '-' : '+', east / 60, east % 60);
    return buffer;
}
