#!/bin/sh
# Files for further work: 16 bits for editing, linear radiance for computing, and what is in them.
#   sh examples/for_a_gis.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/bigtujunga.tif" --srcwin 480,160,480,320 -o "$out/gis_16_bit.tif" --ot UInt16
veduta relief "$data/bigtujunga.tif" --srcwin 480,160,480,320 -o "$out/gis_linear.tif" \
    --ot Float32 --co COMPRESS=DEFLATE --co PREDICTOR=3

# The settings that made a picture travel with it.
if command -v gdalinfo >/dev/null; then gdalinfo -mdd VEDUTA "$out/gis_linear.tif"; fi
