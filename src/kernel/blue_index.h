/* Which indices of one sequence belong to a pixel, so that samples of neighbouring pixels are
 * stratified together, for any number of samples.
 *
 * Read the bits of an index as a polynomial p over GF(2), lowest bit first. The first two Sobol
 * dimensions show p by the powers of X and of X + 1. Niederreiter 1988 ("Low-discrepancy and
 * low-dispersion sequences") goes on with further irreducible polynomials; the next is
 * Q = X^2 + X + 1, whose remainders of degree 0 or 1 make digits of two bits: base 4, as the four
 * quarters of a square. Hence the third dimension is spent on the picture: the digits of p by the
 * powers of Q are the pixel's place in its tile of 16 x 16, as a path through quarters, coarsest
 * first (a Morton code).
 *
 * By the Chinese remainder theorem p mod X^a, (X + 1)^b and Q^c take all their values, each exactly
 * once, in any aligned run of 2^(a + b + 2c) indices. So in any pixel each aligned run of 2^k
 * samples is a (0,k,2)-net in base 2, as in a pixel by itself; and in any aligned square of 4^a
 * pixels their samples make one (0,k+2a,2)-net. The mean of the square has the error of that many
 * good samples, so what error is left in the picture is of high frequency. All of it outlives Owen
 * scrambling of both dimensions, of the sample's number, and of the place, if a tile's pixels share
 * the seeds.
 *
 * The idea of spreading one sequence over a hierarchy of pixels is that of Ahmed and Wonka 2020
 * ("Screen-space blue-noise diffusion of Monte Carlo sampling error via hierarchical ordering of
 * pixels"), who cut it into as many pieces as there are pixels, for one number of samples only.
 *
 * The indices of a place whose remainder mod Q^4 is R are p = S Q^4 + R for all S, the number of
 * the sample. In characteristic 2 squaring is linear: Q^2 = X^4 + X^2 + 1 and Q^4 = X^8 + X^4 + 1,
 * so all is a few shifts.
 *
 * Between tiles errors are independent. Larger tiles would quieten only frequencies that are quiet
 * by then, and as all of a tile shares its luck in the scrambling, they would show as fields of
 * unlike grain. */
#ifndef VDK_BLUE_INDEX_H
#define VDK_BLUE_INDEX_H

#include "hash.h"

#define VDK_BLUE_TILE 16 /* pixels a side */
#define VDK_BLUE_BITS 8  /* of a place in it, two a digit; the other 24 number the samples */

/** The place of pixel (x, y) in its tile, coarsest digit lowest. */
VD_FN vdk_uint vdk_blue_place(int x, int y)
{
    vdk_uint place = 0;
    for (int i = 0; i < VDK_BLUE_BITS / 2; i++)
        place |= (((vdk_uint)x >> (3 - i)) & 1u) << (2 * i) | (((vdk_uint)y >> (3 - i)) & 1u)
                                                                  << (2 * i + 1);
    return place;
}

/** Turns the digits 1, 2, 3 of a place round, by X as a digit's factor mod Q: b + cX becomes
 * c + (b + c)X. Only digits whose bits in the mask are set. */
VD_FN vdk_uint vdk_blue_turn(vdk_uint place, vdk_uint mask)
{
    vdk_uint b = place & 0x55u, c = (place >> 1) & 0x55u;
    return place ^ ((b ^ c ^ (b << 1)) & mask);
}

/** Scrambles a place: each digit is permuted as the coarser digits say, so squares stay squares.
 * The hash alone scrambles bits, not digits, and would leave the two columns of a square together,
 * which shows as streaks. */
VD_FN vdk_uint vdk_blue_scramble(vdk_uint place, vdk_uint seed)
{
    vdk_uint turns = vdk_laine_karras(place, seed * 0x27d4eb2fu + 3u) << 2 | seed >> 30;
    place = vdk_blue_turn(place, (turns & 0x55u) * 3u);
    place = vdk_blue_turn(place, (turns >> 1 & 0x55u) * 3u);
    return vdk_laine_karras(place, seed * 0xc2b2ae3du + 4u) & 0xffu;
}

/** The index of a place's sample, below 2^24. */
VD_FN vdk_uint vdk_blue_index(vdk_uint place, vdk_uint sample)
{
    vdk_uint high = (place >> 2) & 0x33u; /* digits in pairs: low + Q high */
    place ^= high ^ high << 1;
    high = place >> 4; /* and pairs of them: low + Q^2 high */
    place ^= high ^ high << 2;
    return sample << 8 ^ sample << 4 ^ sample ^ place;
}

#endif
