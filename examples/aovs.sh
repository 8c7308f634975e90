#!/bin/sh
# What a picture holds beside light: sky-view factor and sun visibility for a GIS; and the AOVs of a
# view as one OpenEXR for a compositor, and as PNGs put together on one sheet, by GDAL.
#   sh examples/aovs.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

veduta relief "$data/bigtujunga.tif" --srcwin 300,60,480,320 --sun-size 0.53 \
    --time 2026-12-21T09:30-08:00 --aov sky_visibility,sun_visibility -o "$out/{aov}.tif"

# The sheet's rows, from the upper left.
aovs="albedo normal depth \
direct indirect light_sun light_sky \
ao sun_visibility sky_visibility slope \
aspect elevation normal_camera material_id"
names=$(echo "$aovs" | sed 's/light_sun light_sky/lights/; s/  */,/g')
width=300 height=188
veduta render "$here/examples/scenes/zion_strata.yaml" --size ${width}x$height --aov "$names" \
    --no-output-dither -o "$out/view.exr" -o "$out/view_beauty.png" -o "$out/view_{aov}.png"

# Each on its place of a map whose units are pixels.
number=0
rm -f "$out"/sheet_*.vrt
for aov in beauty $aovs; do
    x=$((number % 4 * (width + 4))) y=$((number / 4 * (height + 4)))
    gdal_translate -q -of VRT -a_ullr $x -$y $((x + width)) -$((y + height)) \
        "$out/view_$aov.png" "$out/sheet_$(printf %02d $number).vrt"
    number=$((number + 1))
done
gdalbuildvrt -q "$out/sheet.vrt" "$out"/sheet_*.vrt
gdal_translate -q -of PNG "$out/sheet.vrt" "$out/aov_sheet.png"
