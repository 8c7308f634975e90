#!/bin/sh
# From a quick look to a careful picture, and what each costs.
#   sh examples/quick_and_careful.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

relief() { # name, flags
    name=$1
    shift
    veduta relief "$data/bigtujunga.tif" --srcwin 480,160,480,320 -o "$out/$name.png" \
        --stats "$out/$name.json" "$@"
}

relief quick --samples 4
# Samples where they are needed, until the noise is one step of a Byte file or so.
relief careful --noise 0.005 --samples 512

cat "$out/quick.json" "$out/careful.json"
