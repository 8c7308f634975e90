#include "terrain/cells.h"

#include <math.h>

enum { CHUNK = 256 };

size_t vd_cell_size(vd_cell_type type)
{
    static const size_t sizes[] = {1, 2, 2, 4, 4, 4, 8};
    return sizes[type];
}

/* Whether value times scale plus offset times to_m is the value, to the bit (but for -0). */
static bool is_plain(const vd_cells *cells, double to_m)
{
    static const bool is_float[] = {true, true, true, false, false, true, false};
    return is_float[cells->type] && cells->scale == 1.0 && cells->offset == 0.0 && to_m == 1.0;
}

static size_t index_of(const vd_cells *cells, int row, int first)
{
    return (size_t)(row * cells->stride + first);
}

/* The loops, once for each type. WORK is a float where that holds every value. All are written for
 * the compiler to vectorise, hence the sums of flags in place of early ends. */
#define VD_CELL_LOOPS(NAME, TYPE, WORK, FABS)                                                      \
    static void values_of_##NAME(const TYPE *restrict in, int count, double scale, double offset,  \
                                 double *restrict out)                                             \
    {                                                                                              \
        for (int i = 0; i < count; i++) out[i] = (double)in[i] * scale + offset;                   \
    }                                                                                              \
    static int count_wild_##NAME(const TYPE *restrict in, int count)                               \
    {                                                                                              \
        int wild = 0;                                                                              \
        for (int i = 0; i < count; i++) wild += !(FABS((WORK)in[i]) <= (WORK)VD_HEIGHT_LIMIT_M);   \
        return wild;                                                                               \
    }                                                                                              \
    static void heights_of_##NAME(const TYPE *restrict in, int count, WORK base,                   \
                                  float *restrict out)                                             \
    {                                                                                              \
        /* -0 becomes 0 by the sum. */                                                             \
        for (int i = 0; i < count; i++) out[i] = (float)(((WORK)in[i] + 0) - base);                \
    }                                                                                              \
    static int count_near_##NAME(const TYPE *restrict in, int count, WORK nodata, WORK tolerance)  \
    {                                                                                              \
        int near = 0;                                                                              \
        for (int i = 0; i < count; i++) near += FABS((WORK)in[i] - nodata) <= tolerance;           \
        return near;                                                                               \
    }                                                                                              \
    static int mark_##NAME(const TYPE *restrict in, int count, WORK nodata,                        \
                           uint8_t *restrict valid)                                                \
    {                                                                                              \
        int equal = 0;                                                                             \
        for (int i = 0; i < count; i++) {                                                          \
            bool same = (WORK)in[i] <= nodata && (WORK)in[i] >= nodata;                            \
            equal += same;                                                                         \
            valid[i] = !same;                                                                      \
        }                                                                                          \
        return equal;                                                                              \
    }

VD_CELL_LOOPS(u8, uint8_t, float, fabsf)
VD_CELL_LOOPS(u16, uint16_t, float, fabsf)
VD_CELL_LOOPS(s16, int16_t, float, fabsf)
VD_CELL_LOOPS(u32, uint32_t, double, fabs)
VD_CELL_LOOPS(s32, int32_t, double, fabs)
VD_CELL_LOOPS(f32, float, float, fabsf)
VD_CELL_LOOPS(f64, double, double, fabs)

/* CALL(NAME, TYPE, WORK) for the cells' type. */
#define VD_CELL_SWITCH(CELLS, CALL)                                                                \
    switch ((CELLS)->type) {                                                                       \
    case VD_CELL_U8: CALL(u8, uint8_t, float); break;                                              \
    case VD_CELL_U16: CALL(u16, uint16_t, float); break;                                           \
    case VD_CELL_S16: CALL(s16, int16_t, float); break;                                            \
    case VD_CELL_U32: CALL(u32, uint32_t, double); break;                                          \
    case VD_CELL_S32: CALL(s32, int32_t, double); break;                                           \
    case VD_CELL_F32: CALL(f32, float, float); break;                                              \
    case VD_CELL_F64: CALL(f64, double, double); break;                                            \
    }

void vd_cells_to_values(const vd_cells *cells, int row, int first, int count, double *out)
{
    size_t at = index_of(cells, row, first);
#define CALL(NAME, TYPE, WORK)                                                                     \
    values_of_##NAME((const TYPE *)cells->values + at, count, cells->scale, cells->offset, out)
    VD_CELL_SWITCH(cells, CALL)
#undef CALL
}

bool vd_cells_are_heights(const vd_cells *cells, int row, int first, int count, double to_m)
{
    double values[CHUNK];
    size_t at = index_of(cells, row, first);
    int wild = 0;
    if (is_plain(cells, to_m)) {
#define CALL(NAME, TYPE, WORK) wild = count_wild_##NAME((const TYPE *)cells->values + at, count)
        VD_CELL_SWITCH(cells, CALL)
#undef CALL
        return wild == 0;
    }
    for (int i = 0; i < count && wild == 0; i += CHUNK) {
        int n = count - i < CHUNK ? count - i : CHUNK;
        vd_cells_to_values(cells, row, first + i, n, values);
        for (int k = 0; k < n; k++) wild += !(fabs(values[k] * to_m) <= VD_HEIGHT_LIMIT_M);
    }
    return wild == 0;
}

void vd_cells_to_heights(const vd_cells *cells, int row, int first, int count, double to_m,
                         double base_m, float *out)
{
    double values[CHUNK];
    size_t at = index_of(cells, row, first);
    if (is_plain(cells, to_m)) {
#define CALL(NAME, TYPE, WORK)                                                                     \
    heights_of_##NAME((const TYPE *)cells->values + at, count, (WORK)base_m, out)
        VD_CELL_SWITCH(cells, CALL)
#undef CALL
        return;
    }
    for (int i = 0; i < count; i += CHUNK) {
        int n = count - i < CHUNK ? count - i : CHUNK;
        vd_cells_to_values(cells, row, first + i, n, values);
        for (int k = 0; k < n; k++) out[i + k] = (float)(values[k] * to_m - base_m);
    }
}

static int count_near(const vd_cells *cells, int row, double nodata, double tolerance)
{
    size_t at = index_of(cells, row, 0);
    int near = 0;
#define CALL(NAME, TYPE, WORK)                                                                     \
    near = count_near_##NAME((const TYPE *)cells->values + at, cells->columns, (WORK)nodata,       \
                             (WORK)tolerance)
    VD_CELL_SWITCH(cells, CALL)
#undef CALL
    return near;
}

static int mark(const vd_cells *cells, int row, double nodata, uint8_t *valid)
{
    size_t at = index_of(cells, row, 0);
    int equal = 0;
#define CALL(NAME, TYPE, WORK)                                                                     \
    equal = mark_##NAME((const TYPE *)cells->values + at, cells->columns, (WORK)nodata, valid + at)
    VD_CELL_SWITCH(cells, CALL)
#undef CALL
    return equal;
}

int vd_cells_find_nodata(const vd_cells *cells, double nodata, double tolerance, uint8_t *valid)
{
    int64_t near = 0, equal = 0;
    for (int row = 0; row < cells->rows; row++) near += count_near(cells, row, nodata, tolerance);
    if (near == 0) return 0;
    for (int row = 0; row < cells->rows; row++) equal += mark(cells, row, nodata, valid);
    return equal == near ? 1 : 2;
}
