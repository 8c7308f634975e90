#!/bin/sh
# Moving pictures: a turntable, the light of a day, and moments of a flight by keyframes. Name the
# output turn.mp4 for a movie, if the program ffmpeg is there, and take more frames.
#   sh examples/animated.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta animate "$data/jacksboro.tif" -o "$out/turn_%02d.png" --preset atlas --tilt 30 --fov 20 \
    --size 320x180 --orbit 360 --length 6
veduta animate "$data/jacksboro.tif" -o "$out/day_%02d.png" --size 320x180 --length 4 \
    --day 2026-06-21T08:00-05:00/2026-06-21T18:00-05:00

cat >"$out/flight.yaml" <<END
dem: {path: "$data/zion.tif"}
preset: desert
camera: {target: [-112.945, 37.275, 1600], fov: 50, size: 320x180}
sun: {azimuth: 240}
keyframes:
  - {frame: 1, knob: camera.eye, value: "-112.955,37.13,agl:700"}
  - {frame: 24, knob: camera.eye, value: "-112.965,37.18,agl:600"}
  - {frame: 48, knob: camera.eye, value: "-112.945,37.215,agl:500"}
  - {frame: 1, knob: sun.altitude, value: 35}
  - {frame: 48, knob: sun.altitude, value: 20}
END
veduta render "$out/flight.yaml" -o "$out/flight_12.png" --frame 12
# The fifth of sixteen parts of its frames, as one of sixteen machines renders them.
veduta animate "$out/flight.yaml" -o "$out/flight_%02d.png" --chunk 5/16
