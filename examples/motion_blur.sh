#!/bin/sh
# Motion blur: of a flight along a line, by rays of all times and afterwards from a file; and of a house
# that is carried past.
#   sh examples/motion_blur.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

cat >"$out/route.geojson" <<END
{"type": "LineString", "coordinates":
 [[-112.9855, 37.2005], [-112.9750, 37.2135], [-112.9660, 37.2250], [-112.9570, 37.2380]]}
END
flight="--flight $out/route.geojson --flight-height 150 --flight-smoothing 900 --look-ahead 1200
    --length 40 --frame 20 --preset desert --fov 65 --size 320x180 --samples 16"
# shellcheck disable=SC2086 # lists of words on purpose
{
    veduta render "$data/zion.tif" -o "$out/flight.png" $flight --shutter 0,0.5
    # Sharp, with the motion of each pixel, to be blurred as long and as often as one likes.
    veduta render "$data/zion.tif" -o "$out/sharp.exr" $flight --shutter 0,0.5 --motion-blur none \
        --aov motion,depth
}
veduta compose "$out/sharp.exr" -o "$out/afterwards.png" --motion-blur post
veduta compose "$out/sharp.exr" -o "$out/softer.png" --motion-blur post --shutter-shape trapezoid \
    --shutter-ramp 1

veduta render "$data/village.tif" -o "$out/carried.png" --size 320x180 --samples 16 \
    --eye 564540,146560,agl:12 --target 564605,146650,agl:8 --shutter 0,1 \
    --object "path=$data/objects/house.obj,at=564600,146650,motion=12,5,spin=20"
