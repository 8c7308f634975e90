/* The known word nearest to an unknown one, for "did you mean".
 *
 * Distance is optimal string alignment: insertions, deletions, changes and swaps of neighbours cost
 * one each. A word that the unknown one begins costs next to nothing, the shortest of them least.
 * Near enough is a third of the unknown word's length, at least one. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"

#define WORD_MAX 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t distance_of(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    if (m > WORD_MAX || n > WORD_MAX) return SIZE_MAX;
    size_t rows[3][WORD_MAX + 1]; /* of the alignment's table: two before, one before, this one */
    for (size_t j = 0; j <= n; j++) rows[1][j] = j;
    for (size_t i = 1; i <= m; i++) {
        rows[2][0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = rows[1][j - 1] + (size_t)!same(a[i - 1], b[j - 1]);
            rows[2][j] = least(change, least(rows[1][j], rows[2][j - 1]) + 1);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                rows[2][j] = least(rows[2][j], rows[0][j - 2] + 1);
        }
        memcpy(rows[0], rows[1], sizeof(rows[0]));
        memcpy(rows[1], rows[2], sizeof(rows[1]));
    }
    return rows[1][n];
}

void vd_nearest_offer(vd_nearest *nearest, const char *word, const char *shown)
{
    const char *unknown = nearest->unknown + strspn(nearest->unknown, "-");
    const char *known = word + strspn(word, "-");
    size_t length = strlen(unknown);
    size_t limit = length < 6 ? 1 : length / 3;
    size_t distance = distance_of(unknown, known);
    /* A letter's change costs more than any rest of a word that is only begun. */
    distance = distance <= limit ? distance * (WORD_MAX + 1) : SIZE_MAX;
    if (length >= 3 && !strncasecmp(known, unknown, length))
        distance = least(strlen(known) - length, WORD_MAX);
    if (distance == SIZE_MAX || (nearest->found && distance >= nearest->distance)) return;
    nearest->found = shown;
    nearest->distance = distance;
}
