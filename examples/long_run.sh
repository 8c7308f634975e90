#!/bin/sh
# A careful picture within a time limit, in a run that may be interrupted: press Ctrl-C, say the same
# again, and it goes on where it was. Where the samples went is a raster too.
#   sh examples/long_run.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/zion.tif" --srcwin 120,120,240,160 --preset physical -o "$out/canyon.tif" \
    --samples 1024 --noise 0.01 --time-limit 20 --sample-counts "$out/canyon-samples.tif" \
    --checkpoint "$out/canyon.ck" --resume

gdalinfo -stats "$out/canyon-samples.tif" | grep STATISTICS_M || true
