#!/bin/sh
# Physical skies: the golden hour, dusk, moonlight, a hazy noon, Mars, haze over a map, and a sky by
# itself.
#   sh examples/real_skies.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"
dem=$data/bigtujunga.tif
place="--eye 407000,3797500,agl:1100 --target 385000,3799500,agl:0 --fov 42 --size 960x540"

veduta render "$dem" $place -o "$out/golden_hour.png" --preset desert --preset golden-hour \
    --azimuth 225
veduta render "$dem" $place -o "$out/blue_hour.png" --preset desert --preset blue-hour --azimuth 255
veduta render "$dem" $place -o "$out/hazy_noon.png" --preset alpine --sky physical --azimuth 200 \
    --altitude 60 --visibility 25 --aerosol urban
veduta render "$dem" $place -o "$out/moonlight.png" --preset desert --preset moonlight \
    --time 2026-12-24T04:00-08:00
veduta render "$dem" $place -o "$out/mars.png" --preset mars

# Haze in the valleys of a map.
veduta relief "$dem" -o "$out/valley_haze.png" --output-scale 0.5 --ramp hypsometric \
    --sky physical --sun-size 5 --aerial on --aerial-strength 6 --auto-exposure

# The light of an evening for other scenes, without the sun; and how much of it there is.
veduta sky --sun 270,5 --no-disc -o "$out/evening.exr" --size 1024x512
veduta sky --sun 270,5 --json
