#!/bin/sh
# Light from a picture of everything around: an environment map, photographed or, as here, drawn. The
# map of the examples, data/evening.hdr, is a clear evening with the sun low in the west-south-west.
#   sh examples/light_from_a_picture.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# The map replaces the sky and, since it has a sun of its own, the default sun.
veduta relief "$data/bigtujunga.tif" -o "$out/evening.png" --environment "$data/evening.hdr" \
    --srcwin 560,200,320,240 --auto-exposure --exposure -0.5

# Turned, so that the light comes from the north-west, as map readers are used to. As OpenEXR too:
# linear radiance, to be graded elsewhere.
veduta relief "$data/bigtujunga.tif" -o "$out/evening_turned.png" -o "$out/evening_turned.exr" \
    --environment "$data/evening.hdr" --environment-rotation 65 --srcwin 560,200,320,240 \
    --auto-exposure --exposure -0.5

# A weak map and a sun beside it: any knob of the sun turns it on.
veduta relief "$data/bigtujunga.tif" -o "$out/evening_and_sun.png" \
    --environment "$data/evening.hdr" --environment-strength 0.3 --azimuth 340 --altitude 50 \
    --srcwin 560,200,320,240

# A view, with the map behind the land.
veduta render "$data/bigtujunga.tif" -o "$out/evening_view.png" \
    --environment "$data/evening.hdr" --eye 388000,3795500,agl:1300 \
    --target 396000,3799500,agl:0 --size 640x360
