#!/bin/sh
# From light to paper: automatic exposure, tone curves, black and white points, tints.
#   sh examples/exposed.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

relief() { # name, flags
    name=$1
    shift
    veduta relief "$data/bigtujunga.tif" --srcwin 560,200,320,240 -o "$out/$name.png" "$@"
}

# The last light of the day, exposed as a camera would.
relief exposed_dusk --altitude 8 --sun-size 0.53 --auto-exposure

# A sun ten times as strong: what the curves make of it.
relief exposed_filmic --ramp hypsometric --sun-strength 30 --tone filmic
relief exposed_agx --ramp hypsometric --sun-strength 30 --tone agx

# The full range of the paper: the deepest shade black, the brightest slope white.
relief exposed_crisp --black-point 0.12 --white-point 0.78

# Two inks of one's own; and a preset that has them, at its black point or without.
relief exposed_sepia --tint-shadow 0.07,0.03,0.01 --tint-light 1,0.95,0.85
relief exposed_imhof --preset imhof
relief exposed_pale --preset imhof --black-point 0
