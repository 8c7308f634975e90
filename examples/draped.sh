#!/bin/sh
# A picture laid over the ground. Here GDAL's tools make one from the DEM itself, as a stand-in for an
# orthophoto or a map of land cover: how steep the land is, in the colours of what grows there. It is
# coarser than the DEM and in degrees, on purpose: a drape has its own grid and CRS.
#   sh examples/draped.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

cat >"$out/draped_colours.txt" <<'COLOURS'
0   214 210 164
8   176 190 128
18  112 142 88
28  128 136 92
36  190 176 148
50  214 206 194
nv  0 0 0 0
COLOURS
gdalwarp -q -overwrite -tr 90 90 -r average "$data/bigtujunga.tif" "$out/draped_coarse.tif"
gdaldem slope -q "$out/draped_coarse.tif" "$out/draped_slope.tif"
gdaldem color-relief -q -alpha "$out/draped_slope.tif" "$out/draped_colours.txt" "$out/draped_utm.tif"
gdalwarp -q -overwrite -t_srs EPSG:4326 -r bilinear "$out/draped_utm.tif" "$out/draped_cover.tif"

veduta relief "$data/bigtujunga.tif" -o "$out/draped.png" --drape "$out/draped_cover.tif" \
    --srcwin 560,200,320,240

# Half of it over the grey ground: the light counts for more.
veduta relief "$data/bigtujunga.tif" -o "$out/draped_half.png" --drape "$out/draped_cover.tif" \
    --drape-opacity 0.5 --srcwin 560,200,320,240

# Where a drape ends, or has no data, the ground keeps the colour of --albedo or --ramp.
gdalwarp -q -overwrite -te -118.13 34.28 -118.07 34.33 "$out/draped_cover.tif" "$out/draped_part.tif"
veduta relief "$data/bigtujunga.tif" -o "$out/draped_part.png" --drape "$out/draped_part.tif" \
    --ramp grey --srcwin 560,200,320,240
