#!/bin/sh
# Few samples, and still quiet tones: the same noise, by pixel for itself and evened out.
#   sh examples/fine_grain.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

for pattern in independent blue; do
    veduta relief "$data/bigtujunga.tif" --srcwin 560,200,320,240 --samples 4 --sun-size 60 \
        --pattern "$pattern" -o "$out/grain_$pattern.png"
done
