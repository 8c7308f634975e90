#!/bin/sh
# Heights in half the memory. Whole metres are kept in 16 bits anyway, exactly; a DEM with fractions,
# as smoothing makes them, on request.
#   sh examples/half_the_memory.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# What it would take, and then the picture.
for precision in auto int16; do
    veduta relief "$data/bigtujunga.tif" --smooth 60 --terrain-precision $precision --dry-run |
        grep memory
done
veduta relief "$data/bigtujunga.tif" -o "$out/half_the_memory.png" --smooth 60 \
    --terrain-precision int16
