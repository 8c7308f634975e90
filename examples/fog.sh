#!/bin/sh
# Fog: mist that thins with height, and a sea of it with a level top; and the same air clear.
#   sh examples/fog.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

view() { # name, flags
    name=$1
    shift
    veduta render "$data/rmnp.tif" -o "$out/$name.png" --preset alpine --size 480x270 \
        --eye=-105.44,40.20,5200 --target=-105.66,40.29,3300 --fov 38 --terrain-border extend \
        --azimuth 120 --altitude 20 --sun-color 1,0.85,0.66 "$@"
}

view clear
view mist --fog height --fog-extinction 0.0012 --fog-base 2500 --fog-height 300
view sea --fog homogeneous --fog-extinction 0.004 --fog-top 2900
