#!/bin/sh
# Hours of sun in winter: where it never comes, as colours over the land; and the energy of a season.
#   sh examples/sun_hours.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# Every number is a float of its cell, for a GIS.
veduta sun-hours "$data/bigtujunga.tif" --srcwin 300,60,480,320 --date 2026-12-21 --overwrite \
    -o "$out/hours.tif"

# A day in thirty of half a year, by hours.
veduta sun-hours "$data/bigtujunga.tif" --srcwin 300,60,480,320 --date 2026-04-01 --to 2026-09-30 \
    --every 30 --step 1h --linke-turbidity 3.5 --overwrite -o "$out/season.tif"

# From blue, without sun, to yellow, all day long.
printf '%s\n' '0 20 16 60' '2 52 40 110' '4 120 50 110' '6 200 80 80' '8 240 150 70' \
    '9.9 255 240 160' >"$out/hours.txt"
gdaldem color-relief -q -b 1 "$out/hours.tif" "$out/hours.txt" "$out/hours_colours.tif"
veduta relief "$data/bigtujunga.tif" --srcwin 300,60,480,320 --drape "$out/hours_colours.tif" \
    --sun-strength 0.8 --sky-strength 0.7 -o "$out/hours.png"
