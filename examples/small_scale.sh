#!/bin/sh
# A relief for a small scale: fewer pixels, forms generalised, heights raised to make up for it.
#   sh examples/small_scale.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/bigtujunga.tif" -o "$out/small_plain.png" --output-scale 0.333
veduta relief "$data/bigtujunga.tif" -o "$out/small_smooth.png" --output-scale 0.333 \
    --smooth 90 --z-factor 1.4
